// SPDX-License-Identifier: GPL-3.0-or-later
// The indexes over a log: what is found through them, that they follow by themselves, and that they never hold what the log has not.
#include <sqlite3.h>

#include <QTemporaryDir>
#include <algorithm>
#include <set>

#include "log_support.h"
#include "storage/sqlite_log.h"
#include "support/test_main.h"

namespace indoubt {

using namespace tests;

namespace {

constexpr std::uint64_t written = 4000;

// The records of the payment that record `lsn` belongs to, found by looking at every one.
std::vector<std::uint64_t> lsns_of(const base::Xid& xid) {
    std::vector<std::uint64_t> list;
    for (std::uint64_t lsn = 1; lsn <= written; ++lsn)
        if (sample_record(lsn)->xid == xid) list.push_back(lsn);
    return list;
}

std::vector<std::uint64_t> lsns(const std::vector<events::Event>& events) {
    std::vector<std::uint64_t> list;
    for (const auto& event : events) list.push_back(event.lsn);
    return list;
}

}  // namespace

class ArchiveTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_directory;
    std::string path(const char* name) const { return (m_directory.path() + "/" + name).toStdString(); }

    static bool sql(const std::string& file, const char* text) {
        sqlite3* db = nullptr;
        const bool good = sqlite3_open(file.c_str(), &db) == SQLITE_OK && sqlite3_exec(db, text, nullptr, nullptr, nullptr) == SQLITE_OK;
        sqlite3_close(db);
        return good;
    }

  private slots:
    void a_payment_is_found_by_its_xid_and_its_references() {
        WaitedLog log(path("found.db"));
        log.append_samples(written);
        QVERIFY(log.wait_synced(written));
        QVERIFY(log.log().catch_up(20000));
        QCOMPARE(log.log().stats().indexed_lsn, written);
        for (const std::uint64_t lsn : {std::uint64_t{1}, written / 2 + 1, written - 3}) {
            const auto sample = sample_record(lsn);
            auto found = log.log().payment(sample->xid);
            QVERIFY(found.ok());
            QCOMPARE(lsns(found->events), lsns_of(sample->xid));
            for (const auto& event : found->events) QVERIFY(events::same_content(event, *sample_record(event.lsn)));
            const auto& payment = *sample->record()->payment;  // lsn 1, 5, 9...: a BEGIN
            for (const std::string& text : {payment.idempotency_key, payment.refs.end_to_end_id}) {
                if (text.empty()) continue;
                auto by_text = log.log().find(text, 10, false);
                QVERIFY(by_text.ok());
                QVERIFY2(std::find(by_text->xids.begin(), by_text->xids.end(), sample->xid) != by_text->xids.end(), text.c_str());
            }
        }
        QVERIFY(log.log().find("nobody ever wrote this", 10, false)->xids.empty());
    }

    void part_of_a_reference_finds_in_any_case_and_without_spaces() {
        WaitedLog log(path("part.db"));
        log.append_samples(written);
        QVERIFY(log.wait_synced(written) && log.log().catch_up(20000));
        const auto sample = sample_record(101);
        std::string key = sample->record()->payment->idempotency_key;
        QVERIFY(key.size() > 3);
        auto whole = log.log().find(key, 10, false);
        QCOMPARE(whole->xids.size(), std::size_t{1});  // the exact one, whatever it begins
        std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) { return std::toupper(c); });
        key.insert(2, " ");
        QCOMPARE(log.log().find(key, 10, false)->xids, whole->xids);
        const std::string tail = sample->record()->payment->idempotency_key.substr(1);
        const auto wide = log.log().find(tail, 100000, true);
        QVERIFY(std::find(wide->xids.begin(), wide->xids.end(), sample->xid) != wide->xids.end());
        QVERIFY(std::is_sorted(wide->xids.rbegin(), wide->xids.rend()));
        QCOMPARE(log.log().find(tail, 1, true)->complete, wide->xids.size() <= 1);
    }

    void an_account_gives_the_records_of_its_last_payments() {
        WaitedLog log(path("account.db"));
        log.append_samples(written);
        QVERIFY(log.wait_synced(written) && log.log().catch_up(20000));
        const std::string account = sample_record(2)->record()->payment->legs.front().account;
        std::set<base::Xid> touching;
        std::set<std::uint64_t> expected;
        for (std::uint64_t lsn = 1; lsn <= written; ++lsn) {
            const auto event = sample_record(lsn);
            const auto* record = event->record();
            if (record->kind != events::RecordKind::prepared) continue;
            for (const auto& leg : record->payment->legs)
                if (leg.account == account) touching.insert(event->xid);
        }
        for (std::uint64_t lsn = 1; lsn <= written; ++lsn)
            if (touching.contains(sample_record(lsn)->xid)) expected.insert(lsn);
        auto all = log.log().account(account, written + 1);
        QVERIFY(all.ok() && all->complete);
        QCOMPARE(lsns(all->events), std::vector<std::uint64_t>(expected.begin(), expected.end()));
        QVERIFY(!touching.empty());
        auto last = log.log().account(account, 1);
        QVERIFY(!last->complete);  // there may be more
        QVERIFY(last->events.back().xid == *touching.rbegin());
    }

    void the_newest_come_first_page_by_page() {
        WaitedLog log(path("newest.db"));
        log.append_samples(written);
        QVERIFY(log.wait_synced(written) && log.log().catch_up(20000));
        auto first = log.log().newest({}, 7), second = log.log().newest(first->xids.back(), 7);
        QCOMPARE(first->xids.size(), std::size_t{7});
        QVERIFY(!first->complete);
        QVERIFY(std::is_sorted(first->xids.rbegin(), first->xids.rend()));
        QVERIFY(second->xids.front() < first->xids.back());
        QVERIFY(first->xids.front() == sample_record(written)->xid);
    }

    void the_indexes_follow_by_themselves_once_it_is_quiet_and_across_crashes() {
        storage::LogOptions options;
        options.index_quiet_ms = 20;
        {
            WaitedLog log(path("quiet.db"), options);
            log.append_samples(written);
            QVERIFY(log.wait_synced(written));
            QTRY_COMPARE(log.log().stats().indexed_lsn, written);
            log.log().abandon();
        }
        WaitedLog again(path("quiet.db"));
        QVERIFY(again.ok());
        QCOMPARE(again.recovered().last_lsn, written);
        QVERIFY(again.log().stats().indexed_lsn <= written);
        QVERIFY(again.log().catch_up(20000));
        QCOMPARE(lsns(again.log().payment(sample_record(1)->xid)->events), lsns_of(sample_record(1)->xid));
    }

    void under_steady_load_they_wait_until_they_are_far_behind() {
        storage::LogOptions options;
        options.index_quiet_ms = 60000;
        {
            WaitedLog log(path("busy.db"), options);
            log.append_samples(written);
            QVERIFY(log.wait_synced(written));
            QCOMPARE(log.log().stats().indexed_lsn, std::uint64_t{0});
            log.log().close();
        }
        options.index_lag_records = 100;
        WaitedLog log(path("busy.db"), options);
        QTRY_VERIFY(log.log().stats().indexed_lsn + 100 >= written);
    }

    void a_database_without_indexes_gets_them() {
        {
            WaitedLog log(path("old.db"));
            log.append_samples(written);
            QVERIFY(log.wait_synced(written));
            log.log().close();
        }
        QVERIFY(sql(path("old.db"), "DROP TABLE by_xid; DROP TABLE by_reference; DROP TABLE by_account; DROP TABLE indexed; PRAGMA user_version=1"));
        WaitedLog log(path("old.db"));
        QVERIFY2(log.ok(), log.ok() ? "" : log.error().message.c_str());
        QCOMPARE(log.remarks().size(), std::size_t{1});
        QVERIFY(log.log().catch_up(20000));
        QCOMPARE(lsns(log.log().payment(sample_record(5)->xid)->events), lsns_of(sample_record(5)->xid));
    }

    void a_damaged_record_is_not_told_and_does_not_stop_the_node() {
        {
            WaitedLog log(path("hurt.db"));
            log.append_samples(written);
            QVERIFY(log.wait_synced(written));
            log.log().close();
        }
        storage::LogOptions options;
        options.index_quiet_ms = 60000;
        WaitedLog log(path("hurt.db"), options);
        QVERIFY(sql(path("hurt.db"), "UPDATE records SET event = x'00' WHERE lsn = 100"));
        QVERIFY(!log.log().catch_up(5000));
        QVERIFY(!log.failure());
        QVERIFY(log.log().stats().indexed_lsn < 100);
    }
};

INDOUBT_TEST(ArchiveTest);

}  // namespace indoubt

#include "archive_test.moc"
