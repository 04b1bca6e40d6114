// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/cost.h"

namespace indoubt::commit {

namespace {

using Cases = std::vector<CostCase>;

void commits(Cases& list, CostFigures as_built, CostFigures gray_lamport) {
    list.push_back({"commit, as built", Convention::as_built, 0, 0, as_built});
    list.push_back({"commit, Gray-Lamport", Convention::gray_lamport, 0, 0, gray_lamport});
}

void aborts(Cases& list, std::uint32_t n, CostFigures (*of)(std::uint32_t n, std::uint32_t k)) {
    for (std::uint32_t k = 1; k <= n; ++k) list.push_back({"abort, " + std::to_string(k) + " NO", Convention::as_built, k, 0, of(n, k)});
}

Cases two_phase(const std::string& protocol, std::uint32_t n) {
    Cases list;
    if (protocol == "2pc-pc") {
        list.push_back({"commit, as built", Convention::as_built, 0, 0, {3 * n, 3, n + 2}});
        aborts(list, n, [](std::uint32_t all, std::uint32_t k) { return CostFigures{4 * all - 2 * k, {}, 1 + 2 * (all - k)}; });
        return list;
    }
    commits(list, {4 * n, 3, 2 * n + 1}, {3 * n - 1, 4, n + 1});
    if (protocol == "2pc") {
        aborts(list, n, [](std::uint32_t all, std::uint32_t k) { return CostFigures{4 * all - 2 * k, {}, 2 * all - k + 1}; });
        return list;
    }
    aborts(list, n, [](std::uint32_t all, std::uint32_t k) { return CostFigures{3 * all - k, {}, all - k}; });
    for (std::uint32_t r = 1; r < n; ++r)
        list.push_back({"commit, " + std::to_string(r) + " read-only", Convention::as_built, 0, r, {4 * n - 2 * r, 3, 2 * (n - r) + 1}});
    list.push_back({"commit, all read-only", Convention::as_built, 0, n, {2 * n, {}, 0}});
    return list;
}

}  // namespace

// The table of Gray and Lamport 2006, section 5.3 and figure 6, for their convention; as built: the same with N ACKs, a client outside
// and the branches' own forced outcome records.
std::vector<CostCase> cost_cases(const std::string& protocol, std::uint32_t n, std::uint32_t f, bool colocated) {
    Cases list;
    const std::uint32_t wait = f > 0 ? 1 : 0;  // with one acceptor or replica there is nobody else to hear from
    if (colocated && n < 2 * f + 1) return list;
    if (colocated) {
        const auto row = [&](CostFigures figures) { list.push_back({"commit, Gray-Lamport, co-located", Convention::gray_lamport, 0, 0, figures}); };
        if (protocol == "2pc" || protocol == "2pc-pa") row({3 * n - 3, 3, n + 1});
        if (protocol == "paxos-commit") row({n * (f + 3) - 3, 3 + wait, n + f + 1});
        if (protocol == "paxos-commit-fast") row({(n - 1) * (2 * f + 3), 3, n + f + 1});
        return list;
    }
    if (protocol.starts_with("2pc")) return two_phase(protocol, n);
    if (protocol.starts_with("3pc")) list.push_back({"commit, as built", Convention::as_built, 0, 0, {6 * n, 5, 3 * n + 2}});
    if (protocol == "paxos-commit") commits(list, {n * (f + 4) + f, 3 + wait, 2 * n + f + 1}, {(n + 1) * (f + 3) - 4, 4 + wait, n + f + 1});
    if (protocol == "paxos-commit-fast") commits(list, {n * (2 * f + 4), 3, 2 * n + f + 1}, {n * (2 * f + 3) - 1, 4, n + f + 1});
    if (protocol == "raft-2pc") commits(list, {4 * n + 4 * f, 3 + 2 * wait, 2 * n + 2 * f + 1}, {3 * n - 1 + 4 * f, 4 + 2 * wait, n + 2 * f + 1});
    return list;
}

}  // namespace indoubt::commit
