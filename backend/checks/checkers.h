// SPDX-License-Identifier: GPL-3.0-or-later
// The checkers themselves, one function per invariant; check.h runs them all.
#pragma once
#include "checks/check.h"
#include "checks/trace.h"

namespace indoubt::checks {

// Keeps the first violation and the count.
class Finding {
  public:
    explicit Finding(std::string_view name) { m_result.name = name; }
    void exercised() { ++m_result.checked; }
    void broken(const Trace& trace, Index at, std::string why) {
        if (!m_result.holds) return;
        m_result.holds = false;
        if (at != never) m_result.event = trace[at].ref();
        m_result.why = std::move(why);
    }
    CheckResult take() { return std::move(m_result); }

  private:
    CheckResult m_result;
};

// outcomes.cpp
CheckResult check_consistency(const Trace&, const CheckContext&);
CheckResult check_stability(const Trace&, const CheckContext&);
CheckResult check_commit_validity(const Trace&, const CheckContext&);
CheckResult check_abort_validity(const Trace&, const CheckContext&);
CheckResult check_no_unilateral_exit(const Trace&, const CheckContext&);
// log_order.cpp
CheckResult check_log_before_send(const Trace&, const CheckContext&);
CheckResult check_forgetting(const Trace&, const CheckContext&);
CheckResult check_abort_forgetting(const Trace&, const CheckContext&);
// money.cpp, locks.cpp
CheckResult check_locks(const Trace&, const CheckContext&);
CheckResult check_exactly_once(const Trace&, const CheckContext&);
CheckResult check_conservation(const Trace&, const CheckContext&);
// progress.cpp
CheckResult check_non_triviality(const Trace&, const CheckContext&);
CheckResult check_blocked_label(const Trace&, const CheckContext&);
CheckResult check_liveness(const Trace&, const CheckContext&);
CheckResult check_determinism(const Trace&, const CheckContext&);
// paxos.cpp
CheckResult check_paxos(const Trace&, const CheckContext&);
// raft.cpp
CheckResult check_raft(const Trace&, const CheckContext&);
// three_phase.cpp
CheckResult check_skeen(const Trace&, const CheckContext&);
CheckResult check_quorum_three_phase(const Trace&, const CheckContext&);
// heuristics.cpp
CheckResult check_heuristics(const Trace&, const CheckContext&);

}  // namespace indoubt::checks
