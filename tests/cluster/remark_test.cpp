// SPDX-License-Identifier: GPL-3.0-or-later
// What is only written down: notes, claims, unmasking. In the log under a name, chained, and no machine hears of it.
#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using base::NodeId;
using client::Action;
using client::Wait;

namespace {

client::OrderRequest remark_on(const base::Xid& xid, Action action, const std::string& words = {}) {
    client::OrderRequest request;
    request.xid = xid;
    request.action = action;
    request.actor = "Ben Okafor";
    request.reason = words;
    request.ticket = "CASE-7";
    request.idempotency_key = "remark-" + std::to_string(static_cast<int>(action)) + words;
    return request;
}

std::vector<events::Event> orders_in(client::OperatorClient& client, NodeId node) {
    std::vector<events::Event> found;
    if (auto records = client.records(node, 1, 1000); records.ok())
        for (auto& event : *records)
            if (event.record() && event.record()->kind == events::RecordKind::order) found.push_back(std::move(event));
    return found;
}

}  // namespace

class RemarkTest : public QObject {
    Q_OBJECT
  private slots:
    void a_note_and_a_claim_stand_in_the_log_of_a_payment_that_is_long_over_and_change_nothing() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        auto paid = live.client().submit(tests::story_payment("NOTED"), std::nullopt, Wait::applied);
        QVERIFY(paid.ok());
        const auto before = live.posted("DE37900000010000471108");
        auto noted = live.client().order(remark_on(paid->xid, Action::note, "customer called twice"));
        QVERIFY2(noted.ok(), noted.ok() ? "" : noted.error().message.c_str());
        QVERIFY(live.client().order(remark_on(paid->xid, Action::claim)).ok());
        auto shown = live.show(paid->xid);
        QVERIFY(shown && shown->order);
        QVERIFY(shown->state == view::PaymentState::committed);
        QCOMPARE(shown->branches.size(), std::size_t{3});
        QCOMPARE(live.posted("DE37900000010000471108"), before);
        const auto orders = orders_in(live.client(), NodeId::of("T"));
        QCOMPARE(orders.size(), std::size_t{2});
        QCOMPARE(orders[0].record()->order->actor, std::string("Ben Okafor"));
        QCOMPARE(orders[0].record()->order->reason, std::string("customer called twice"));
        QCOMPARE(orders[0].record()->order->ticket, std::string("CASE-7"));
        QCOMPARE(orders[1].record()->order->action, std::string("claim"));
        QCOMPARE(orders[1].record()->order->previous, events::hash_value(*orders[0].record()));
        auto empty = live.client().order(remark_on(paid->xid, Action::note));
        QCOMPARE(empty.error().code, base::ErrorCode::invalid_argument);
    }

    void while_the_coordinator_is_down_a_branch_writes_it_down_and_the_restart_reads_it() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        QVERIFY(live.client().add_fault("crash before force COMMIT at T", "Ana").ok());
        (void)live.client().submit(tests::story_payment("STUCK"), std::nullopt, Wait::none);
        base::Xid xid;
        QTRY_VERIFY([&] {
            auto found = live.client().resolve_reference("STUCK");
            if (found.ok()) xid = *found;
            return found.ok();
        }());
        QTRY_COMPARE(live.client().info()->nodes.front().state, std::string("down"));
        QVERIFY(live.until(xid, [](const view::Transaction& t) { return t.branch(NodeId::of("A")) && t.branch(NodeId::of("A"))->in_doubt(); }));
        QVERIFY(live.client().order(remark_on(xid, Action::note, "told Mara to wait")).ok());
        QVERIFY(live.client().node(NodeId::of("A"), client::NodeAction::restart, "Ana").ok());
        const auto orders = orders_in(live.client(), NodeId::of("A"));
        QVERIFY(std::any_of(orders.begin(), orders.end(), [](const events::Event& e) { return e.record()->order->reason == "told Mara to wait"; }));
        QVERIFY(live.client().node(NodeId::of("T"), client::NodeAction::restart, "Ana").ok());
        QVERIFY(live.until(xid, [](const view::Transaction& t) { return t.state == view::PaymentState::aborted; }));
    }

    void unmasking_is_of_no_payment_and_is_on_disk_when_it_is_answered() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        QVERIFY(live.client().order(remark_on({}, Action::unmask)).ok());
        const auto orders = orders_in(live.client(), NodeId::of("T"));
        QCOMPARE(orders.size(), std::size_t{1});
        QVERIFY(orders.front().xid.empty());
        QCOMPARE(orders.front().record()->order->action, std::string("unmask"));
    }
};

INDOUBT_TEST(RemarkTest);
#include "remark_test.moc"
