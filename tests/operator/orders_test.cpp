// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/orders.h"
#include "support/test_main.h"

using namespace indoubt;
using operators::Action;
using base::NodeId;

namespace {

const NodeId T = NodeId::of("T"), A = NodeId::of("A"), B = NodeId::of("B"), D = NodeId::of("D");

std::vector<operators::NodeFacts> all_up() {
    std::vector<operators::NodeFacts> nodes;
    for (const NodeId node : {T, A, B, D}) {
        nodes.emplace_back();
        nodes.back().node = node;
        nodes.back().state = "up";
    }
    return nodes;
}

// A is in doubt, B moves money too, D only checks.
view::Transaction in_doubt() {
    view::Transaction payment;
    payment.xid = {T, 1, 1};
    payment.state = view::PaymentState::in_doubt;
    for (const NodeId node : {A, B, D}) {
        view::Branch branch;
        branch.node = node;
        branch.enrolled = true;
        branch.updater = node != D;
        payment.branches.push_back(branch);
    }
    payment.branches[0].phase = view::BranchPhase::prepared;
    return payment;
}

}  // namespace

class OrdersTest : public QObject {
    Q_OBJECT
  private slots:
    void a_branch_that_only_checks_is_neither_asked_to_refuse_nor_forced() {
        for (const Action action : {Action::refuse, Action::resolve_commit, Action::resolve_rollback}) {
            const auto steps = plan_order(action, D, "reason", in_doubt(), all_up());
            QVERIFY(!steps);
            QCOMPARE(steps.error().code, base::ErrorCode::failed_precondition);
            QVERIFY2(steps.error().message.find("only checks") != std::string::npos, steps.error().message.c_str());
        }
        const auto all = plan_order(Action::refuse, std::nullopt, "reason", in_doubt(), all_up());
        QVERIFY(all.ok());
        QCOMPARE(all->steps.size(), std::size_t{1});
        QCOMPARE(all->steps.front().node, B);
    }
    void a_decision_is_delivered_on_a_record_that_is_on_disk_and_no_other() {
        view::Transaction payment = in_doubt();
        payment.branches[1].phase = view::BranchPhase::aborted;
        payment.branches[1].vote = events::Vote::no;
        payment.branches[1].decided_lsn = 7;
        QVERIFY(!plan_order(Action::deliver, std::nullopt, "reason", payment, all_up()));  // a lazy refusal may still be lost
        payment.branches[1].decided_on_disk = true;
        const auto steps = plan_order(Action::deliver, std::nullopt, "reason", payment, all_up());
        QVERIFY(steps.ok());
        QCOMPARE(steps->steps.front().kind, commit::OrderKind::deliver_abort);
        QCOMPARE(steps->steps.front().proof_lsn, std::uint64_t{7});
        QCOMPARE(steps->steps.front().proof_node, B);
    }
    void an_order_to_a_branch_that_is_over_is_told_what_the_payment_is() {
        view::Transaction payment = in_doubt();
        payment.state = view::PaymentState::committed;
        payment.ended_hlc = std::int64_t{1'795'197'631} * 1'000'000'000;
        payment.branches[0].phase = view::BranchPhase::committed;
        for (const Action action : {Action::resolve_commit, Action::resolve_rollback, Action::deliver, Action::forget, Action::refuse}) {
            const auto steps = plan_order(action, A, "reason", payment, all_up());
            QVERIFY(!steps);
            QCOMPARE(QString::fromStdString(steps.error().message), QStringLiteral("the payment is already committed at 2026-11-20 18:00:31 UTC; nothing is left to do at A"));
        }
        QVERIFY(plan_order(Action::abort, std::nullopt, "", payment, all_up()).error().message.starts_with("the payment is already committed at "));
        // What was forced is remembered until somebody forgets it.
        payment.branches[0].heuristic = events::Heuristic::commit;
        QVERIFY(plan_order(Action::forget, A, "reason", payment, all_up()).ok());
        // Of an open payment the branch alone is over.
        payment.branches[0].heuristic = events::Heuristic::none;
        payment.branches[0].decided_hlc = payment.ended_hlc;
        payment.state = view::PaymentState::committing;
        QCOMPARE(QString::fromStdString(plan_order(Action::resolve_rollback, A, "reason", payment, all_up()).error().message),
                 QStringLiteral("branch A has already committed at 2026-11-20 18:00:31 UTC; nothing is left to do at A"));
    }
};
INDOUBT_TEST(OrdersTest);
#include "orders_test.moc"
