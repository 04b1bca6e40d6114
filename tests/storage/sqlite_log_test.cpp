// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/sqlite_log.h"

#include <QTemporaryDir>

#include "log_support.h"
#include "storage/vfs_shim.h"
#include "support/test_main.h"

namespace indoubt {

using tests::sample_record;
using tests::WaitedLog;

class SqliteLogTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_directory;
    int m_count = 0;
    std::string fresh() { return m_directory.filePath(QString("node%1.db").arg(++m_count)).toStdString(); }

    static bool holds_samples(const ports::Recovered& recovered, std::uint64_t last) {
        if (recovered.last_lsn != last || recovered.tail.size() != last - recovered.snapshot_lsn) return false;
        for (const auto& event : recovered.tail)
            if (!events::same_content(*event, *sample_record(event->lsn))) return false;
        return true;
    }

  private slots:
    void what_was_synced_is_there_after_a_restart() {
        const std::string path = fresh();
        {
            WaitedLog log(path);
            QVERIFY2(log.ok(), log.ok() ? "" : log.error().message.c_str());
            QCOMPARE(log.recovered().last_lsn, 0u);
            log.append_samples(103);
            QVERIFY(log.wait_synced(103));
            log.log().abandon();
        }
        WaitedLog again(path);
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
        QVERIFY(holds_samples(again.recovered(), 103));
        QVERIFY(again.remarks().empty());
        again.append_samples(203);
        QVERIFY(again.wait_synced(203));
        again.log().close();
        QVERIFY(holds_samples(WaitedLog(path).recovered(), 203));
    }

    void a_crash_drops_what_is_queued_and_reports_nothing_more() {
        const std::string path = fresh();
        std::uint64_t reported = 0;
        {
            storage::LogOptions options;
            options.vfs = std::make_shared<storage::VfsShim>();
            WaitedLog log(path, options);
            log.append_samples(3);
            QVERIFY(log.wait_synced(3));
            options.vfs->set_sync_delay_ms(400);
            log.append_samples(7);     // in flight, in a slow sync
            QTest::qWait(150);
            log.append_samples(1003);  // queued behind it
            log.log().abandon();
            reported = log.synced_lsn();
            QCOMPARE(reported, 3u);
            const std::size_t before = log.syncs().size();
            QTest::qWait(20);
            QCOMPARE(log.syncs().size(), before);
        }
        WaitedLog again(path);
        QVERIFY(again.recovered().last_lsn >= 3 && again.recovered().last_lsn <= 7);  // the group in flight may have landed
        QVERIFY(holds_samples(again.recovered(), again.recovered().last_lsn));
    }

    void all_that_queued_during_a_sync_goes_into_the_next() {
        storage::LogOptions options;
        options.vfs = std::make_shared<storage::VfsShim>();
        WaitedLog log(fresh(), options);
        options.vfs->set_sync_delay_ms(300);
        log.append_samples(2);
        QTest::qWait(150);
        for (std::uint64_t last = 6; last <= 402; last += 4) log.append_samples(last);
        QVERIFY(log.wait_synced(402));
        const auto syncs = log.syncs();
        QCOMPARE(syncs.size(), 2u);
        QCOMPARE(syncs[0].lsn, 2u);
        QCOMPARE(syncs[1].records, 400u);
        QVERIFY(syncs[1].duration_ns >= 300'000'000);
        const auto stats = log.log().stats();
        QCOMPARE(stats.commit_syncs, 2u);
        QCOMPARE(stats.forced_records, 201u);
        QCOMPARE(stats.synced_lsn, 402u);
    }

    void one_forced_record_at_a_time_is_one_sync_each() {
        WaitedLog log(fresh());
        std::uint64_t forced = 0;
        for (std::uint64_t lsn = 1; lsn <= 43; ++lsn) {
            if (!tests::sample_forced(lsn)) continue;
            log.append_samples(lsn);  // with the lazy ones before it
            QVERIFY(log.wait_synced(lsn));
            ++forced;
        }
        QCOMPARE(log.log().stats().forced_records, forced);
        QCOMPARE(log.log().stats().commit_syncs, forced);
        QCOMPARE(log.log().stats().commits, forced);
    }

    void a_lazy_record_waits_for_flush_ms_and_no_longer() {
        storage::LogOptions options;
        options.flush_ms = 80;
        WaitedLog log(fresh(), options);
        QElapsedTimer timer;
        timer.start();
        log.append_samples(1);
        QVERIFY(log.wait_synced(1));
        QVERIFY2(timer.elapsed() >= 75 && timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    }

    void closing_makes_lazy_records_durable() {
        const std::string path = fresh();
        storage::LogOptions options;
        options.flush_ms = 60'000;
        WaitedLog log(path, options);
        log.append_samples(1);
        log.log().close();
        QCOMPARE(log.synced_lsn(), 1u);
        QVERIFY(holds_samples(WaitedLog(path).recovered(), 1));
    }

    void history_is_read_while_the_log_grows() {
        WaitedLog log(fresh());
        log.append_samples(503);
        QVERIFY(log.wait_synced(503));
        auto page = log.log().read(100, 50);
        QVERIFY(page.ok() && page->size() == 50);
        for (std::size_t i = 0; i < 50; ++i) QVERIFY(events::same_content((*page)[i], *sample_record(100 + i)));
        log.append_samples(603);
        QVERIFY(log.wait_synced(603));
        QCOMPARE(log.log().read(0, 10'000).value().size(), 603u);
        QVERIFY(log.log().read(604, 10).value().empty());
        log.log().abandon();
        QCOMPARE(log.log().read(1, 1).error().code, base::ErrorCode::unavailable);
    }

    void a_snapshot_replaces_the_records_before_it_at_a_restart() {
        const std::string path = fresh();
        std::vector<events::RecordPtr> state;
        for (int i = 0; i < 20; ++i) {  // several parts
            events::Record record;
            record.kind = events::RecordKind::keys;
            record.bytes = std::string(50'000, static_cast<char>('a' + i));
            state.push_back(std::make_shared<const events::Record>(record));
        }
        {
            WaitedLog log(path);
            log.append_samples(1003);
            QVERIFY(log.wait_synced(1003));
            log.log().snapshot(1003, state);
            QTRY_COMPARE(log.log().stats().snapshot_lsn, 1003u);
            log.append_samples(1103);
            QVERIFY(log.wait_synced(1103));
            log.log().snapshot(1100, {state.begin(), state.begin() + 3});
            QTRY_COMPARE(log.log().stats().snapshot_lsn, 1100u);
            log.append_samples(1203);
            QVERIFY(log.wait_synced(1203));
            log.log().close();
        }
        WaitedLog again(path);
        QCOMPARE(again.recovered().snapshot_lsn, 1100u);
        QCOMPARE(again.recovered().snapshot.size(), 3u);
        for (std::size_t i = 0; i < 3; ++i) QVERIFY(*again.recovered().snapshot[i] == *state[i]);
        QVERIFY(holds_samples(again.recovered(), 1203));
        QCOMPARE(again.log().read(1, 10).value().size(), 10u);  // the log before it stays readable
    }

    // A new one at every step: if each began the work anew, none would ever be there, and a restart would replay everything.
    void a_snapshot_under_way_is_finished_before_the_next_begins() {
        std::vector<events::RecordPtr> state;
        for (int i = 0; i < 30; ++i) {  // 24 parts
            events::Record record;
            record.kind = events::RecordKind::keys;
            record.bytes = std::string(100'000, 'k');
            state.push_back(std::make_shared<const events::Record>(record));
        }
        storage::LogOptions options;
        options.vfs = std::make_shared<storage::VfsShim>();
        WaitedLog log(fresh(), options);
        log.append_samples(103);
        QVERIFY(log.wait_synced(103));
        options.vfs->set_sync_delay_ms(5);
        log.log().snapshot(103, state);
        std::uint64_t asked = 103;
        QElapsedTimer timer;
        timer.start();
        while (log.log().stats().snapshot_lsn == 0 && timer.elapsed() < 10'000) {
            QTest::qWait(2);
            log.append_samples(++asked);
            log.log().snapshot(asked, state);
        }
        QVERIFY(asked > 110);  // there was time to be interrupted
        QCOMPARE(log.log().stats().snapshot_lsn, 103u);
        QTRY_COMPARE_WITH_TIMEOUT(log.log().stats().snapshot_lsn, asked, 10'000);  // and then the last one that was asked for
    }

    void an_unfinished_snapshot_counts_for_nothing() {
        const std::string path = fresh();
        std::vector<events::RecordPtr> state;
        for (int i = 0; i < 200; ++i) {
            events::Record record;
            record.kind = events::RecordKind::keys;
            record.bytes = std::string(100'000, 'k');
            state.push_back(std::make_shared<const events::Record>(record));
        }
        {
            storage::LogOptions options;
            options.vfs = std::make_shared<storage::VfsShim>();
            WaitedLog log(path, options);
            log.append_samples(103);
            QVERIFY(log.wait_synced(103));
            options.vfs->set_sync_delay_ms(5);
            log.log().snapshot(103, state);
            QTest::qWait(40);
            QCOMPARE(log.log().stats().snapshot_lsn, 0u);
            log.log().abandon();
        }
        WaitedLog again(path);
        QVERIFY(again.ok() && again.recovered().snapshot.empty());
        QVERIFY(holds_samples(again.recovered(), 103));
    }

    void checkpoints_run_beside_commits_and_keep_the_write_ahead_log_small() {
        const std::string path = fresh();
        storage::LogOptions options;
        options.checkpoint_pages = 200;
        WaitedLog log(path, options);
        std::uint64_t last = 0;
        for (int group = 0; group < 300; ++group) {
            last += 40;
            log.append_samples(last - 1);
            QVERIFY(log.wait_synced(last - 1));
        }
        const auto stats = log.log().stats();
        QCOMPARE(stats.commit_syncs, stats.commits);
        QVERIFY(stats.checkpoint_syncs > 4);
        QVERIFY2(QFileInfo(QString::fromStdString(path) + "-wal").size() < 8 * 200 * 4096,
                 qPrintable(QString::number(QFileInfo(QString::fromStdString(path) + "-wal").size())));
        log.log().close();
        QVERIFY(holds_samples(WaitedLog(path).recovered(), last - 1));
    }
};

INDOUBT_TEST(SqliteLogTest);

}  // namespace indoubt

#include "sqlite_log_test.moc"
