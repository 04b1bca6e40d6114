// SPDX-License-Identifier: GPL-3.0-or-later
// Timelines of protocols with several managers and more phases: every node that takes part has its lane, and the bill is the
// protocol's own.
#include "commit/cost.h"
#include "simulation/scenario.h"
#include "support/test_main.h"
#include "view/event_store.h"
#include "view/timeline_model.h"

using namespace indoubt;
using view::LaneRole;

namespace {

view::TimelineModel timeline(const std::string& head, std::size_t managers) {
    const auto result = simulation::run_scenario(head + R"(
        participants { node: "A" accounts { account: "mara" currency: "EUR" balance: "2480.00" } }
        participants { node: "B" accounts { account: "shop" currency: "EUR" balance: "310.75" } }
        steps { at_ms: 10 pay { reference: "INV-2042" currency: "EUR"
            legs { kind: "debit" node: "A" account: "mara" amount: "120.00" } legs { kind: "credit" node: "B" account: "shop" amount: "120.00" } } }
    )", "a payment");
    if (!result || result->transactions.empty()) return {};
    view::EventStore store;
    for (const auto& event : result->trace) store.append(event);
    view::TimelineOptions options;
    options.bill = [managers](const std::string& protocol, std::uint32_t n, std::uint32_t noes, std::uint32_t readers) {
        const auto due = commit::cost_seen(protocol, n, managers, noes, readers);
        return due ? view::TimelineBill{due->messages, due->forced_writes, due->delays.value_or(0)} : view::TimelineBill{};
    };
    const base::Xid xid = result->transactions.front().xid;
    return view::make_timeline(xid, view::timeline_events(store.rows(), xid), options);
}

}  // namespace

class TimelineProtocolsTest : public QObject {
    Q_OBJECT
  private slots:
    void the_bill_is_the_protocols_own_data() {
        QTest::addColumn<QString>("protocol");
        QTest::addColumn<int>("faults");
        QTest::addColumn<int>("messages");  // 0: no formula
        for (const char* protocol : {"2pc-pa", "2pc"}) QTest::newRow(protocol) << protocol << 0 << 8;
        QTest::newRow("2pc-pc") << "2pc-pc" << 0 << 6;
        QTest::newRow("3pc-e3pc") << "3pc-e3pc" << 0 << 12;
        QTest::newRow("paxos-commit") << "paxos-commit" << 1 << 11;
        QTest::newRow("paxos-commit-fast") << "paxos-commit-fast" << 1 << 12;
        QTest::newRow("raft-2pc") << "raft-2pc" << 1 << 0;
    }
    void the_bill_is_the_protocols_own() {
        QFETCH(QString, protocol);
        QFETCH(int, faults);
        QFETCH(int, messages);
        const auto model = timeline("protocol: \"" + protocol.toStdString() + "\" faults: " + std::to_string(faults), static_cast<std::size_t>(2 * faults + 1));
        QCOMPARE(model.state, view::PaymentState::committed);
        QCOMPARE(static_cast<int>(model.cost.messages_due), messages);
        QCOMPARE(model.cost.extra_messages, 0u);  // undisturbed: nothing was asked or repeated
        if (messages == 0) return;
        QCOMPARE(model.cost.messages, model.cost.messages_due);
        QCOMPARE(model.cost.forced_writes, model.cost.forced_writes_due);
        QCOMPARE(model.cost.delays, model.cost.delays_due);
    }
    void an_acceptor_has_a_lane_beside_the_coordinator_and_no_vote() {
        const auto model = timeline("protocol: \"paxos-commit\" faults: 1", 3);
        QCOMPARE(model.lanes.size(), std::size_t(4));  // the spare acceptor took no part
        QCOMPARE(QString::fromStdString(model.lanes[1].node.name()), QStringLiteral("T2"));
        QCOMPARE(model.lanes[1].role, LaneRole::manager);
        QCOMPARE(model.lanes[1].vote, events::Vote::none);
        QCOMPARE(model.lanes[2].role, LaneRole::debit);
        QCOMPARE(model.lanes[3].role, LaneRole::credit);
        for (const auto& message : model.messages) QVERIFY(message.from >= 0 && message.to >= 0);
        for (const auto& band : model.bands) QVERIFY(band.lane != 1 || band.kind != view::BandKind::in_doubt);
        const std::string text = view::render_text(model);
        QVERIFY2(text.find("manager") != std::string::npos && text.find("11 of 11 messages") != std::string::npos, text.c_str());
    }
};
INDOUBT_TEST(TimelineProtocolsTest);
#include "timeline_protocols_test.moc"
