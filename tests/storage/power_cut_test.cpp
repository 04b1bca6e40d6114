// SPDX-License-Identifier: GPL-3.0-or-later
// A power cut at 500 seeded points of a log under load, on what SQLite really wrote: nothing that was reported durable is
// lost, no record is torn or out of order, and the log goes on from there. The same test finds the loss without syncs.
#include <QDir>
#include <QTemporaryDir>
#include <algorithm>
#include <fstream>

#include "log_support.h"
#include "power_model.h"
#include "support/test_main.h"

namespace indoubt {

using tests::DiskRun;
using tests::PowerCuts;
using tests::sample_forced;
using tests::sample_record;
using tests::WaitedLog;

class PowerCutTest : public QObject {
    Q_OBJECT
    static constexpr std::uint64_t seed = 20261120;
    static constexpr int points = 500;

    static std::vector<events::RecordPtr> snapshot_of(std::uint64_t lsn) {
        std::vector<events::RecordPtr> records;
        base::Prng random(lsn);
        for (int i = 0; i < 3; ++i) {
            events::Record record;
            record.kind = events::RecordKind::keys;
            record.low_water = lsn;
            for (int word = 0; word < 8000; ++word) record.bytes += static_cast<char>(random.next());
            records.push_back(std::make_shared<const events::Record>(record));
        }
        return records;
    }

    // A load of forced and lazy records in bursts, with snapshots and checkpoints in between. Returns the first step after opening.
    static std::size_t load(const std::string& path, DiskRun& run, bool synchronous_full) {
        storage::LogOptions options;
        options.node = "A";
        options.checkpoint_pages = 60;
        options.flush_ms = 2;
        options.synchronous_full = synchronous_full;
        options.vfs = std::make_shared<storage::VfsShim>();
        options.vfs->record(&run);
        std::mutex mutex;
        std::condition_variable changed;
        std::uint64_t synced = 0;
        storage::LogCallbacks callbacks;
        callbacks.synced = [&](const storage::SyncDone& done) {
            run.reported(done.lsn);
            std::lock_guard lock(mutex);
            synced = done.lsn;
            changed.notify_one();
        };
        auto opened = storage::SqliteLog::open(path, options, callbacks);
        if (!opened.ok()) return 0;
        const std::size_t first = run.steps();
        base::Prng random(seed);
        std::uint64_t lsn = 0, forced = 0;
        for (int burst = 0; burst < 900; ++burst) {
            for (std::uint64_t i = 1 + random.below(6); i > 0; --i) {
                ++lsn;
                if (sample_forced(lsn)) forced = lsn;
                opened->log->append(sample_record(lsn), sample_forced(lsn));
            }
            if (random.chance(300)) continue;  // two bursts at once
            std::unique_lock lock(mutex);
            changed.wait_for(lock, std::chrono::seconds(10), [&] { return synced >= forced; });
            if (burst % 150 == 149) opened->log->snapshot(synced, snapshot_of(synced));
        }
        opened->log->close();
        options.vfs->record(nullptr);
        return first;
    }

    // Why the log that a cut leaves behind is wrong; empty: it is right.
    static QString verdict(const PowerCuts::Image& image, const std::string& original, const QString& directory, bool go_on) {
        const std::string path = directory.toStdString() + "/cut.db";
        for (const char* tail : {"", "-wal", "-shm", "-journal", ".lock"}) QFile::remove(QString::fromStdString(path + tail));
        for (const auto& [file, content] : image.files) {
            std::ofstream out(path + file.substr(original.size()), std::ios::binary);
            out.write(content.data(), static_cast<std::streamsize>(content.size()));
        }
        std::uint64_t last = 0;
        {
            WaitedLog log(path);
            if (!log.ok()) return "it does not open: " + QString::fromStdString(log.error().message);
            if (!log.remarks().empty()) return QString::fromStdString(log.remarks()[0]);
            const ports::Recovered& recovered = log.recovered();
            last = recovered.last_lsn;
            if (last < image.reported_lsn) return QString("record %1 was reported durable, the last one is %2").arg(image.reported_lsn).arg(last);
            if (recovered.snapshot_lsn > 0) {
                const auto expected = snapshot_of(recovered.snapshot_lsn);
                if (recovered.snapshot.size() != expected.size()) return "the snapshot is not whole";
                for (std::size_t i = 0; i < expected.size(); ++i)
                    if (!(*expected[i] == *recovered.snapshot[i])) return "the snapshot is wrong";
            }
            auto all = log.log().read(1, 1'000'000);
            if (!all.ok() || all->size() != last) return "not every record can be read";
            for (std::size_t i = 0; i < all->size(); ++i)
                if (!events::same_content((*all)[i], *sample_record(i + 1))) return QString("record %1 is not what was written").arg(i + 1);
            if (!go_on) return {};
            log.append_samples(last + 8);
            if (!log.wait_synced(last + 7)) return "it does not go on";
        }
        WaitedLog again(path);
        if (!again.ok() || again.recovered().last_lsn < last + 7) return "what it wrote after the cut is lost";
        return {};
    }

    static QStringList cut_everywhere(bool synchronous_full, int most_failures) {
        QTemporaryDir load_directory;
        // Thousands of small files come and go, and none of them needs a disk.
        QTemporaryDir cut_directory(QDir("/dev/shm").exists() ? "/dev/shm/indoubt-cut-XXXXXX" : QDir::tempPath() + "/indoubt-cut-XXXXXX");
        const std::string path = load_directory.filePath("node.db").toStdString();
        DiskRun run;
        const std::size_t first = load(path, run, synchronous_full);
        if (first == 0) return {"the log could not be opened"};
        base::Prng random(seed);
        std::vector<std::size_t> steps;
        for (int i = 0; i < points; ++i) steps.push_back(first + random.below(run.steps() - first));
        std::sort(steps.begin(), steps.end());
        QStringList failures;
        PowerCuts cuts(run);
        int in_commit = 0, in_checkpoint = 0;
        for (std::size_t i = 0; i < steps.size() && failures.size() < most_failures; ++i) {
            const PowerCuts::Image image = cuts.cut(steps[i], random);
            in_commit += image.log_unsynced ? 1 : 0;
            in_checkpoint += image.database_unsynced ? 1 : 0;
            const QString wrong = verdict(image, path, cut_directory.path(), i % 10 == 0);
            if (!wrong.isEmpty()) failures << QString("cut before step %1 of %2: %3").arg(steps[i]).arg(run.steps()).arg(wrong);
        }
        qInfo("%zu steps on disk, %d cuts, %d within a commit, %d within a checkpoint, %d failures", run.steps(), points, in_commit, in_checkpoint,
              static_cast<int>(failures.size()));
        if (synchronous_full && (in_commit < points / 10 || in_checkpoint < points / 50)) failures << "the cuts miss commits or checkpoints";
        return failures;
    }

  private slots:
    void nothing_reported_durable_is_lost_at_500_power_cuts() {
        const QStringList failures = cut_everywhere(true, 5);
        QVERIFY2(failures.isEmpty(), qPrintable(failures.join('\n')));
    }

    // After a failed sync the kernel may show bytes that never reached the disk: a start must not believe them before they did.
    void what_a_start_reads_is_on_the_disk_before_it_is_believed() {
        QTemporaryDir directory, cut_directory;
        const std::string path = directory.filePath("node.db").toStdString();
        DiskRun run;
        storage::LogOptions options;
        options.vfs = std::make_shared<storage::VfsShim>();
        options.vfs->record(&run);
        {
            WaitedLog log(path, options);
            log.append_samples(43);
            QVERIFY(log.wait_synced(43));
            options.vfs->set_sync_fails(true);
            log.append_samples(63);
            QVERIFY(log.wait_failed());
        }
        options.vfs->set_sync_fails(false);
        WaitedLog again(path, options);
        QVERIFY(again.ok());
        QVERIFY2(again.recovered().last_lsn > 43, "the page cache still shows what was never synced");
        base::Prng random(seed);
        PowerCuts cuts(run);
        for (int i = 0; i < 20; ++i) {
            PowerCuts::Image image = cuts.cut(run.steps(), random);
            image.reported_lsn = again.recovered().last_lsn;
            QCOMPARE(verdict(image, path, cut_directory.path(), false), QString());
        }
        options.vfs->record(nullptr);
    }

    void without_syncs_the_same_test_finds_the_loss() {
        const QStringList failures = cut_everywhere(false, 5);
        QCOMPARE(failures.size(), 5);
        qInfo("%s", qPrintable(failures.first()));
    }
};

INDOUBT_TEST(PowerCutTest);

}  // namespace indoubt

#include "power_cut_test.moc"
