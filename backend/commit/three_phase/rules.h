// SPDX-License-Identifier: GPL-3.0-or-later
// What sets the variants of three-phase commit apart, and the rules by which a termination goes on: pure functions of what the
// branches have reported.
#pragma once
#include <string_view>
#include <vector>

#include "commit/two_phase/policy.h"

namespace indoubt::commit::three_phase {

struct Rules {
    two_phase::Policy votes;       // the first phase, and what is presumed, as in two-phase commit
    enum Kind : std::uint8_t { sites, quorum, elected, silence } kind;
    bool enough = false;           // counter-example: the coordinator commits at a majority of PRE-COMMIT-ACKs
    bool numbers() const { return kind == elected; }
    bool counts() const { return kind == quorum || kind == elected; }  // what ends it needs a majority of the updaters enrolled
    bool detects() const { return kind == sites; }                     // and acts on a failure detector alone, never on a time-out
};

extern const Rules classic, majority, e3pc, quorum_commit;

// What one updater has said of itself, as the branch that asked knows it.
struct Report {
    events::Knowledge knowledge = events::Knowledge::unknown;
    bool here = false;             // in this round
    bool moved = false;            // in the direction of this round
    bool failed = false;           // a detector's word, or a later life of it was heard
    std::uint64_t attempt = 0;     // E3PC: its LastAttempt
    friend bool operator==(const Report&, const Report&) = default;
};

enum class Next : std::uint8_t { wait, commit, abort, move_to_commit, move_to_abort };

// What the branch that collects may do next. `over`: the time for reports is up, and the round goes on with those that came.
// COMMITTED, ABORTED and refusals end a termination at once; they never come here.
Next after_reports(const Rules& rules, const std::vector<Report>& reports, bool over);
// In the second phase of a round, towards pre-committed or pre-aborted.
Next after_moves(const Rules& rules, const std::vector<Report>& reports, bool to_commit, bool over);

inline std::size_t quorum_of(std::size_t updaters) { return updaters / 2 + 1; }

}  // namespace indoubt::commit::three_phase
