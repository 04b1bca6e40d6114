// SPDX-License-Identifier: GPL-3.0-or-later
// A cluster that was started again: what is over is answered from its logs, what is open is told again.
#include <sqlite3.h>

#include <QScopeGuard>
#include <condition_variable>
#include <mutex>

#include "storage/vfs_shim.h"
#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using base::ErrorCode;
using base::NodeId;
using client::Wait;

namespace {
constexpr const char* mara = "DE37900000010000471108";

// A disk whose syncs wait until it is opened: as an index of a very large log takes its time.
class Gate : public storage::DiskRecorder {
  public:
    void open() {
        std::lock_guard lock(m_mutex);
        m_open = true;
        m_changed.notify_all();
    }
    void wrote(const std::string&, std::int64_t, std::string_view) override {}
    void truncated(const std::string&, std::int64_t) override {}
    void removed(const std::string&) override {}
    void synced(const std::string&) override {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_open; });
    }

  private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_open = false;
};

}

class PastTest : public QObject {
    Q_OBJECT

    // As after a start of a large log: nothing that is over is told again.
    static cluster::ClusterOptions forgetful(const tests::LiveCluster& live) {
        auto options = live.options();
        options.retold_events_max = 0;
        return options;
    }
    // As if the process had ended before they were written.
    static bool drop_indexes(const std::string& database) {
        sqlite3* db = nullptr;
        const bool good = sqlite3_open(database.c_str(), &db) == SQLITE_OK &&
                          sqlite3_exec(db, "DELETE FROM by_xid; DELETE FROM by_reference; DELETE FROM by_account; UPDATE indexed SET lsn = 0", nullptr, nullptr, nullptr) == SQLITE_OK;
        sqlite3_close(db);
        return good;
    }

  private slots:
    void a_payment_that_was_over_before_the_start_is_found_as_it_was() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        std::vector<base::Xid> xids;
        for (int i = 0; i < 5; ++i) {
            auto paid = live.client().submit(tests::story_payment("INV-" + std::to_string(i), 1000 + i, 10), std::nullopt, Wait::applied);
            QVERIFY(paid.ok() && paid->outcome == events::Outcome::commit);
            xids.push_back(paid->xid);
        }
        auto refused = live.client().submit(tests::story_payment("TOO-MUCH", 99'999'999, 10), std::nullopt, Wait::applied);
        QVERIFY(refused.ok() && refused->outcome == events::Outcome::abort);
        const auto before = live.show(xids[3]);
        live.stop();
        QVERIFY(live.start(forgetful(live)).ok());
        {
            tests::FoldingSink sink;
            auto watching = live.client().watch(sink, 0);
            QTRY_VERIFY(sink.view().account_count() >= 5);
            QCOMPARE(sink.view().size(), std::size_t{0});  // so the view does not answer
        }

        const auto shown = live.show(xids[3]);
        QVERIFY(shown);
        QCOMPARE(shown->state, view::PaymentState::committed);
        QVERIFY(shown->ended && shown->whole_payment && *shown->payment == *before->payment);
        QCOMPARE(shown->decision_lsn, before->decision_lsn);
        QCOMPARE(shown->begun_hlc > 0, true);
        QCOMPARE(shown->branches.size(), std::size_t{3});
        for (const auto& branch : shown->branches) QCOMPARE(branch.phase, view::BranchPhase::committed);
        QCOMPARE(shown->held_minor(), 0);

        QVERIFY(live.client().resolve_reference("INV-3").value() == xids[3]);
        QVERIFY(live.client().resolve_reference("e2e-inv-3").value() == xids[3]);
        QCOMPARE(live.client().resolve_reference("INV-9").error().code, ErrorCode::not_found);
        QVERIFY(!live.client().timeline(xids[3])->empty());

        auto by_reference = live.client().list("ref:INV-3", 10);
        QCOMPARE(by_reference->transactions.size(), std::size_t{1});
        QVERIFY(by_reference->transactions.front()->xid == xids[3]);
        QCOMPARE(by_reference->matched, std::uint64_t{1});
        QCOMPARE(live.client().list("ref:INV-*", 10)->transactions.size(), std::size_t{5});
        QCOMPARE(live.client().list("party:lindholm state:committed", 10)->transactions.size(), std::size_t{5});
        QCOMPARE(live.client().list("state:aborted", 10)->transactions.size(), std::size_t{1});
        QCOMPARE(live.client().list("state:in-doubt", 10)->transactions.size(), std::size_t{0});
        auto all = live.client().list("", 4);
        QCOMPARE(all->transactions.size(), std::size_t{4});
        QVERIFY(all->transactions.front()->xid == refused->xid);  // newest first
    }

    void a_look_up_before_the_indexes_are_written_answers_in_time_and_says_what_it_could_not_ask() {
        constexpr int wait_ms = 200, scan_ms = 1500, slack_ms = 800;
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        auto paid = live.client().submit(tests::story_payment("INV-1"), std::nullopt, Wait::applied);
        QVERIFY(paid.ok());
        live.stop();
        for (const char* node : {"T", "B"}) QVERIFY(drop_indexes(live.path() + "/" + node + ".db"));
        auto options = forgetful(live);
        options.index_wait_ms = wait_ms;
        std::map<NodeId, std::shared_ptr<storage::VfsShim>> disks;
        options.disk = [&](NodeId node) { return disks.emplace(node, std::make_shared<storage::VfsShim>()).first->second; };
        QVERIFY(live.start(options).ok());
        Gate gate;
        for (const char* node : {"T", "B"}) disks.at(NodeId::of(node))->record(&gate);
        const auto opened = qScopeGuard([&] {  // whatever fails: else nobody could stop the cluster
            gate.open();
            live.stop();
        });

        QElapsedTimer timer;
        const auto in_time = [&] {
            const bool good = timer.elapsed() < wait_ms + scan_ms + slack_ms;
            if (!good) qWarning("%lld ms", timer.elapsed());
            timer.restart();
            return good;
        };
        timer.start();
        const auto resolved = live.client().resolve_reference("INV-1");
        QVERIFY(in_time());
        QCOMPARE(resolved.error().code, ErrorCode::unavailable);  // not "there is none"
        QVERIFY2(resolved.error().message.find("indexes are not ready") != std::string::npos, resolved.error().message.c_str());

        timer.restart();
        const auto listed = live.client().list("ref:INV-1", 10);
        QVERIFY(in_time());
        QVERIFY(listed.ok() && !listed->complete);

        // A and C can be asked: they know the payment, and whose part is missing is named.
        timer.restart();
        client::Coverages coverage;
        const auto shown = live.client().show(paid->xid, &coverage);
        QVERIFY(in_time());
        QVERIFY2(shown.ok(), shown.ok() ? "" : shown.error().message.c_str());
        std::string reached;
        for (const auto& one : coverage) reached += one.node.name() + (one.reached ? "+" : "-");
        QVERIFY2(reached.find("T-") != std::string::npos && reached.find("B-") != std::string::npos && reached.find("A+") != std::string::npos, reached.c_str());

        gate.open();
        QTRY_VERIFY_WITH_TIMEOUT(live.client().resolve_reference("INV-1").ok(), 30'000);
        base::Result<client::TransactionList> later = listed;
        QTRY_VERIFY((later = live.client().list("ref:INV-1", 10)).ok() && later->complete);
        QCOMPARE(later->transactions.size(), std::size_t{1});
    }

    void the_history_of_an_account_reaches_back_before_the_start() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        for (int i = 0; i < 3; ++i) QVERIFY(live.client().submit(tests::story_payment("OLD-" + std::to_string(i), 1000, 10), std::nullopt, Wait::applied).ok());
        live.stop();
        QVERIFY(live.start(forgetful(live)).ok());
        QVERIFY(live.client().submit(tests::story_payment("NEW", 500, 10), std::nullopt, Wait::applied).ok());
        auto history = live.client().history(mara);
        QVERIFY(history.ok());
        QVERIFY(history->complete);
        QCOMPARE(history->account.opening_minor, std::int64_t{248000});
        QCOMPARE(history->account.posted_minor, std::int64_t{248000 - 3500});
        QCOMPARE(history->postings.size(), std::size_t{4});
        std::int64_t balance = history->account.opening_minor;
        for (const auto& posting : history->postings) {
            balance += posting.amount_minor;
            QCOMPARE(posting.balance_minor, balance);
        }
        QCOMPARE(balance, history->account.posted_minor);
    }

    void a_payment_open_at_the_stop_is_told_again_and_nothing_else() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        auto over = live.client().submit(tests::story_payment("OVER", 1000, 10), std::nullopt, Wait::applied);
        QVERIFY(over.ok());
        QVERIFY(live.client().add_fault("crash after force COMMIT at T", "Ana").ok());
        auto stuck = live.client().submit(tests::story_payment("STUCK", 2000, 10), std::nullopt, Wait::decided);
        QVERIFY(stuck.ok());
        QVERIFY(live.until(stuck->xid, [](const view::Transaction& t) { return t.in_doubt_hlc != 0; }));
        live.stop();
        QVERIFY(live.start(forgetful(live)).ok());
        tests::FoldingSink sink;
        auto watching = live.client().watch(sink, 0);
        const auto told = [&] { return sink.view().find(stuck->xid); };
        QTRY_VERIFY(told() && told()->state == view::PaymentState::committed && told()->ended);
        QVERIFY(told()->whole_payment);
        QCOMPARE(told()->payment->idempotency_key, std::string("STUCK"));
        QVERIFY(!sink.view().find(over->xid));
        QTRY_COMPARE(sink.view().account(NodeId::of("A"), mara)->posted_minor, std::int64_t{248000 - 3000});
        QTRY_COMPARE(sink.view().account(NodeId::of("A"), mara)->held_minor, std::int64_t{0});
    }

    void a_small_log_is_told_again_whole() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        auto over = live.client().submit(tests::story_payment("OVER", 1000, 10), std::nullopt, Wait::applied);
        QVERIFY(over.ok());
        live.stop();
        QVERIFY(live.start().ok());
        tests::FoldingSink sink;
        auto watching = live.client().watch(sink, 0);
        QTRY_VERIFY(sink.view().find(over->xid));
    }
};

INDOUBT_TEST(PastTest);
#include "past_test.moc"
