// SPDX-License-Identifier: GPL-3.0-or-later
// The coordinator's half of three-phase commit. Phases: none -> preparing -> pre-committed -> committing -> committed; preparing ->
// aborted as in presumed abort; pre-committed -> aborted only when a termination that the branches led has ended so. It has no vote of
// its own, leads no termination, and from PRE-COMMITTED on never aborts alone.
//
// When PRE-COMMIT is not acknowledged: by the site-failure rule it goes on without the sites that have failed; quorum 3PC and E3PC
// commit once a quorum of the updaters has acknowledged. A restarted coordinator goes on with its attempt where quorums count, for
// its acknowledgements are facts on the branches' disks; by the site-failure rule it only asks.
#pragma once
#include "commit/three_phase/rules.h"
#include "commit/two_phase/coordinator.h"

namespace indoubt::commit::three_phase {

class Coordinator final : public two_phase::Coordinator {
  public:
    Coordinator(const Rules& rules, Context context, Xid xid, ProtocolChoice protocol);

    void step(const Input& input, Effects& effects) override;
    base::Result<> permits(const Order& order) const override;
    std::unique_ptr<Machine> clone() const override { return std::make_unique<Coordinator>(*this); }
    bool equals(const Machine& other) const override;
    std::uint64_t hash() const override;
    std::string describe() const override;

  private:
    using Base = two_phase::Coordinator;
    struct Second {                // beside each branch
        bool acked = false;        // PRE-COMMIT
        bool failed = false;
        friend bool operator==(const Second&, const Second&) = default;
    };

    void on_message(const Message& message, Effects& effects) override;
    void on_timeout(TimerKind kind, Effects& effects) override;
    void on_order(const Order& order, Effects& effects) override;
    void on_restart(const Restart& restart, Effects& effects) override;
    void agreed(Effects& effects) override;
    void learn(Outcome outcome, const Message& message, Effects& effects);
    void commit_when_ready(Effects& effects);
    void remind(bool repeat, Effects& effects) const;
    void failed(NodeId node, Effects& effects);
    std::size_t place_of(NodeId node) const;

    const Rules* m_rules;
    std::vector<Second> m_second;  // as m_branches
    std::size_t m_quorum = 0;      // of the updaters enrolled
    bool m_overdue = false;        // the time for acknowledgements is up, or this is a later life
    bool m_restarted = false;
};

}  // namespace indoubt::commit::three_phase
