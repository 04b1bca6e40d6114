// SPDX-License-Identifier: GPL-3.0-or-later
// What a start does with a file that is newer, older, foreign, damaged, truncated, read-only, in use or gone: it says so, and
// never half-loads it.
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QFile>
#include <QTemporaryDir>

#include "log_support.h"
#include "storage/vfs_shim.h"
#include "support/test_main.h"
#include "wire/codec.h"

namespace indoubt {

using tests::sample_record;
using tests::WaitedLog;

class OpenTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_directory;
    int m_count = 0;
    QString fresh() { return m_directory.filePath(QString("node%1.db").arg(++m_count)); }

    // A closed log of `last` records: one file, nothing in the write-ahead log.
    QString written(std::uint64_t last) {
        const QString path = fresh();
        WaitedLog log(path.toStdString());
        log.append_samples(last);
        log.log().close();
        return path;
    }
    static void sql(const QString& path, const QString& statements) {
        sqlite3* db = nullptr;
        QCOMPARE(sqlite3_open(path.toUtf8().constData(), &db), SQLITE_OK);
        char* error = nullptr;
        const int result = sqlite3_exec(db, statements.toUtf8().constData(), nullptr, nullptr, &error);
        QVERIFY2(result == SQLITE_OK, error);
        sqlite3_close(db);
    }
    static base::Error refusal(const QString& path) {
        WaitedLog log(path.toStdString());
        return log.ok() ? base::Error{base::ErrorCode::ok, "it was opened"} : log.error();
    }
    static QFile::Permissions open_to_all(bool writable) {
        QFile::Permissions rights = QFile::ReadOwner | QFile::ExeOwner | QFile::ReadGroup | QFile::ExeGroup | QFile::ReadOther | QFile::ExeOther;
        if (writable) rights |= QFile::WriteOwner | QFile::WriteGroup | QFile::WriteOther;
        return rights;
    }
    static QString text(const base::Error& error) { return QString::fromStdString(error.message); }
    static QByteArray bytes(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static void overwrite(const QString& path, const QByteArray& content) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        QCOMPARE(file.write(content), content.size());
    }

  private slots:
    void initTestCase() { QVERIFY(QFile::setPermissions(m_directory.path(), open_to_all(true))); }

    void a_newer_schema_is_refused_with_both_versions_and_left_alone() {
        const QString path = written(43);
        sql(path, "PRAGMA user_version=7");
        const QByteArray before = bytes(path);
        const base::Error error = refusal(path);
        QCOMPARE(error.code, base::ErrorCode::failed_precondition);
        QVERIFY2(text(error).contains("schema version 7") && text(error).contains("versions up to 2") && text(error).contains("newer version"), qPrintable(text(error)));
        QCOMPARE(bytes(path), before);
    }

    void a_database_of_another_program_is_refused() {
        const QString path = fresh();
        sql(path, "CREATE TABLE bookmarks(url TEXT)");
        QCOMPARE(refusal(path).code, base::ErrorCode::failed_precondition);
        QVERIFY(text(refusal(path)).contains("another program"));
    }

    void a_file_that_is_no_database_is_refused() {
        const QString path = fresh();
        overwrite(path, QByteArray(8192, 'x'));
        const base::Error error = refusal(path);
        QCOMPARE(error.code, base::ErrorCode::data_loss);
        QVERIFY2(text(error).contains("no SQLite database"), qPrintable(text(error)));
    }

    void version_0_is_migrated_with_all_its_records() {
        const QString path = fresh();
        sqlite3* db = nullptr;
        QCOMPARE(sqlite3_open(path.toUtf8().constData(), &db), SQLITE_OK);
        sqlite3_exec(db, "PRAGMA application_id=1229866063; CREATE TABLE log(lsn INTEGER PRIMARY KEY, event BLOB NOT NULL)", nullptr, nullptr, nullptr);
        sqlite3_stmt* insert = nullptr;
        sqlite3_prepare_v2(db, "INSERT INTO log VALUES(?1, ?2)", -1, &insert, nullptr);
        for (std::uint64_t lsn = 1; lsn <= 57; ++lsn) {
            const std::string event = wire::encode_event(*sample_record(lsn));
            sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(lsn));
            sqlite3_bind_blob(insert, 2, event.data(), static_cast<int>(event.size()), SQLITE_TRANSIENT);
            QCOMPARE(sqlite3_step(insert), SQLITE_DONE);
            sqlite3_reset(insert);
        }
        sqlite3_finalize(insert);
        sqlite3_close(db);
        {
            WaitedLog log(path.toStdString());
            QVERIFY2(log.ok(), log.ok() ? "" : log.error().message.c_str());
            QCOMPARE(log.remarks().size(), 2u);  // step by step
            QVERIFY(QString::fromStdString(log.remarks()[0]).contains("from schema version 0 to 1"));
            QCOMPARE(log.recovered().last_lsn, 57u);
            for (const auto& event : log.recovered().tail) QVERIFY(events::same_content(*event, *sample_record(event->lsn)));
            log.append_samples(63);
            QVERIFY(log.wait_synced(63));
        }
        WaitedLog again(path.toStdString());
        QCOMPARE(again.recovered().last_lsn, 63u);
        QVERIFY(again.remarks().empty());
    }

    void a_version_0_that_cannot_be_read_is_left_as_it_was() {
        const QString path = fresh();
        sql(path, "PRAGMA application_id=1229866063; CREATE TABLE log(lsn INTEGER PRIMARY KEY, event BLOB NOT NULL); INSERT INTO log VALUES(1, x'0badc0de')");
        const base::Error error = refusal(path);
        QCOMPARE(error.code, base::ErrorCode::data_loss);
        QVERIFY2(text(error).contains("record 1 cannot be read"), qPrintable(text(error)));
        sql(path, "SELECT event FROM log");  // still version 0
    }

    void a_damaged_record_is_named_with_what_could_be_read() {
        const QString path = written(103);
        sql(path, "UPDATE records SET event = substr(event, 1, 20) || x'ff' || substr(event, 22) WHERE lsn = 81");
        const base::Error error = refusal(path);
        QCOMPARE(error.code, base::ErrorCode::data_loss);
        QVERIFY2(text(error).contains("damaged at record 81") && text(error).contains("records 1 to 80 can be read"), qPrintable(text(error)));
    }

    void a_missing_record_is_named() {
        const QString path = written(103);
        sql(path, "DELETE FROM records WHERE lsn = 50");
        const base::Error error = refusal(path);
        QCOMPARE(error.code, base::ErrorCode::data_loss);
        QVERIFY2(text(error).contains("damaged at record 50") && text(error).contains("the next one is 51"), qPrintable(text(error)));
    }

    void records_that_changed_places_are_found() {
        const QString path = written(103);
        sql(path, "UPDATE records SET lsn = -1 WHERE lsn = 20; UPDATE records SET lsn = 20 WHERE lsn = 21; UPDATE records SET lsn = 21 WHERE lsn = -1");
        QVERIFY(text(refusal(path)).contains("damaged at record 20"));
    }

    void a_truncated_database_is_reported_at_every_length() {
        const QByteArray whole = bytes(written(403));
        for (const double part : {0.0, 0.0001, 0.05, 0.3, 0.5, 0.77, 0.95, 0.999}) {
            const QString path = written(3);
            overwrite(path, whole.left(static_cast<qsizetype>(static_cast<double>(whole.size()) * part)));
            const base::Error error = refusal(path);
            QVERIFY2(error.code == base::ErrorCode::data_loss, qPrintable(QString::number(part) + ": " + text(error)));
        }
    }

    void flipped_bits_are_found_or_harmless() {
        const QString source = written(203);
        const QByteArray whole = bytes(source);
        base::Prng random(77);
        int found = 0;
        for (int round = 0; round < 60; ++round) {
            const QString path = fresh();
            QByteArray damaged = whole;
            const auto at = static_cast<qsizetype>(random.below(static_cast<std::uint64_t>(whole.size())));
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << random.below(8)));
            overwrite(path, damaged);
            WaitedLog log(path.toStdString());
            if (!log.ok()) {
                ++found;
                continue;
            }
            QCOMPARE(log.recovered().last_lsn, 203u);  // never less, in silence
            for (const auto& event : log.recovered().tail) QVERIFY(events::same_content(*event, *sample_record(event->lsn)));
        }
        QVERIFY(found > 30);
    }

    void a_lost_database_is_not_taken_for_a_new_node() {
        const QString path = written(43);
        QVERIFY(QFile::remove(path));
        const base::Error error = refusal(path);
        QCOMPARE(error.code, base::ErrorCode::data_loss);
        QVERIFY2(text(error).contains("is missing") && text(error).contains(".lock to begin anew"), qPrintable(text(error)));
        QVERIFY(QFile::remove(path + ".lock"));
        QVERIFY(WaitedLog(path.toStdString()).ok());
    }

    void the_number_of_an_incarnation_is_kept_beside_the_log_and_a_torn_one_is_none() {
        const QString path = written(47);
        const auto last = [&] {
            auto opened = storage::SqliteLog::open(path.toStdString(), {}, {});
            return opened ? opened->last_incarnation : ~std::uint64_t{0};
        };
        QCOMPARE(last(), std::uint64_t{0});
        {
            WaitedLog log(path.toStdString());
            QVERIFY(log.log().begin_incarnation(7).ok());
            log.log().abandon();
        }
        QCOMPARE(last(), std::uint64_t{7});
        const QByteArray lock = bytes(path + ".lock");
        overwrite(path + ".lock", QByteArray(lock).replace("incarnation 00000000000000000007", "incarnation 00000000000000000009"));
        QCOMPARE(last(), std::uint64_t{0});
        overwrite(path + ".lock", lock.left(lock.size() - 5));
        QCOMPARE(last(), std::uint64_t{0});
    }

    void a_write_ahead_log_that_was_removed_cut_or_damaged_is_noticed() {
        const QString path = fresh();
        {
            WaitedLog log(path.toStdString());
            log.append_samples(203);
            QVERIFY(log.wait_synced(203));
            log.log().abandon();  // a crash: everything is in the write-ahead log still
        }
        const QByteArray database = bytes(path), wal = bytes(path + "-wal"), lock = bytes(path + ".lock");
        QVERIFY(wal.size() > 3 * 4096);
        const auto error_with = [&](const QByteArray& other_wal) {
            overwrite(path, database);
            overwrite(path + "-wal", other_wal);
            overwrite(path + ".lock", lock);
            QFile::remove(path + "-shm");
            return refusal(path);
        };
        QByteArray flipped = wal;
        flipped[wal.size() / 2] = static_cast<char>(flipped[wal.size() / 2] ^ 4);
        for (const QByteArray& bad : {QByteArray(), wal.left(wal.size() / 2), wal.left(wal.size() - 1), flipped}) {
            const base::Error error = error_with(bad);
            QCOMPARE(error.code, base::ErrorCode::data_loss);
            QVERIFY2(text(error).contains("record 203 was durable") || text(error).contains("nothing can be read"), qPrintable(text(error)));
        }
        QCOMPARE(text(error_with(wal)), QStringLiteral("it was opened"));
    }

    void a_damaged_snapshot_is_replaced_by_the_whole_log_with_a_remark() {
        const QString path = fresh();
        {
            WaitedLog log(path.toStdString());
            log.append_samples(103);
            QVERIFY(log.wait_synced(103));
            events::Record state;
            state.kind = events::RecordKind::keys;
            state.bytes = "keys";
            log.log().snapshot(103, {std::make_shared<const events::Record>(state)});
            QTRY_COMPARE(log.log().stats().snapshot_lsn, 103u);
            log.log().close();
        }
        sql(path, "UPDATE snapshot_part SET bytes = x'00' || substr(bytes, 2)");
        WaitedLog log(path.toStdString());
        QVERIFY(log.ok());
        QCOMPARE(log.remarks().size(), 1u);
        QVERIFY2(QString::fromStdString(log.remarks()[0]).contains("whole log was replayed"), log.remarks()[0].c_str());
        QVERIFY(log.recovered().snapshot.empty());
        QCOMPARE(log.recovered().tail.size(), 103u);
    }

    void a_second_opener_is_told_who_has_it() {
        const QString path = fresh();
        WaitedLog first(path.toStdString());
        const base::Error error = refusal(path);
        QCOMPARE(error.code, base::ErrorCode::failed_precondition);
        QVERIFY2(text(error).contains("in use by process " + QString::number(::getpid())), qPrintable(text(error)));
        first.append_samples(3);
        QVERIFY(first.wait_synced(3));  // undisturbed
    }

    void a_directory_that_does_not_exist_or_may_not_be_written_is_named() {
        QVERIFY(text(refusal(m_directory.filePath("nowhere/node.db"))).contains("directory does not exist"));
        const QString closed = m_directory.filePath("closed");
        QVERIFY(QDir().mkdir(closed));
        QVERIFY(QFile::setPermissions(closed, open_to_all(false)));
        const bool root = ::geteuid() == 0;
        if (root) QCOMPARE(::seteuid(65534), 0);  // rights do not bind root
        const base::Error error = refusal(closed + "/node.db");
        if (root) QCOMPARE(::seteuid(0), 0);
        QCOMPARE(error.code, base::ErrorCode::permission_denied);
        QVERIFY2(text(error).contains("may write to"), qPrintable(text(error)));
    }

    void its_files_are_for_their_owner_whatever_the_umask() {
        const QString path = fresh();
        const auto open_to_others = [&] {
            QStringList open;
            for (const char* suffix : {"", "-wal", "-shm", ".lock"})
                if (struct stat info {}; ::stat((path + suffix).toStdString().c_str(), &info) != 0 || (info.st_mode & 077) != 0) open << suffix;
            return open;
        };
        const mode_t before = ::umask(0);
        {
            WaitedLog log(path.toStdString());
            log.append_samples(3);
            QVERIFY(log.wait_synced(3));
            QCOMPARE(open_to_others(), QStringList());
        }
        ::umask(before);
        ::chmod(path.toStdString().c_str(), 0644);  // as an earlier version left it
        WaitedLog again(path.toStdString());
        QVERIFY(again.ok());
        QCOMPARE(open_to_others(), QStringList());
    }

    void a_read_only_file_is_refused() {
        const QString path = written(43);
        QVERIFY(QFile::setPermissions(path + ".lock", open_to_all(true)));
        QVERIFY(QFile::setPermissions(path, open_to_all(false)));
        const bool root = ::geteuid() == 0;
        if (root) QCOMPARE(::seteuid(65534), 0);
        const base::Error error = refusal(path);
        if (root) QCOMPARE(::seteuid(0), 0);
        QCOMPARE(error.code, base::ErrorCode::permission_denied);
        QVERIFY2(text(error).contains("read-only"), qPrintable(text(error)));
    }

    void a_full_disk_stops_the_log_and_loses_nothing_reported() { disk_fault([](storage::VfsShim& disk) { disk.set_full(true); }, base::ErrorCode::resource_exhausted, "disk is full"); }
    void a_failing_sync_stops_the_log_for_good() { disk_fault([](storage::VfsShim& disk) { disk.set_sync_fails(true); }, base::ErrorCode::data_loss, "disk failed"); }
    // The sync of a checkpoint counts like any other: it is not tried again, for SQLite would take for kept what the disk has dropped.
    void a_failing_sync_of_a_checkpoint_stops_the_log_too() {
        storage::LogOptions options;
        options.vfs = std::make_shared<storage::VfsShim>();
        options.checkpoint_pages = 20;
        const std::string path = fresh().toStdString();
        std::uint64_t told = 0;
        {
            WaitedLog log(path, options);
            QVERIFY(log.ok());
            options.vfs->set_fold_sync_fails(true);
            QElapsedTimer timer;
            timer.start();
            for (std::uint64_t lsn = 20; !log.failure() && timer.elapsed() < 10'000; lsn += 20) {
                log.append_samples(lsn);
                QTest::qWait(1);
            }
            QVERIFY(log.wait_failed(10));
            QVERIFY2(text(*log.failure()).contains("folding the write-ahead log") && text(*log.failure()).contains("the node stops"), qPrintable(text(*log.failure())));
            told = log.synced_lsn();
            options.vfs->set_fold_sync_fails(false);  // too late
            log.append_samples(log.log().stats().appended_lsn + 100);
            QTest::qWait(50);
            QCOMPARE(log.synced_lsn(), told);
        }
        WaitedLog again(path);
        QVERIFY(again.ok() && again.recovered().last_lsn >= told);
    }
    void a_failing_write_stops_the_log_for_good() { disk_fault([](storage::VfsShim& disk) { disk.set_write_fails(true); }, base::ErrorCode::data_loss, "disk failed"); }

    void a_full_disk_at_the_first_start_is_named() {
        storage::LogOptions options;
        options.vfs = std::make_shared<storage::VfsShim>();
        options.vfs->set_full(true);
        const QString path = fresh();
        {
            WaitedLog log(path.toStdString(), options);
            QVERIFY(!log.ok());
            QCOMPARE(log.error().code, base::ErrorCode::resource_exhausted);
        }
        options.vfs->set_full(false);
        QVERIFY(WaitedLog(path.toStdString(), options).ok());
    }

  private:
    template <class Break>
    void disk_fault(Break break_it, base::ErrorCode code, const char* words) {
        const QString path = fresh();
        storage::LogOptions options;
        options.vfs = std::make_shared<storage::VfsShim>();
        {
            WaitedLog log(path.toStdString(), options);
            log.append_samples(43);
            QVERIFY(log.wait_synced(43));
            break_it(*options.vfs);
            log.append_samples(63);
            QVERIFY(log.wait_failed());
            QCOMPARE(log.failure()->code, code);
            QVERIFY2(text(*log.failure()).contains(words) && text(*log.failure()).contains("the node stops"), qPrintable(text(*log.failure())));
            options.vfs->set_full(false);
            options.vfs->set_sync_fails(false);
            options.vfs->set_write_fails(false);
            log.append_samples(83);  // never retried, even though the disk is well again
            QTest::qWait(80);
            QCOMPARE(log.synced_lsn(), 43u);
            QVERIFY(log.log().stats().failed);
            log.log().close();
        }
        WaitedLog again(path.toStdString());
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
        QVERIFY(again.recovered().last_lsn >= 43);
        for (const auto& event : again.recovered().tail) QVERIFY(events::same_content(*event, *sample_record(event->lsn)));
    }
};

INDOUBT_TEST(OpenTest);

}  // namespace indoubt

#include "open_test.moc"
