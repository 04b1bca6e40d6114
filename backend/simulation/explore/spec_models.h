// SPDX-License-Identifier: GPL-3.0-or-later
// Two published specifications whose numbers of reachable states are known: they check the search, not our machines.
// TCommit and TwoPhase: Gray and Lamport, "Consensus on Transaction Commit", TODS 31(1), 2006, appendix A.1 and A.2.
#pragma once
#include "simulation/explore/search.h"

namespace indoubt::simulation::explore {

// Resource managers that are working, prepared, committed or aborted, and what transaction commit allows them.
class TCommitSpec final : public Model {
  public:
    explicit TCommitSpec(std::uint32_t managers) : m_managers(managers) {}
    std::size_t words() const override { return 1; }
    void initial(Successors& out) override { *out.add(0) = 0; }
    void successors(const std::uint32_t* state, Successors& out) override;
    std::string violated(const std::uint32_t* state) override;

  private:
    std::uint32_t m_managers;  // at most 15
};

// The same managers under two-phase commit: a transaction manager and a set of messages that only grows.
class TwoPhaseSpec final : public Model {
  public:
    explicit TwoPhaseSpec(std::uint32_t managers) : m_managers(managers) {}
    std::size_t words() const override { return 1; }
    void initial(Successors& out) override { *out.add(0) = 0; }
    void successors(const std::uint32_t* state, Successors& out) override;
    std::string violated(const std::uint32_t* state) override;

  private:
    std::uint32_t m_managers;  // at most 7
};

}  // namespace indoubt::simulation::explore
