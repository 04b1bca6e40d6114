// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/transaction.h"

#include <algorithm>

namespace indoubt::view {

std::string_view word(PaymentState state) {
    switch (state) {
        case PaymentState::active: return "active";
        case PaymentState::preparing: return "preparing";
        case PaymentState::in_doubt: return "in-doubt";
        case PaymentState::blocked: return "blocked";
        case PaymentState::committing: return "committing";
        case PaymentState::committed: return "committed";
        case PaymentState::aborting: return "aborting";
        case PaymentState::aborted: return "aborted";
    }
    return "active";
}

std::string_view word(BranchPhase phase) {
    switch (phase) {
        case BranchPhase::none: return "none";
        case BranchPhase::active: return "active";
        case BranchPhase::prepared: return "prepared";
        case BranchPhase::committed: return "committed";
        case BranchPhase::aborted: return "aborted";
        case BranchPhase::read_only: return "read-only";
        case BranchPhase::forgotten: return "forgotten";
    }
    return "none";
}

std::string_view Branch::state() const {
    if (phase == BranchPhase::prepared && stand != Stand::none) return stand == Stand::pre_committed ? "pre-committed" : "pre-aborted";
    return word(phase);
}

const Branch* Transaction::branch(NodeId node) const {
    for (const Branch& branch : branches)
        if (branch.node == node) return &branch;
    return nullptr;
}

events::Sums Transaction::held() const {
    events::Sums sums;
    if (!payment) return sums;
    for (const Branch& branch : branches)
        if (branch.locked)
            for (const auto& [currency, minor] : events::held_of(*payment, branch.node)) events::add(sums, currency, minor);
    return sums;
}

events::Sums Transaction::damages() const {
    events::Stake stake;
    for (const Branch& branch : branches)
        if (branch.damage && payment) stake.add_branch(*payment, branch.node);
    return stake.sums();
}

std::int64_t Transaction::held_minor() const {
    std::int64_t sum = 0;
    for (const Branch& branch : branches) sum += branch.held_minor;
    return sum;
}

bool Transaction::waiting() const {
    return std::any_of(branches.begin(), branches.end(), [](const Branch& branch) { return branch.waiting; });
}

bool Transaction::forced_open() const {
    return std::any_of(branches.begin(), branches.end(), [](const Branch& branch) { return branch.heuristic != Heuristic::none && branch.phase != BranchPhase::forgotten; });
}

bool Transaction::damage_open() const {
    return std::any_of(branches.begin(), branches.end(), [](const Branch& branch) { return branch.damage && branch.phase != BranchPhase::forgotten; });
}

std::int64_t Transaction::age_ns(std::int64_t now_hlc) const {
    const std::int64_t end = open() ? now_hlc : ended_hlc != 0 ? ended_hlc : last_hlc;
    return begun_hlc == 0 ? 0 : std::max<std::int64_t>(end - begun_hlc, 0);
}

bool Transaction::stuck(std::int64_t now_hlc, std::int64_t stuck_after_ms) const {
    return in_doubt_hlc != 0 && now_hlc - in_doubt_hlc > stuck_after_ms * 1'000'000;
}

}  // namespace indoubt::view
