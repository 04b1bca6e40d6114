// SPDX-License-Identifier: GPL-3.0-or-later
// The acceptor's state for all instances of one transaction. A value; what it accepts or promises counts once its record is durable,
// which the FIFO release of effects sees to: nothing that rests on it leaves before.
#pragma once
#include <algorithm>
#include <vector>

#include "commit/identity.h"

namespace indoubt::commit::paxos {

using events::InstanceVote;
using Votes = std::vector<InstanceVote>;  // one per enrolled participant, in their order; vote none: nothing accepted

struct Acceptor {
    std::uint64_t promised = 0;  // takes part in no ballot below it
    Votes votes;                 // accepted, each with its ballot
    bool told = false;           // has sent its 2b of ballot 0

    void enroll(const std::vector<Enrolled>& enrolled) {
        if (!votes.empty()) return;
        for (const Enrolled& e : enrolled) votes.push_back({e.node, Vote::none, 0});
    }
    bool complete() const { return !votes.empty() && std::none_of(votes.begin(), votes.end(), [](const InstanceVote& v) { return v.vote == Vote::none; }); }
    friend bool operator==(const Acceptor&, const Acceptor&) = default;
};

inline bool all_ready(const Votes& votes) {
    return !votes.empty() && std::all_of(votes.begin(), votes.end(), [](const InstanceVote& v) { return v.vote == Vote::yes || v.vote == Vote::read_only; });
}
inline const InstanceVote* refusal_in(const Votes& votes) {
    const auto no = std::find_if(votes.begin(), votes.end(), [](const InstanceVote& v) { return v.vote == Vote::no; });
    return no == votes.end() ? nullptr : &*no;
}

}  // namespace indoubt::commit::paxos
