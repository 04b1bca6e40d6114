// SPDX-License-Identifier: GPL-3.0-or-later
// Bad disks and bad directories: one node's trouble is its own, and says what it is.
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <map>

#include "storage/vfs_shim.h"
#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using base::ErrorCode;
using base::NodeId;
using client::NodeAction;
using client::Wait;

class DiskTest : public QObject {
    Q_OBJECT

  private slots:
    void a_node_whose_disk_fails_goes_down_with_its_problem_and_the_rest_runs_on() {
        tests::LiveCluster live;
        std::map<NodeId, std::shared_ptr<storage::VfsShim>> disks;
        auto options = live.options();
        options.prepare_timeout_ms = 500;
        options.disk = [&](NodeId node) { return disks[node] = std::make_shared<storage::VfsShim>(); };
        QVERIFY(live.start(options).ok());
        disks[NodeId::of("B")]->set_sync_fails(true);
        auto paid = live.client().submit(tests::story_payment("ON-A-BAD-DISK"), std::nullopt, Wait::applied);
        QVERIFY2(paid.ok(), paid.ok() ? "" : paid.error().message.c_str());
        QCOMPARE(paid->outcome, events::Outcome::abort);
        const auto b = [&] {
            auto info = live.client().info();
            for (const auto& node : info->nodes)
                if (node.node == NodeId::of("B")) return node;
            return client::NodeStatus{};
        };
        QTRY_COMPARE(b().state, std::string("down"));
        QVERIFY2(!b().problem.empty(), "its problem is shown");
        QCOMPARE(live.client().info()->nodes.front().state, std::string("up"));
        auto turned_away = live.client().records(NodeId::of("B"), 1, 1);
        QCOMPARE(turned_away.error().code, ErrorCode::unavailable);

        disks[NodeId::of("B")]->set_sync_fails(false);
        auto restarted = live.client().node(NodeId::of("B"), NodeAction::start, "Ana");
        QVERIFY2(restarted.ok(), restarted.ok() ? "" : restarted.error().message.c_str());
        auto again = live.client().submit(tests::story_payment("ON-A-GOOD-DISK"), std::nullopt, Wait::applied);
        QVERIFY(again.ok());
        QCOMPARE(again->outcome, events::Outcome::commit);
        QCOMPARE(live.posted("LU289990000000471200"), 43015);
    }

    void a_disk_that_fills_up_at_the_first_start_is_named() {
        class Filler : public storage::DiskRecorder {
          public:
            std::shared_ptr<storage::VfsShim> disk;
            void wrote(const std::string& path, std::int64_t, std::string_view) override {
                if (path.ends_with("-wal")) disk->set_full(true);
            }
            void truncated(const std::string&, std::int64_t) override {}
            void synced(const std::string&) override {}
            void removed(const std::string&) override {}
        };
        Filler filler;
        tests::LiveCluster live;
        auto options = live.options();
        options.disk = [&](NodeId node) {
            auto shim = std::make_shared<storage::VfsShim>();
            if (node == NodeId::of("B")) (filler.disk = shim)->record(&filler);
            return shim;
        };
        const auto refused = live.start(options);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::resource_exhausted);
        QVERIFY2(refused.error().message.find("node B") != std::string::npos && refused.error().message.find("disk is full") != std::string::npos, refused.error().message.c_str());
    }

    void a_full_disk_at_the_coordinator_loses_nothing() {
        tests::LiveCluster live;
        std::shared_ptr<storage::VfsShim> disk;
        auto options = live.options();
        options.disk = [&](NodeId node) {
            auto shim = std::make_shared<storage::VfsShim>();
            if (node == NodeId::of("T")) disk = shim;
            return shim;
        };
        QVERIFY(live.start(options).ok());
        disk->set_full(true);
        auto unknown = live.client().submit(tests::story_payment("FULL"), std::nullopt, Wait::decided);
        QVERIFY(unknown.ok());
        QCOMPARE(unknown->outcome, events::Outcome::none);
        QTRY_COMPARE(live.client().info()->nodes.front().state, std::string("down"));
        QVERIFY(!live.client().info()->nodes.front().problem.empty());
        disk->set_full(false);
        QVERIFY(live.client().node(NodeId::of("T"), NodeAction::start, "Ana").ok());
        QVERIFY(live.until(unknown->xid, [](const view::Transaction& t) { return !t.open(); }, 12000));
        const std::int64_t posted = live.posted("DE37900000010000471108");
        QVERIFY(posted == 248000 || posted == 236000);
        QCOMPARE(live.client().history("DE37900000010000471108")->account.held_minor, 0);
    }

    void a_directory_that_is_a_file_read_only_or_damaged_is_refused_in_words() {
        tests::LiveCluster live;
        auto options = live.options();
        std::ofstream(live.path()) << "not a directory";
        auto refused = cluster::Cluster::start(options);
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::failed_precondition);
        QVERIFY2(refused.error().message.find(live.path()) != std::string::npos, refused.error().message.c_str());
        std::filesystem::remove(live.path());

        std::filesystem::create_directory(live.path());
        ::chmod(live.path().c_str(), 0500);
        const bool root = ::geteuid() == 0;
        if (root) {  // rights do not bind root: a directory of nobody's, and nobody
            ::chmod(std::filesystem::path(live.path()).parent_path().c_str(), 0755);
            QCOMPARE(::chown(live.path().c_str(), 65534, 65534), 0);
            QCOMPARE(::seteuid(65534), 0);
        }
        auto locked_out = cluster::Cluster::start(options);
        if (root) QCOMPARE(::seteuid(0), 0);
        QVERIFY(!locked_out.ok());
        QCOMPARE(locked_out.error().code, ErrorCode::permission_denied);
        QVERIFY2(locked_out.error().message.find("cannot write in " + live.path()) != std::string::npos, locked_out.error().message.c_str());
        std::filesystem::remove_all(live.path());

        QVERIFY(live.start().ok());
        QVERIFY(live.client().submit(tests::story_payment("GOOD"), std::nullopt, Wait::applied).ok());
        live.stop();
        std::filesystem::resize_file(live.path() + "/B.db", std::filesystem::file_size(live.path() + "/B.db") / 2);
        std::filesystem::remove(live.path() + "/B.db-wal");
        auto damaged = cluster::Cluster::start(live.options());
        QVERIFY(!damaged.ok());
        QVERIFY2(damaged.error().message.find("node B") != std::string::npos, damaged.error().message.c_str());
        std::ofstream(live.path() + "/B.db", std::ios::trunc) << "this was never a database, and is long enough to be looked at by whoever opens it";
        auto foreign = cluster::Cluster::start(live.options());
        QVERIFY(!foreign.ok());
        QVERIFY2(foreign.error().message.find("B.db") != std::string::npos, foreign.error().message.c_str());
    }

    void another_number_of_participants_than_the_directory_has_is_refused() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        live.stop();
        auto options = live.options();
        options.participants = 5;
        auto refused = cluster::Cluster::start(options);
        QVERIFY(!refused.ok());
        QVERIFY2(refused.error().message.find("--participants 3") != std::string::npos, refused.error().message.c_str());
        options.participants.reset();
        QVERIFY(live.start(options).ok());
        QCOMPARE(live.cluster().shape().members.size(), std::size_t{4});
    }

    void sixteen_participants_start_pay_and_stop() {
        tests::LiveCluster live;
        auto options = live.options();
        options.participants = 16;
        QVERIFY(live.start(options).ok());
        QCOMPARE(live.client().info()->nodes.size(), std::size_t{17});
        auto paid = live.client().submit(tests::story_payment("SIXTEEN"), std::nullopt, Wait::applied);
        QVERIFY(paid.ok());
        QCOMPARE(paid->outcome, events::Outcome::commit);
        QElapsedTimer timer;
        timer.start();
        live.stop();
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString("stop took %1 ms").arg(timer.elapsed())));
    }
};

INDOUBT_TEST(DiskTest);
#include "disk_test.moc"
