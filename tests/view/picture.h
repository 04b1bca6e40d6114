// SPDX-License-Identifier: GPL-3.0-or-later
// A view as text, so that two views are compared in one line and a difference can be read.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "view/view.h"

namespace indoubt::tests {

// `traced`: also what only traced messages tell (counts, votes on their way, acknowledgements).
inline std::string picture(const view::View& view, bool traced = true) {
    std::string text;
    for (std::size_t i = 0; i < view.size(); ++i) {
        const auto& tx = view.at(i);
        text += tx.xid.text() + " " + std::string(view::word(tx.state)) + " " + std::string(events::word(tx.heuristic)) + (tx.damage ? " damage " + std::to_string(tx.damage_minor) : "") + " held " +
                std::to_string(tx.held_minor()) + (tx.in_doubt_hlc != 0 ? " doubt" : "") + " forced " + std::to_string(tx.forced_writes) + " behind " + std::to_string(view.waiting_count(tx.xid));
        if (traced) text += " " + tx.reason;
        for (const auto& branch : tx.branches) {
            const auto phase = branch.phase == view::BranchPhase::active ? view::BranchPhase::none : branch.phase;
            text += " " + branch.node.name() + ":" + std::string(view::word(phase)) + (branch.blocked ? "!" : "") + (branch.locked ? "L" : "") + (branch.waiting ? "w" : "");
            if (traced) text += "," + std::string(events::word(branch.vote)) + (branch.acked ? ",acked" : "");
        }
        if (traced) text += " m" + std::to_string(tx.messages) + " r" + std::to_string(tx.repeats) + " e" + std::to_string(tx.events);
        text += "\n";
    }
    for (const auto& row : view.accounts())
        text += row.node.name() + " " + row.account + " " + std::to_string(row.posted_minor) + " held " + std::to_string(row.held_minor) + " of " + std::to_string(row.opening_minor) + "\n";
    for (const auto& row : view.nodes())
        text += row.node.name() + " " + std::string(view::word(row.state)) + " " + std::to_string(row.incarnation) + " locks " + std::to_string(row.locks) + " doubt " + std::to_string(row.in_doubt) + "\n";
    return text;
}

// Lines of one that the other has not; empty: the same but for the order of lines.
inline std::string difference(const std::string& got, const std::string& wanted) {
    const auto lines = [](const std::string& text) {
        std::vector<std::string> all;
        for (std::size_t from = 0; from < text.size();) {
            const std::size_t to = text.find('\n', from);
            all.push_back(text.substr(from, to - from));
            from = to + 1;
        }
        return all;
    };
    const auto a = lines(got), b = lines(wanted);
    std::string text;
    for (const auto& line : a)
        if (std::find(b.begin(), b.end(), line) == b.end()) text += "\ngot    " + line;
    for (const auto& line : b)
        if (std::find(a.begin(), a.end(), line) == a.end()) text += "\nwanted " + line;
    return text;
}

}  // namespace indoubt::tests
