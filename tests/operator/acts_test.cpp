// SPDX-License-Identifier: GPL-3.0-or-later
// Orders that reach some nodes and not others, and keys that come twice.
#include "operator/acts.h"

#include <thread>

#include "operator/fake_host.h"
#include "operator/once.h"
#include "support/test_main.h"

using namespace indoubt;
using base::NodeId;
using grpc::Status;
using grpc::StatusCode;
using operators::OnceTable;
using tests::FakeHost;

namespace {

v1::OrderRequest retry_of(std::uint64_t number) {
    v1::OrderRequest request;
    request.mutable_xid()->set_coordinator("T");
    request.mutable_xid()->set_incarnation(1);
    request.mutable_xid()->set_counter(number);
    request.set_action(v1::ORDER_ACTION_RETRY);
    request.set_actor("Ana");
    return request;
}

std::string nodes_of(const google::protobuf::RepeatedPtrField<v1::Coverage>& coverage) {
    std::string text;
    for (const auto& entry : coverage) text += entry.node() + (entry.reached() ? "+" : "-");
    return text;
}

OnceTable::Answer answer(StatusCode code, const std::string& text = {}) { return {Status(code, text), text}; }

}  // namespace

class ActsTest : public QObject {
    Q_OBJECT
  private slots:
    void an_order_for_a_payment_of_another_cluster_touches_nothing_here() {
        FakeHost host;
        host.feed(tests::in_doubt(7, "INV-7"));  // made here: T, 1, 7
        auto request = retry_of(7);
        request.mutable_xid()->set_cluster(base::cluster_tag(4711));
        v1::OrderReply reply;
        Status status = operators::order(host, request, reply);
        QCOMPARE(status.error_code(), StatusCode::INVALID_ARGUMENT);
        QVERIFY2(status.error_message().starts_with("this XID belongs to another cluster"), status.error_message().c_str());
        request.set_action(v1::ORDER_ACTION_CLAIM);
        status = operators::order(host, request, reply);
        QVERIFY2(status.error_message().starts_with("this XID belongs to another cluster"), status.error_message().c_str());
        QCOMPARE(host.orders.load(), 0);
        request.mutable_xid()->set_cluster(0);
        request.set_action(v1::ORDER_ACTION_RETRY);
        QVERIFY(operators::order(host, request, reply).ok());
    }
    // Whatever is taken is written down for ever, and read by viewers who take it as strangers' bytes. So nothing is cut, and what a
    // viewer would not take is refused, with its field.
    void text_that_no_viewer_could_read_is_refused_by_its_field_data() {
        QTest::addColumn<QString>("act");
        QTest::addColumn<QString>("field");
        QTest::addColumn<int>("most");
        for (const char* act : {"retry", "note", "claim", "unmask", "control", "open", "fault", "clear"}) {
            const bool order = QString(act) == "retry" || QString(act) == "note" || QString(act) == "claim" || QString(act) == "unmask";
            const auto row = [&](const char* field, int most) { QTest::newRow(qPrintable(QString("%1 of %2").arg(field, act))) << act << field << most; };
            row("actor", 140);
            row("idempotency_key", 140);
            if (order) row("ticket", 140);
            if (order || QString(act) == "control") row("reason", 500);
            if (QString(act) == "fault") row("rule", 120);
            if (QString(act) == "open") row("lines[0].account", 140);
            if (QString(act) == "open") row("lines[0].holder", 140);
        }
    }
    void text_that_no_viewer_could_read_is_refused_by_its_field() {
        QFETCH(QString, act);
        QFETCH(QString, field);
        QFETCH(int, most);
        FakeHost host;
        host.feed(tests::in_doubt(7, "INV-7"));
        const auto carried_out = [&](const std::string& text) {
            const auto fill = [&](auto& request) {
                request.set_actor(field == "actor" ? text : "Ana");
                request.set_idempotency_key(field == "idempotency_key" ? text : "key");
            };
            if (act == "control") {
                v1::ControlNodeRequest request;
                v1::ControlNodeReply reply;
                fill(request);
                request.set_node("A");
                request.set_action(v1::NODE_ACTION_PAUSE);
                request.set_reason(field == "reason" ? text : "because");
                return operators::control_node(host, request, reply);
            }
            if (act == "open") {
                v1::OpenAccountsRequest request;
                v1::OpenAccountsReply reply;
                fill(request);
                request.set_node("A");
                auto* line = request.add_lines();
                line->set_account(field.endsWith("account") ? text : "A-2");
                line->set_holder(field.endsWith("holder") ? text : "Mara");
                line->set_currency("EUR");
                return operators::open_accounts(host, request, reply);
            }
            if (act == "fault") {
                v1::AddFaultRequest request;
                v1::AddFaultReply reply;
                fill(request);
                request.set_rule(field == "rule" ? text : "drop YES");
                return operators::add_fault(host, request, reply);
            }
            if (act == "clear") {
                v1::ClearFaultsRequest request;
                v1::ClearFaultsReply reply;
                fill(request);
                return operators::clear_faults(host, request, reply);
            }
            v1::OrderReply reply;
            auto request = retry_of(7);
            fill(request);
            request.set_action(act == "note" ? v1::ORDER_ACTION_NOTE : act == "claim" ? v1::ORDER_ACTION_CLAIM : act == "unmask" ? v1::ORDER_ACTION_UNMASK : v1::ORDER_ACTION_RETRY);
            request.set_reason(field == "reason" ? text : "because");
            request.set_ticket(field == "ticket" ? text : "CASE-1");
            return operators::order(host, request, reply);
        };
        // In the middle of a character, and one byte too many; the longest possible text comes through to the host.
        const std::string e_acute = "\xc3\xa9";
        for (const std::string& bad : {std::string(static_cast<std::size_t>(most) + 1, 'x'), std::string(static_cast<std::size_t>(most) - 1, 'x') + e_acute, std::string("caf\xe9")}) {
            const Status status = carried_out(bad);
            QCOMPARE(static_cast<int>(status.error_code()), static_cast<int>(StatusCode::INVALID_ARGUMENT));
            QVERIFY2(status.error_message().starts_with(field.toStdString() + ": "), status.error_message().c_str());
        }
        QCOMPARE(host.acts, 0);
        const Status taken = carried_out(std::string(static_cast<std::size_t>(most) - 2, 'x') + e_acute);
        QVERIFY2(host.acts > 0, taken.error_message().c_str());
    }

    void an_order_that_cannot_reach_one_node_is_carried_out_at_the_others() {
        FakeHost host;
        host.feed(tests::in_doubt(7, "INV-7"));
        host.cannot_send[NodeId::of("B")] = base::unavailable("node B went away");
        v1::OrderReply reply;
        const Status status = operators::order(host, retry_of(7), reply);
        QVERIFY2(status.ok(), status.error_message().c_str());
        QCOMPARE(host.orders.load(), 1);
        QVERIFY2(reply.text().find("at A; B: node B went away") != std::string::npos, reply.text().c_str());
        QCOMPARE(nodes_of(reply.coverage()), std::string("A+B+"));
    }

    void coverage_of_an_order_is_the_nodes_it_concerns_and_as_of_when_they_are_known() {
        FakeHost host;
        host.feed(tests::in_doubt(7, "INV-7"));
        host.node_facts[2].state = "down";
        v1::OrderReply reply;
        QVERIFY(operators::order(host, retry_of(7), reply).ok());
        QCOMPARE(nodes_of(reply.coverage()), std::string("A+B-"));
        QCOMPARE(reply.coverage(0).as_of_ns(), host.now_ns());
        const auto last = host.hub().with_view([](const view::View& view) { return view.node(NodeId::of("B"))->last_hlc; });
        QCOMPARE(reply.coverage(1).as_of_ns(), last);
        QVERIFY(last < host.now_ns());
    }

    void when_every_node_fails_the_error_says_whether_asking_again_makes_sense() {
        FakeHost host;
        host.feed(tests::in_doubt(7, "INV-7"));
        host.refuses[NodeId::of("A")] = base::failed_precondition("A says no");
        host.cannot_send[NodeId::of("B")] = base::unavailable("B went away");
        v1::OrderReply reply;
        const Status status = operators::order(host, retry_of(7), reply);
        QCOMPARE(static_cast<int>(status.error_code()), static_cast<int>(StatusCode::UNAVAILABLE));
        QVERIFY2(status.error_message().find("A says no") != std::string::npos && status.error_message().find("B went away") != std::string::npos,
                 status.error_message().c_str());
    }

    void a_key_keeps_what_is_final_and_nothing_else() {
        for (const auto& [code, kept] : {std::pair{StatusCode::OK, true}, {StatusCode::FAILED_PRECONDITION, true}, {StatusCode::PERMISSION_DENIED, true},
                                         {StatusCode::DEADLINE_EXCEEDED, false}, {StatusCode::UNAVAILABLE, false}, {StatusCode::NOT_FOUND, false},
                                         {StatusCode::RESOURCE_EXHAUSTED, false}, {StatusCode::INTERNAL, false}}) {
            OnceTable table;
            table.run("key", "request", [code = code] { return answer(code, "first"); });
            bool again = false;
            const auto second = table.run("key", "request", [&] { return again = true, answer(StatusCode::OK, "second"); });
            QCOMPARE(again, !kept);
            QCOMPARE(second.reply, std::string(kept ? "first" : "second"));
        }
    }

    void the_key_of_another_request_is_refused() {
        OnceTable table;
        table.run("key", "abort payment 7", [] { return answer(StatusCode::OK); });
        bool ran = false;
        const auto other = table.run("key", "abort payment 8", [&] { return ran = true, answer(StatusCode::OK); });
        QVERIFY(!ran);
        QCOMPARE(static_cast<int>(other.status.error_code()), static_cast<int>(StatusCode::INVALID_ARGUMENT));
        QVERIFY(other.status.error_message().find("idempotency_key") == 0);
    }

    void a_second_call_with_a_key_waits_for_the_first_and_gets_its_answer() {
        OnceTable table;
        std::atomic<bool> at_work{false}, go_on{false};
        std::thread first([&] {
            table.run("key", "request", [&] {
                at_work = true;
                while (!go_on) std::this_thread::yield();
                return answer(StatusCode::OK, "first");
            });
        });
        while (!at_work) std::this_thread::yield();
        std::string got;
        std::thread second([&] { got = table.run("key", "request", [] { return answer(StatusCode::OK, "second"); }).reply; });
        QTest::qWait(20);
        go_on = true;
        first.join();
        second.join();
        QCOMPARE(got, std::string("first"));
    }
};

INDOUBT_TEST(ActsTest);
#include "acts_test.moc"
