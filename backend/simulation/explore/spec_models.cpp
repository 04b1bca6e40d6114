// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/spec_models.h"

namespace indoubt::simulation::explore {
namespace {

// Two bits a manager, from bit 0.
enum Manager : std::uint32_t { working = 0, prepared = 1, committed = 2, aborted = 3 };

std::uint32_t manager(std::uint32_t state, std::uint32_t i) { return (state >> (2 * i)) & 3; }
std::uint32_t with(std::uint32_t state, std::uint32_t i, Manager value) { return (state & ~(3u << (2 * i))) | (static_cast<std::uint32_t>(value) << (2 * i)); }

std::string inconsistent(std::uint32_t state, std::uint32_t managers) {
    bool commits = false, aborts = false;
    for (std::uint32_t i = 0; i < managers; ++i) {
        commits = commits || manager(state, i) == committed;
        aborts = aborts || manager(state, i) == aborted;
    }
    return commits && aborts ? "TCConsistent" : "";
}

// TwoPhase: behind the managers, the transaction manager (2 bits: it has decided commit, abort), whom it knows prepared, who said Prepared.
// Its decision and the Commit or Abort message come in one step of the specification, so one bit stands for both.
struct Layout {
    std::uint32_t managers;
    std::uint32_t commit() const { return 1u << (2 * managers); }
    std::uint32_t abort() const { return 2u << (2 * managers); }
    std::uint32_t known(std::uint32_t i) const { return 1u << (2 * managers + 2 + i); }
    std::uint32_t said(std::uint32_t i) const { return 1u << (3 * managers + 2 + i); }
    std::uint32_t all_known() const { return ((1u << managers) - 1) << (2 * managers + 2); }
};

}  // namespace

void TCommitSpec::successors(const std::uint32_t* from, Successors& out) {
    const std::uint32_t state = *from;
    bool can_commit = true, not_committed = true;
    for (std::uint32_t i = 0; i < m_managers; ++i) {
        const std::uint32_t it = manager(state, i);
        can_commit = can_commit && (it == prepared || it == committed);
        not_committed = not_committed && it != committed;
    }
    for (std::uint32_t i = 0; i < m_managers; ++i) {
        const std::uint32_t it = manager(state, i);
        if (it == working) *out.add(i) = with(state, i, prepared);
        if (it == prepared && can_commit) *out.add(m_managers + i) = with(state, i, committed);
        if ((it == working || it == prepared) && not_committed) *out.add(2 * m_managers + i) = with(state, i, aborted);
    }
}

std::string TCommitSpec::violated(const std::uint32_t* state) { return inconsistent(*state, m_managers); }

void TwoPhaseSpec::successors(const std::uint32_t* from, Successors& out) {
    const std::uint32_t state = *from;
    const Layout at{m_managers};
    const bool undecided = (state & (at.commit() | at.abort())) == 0;
    if (undecided && (state & at.all_known()) == at.all_known()) *out.add(0) = state | at.commit();
    if (undecided) *out.add(1) = state | at.abort();
    for (std::uint32_t i = 0; i < m_managers; ++i) {
        const std::uint32_t action = 2 + 5 * i;
        if (undecided && (state & at.said(i)) != 0) *out.add(action) = state | at.known(i);
        if (manager(state, i) == working) {
            *out.add(action + 1) = with(state, i, prepared) | at.said(i);
            *out.add(action + 2) = with(state, i, aborted);
        }
        if ((state & at.commit()) != 0) *out.add(action + 3) = with(state, i, committed);
        if ((state & at.abort()) != 0) *out.add(action + 4) = with(state, i, aborted);
    }
}

std::string TwoPhaseSpec::violated(const std::uint32_t* state) { return inconsistent(*state, m_managers); }

}  // namespace indoubt::simulation::explore
