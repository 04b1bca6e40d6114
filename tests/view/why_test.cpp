// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/why.h"

#include "support/test_main.h"

using namespace indoubt;
using base::NodeId;
using events::Heuristic;
using events::Outcome;
using events::Vote;
using view::BranchPhase;
using view::PaymentState;

namespace {

// Three branches that voted YES and know no outcome.
view::Transaction in_doubt() {
    view::Transaction tx;
    tx.xid = {NodeId::of("T"), 1, 1};
    tx.state = PaymentState::in_doubt;
    for (const char* name : {"A", "B", "C"}) {
        view::Branch branch;
        branch.node = NodeId::of(name);
        branch.vote = Vote::yes;
        branch.phase = BranchPhase::prepared;
        tx.branches.push_back(branch);
    }
    return tx;
}

const view::LostNodes t_is_down{{NodeId::of("T"), "is down"}};
const view::LostNodes b_is_suspended{{NodeId::of("B"), "is suspended"}};

}  // namespace

class WhyTest : public QObject {
    Q_OBJECT

    static void says(const view::Transaction& tx, std::size_t branch, const view::LostNodes& lost, const char* words) { QCOMPARE(view::why(tx, tx.branches[branch], lost), std::string(words)); }

  private slots:
    void a_branch_in_doubt_always_says_what_it_waits_for() {
        auto tx = in_doubt();
        says(tx, 0, {}, "waits for the decision of T: may not decide alone");
        says(tx, 0, t_is_down, "T is down: may not decide alone");
        says(tx, 1, b_is_suspended, "B is suspended: may not decide alone");
        tx.branches[0].asked_hlc = 7;
        tx.branches[0].asks = 3;
        says(tx, 0, {}, "no answer from T, asked 3 times: may not decide alone");
        tx.branches[0].asked_hlc = 0;
        tx.decision = Outcome::commit;
        tx.decision_durable = true;
        says(tx, 0, {}, "COMMIT of T has not reached it: may not decide alone");
        tx.decision = Outcome::none;
        tx.branches[2].vote = Vote::none;
        tx.branches[2].phase = BranchPhase::active;
        says(tx, 0, {}, "no vote from C: may not decide alone");
        says(tx, 2, {}, "has not voted: may still refuse");
        says(tx, 2, {{NodeId::of("C"), "is down"}}, "C is down: may have voted, not known");
    }

    void what_was_forced_says_how_it_stands_to_the_decision() {
        auto tx = in_doubt();
        tx.branches[0].phase = BranchPhase::aborted;
        tx.branches[0].heuristic = Heuristic::rollback;
        says(tx, 0, {}, "an operator forced rollback; no evidence of the decision");
        tx.decision = Outcome::abort;
        tx.decision_durable = true;
        says(tx, 0, {}, "an operator forced rollback; the decision agrees");
        tx.decision = Outcome::commit;
        says(tx, 0, {}, "an operator forced rollback: contradicts the decision");
        tx.branches[0].damage = true;
        says(tx, 0, {}, "contradicts the decision");
        tx.branches[0].damage = false;
        tx.branches[0].phase = BranchPhase::forgotten;
        says(tx, 0, {}, "an operator forced rollback; forgotten");
    }

    void a_payment_that_is_over_has_nothing_to_explain_but_its_refusal() {
        auto tx = in_doubt();
        tx.state = PaymentState::aborted;
        for (auto& branch : tx.branches) branch.phase = BranchPhase::aborted;
        tx.branches[1].reason = "insufficient funds: 1.00 EUR available";
        says(tx, 0, t_is_down, "");
        says(tx, 1, t_is_down, "insufficient funds: 1.00 EUR available");
        QCOMPARE(view::why(tx, t_is_down), std::string());
    }

    void every_open_payment_has_a_cause() {
        auto tx = in_doubt();
        QCOMPARE(view::why(tx, t_is_down), std::string("T is down"));
        QCOMPARE(view::why(tx, b_is_suspended), std::string("B is suspended"));
        tx.branches[1].asked_hlc = 5;
        QCOMPARE(view::why(tx, {}), std::string("no answer from T at B"));
        tx.state = PaymentState::blocked;
        QCOMPARE(view::why(tx, {}), std::string("blocked at B: no answer from T"));
        tx.state = PaymentState::in_doubt;
        tx.branches[1].asked_hlc = 0;
        QCOMPARE(view::why(tx, {}), std::string("waits for the decision of T"));
        tx.decision = Outcome::commit;
        tx.decision_durable = true;
        tx.branches[0].acked = true;
        QCOMPARE(view::why(tx, {}), std::string("decided; not confirmed by B, C"));
    }
};

INDOUBT_TEST(WhyTest);
#include "why_test.moc"
