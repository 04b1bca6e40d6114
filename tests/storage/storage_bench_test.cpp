// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=bench timeout=600 serial
// Figures of the log, printed with their conditions: a cluster's load on four logs at once, one client, and a restart.
#include <QTemporaryDir>
#include <chrono>
#include <thread>

#include "log_support.h"
#include "support/test_main.h"

namespace indoubt {

using tests::sample_forced;
using tests::sample_record;

namespace {

double seconds_since(std::chrono::steady_clock::time_point began) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); }

// One node under load: `window` records under way at most, as a closed loop of clients would have.
struct Load {
    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t synced = 0;
    std::vector<std::int64_t> sync_ns;
    std::unique_ptr<storage::SqliteLog> log;

    bool open(const std::string& path, const std::string& node) {
        storage::LogOptions options;
        options.node = node;
        storage::LogCallbacks callbacks;
        callbacks.synced = [this](const storage::SyncDone& done) {
            std::lock_guard lock(mutex);
            synced = done.lsn;
            sync_ns.push_back(done.duration_ns);
            changed.notify_one();
        };
        auto opened = storage::SqliteLog::open(path, options, callbacks);
        if (!opened.ok()) return false;
        log = std::move(opened->log);
        return true;
    }
    void run(const std::vector<ports::AppendPtr>& records, std::uint64_t window) {
        for (const auto& record : records) {
            {
                std::unique_lock lock(mutex);
                changed.wait(lock, [&] { return record->lsn <= synced + window; });
            }
            log->append(record, record->durable);
        }
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return synced == records.back()->lsn; });
    }
};

}  // namespace

class StorageBenchTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_directory;
    std::string path(const char* name) const { return m_directory.filePath(name).toStdString(); }

  private slots:
    void four_logs_of_a_cluster_at_once() {
        constexpr std::uint64_t each = 120'000, window = 96;
        std::vector<ports::AppendPtr> records;
        for (std::uint64_t lsn = 1; lsn <= each; ++lsn) {
            auto event = std::make_shared<events::Event>(*sample_record(lsn));
            event->durable = lsn == each || event->durable;
            records.push_back(std::move(event));
        }
        std::vector<std::unique_ptr<Load>> loads;
        for (const char* node : {"T", "A", "B", "C"}) {
            loads.push_back(std::make_unique<Load>());
            QVERIFY(loads.back()->open(path(node), node));
        }
        const auto began = std::chrono::steady_clock::now();
        std::vector<std::thread> threads;
        for (auto& load : loads) threads.emplace_back([&] { load->run(records, window); });
        for (auto& thread : threads) thread.join();
        const double seconds = seconds_since(began);
        for (auto& load : loads) {
            const auto stats = load->log->stats();
            auto& ns = load->sync_ns;
            std::sort(ns.begin(), ns.end());
            qInfo("%.0f records/s, %.1f per sync, sync p50 %lld us, p99 %lld us, worst %lld us, checkpoint syncs %llu", static_cast<double>(each) / seconds,
                  static_cast<double>(stats.records) / static_cast<double>(stats.commits), static_cast<long long>(ns[ns.size() / 2] / 1000),
                  static_cast<long long>(ns[ns.size() * 99 / 100] / 1000), static_cast<long long>(ns.back() / 1000),
                  static_cast<unsigned long long>(stats.checkpoint_syncs));
        }
        qInfo("4 logs, at most %llu records under way each, half of them forced: %.0f records/s in all", static_cast<unsigned long long>(window), 4.0 * each / seconds);
    }

    void one_forced_record_at_a_time() {
        Load load;
        QVERIFY(load.open(path("single"), "S"));
        std::vector<ports::AppendPtr> records;
        for (std::uint64_t lsn = 1; lsn <= 3000; ++lsn) {
            auto event = std::make_shared<events::Event>(*sample_record(lsn));
            event->durable = true;
            records.push_back(std::move(event));
        }
        const auto began = std::chrono::steady_clock::now();
        load.run(records, 1);
        qInfo("one forced record at a time: %.0f/s, %.0f us each, of which the sync p50 %lld us", 3000 / seconds_since(began), seconds_since(began) / 3000 * 1e6,
              static_cast<long long>((std::sort(load.sync_ns.begin(), load.sync_ns.end()), load.sync_ns[1500] / 1000)));
    }

    // A participant after 1 M transactions: 2 M records, a snapshot of 100 k accounts and 1 M finished keys, and the longest tail.
    void restart_after_a_million_transactions() {
        constexpr std::uint64_t last = 2'000'000, snapshot_at = last - base::limits::snapshot_records;
        std::vector<events::RecordPtr> state;
        for (int chunk = 0; chunk < 200; ++chunk) {
            events::Record record;
            record.kind = events::RecordKind::account;
            for (int i = 0; i < 500; ++i)
                record.accounts.push_back({"DE37900000000000" + std::to_string(100000 + chunk * 500 + i), "Holder " + std::to_string(i), base::Currency::of("EUR"), 100000, -1});
            state.push_back(std::make_shared<const events::Record>(record));
        }
        events::Record keys;
        keys.kind = events::RecordKind::keys;
        keys.bytes.assign(40'000'000, 'k');
        state.push_back(std::make_shared<const events::Record>(keys));
        {
            Load load;
            QVERIFY(load.open(path("million"), "A"));
            const auto began = std::chrono::steady_clock::now();
            for (std::uint64_t lsn = 1; lsn <= last; ++lsn) {
                if (lsn % 2000 == 0) {
                    std::unique_lock lock(load.mutex);
                    load.changed.wait(lock, [&] { return load.synced + 20'000 >= lsn; });
                }
                load.log->append(sample_record(lsn), lsn == last || sample_forced(lsn));
                if (lsn == snapshot_at) load.log->snapshot(lsn, state);
            }
            QTRY_COMPARE_WITH_TIMEOUT(load.log->stats().synced_lsn, last, 60'000);
            QTRY_COMPARE_WITH_TIMEOUT(load.log->stats().snapshot_lsn, snapshot_at, 60'000);
            qInfo("wrote 2 M records in %.1f s", seconds_since(began));
            load.log->abandon();
        }
        const auto began = std::chrono::steady_clock::now();
        auto opened = storage::SqliteLog::open(path("million"), {}, {});
        const double seconds = seconds_since(began);
        QVERIFY(opened.ok());
        QCOMPARE(opened->recovered.last_lsn, last);
        QCOMPARE(opened->recovered.tail.size(), base::limits::snapshot_records);
        qInfo("opened after 1 M transactions (snapshot of 100 k accounts and 40 MB of keys, tail of 200 k records) in %.2f s", seconds);
        QVERIFY(seconds < 2.0);

        const std::uint64_t behind = last - opened->log->stats().indexed_lsn;
        const auto asked = std::chrono::steady_clock::now();
        QVERIFY(opened->log->catch_up(300'000));
        const double indexing = seconds_since(asked);
        qInfo("indexed %.1f M records in %.1f s: %.1f us each, of a core's time, behind the commits", static_cast<double>(behind) / 1e6, indexing,
              indexing / static_cast<double>(behind) * 1e6);
        const auto searched = std::chrono::steady_clock::now();
        QCOMPARE(opened->log->find("inv-2026-1000001", 10, false)->xids.size(), std::size_t{1});
        qInfo("a reference among them found in %.1f ms", seconds_since(searched) * 1e3);
    }
};

INDOUBT_TEST(StorageBenchTest);

}  // namespace indoubt

#include "storage_bench_test.moc"
