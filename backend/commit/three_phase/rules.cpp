// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/three_phase/rules.h"

#include <algorithm>

namespace indoubt::commit::three_phase {

using events::Knowledge;

const Rules classic = {{.name = "3pc"}, Rules::sites};
const Rules majority = {{.name = "3pc-quorum"}, Rules::quorum};
const Rules e3pc = {{.name = "3pc-e3pc"}, Rules::elected};
const Rules quorum_commit = {{.name = "x-quorum-commit-3pc"}, Rules::silence, true};

namespace {

template <class Fits>
std::size_t count(const std::vector<Report>& reports, Fits&& fits) {
    return static_cast<std::size_t>(std::count_if(reports.begin(), reports.end(), fits));
}

std::size_t standing(const std::vector<Report>& reports, Knowledge knowledge) {
    return count(reports, [&](const Report& r) { return r.knowledge == knowledge; });
}

// Everybody operational has reported; after a time-out the counter-example takes whoever is silent for failed.
bool all_operational(const Rules& rules, const std::vector<Report>& reports, bool over) {
    return std::all_of(reports.begin(), reports.end(), [&](const Report& r) { return r.here || r.failed || (over && rules.kind == Rules::silence); });
}

Next site_failure_rule(const std::vector<Report>& reports) {
    const auto operational = [](Knowledge knowledge) { return [knowledge](const Report& r) { return r.here && r.knowledge == knowledge; }; };
    if (count(reports, operational(Knowledge::pre_committed)) == 0) return Next::abort;
    return count(reports, operational(Knowledge::prepared)) == 0 ? Next::commit : Next::move_to_commit;
}

// What is pre-committed stays so, and so does what is pre-aborted: late reports can only understate the counts.
Next quorum_rule(const std::vector<Report>& reports, bool settled) {
    const std::size_t quorum = quorum_of(reports.size());
    const std::size_t prepared = standing(reports, Knowledge::prepared), pre_committed = standing(reports, Knowledge::pre_committed), pre_aborted = standing(reports, Knowledge::pre_aborted);
    if (pre_committed >= quorum) return Next::commit;
    if (pre_aborted >= quorum) return Next::abort;
    if (!settled) return Next::wait;
    if (pre_committed > 0 && pre_committed + prepared >= quorum) return Next::move_to_commit;
    if ((pre_committed == 0 || pre_aborted > 0) && pre_aborted + prepared >= quorum) return Next::move_to_abort;
    return Next::wait;
}

// Of those that took part in this election the ones with the greatest LastAttempt know the last direction that may have won.
Next last_attempt_rule(const std::vector<Report>& reports) {
    if (count(reports, [](const Report& r) { return r.here; }) < quorum_of(reports.size())) return Next::wait;
    std::uint64_t last = 0;
    for (const Report& report : reports)
        if (report.here) last = std::max(last, report.attempt);
    const bool committable = std::any_of(reports.begin(), reports.end(), [&](const Report& r) { return r.here && r.attempt == last && r.knowledge == Knowledge::pre_committed; });
    return committable ? Next::move_to_commit : Next::move_to_abort;
}

}  // namespace

Next after_reports(const Rules& rules, const std::vector<Report>& reports, bool over) {
    const bool settled = over || std::all_of(reports.begin(), reports.end(), [](const Report& r) { return r.here; });
    if (rules.kind == Rules::quorum) return quorum_rule(reports, settled);
    if (rules.kind == Rules::elected) return settled ? last_attempt_rule(reports) : Next::wait;
    return all_operational(rules, reports, over) ? site_failure_rule(reports) : Next::wait;
}

Next after_moves(const Rules& rules, const std::vector<Report>& reports, bool to_commit, bool over) {
    const std::size_t moved = count(reports, [](const Report& r) { return r.moved; });
    if (rules.kind == Rules::elected) return moved < quorum_of(reports.size()) ? Next::wait : to_commit ? Next::commit : Next::abort;
    if (rules.kind == Rules::quorum) return quorum_rule(reports, false);
    const bool all = std::all_of(reports.begin(), reports.end(), [&](const Report& r) {
        return r.moved || r.failed || (r.here && r.knowledge != Knowledge::prepared) || (over && rules.kind == Rules::silence);
    });
    return all ? Next::commit : Next::wait;
}

}  // namespace indoubt::commit::three_phase
