// SPDX-License-Identifier: GPL-3.0-or-later
// Every fresh cluster counts its payments from one: what tells two clusters' payments apart is the identity that each keeps for ever.
#include <algorithm>
#include <filesystem>

#include "storage/sqlite_log.h"
#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using base::ErrorCode;
using base::NodeId;
using client::Wait;

namespace {

base::Xid pay(tests::LiveCluster& live, const std::string& key) {
    auto paid = live.client().submit(tests::story_payment(key), std::nullopt, Wait::applied);
    return paid ? paid->xid : base::Xid{};
}

bool says_another_cluster(const base::Error& error) {
    return error.code == ErrorCode::invalid_argument && error.message.find("belongs to another cluster") != std::string::npos;
}

// As programs before the identity left it: a log that begins with a shape without one.
void write_older_log(const std::string& path, const events::ClusterShape& shape) {
    auto opened = storage::SqliteLog::open(path, {}, {});
    QVERIFY(opened.ok());
    auto record = std::make_shared<events::Record>();
    record->kind = events::RecordKind::shape;
    record->forced = true;
    auto old = shape;
    old.identity = 0;
    record->shape = std::make_shared<const events::ClusterShape>(std::move(old));
    auto event = std::make_shared<events::Event>();
    event->node = shape.coordinator;
    event->incarnation = event->seq = event->lsn = 1;
    event->hlc = event->at_ns = 1;
    event->kind = events::EventKind::append;
    event->durable = true;
    event->payload = events::RecordPtr(std::move(record));
    opened->log->append(event, true);
    opened->log->close();
}

}  // namespace

class IdentityTest : public QObject {
    Q_OBJECT

  private slots:
    void the_first_payments_of_two_clusters_are_not_mixed_up() {
        tests::LiveCluster here, there;
        QVERIFY(here.start().ok() && there.start().ok());
        const base::Xid own = pay(here, "INV-1"), foreign = pay(there, "INV-1");
        QVERIFY(!own.empty() && !foreign.empty());
        QCOMPARE(own.counter, foreign.counter);  // what they share
        QVERIFY(own != foreign && own.text() != foreign.text());
        QVERIFY(own.short_text() != foreign.short_text());

        QVERIFY(here.show(own));
        QVERIFY(here.client().resolve_reference(own.text()).value() == own);
        QVERIFY(says_another_cluster(here.client().show(foreign).error()));
        QVERIFY(says_another_cluster(here.client().timeline(foreign).error()));
        QVERIFY(says_another_cluster(here.client().resolve_reference(foreign.text()).error()));
        QVERIFY(says_another_cluster(here.client().add_fault("crash before receive ACK at T for " + foreign.text(), "Ana").error()));
        client::OrderRequest order;
        order.xid = foreign;
        order.action = client::Action::resolve_rollback;
        order.branch = NodeId::of("B");
        order.actor = "Ana";
        order.reason = "aimed at the wrong cluster";
        QVERIFY(says_another_cluster(here.client().order(order).error()));
    }

    void a_reference_that_looks_like_an_xid_of_another_cluster_is_still_found() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        const std::string reference = base::Xid{NodeId::of("T"), 1, 1, 4711}.text();
        const base::Xid xid = pay(live, reference);
        QVERIFY(live.client().resolve_reference(reference).value() == xid);
    }

    void a_cluster_keeps_its_identity_over_restarts_and_gives_it_to_a_node_that_is_new() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        const base::Xid first = pay(live, "INV-1");
        const std::uint64_t identity = live.cluster().shape().identity;
        QVERIFY(identity != 0 && first.cluster == live.cluster().shape().tag());
        QCOMPARE(live.client().info()->shape.identity, identity);
        live.stop();
        for (const auto& file : std::filesystem::directory_iterator(live.path()))
            if (file.path().filename().string().starts_with("B.db")) std::filesystem::remove(file.path());
        QVERIFY(live.start().ok());
        QCOMPARE(live.cluster().shape().identity, identity);
        QVERIFY(live.show(first));
        QCOMPARE(pay(live, "INV-2").cluster, first.cluster);
        live.stop();
        for (const char* node : {"T", "A", "B", "C"}) {
            auto log = storage::SqliteLog::open(live.path() + "/" + node + ".db", {}, {});
            QVERIFY(log.ok());
            const auto shaped = std::find_if(log->recovered.tail.begin(), log->recovered.tail.end(), [](const auto& event) { return event->record()->shape != nullptr; });
            QVERIFY(shaped != log->recovered.tail.end());
            QCOMPARE((*shaped)->record()->shape->identity, identity);
        }
    }

    void a_node_whose_log_was_lost_is_not_who_it_was() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        const base::Xid first = pay(live, "INV-1");
        live.stop();
        for (const auto& file : std::filesystem::directory_iterator(live.path()))
            for (const char* lost : {"T.db", "B.db"})
                if (file.path().filename().string().starts_with(lost)) std::filesystem::remove(file.path());
        QVERIFY(live.start().ok());
        auto paid = live.client().submit(tests::story_payment("INV-2"), std::nullopt, Wait::applied);
        QVERIFY(paid.ok());
        QVERIFY2(paid->outcome == events::Outcome::commit, paid->text.c_str());
        QVERIFY(paid->xid != first && paid->xid.cluster == first.cluster);
        QVERIFY(paid->xid.incarnation > first.incarnation);  // or it would be a second payment's
        const auto info = live.client().info();
        QVERIFY(info.ok() && !info->nodes.empty());
        for (const auto& node : info->nodes) QCOMPARE(node.incarnation, 2u);
    }

    void the_database_of_another_cluster_is_refused() {
        tests::LiveCluster here, there;
        QVERIFY(here.start().ok() && there.start().ok());
        const std::string path = here.path();
        const std::uint64_t identity = here.cluster().shape().identity;
        here.stop();
        there.stop();
        for (const char* tail : {".db", ".db-wal", ".db-shm", ".db.lock"}) {
            std::filesystem::remove(path + "/B" + tail);
            if (std::filesystem::exists(there.path() + "/B" + tail)) std::filesystem::copy(there.path() + "/B" + tail, path + "/B" + tail);
        }
        const auto refused = here.start();
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::failed_precondition);
        QVERIFY2(refused.error().message.find("node B") != std::string::npos && refused.error().message.find("another cluster") != std::string::npos, refused.error().message.c_str());
        QVERIFY(identity != 0);
    }

    void a_log_under_another_nodes_name_is_refused() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        live.stop();
        std::filesystem::copy_file(live.path() + "/A.db", live.path() + "/B.db", std::filesystem::copy_options::overwrite_existing);
        std::filesystem::remove(live.path() + "/B.db-wal");
        std::filesystem::remove(live.path() + "/B.db.lock");
        const auto refused = live.start();
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::failed_precondition);
        QVERIFY2(refused.error().message.find("B.db holds the log of node A") != std::string::npos, refused.error().message.c_str());
    }

    // The last participant's file says how many there are; gone, it must not make the cluster smaller, and its money vanish.
    void a_participant_whose_database_is_gone_is_missed() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        live.stop();
        std::filesystem::remove(live.path() + "/C.db");
        std::filesystem::remove(live.path() + "/C.db-wal");
        const auto lost = live.start();
        QVERIFY(!lost.ok());
        QVERIFY2(lost.error().message.find("C.db") != std::string::npos, lost.error().message.c_str());
        for (const char* tail : {".db", ".db-shm", ".db.lock"}) std::filesystem::remove(live.path() + "/C" + tail);
        const auto shrunk = live.start();
        QVERIFY(!shrunk.ok());
        QCOMPARE(shrunk.error().code, ErrorCode::failed_precondition);
        QVERIFY2(shrunk.error().message.find("node C is missing") != std::string::npos, shrunk.error().message.c_str());
    }

    void an_older_cluster_opens_and_its_xids_stay_as_they_were() {
        tests::LiveCluster live;
        std::filesystem::create_directories(live.path());
        std::filesystem::permissions(live.path(), std::filesystem::perms::owner_all);
        write_older_log(live.path() + "/T.db", cluster::make_shape(live.options(), 3));
        const auto started = live.start();
        QVERIFY2(started.ok(), started.ok() ? "" : started.error().message.c_str());
        QCOMPARE(live.cluster().shape().identity, std::uint64_t{0});
        const base::Xid xid = pay(live, "INV-1");
        QCOMPARE(xid.text().size(), std::size_t{32});
        QVERIFY(live.show(xid));
        QVERIFY(says_another_cluster(live.client().show({xid.coordinator, xid.incarnation, xid.counter, 4711}).error()));
        live.stop();
        QVERIFY(live.start().ok());
        QVERIFY(live.show(xid));
    }

    void payments_of_before_a_start_are_found_through_the_index() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        const base::Xid xid = pay(live, "INV-1");
        live.stop();
        auto options = live.options();
        options.retold_events_max = 0;
        QVERIFY(live.start(options).ok());
        QVERIFY(live.client().resolve_reference("INV-1").value() == xid);
        QVERIFY(live.client().resolve_reference(xid.text()).value() == xid);
        const auto shown = live.show(xid);
        QVERIFY(shown);
        QCOMPARE(shown->state, view::PaymentState::committed);
        const auto listed = live.client().list({}, 10);
        QVERIFY(listed.ok() && listed->transactions.size() == 1 && listed->transactions.front()->xid == xid);
    }
};

INDOUBT_TEST(IdentityTest);
#include "identity_test.moc"
