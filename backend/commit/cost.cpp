// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/cost.h"

#include "commit/machine.h"

namespace indoubt::commit {

std::optional<CostFigures> cost_due(const std::string& protocol, std::uint32_t n, std::uint32_t f, std::uint32_t noes, std::uint32_t readers) {
    const std::uint32_t wait = f > 0 ? 1 : 0;  // with one acceptor or replica there is nobody else to hear from
    const bool absent_or_basic = protocol == "2pc-pa" || protocol == "2pc";
    if (noes > 0) {
        if (readers > 0 || n < noes) return std::nullopt;
        if (protocol == "2pc-pc") return CostFigures{4 * n - 2 * noes, {}, 1 + 2 * (n - noes)};
        if (protocol == "2pc") return CostFigures{4 * n - 2 * noes, {}, 2 * n - noes + 1};
        if (protocol == "2pc-pa") return CostFigures{3 * n - noes, {}, n - noes};
        return std::nullopt;
    }
    if (readers > 0) {
        if (!absent_or_basic) return std::nullopt;
        if (readers == n) return CostFigures{2 * n, {}, 0};  // nobody has to learn anything
        return CostFigures{4 * n - 2 * readers, 3, 2 * (n - readers) + 1};
    }
    if (absent_or_basic) return CostFigures{4 * n, 3, 2 * n + 1};
    if (protocol == "2pc-pc") return CostFigures{3 * n, 3, n + 2};
    if (protocol.starts_with("3pc")) return CostFigures{6 * n, 5, 3 * n + 2};
    if (protocol == "paxos-commit") return CostFigures{n * (f + 4) + f, 3 + wait, 2 * n + f + 1};
    if (protocol == "paxos-commit-fast") return CostFigures{n * (2 * f + 4), 3, 2 * n + f + 1};
    if (protocol == "raft-2pc") return CostFigures{4 * n + 4 * f, 3 + 2 * wait, 2 * n + 2 * f + 1};
    return std::nullopt;
}

std::optional<CostFigures> cost_seen(const std::string& protocol, std::uint32_t n, std::size_t managers, std::uint32_t noes, std::uint32_t readers) {
    const auto row = find_protocol(protocol);
    if (!row || (*row)->make_group) return std::nullopt;
    return cost_due(protocol, n, static_cast<std::uint32_t>(managers / 2), noes, readers);
}

// The table of Gray and Lamport 2006, section 5.3 and figure 6, for their convention; as built: the same with N ACKs, a client outside
// and the branches' own forced outcome records.
std::vector<CostCase> cost_cases(const std::string& protocol, std::uint32_t n, std::uint32_t f, bool colocated) {
    std::vector<CostCase> list;
    const std::uint32_t wait = f > 0 ? 1 : 0;
    if (colocated && n < 2 * f + 1) return list;
    if (colocated) {
        const auto row = [&](CostFigures figures) { list.push_back({"commit, Gray-Lamport, co-located", Convention::gray_lamport, 0, 0, figures}); };
        if (protocol == "2pc" || protocol == "2pc-pa") row({3 * n - 3, 3, n + 1});
        if (protocol == "paxos-commit") row({n * (f + 3) - 3, 3 + wait, n + f + 1});
        if (protocol == "paxos-commit-fast") row({(n - 1) * (2 * f + 3), 3, n + f + 1});
        return list;
    }
    const auto as_built = [&](const std::string& name, std::uint32_t noes, std::uint32_t readers) {
        if (const auto due = cost_due(protocol, n, f, noes, readers)) list.push_back({name, Convention::as_built, noes, readers, *due});
    };
    const auto gray_lamport = [&](CostFigures figures) { list.push_back({"commit, Gray-Lamport", Convention::gray_lamport, 0, 0, figures}); };
    as_built("commit, as built", 0, 0);
    if (protocol == "2pc" || protocol == "2pc-pa") gray_lamport({3 * n - 1, 4, n + 1});
    if (protocol == "paxos-commit") gray_lamport({(n + 1) * (f + 3) - 4, 4 + wait, n + f + 1});
    if (protocol == "paxos-commit-fast") gray_lamport({n * (2 * f + 3) - 1, 4, n + f + 1});
    if (protocol == "raft-2pc") gray_lamport({3 * n - 1 + 4 * f, 4 + 2 * wait, n + 2 * f + 1});
    for (std::uint32_t k = 1; k <= n; ++k) as_built("abort, " + std::to_string(k) + " NO", k, 0);
    for (std::uint32_t r = 1; r <= n; ++r) as_built(r == n ? "commit, all read-only" : "commit, " + std::to_string(r) + " read-only", 0, r);
    return list;
}

}  // namespace indoubt::commit
