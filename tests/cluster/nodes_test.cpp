// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes up, down and suspended; who may call; two clusters and one directory; late subscribers.
#include <grpcpp/create_channel.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/live_cluster.h"
#include "view/filter.h"
#include "view/history.h"
#include "support/test_main.h"

using namespace indoubt;
using base::ErrorCode;
using base::NodeId;
using client::NodeAction;
using client::Wait;

class NodesTest : public QObject {
    Q_OBJECT

  private slots:
    void a_suspended_node_answers_nothing_and_goes_on_where_it_stood() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        auto paused = live.client().node(NodeId::of("B"), NodeAction::pause, "Ana");
        QVERIFY(paused.ok());
        QCOMPARE(paused->state, std::string("suspended"));
        auto submitted = live.client().submit(tests::story_payment("SLEEPY"), std::nullopt, Wait::none);
        QVERIFY(submitted.ok());
        QTest::qWait(300);
        auto shown = live.show(submitted->xid);
        QVERIFY(shown);
        QVERIFY(shown->decision == events::Outcome::none);
        QVERIFY(shown->branch(NodeId::of("B"))->vote == events::Vote::none);
        auto twice = live.client().node(NodeId::of("B"), NodeAction::pause, "Ana");
        QCOMPARE(twice.error().code, ErrorCode::failed_precondition);
        auto records = live.client().records(NodeId::of("B"), 1, 10);
        QCOMPARE(records.error().code, ErrorCode::unavailable);
        QVERIFY(live.client().node(NodeId::of("B"), NodeAction::resume, "Ana").ok());
        QVERIFY(live.until(submitted->xid, [](const view::Transaction& t) { return t.state == view::PaymentState::committed; }));
    }

    void a_coordinator_that_is_down_turns_payments_away_by_name() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        QVERIFY(live.client().node(NodeId::of("T"), NodeAction::crash, "Ana").ok());
        auto refused = live.client().submit(tests::story_payment("NOBODY"), std::nullopt, Wait::decided);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::unavailable);
        QVERIFY2(refused.error().message.find("node T") != std::string::npos, refused.error().message.c_str());
        QVERIFY(live.client().node(NodeId::of("T"), NodeAction::start, "Ana").ok());
        auto paid = live.client().submit(tests::story_payment("NOBODY"), std::nullopt, Wait::applied);
        QVERIFY2(paid.ok(), paid.ok() ? "" : paid.error().message.c_str());
        QCOMPARE(paid->outcome, events::Outcome::commit);
    }

    void a_payment_to_a_participant_that_crashed_is_aborted_and_after_its_restart_commits() {
        tests::LiveCluster live;
        auto options = live.options();
        options.prepare_timeout_ms = 300;
        QVERIFY(live.start(options).ok());
        QVERIFY(live.client().node(NodeId::of("C"), NodeAction::crash, "Ana").ok());
        auto aborted = live.client().submit(tests::story_payment("C-GONE"), std::nullopt, Wait::applied);
        QVERIFY2(aborted.ok(), aborted.ok() ? "" : aborted.error().message.c_str());
        QCOMPARE(aborted->outcome, events::Outcome::abort);
        QCOMPARE(aborted->refusal, events::Refusal::timeout);
        for (int i = 0; i < 3; ++i) {
            QVERIFY(live.client().node(NodeId::of("C"), NodeAction::restart, "Ana").ok());
            auto paid = live.client().submit(tests::story_payment("C-BACK-" + std::to_string(i), 100, 10), std::nullopt, Wait::applied);
            QVERIFY2(paid.ok(), paid.ok() ? "" : paid.error().message.c_str());
            QCOMPARE(paid->outcome, events::Outcome::commit);
        }
    }

    void every_call_needs_the_token() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        const std::string wrong = live.path() + "/wrong-token";
        std::ofstream(wrong) << std::string(64, 'a') << "\n";
        ::chmod(wrong.c_str(), 0600);
        auto stranger = client::connect({{live.cluster().address(), wrong}}).value();
        auto info = stranger->info();
        QVERIFY(!info.ok());
        QCOMPARE(info.error().code, ErrorCode::unauthenticated);
        auto paid = stranger->submit(tests::story_payment("STOLEN"), std::nullopt, Wait::applied);
        QCOMPARE(paid.error().code, ErrorCode::unauthenticated);
        tests::FoldingSink sink;
        auto watching = stranger->watch(sink, 0);
        QTRY_VERIFY(sink.trouble().find("token") != std::string::npos);
        QVERIFY(sink.seen().empty());
        auto session = stranger->submit_session();
        std::atomic<int> code{-1};
        session->submit(tests::story_payment("STOLEN-2"), Wait::decided, [&](const base::Result<client::SubmitReply>& reply) { code = reply ? 0 : static_cast<int>(reply.error().code); });
        QTRY_COMPARE(code.load(), static_cast<int>(ErrorCode::unauthenticated));

        ::chmod(wrong.c_str(), 0644);
        auto careless = client::connect({{live.cluster().address(), wrong}}).value();
        QCOMPARE(careless->info().error().code, ErrorCode::permission_denied);
    }

    void a_second_cluster_on_the_same_directory_is_refused_and_told_who_holds_it() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        auto second = cluster::Cluster::start(live.options());
        QVERIFY(!second.ok());
        QCOMPARE(second.error().code, ErrorCode::failed_precondition);
        QVERIFY2(second.error().message.find(std::to_string(QCoreApplication::applicationPid())) != std::string::npos, second.error().message.c_str());
        live.stop();
        QVERIFY(live.start().ok());
    }

    void the_running_cluster_is_found_without_naming_it() {
        tests::LiveCluster live;
        QCOMPARE(client::connect({}).error().code, ErrorCode::not_found);
        QVERIFY(live.start().ok());
        auto found = client::connect({});
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().message.c_str());
        QCOMPARE((*found)->info()->shape.name, std::string("Local sandbox"));
        live.stop();
        QCOMPARE(client::connect({}).error().code, ErrorCode::not_found);
    }

    void a_port_in_use_and_a_foreign_host_are_named() {
        tests::LiveCluster live;
        auto options = live.options();
        options.listen = "127.0.0.1:0";
        QVERIFY(live.start(options).ok());
        const std::string address = live.cluster().address();
        tests::LiveCluster other;
        auto same = other.options();
        same.listen = address;
        auto refused = cluster::Cluster::start(same);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::failed_precondition);
        QVERIFY2(refused.error().message.find(address.substr(address.rfind(':') + 1)) != std::string::npos, refused.error().message.c_str());
        same.listen = "0.0.0.0:0";
        QCOMPARE(cluster::Cluster::start(same).error().code, ErrorCode::invalid_argument);
        auto paid = live.client().submit(tests::story_payment("OVER-TCP"), std::nullopt, Wait::applied);
        QVERIFY(paid.ok());
        QCOMPARE(paid->outcome, events::Outcome::commit);
    }

    // Whoever listens where a node is dialled is shown the token. A port is anybody's while its node is down, a private directory never.
    void nodes_meet_on_private_sockets_even_where_operators_come_over_tcp() {
        tests::LiveCluster live;
        auto options = live.options();
        options.listen = "127.0.0.1:0";
        QVERIFY(live.start(options).ok());
        QVERIFY(live.cluster().address().starts_with("127.0.0.1:"));
        const auto info = live.client().info();
        QVERIFY(info.ok());
        for (const auto& node : info->nodes) {
            QVERIFY2(node.address.starts_with("unix:/"), node.address.c_str());
            struct stat about {};
            QCOMPARE(::stat(std::filesystem::path(node.address.substr(5)).parent_path().c_str(), &about), 0);
            QCOMPARE(about.st_mode & 0777, mode_t{0700});
            QCOMPARE(about.st_uid, ::geteuid());
        }
    }

    void only_a_sandbox_or_a_drill_takes_faults_data() {
        QTest::addColumn<QString>("environment");
        QTest::newRow("production") << "production";
        QTest::newRow("test") << "test";
    }
    void only_a_sandbox_or_a_drill_takes_faults() {
        QFETCH(QString, environment);
        tests::LiveCluster live;
        auto options = live.options();
        options.environment = environment.toStdString();
        QVERIFY(live.start(options).ok());
        tests::FoldingSink sink;
        auto watching = live.client().watch(sink, 0);
        auto refused = live.client().add_fault("drop YES from A to T", "Ana");
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::permission_denied);
        QCOMPARE(live.client().node(NodeId::of("B"), NodeAction::crash, "Ana").error().code, ErrorCode::permission_denied);
        QVERIFY(live.client().node(NodeId::of("B"), NodeAction::restart, "Ana").ok());  // in order: nothing is broken on purpose
        const auto ending = [&] {
            for (const auto& event : sink.seen())
                if (event.kind == events::EventKind::crash && event.node == NodeId::of("B")) return event.note()->text;
            return std::string();
        };
        QTRY_VERIFY(!ending().empty());
        QVERIFY2(ending().starts_with("stopped by Ana"), ending().c_str());
        live.stop();
        for (int i = 0; i < 2; ++i) {  // the refused start has left nothing behind that the next one could take for its own
            auto sandbox = cluster::Cluster::start(live.options());
            QVERIFY(!sandbox.ok());
            QCOMPARE(sandbox.error().code, ErrorCode::failed_precondition);
        }
    }

    void a_held_message_whose_recipient_is_gone_is_told_as_lost() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        tests::FoldingSink sink;
        auto watching = live.client().watch(sink, 0);
        auto fault = live.client().add_fault("hold COMMIT from T to B", "Ana");
        QVERIFY(fault.ok());
        auto paid = live.client().submit(tests::story_payment("HELD"), std::nullopt, Wait::decided);
        QVERIFY(paid.ok());
        const auto seen = [&](events::EventKind kind) -> std::optional<events::Event> {
            for (const auto& event : sink.seen())
                if (event.kind == kind) return event;
            return std::nullopt;
        };
        QTRY_VERIFY(seen(events::EventKind::hold));
        QVERIFY(live.client().node(NodeId::of("B"), NodeAction::crash, "Ana").ok());
        QVERIFY(live.client().clear_faults(fault->id, "Ana").ok());
        QTRY_VERIFY(seen(events::EventKind::drop));
        const auto lost = *seen(events::EventKind::drop);
        QVERIFY(lost.node == NodeId::of("T") && lost.peer == NodeId::of("B") && lost.xid == paid->xid);
        QCOMPARE(lost.fault, fault->id);
        QCOMPARE(lost.causes.size(), std::size_t{1});
    }

    // Acts on nodes and faults go around the protocol: the log tells who did them all the same, also to whoever asks days later.
    void who_acts_on_nodes_faults_and_accounts_is_in_the_log() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        tests::FoldingSink sink;
        auto watching = live.client().watch(sink, 0);
        const auto b = NodeId::of("B");
        QVERIFY(live.client().node(b, NodeAction::crash, "Ana").ok());
        QVERIFY(live.client().node(b, NodeAction::start, "Ben").ok());
        QVERIFY(live.client().node(b, NodeAction::pause, "Cem").ok());
        QVERIFY(live.client().node(b, NodeAction::resume, "Dua").ok());
        QVERIFY(live.client().node(NodeId::of("T"), NodeAction::restart, "Eva").ok());
        auto fault = live.client().add_fault("drop YES from A to T", "Finn");
        QVERIFY(fault.ok());
        QVERIFY(live.client().clear_faults(fault->id, "Gus").ok());
        QVERIFY(live.client().open_accounts(b, {{"B-NEW", "New", base::Currency::of("EUR"), 500, -1}}, "Hana").ok());

        const auto signed_by = [](const std::vector<events::Event>& events) {
            std::map<std::string, std::string> acts;  // actor -> the record's own words
            for (const auto& event : events)
                if (const auto* record = event.record(); record && record->order) acts[record->order->actor] = events::title(event);
            return acts;
        };
        std::map<std::string, std::string> on_disk;
        std::uint64_t previous = 0;
        for (const char* name : {"T", "A", "B"}) {
            auto records = live.client().records(NodeId::of(name), 1, 1000);
            QVERIFY(records.ok());
            on_disk.merge(signed_by(*records));
            previous = 0;
            for (const auto& event : *records) {
                if (event.record()->kind != events::RecordKind::order) continue;
                QCOMPARE(event.record()->order->previous, previous);  // chained
                previous = events::hash_value(*event.record());
            }
        }
        QCOMPARE(on_disk["Ana"], std::string("append ORDER: crash node B by Ana"));
        QCOMPARE(on_disk["Ben"], std::string("append ORDER: start node B by Ben"));
        QCOMPARE(on_disk["Cem"], std::string("append ORDER: pause node B by Cem"));
        QCOMPARE(on_disk["Dua"], std::string("append ORDER: resume node B by Dua"));
        QCOMPARE(on_disk["Eva"], std::string("append ORDER: restart node T by Eva"));
        QCOMPARE(on_disk["Finn"], std::string("append ORDER: add fault: drop YES from A to T by Finn"));
        QCOMPARE(on_disk["Gus"], std::string("append ORDER: clear fault 1 by Gus"));
        QCOMPARE(on_disk["Hana"], std::string("append ACCOUNT by Hana"));

        // The stream tells it too, and the filter finds it.
        view::History history;
        QTRY_VERIFY(signed_by(sink.seen()).size() == 8);
        for (const auto& event : sink.seen()) history.append(event);
        view::FilterContext context;
        context.view = &history.now();
        const auto found = [&](const char* text) {
            view::EventMatcher matcher(view::Filter::parse(text).value(), history.events(), context);
            return matcher.find(0, history.size(), 100).size();
        };
        QCOMPARE(found("by:Finn"), std::size_t{3});  // the order, its record, the fault
        QCOMPARE(found("by:Hana"), std::size_t{1});
        QCOMPARE(found("\"crash node B\""), std::size_t{2});
    }

    void many_accounts_reach_a_subscriber_who_begins_at_the_start() {
        tests::LiveCluster live;
        auto options = live.options();
        options.bench_accounts = 60000;
        QVERIFY(live.start(options).ok());
        tests::FoldingSink sink;
        auto watching = live.client().watch(sink, 0);
        QTRY_COMPARE_WITH_TIMEOUT(sink.view().account_count(), std::size_t{180005}, 30000);
        QVERIFY(sink.trouble().empty());
    }

    void a_late_subscriber_folds_to_the_same_view() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        tests::FoldingSink early;
        auto watching = live.client().watch(early, 0);
        base::Xid last;
        for (int i = 0; i < 20; ++i) {
            auto paid = live.client().submit(tests::story_payment("P-" + std::to_string(i), 1000 + i, 10), std::nullopt, Wait::applied);
            QVERIFY(paid.ok());
            last = paid->xid;
        }
        const auto settled = [&](const tests::FoldingSink& sink) {
            auto found = sink.view().find(last);
            return found && found->state == view::PaymentState::committed;
        };
        QTRY_VERIFY(settled(early));
        tests::FoldingSink late;
        auto joining = live.client().watch(late, 0);
        QTRY_VERIFY(settled(late));
        QTRY_COMPARE(late.view().folded(), early.view().folded());
        const auto a = early.view().accounts(), b = late.view().accounts();
        QCOMPARE(a.size(), b.size());
        QVERIFY(a.size() >= 5);
        for (std::size_t i = 0; i < a.size(); ++i) {
            QCOMPARE(a[i].account, b[i].account);
            QCOMPARE(a[i].posted_minor, b[i].posted_minor);
            QCOMPARE(a[i].held_minor, b[i].held_minor);
        }
        QCOMPARE(early.view().size(), late.view().size());
        QVERIFY(early.view().sums() == late.view().sums());
        QCOMPARE(early.view().gaps(), std::uint64_t{0});
    }
};

INDOUBT_TEST(NodesTest);
#include "nodes_test.moc"
