// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/advisor.h"
#include "support/test_main.h"

using namespace indoubt::commit;
using indoubt::base::NodeId;

namespace {

Reading coordinator(Fact fact, bool reached = true) { return {NodeId::of("T"), true, false, reached, fact, 14, 0}; }
Reading branch(const char* name, Fact fact, bool reached = true, bool updater = true) { return {NodeId::of(name), false, updater, reached, fact, 7, 0}; }

}  // namespace

class AdvisorTest : public QObject {
    Q_OBJECT
  private slots:
    void every_branch_prepared_and_the_coordinator_silent_is_undetermined() {
        const auto advice = advise({coordinator(Fact::unknown, false), branch("A", Fact::prepared), branch("B", Fact::prepared), branch("C", Fact::prepared)});
        QCOMPARE(advice.verdict, Verdict::undetermined);
        QCOMPARE(advice.would_settle, std::vector<NodeId>{NodeId::of("T")});
        QCOMPARE(advice.to_tell.size(), std::size_t{3});
    }
    void a_branch_that_learnt_commit_makes_commit_safe_for_all() {
        const auto advice = advise({coordinator(Fact::unknown, false), branch("A", Fact::prepared), branch("B", Fact::committed)});
        QCOMPARE(advice.verdict, Verdict::safe_to_commit);
        QCOMPARE(advice.ground, Ground::branch_outcome);
        QCOMPARE(advice.node, NodeId::of("B"));
    }
    void a_forced_refusal_makes_rollback_safe() {
        QCOMPARE(advise({coordinator(Fact::unknown, false), branch("A", Fact::prepared), branch("B", Fact::refused)}).verdict, Verdict::safe_to_roll_back);
        // A reader's refusal proves nothing: it may have voted READ-ONLY before.
        QCOMPARE(advise({coordinator(Fact::unknown, false), branch("A", Fact::prepared), branch("B", Fact::refused, true, false)}).verdict, Verdict::undetermined);
    }
    void a_refusal_that_is_not_on_disk_yet_proves_nothing_but_would_settle_it() {
        const auto advice = advise({coordinator(Fact::unknown, false), branch("A", Fact::prepared), branch("B", Fact::refusing)});
        QCOMPARE(advice.verdict, Verdict::undetermined);
        QCOMPARE(advice.would_settle, (std::vector<NodeId>{NodeId::of("T"), NodeId::of("B")}));
        QCOMPARE(advise({coordinator(Fact::preparing), branch("A", Fact::prepared), branch("B", Fact::refusing)}).ground, Ground::abort_at_coordinator);
    }
    void a_branch_that_has_not_voted_can_be_fenced() {
        const auto advice = advise({coordinator(Fact::unknown, false), branch("A", Fact::prepared), branch("B", Fact::nothing)});
        QCOMPARE(advice.verdict, Verdict::safe_once_fenced);
        QCOMPARE(advice.ground, Ground::ask_to_refuse);
    }
    void an_unreached_branch_may_have_voted_so_nothing_is_safe() {
        QCOMPARE(advise({coordinator(Fact::unknown, false), branch("A", Fact::prepared), branch("B", Fact::unknown, false)}).verdict, Verdict::undetermined);
    }
    void a_forced_outcome_is_no_evidence_of_the_decision() {
        const auto advice = advise({coordinator(Fact::unknown, false), branch("A", Fact::prepared), branch("B", Fact::forced_commit), branch("C", Fact::forced_rollback)});
        QCOMPARE(advice.verdict, Verdict::undetermined);
    }
    void the_recovered_coordinator_without_a_record_presumes_abort() {
        const auto advice = advise({coordinator(Fact::nothing), branch("A", Fact::prepared)});
        QCOMPARE(advice.verdict, Verdict::safe_to_roll_back);
        QCOMPARE(advice.ground, Ground::presumed_abort);
    }
    void a_collecting_coordinator_can_still_abort() {
        QCOMPARE(advise({coordinator(Fact::preparing), branch("A", Fact::prepared)}).ground, Ground::abort_at_coordinator);
    }
    void a_decision_learnt_before_the_coordinator_was_lost_still_counts() {
        const auto advice = advise({coordinator(Fact::committed, false), branch("A", Fact::prepared), branch("B", Fact::prepared)});
        QCOMPARE(advice.verdict, Verdict::safe_to_commit);
        QCOMPARE(advice.lsn, std::uint64_t{14});
    }
    void nothing_waits_is_settled() {
        QCOMPARE(advise({coordinator(Fact::committed), branch("A", Fact::committed), branch("B", Fact::committed)}).verdict, Verdict::settled);
    }
};

INDOUBT_TEST(AdvisorTest);
#include "advisor_test.moc"
