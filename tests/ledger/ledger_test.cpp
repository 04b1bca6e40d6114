// SPDX-License-Identifier: GPL-3.0-or-later
#include "ledger/ledger.h"

#include <limits>

#include "base/limits.h"
#include "support/test_main.h"

using namespace indoubt::ledger;
using indoubt::base::NodeId;
using indoubt::events::LegKind;

namespace {

const Currency eur = Currency::of("EUR");
const std::string mara = "DE37900000010000471108";

Xid xid(std::uint64_t counter) { return {NodeId::of("T"), 1, counter}; }
Leg leg(LegKind kind, const std::string& account, std::int64_t minor, Currency currency = eur) { return {NodeId::of("A"), kind, account, {minor, currency}}; }
PaymentPtr branch(std::vector<Leg> legs) {
    Payment payment;
    payment.legs = std::move(legs);
    return std::make_shared<const Payment>(std::move(payment));
}
PaymentPtr debit(std::int64_t minor, const std::string& account = mara) { return branch({leg(LegKind::debit, account, minor)}); }
PaymentPtr credit(std::int64_t minor, const std::string& account = mara) { return branch({leg(LegKind::credit, account, minor)}); }
PaymentPtr check(std::int64_t minor, const std::string& account = mara) { return branch({leg(LegKind::check, account, minor)}); }

Ledger opened() {
    Ledger ledger;
    const auto count = ledger.open({{mara, "Mara", eur, 248000, -1}, {"shop", "Shop", eur, 0, -1}, {"yen", "Sakura", Currency::of("JPY"), 1250000, -1}, {"small", "S", eur, 100000, 5000}});
    INDOUBT_CHECK(count.ok() && *count == 4, "four accounts");
    return ledger;
}

}  // namespace

class LedgerTest : public QObject {
    Q_OBJECT
    std::vector<Touch> touched;
    std::vector<Granted> granted;

  private slots:
    void init() {
        touched.clear();
        granted.clear();
    }
    void a_debit_is_on_hold_until_it_is_posted() {
        Ledger ledger = opened();
        QCOMPARE(ledger.prepare(xid(1), debit(12000), touched).vote, Vote::yes);
        QCOMPARE(ledger.find(mara)->posted_minor, std::int64_t{248000});
        QCOMPARE(ledger.find(mara)->held_minor, std::int64_t{12000});
        QCOMPARE(touched.size(), std::size_t{1});
        QCOMPARE(touched[0].held_minor, std::int64_t{12000});
        const auto posted = ledger.apply(xid(1), granted);
        QCOMPARE(posted.size(), std::size_t{1});
        QCOMPARE(posted[0].amount.minor, std::int64_t{-12000});
        QCOMPARE(posted[0].balance_minor, std::int64_t{236000});
        QCOMPARE(ledger.find(mara)->held_minor, std::int64_t{0});
        QVERIFY(!ledger.holds(xid(1)));
    }
    void an_undo_releases_the_hold_and_posts_nothing() {
        Ledger ledger = opened();
        const Ledger before = ledger;
        ledger.prepare(xid(1), debit(12000), touched);
        QVERIFY(!(ledger == before));
        QCOMPARE(ledger.undo(xid(1), granted).size(), std::size_t{1});
        QVERIFY(ledger == before);
        QCOMPARE(ledger.hash(), before.hash());
    }
    void a_second_apply_or_undo_has_no_effect() {
        Ledger ledger = opened();
        ledger.prepare(xid(1), debit(12000), touched);
        ledger.apply(xid(1), granted);
        const Ledger after = ledger;
        QVERIFY(ledger.apply(xid(1), granted).empty());
        QVERIFY(ledger.undo(xid(1), granted).empty());
        QVERIFY(ledger == after);
    }
    void refusals_name_the_account_and_the_amounts_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<int>("refusal");
        QTest::addColumn<QString>("text");
        QTest::newRow("insufficient") << 0 << int(Refusal::insufficient_funds) << "4711 08 has 2480.00 EUR available, 2480.01 EUR is asked";
        QTest::newRow("unknown") << 1 << int(Refusal::unknown_account) << "there is no account nobody here";
        QTest::newRow("currency") << 2 << int(Refusal::wrong_currency) << "yen is kept in JPY, not in EUR";
        QTest::newRow("limit") << 3 << int(Refusal::over_limit) << "small may pay at most 50.00 EUR at once, 60.00 EUR is asked";
        QTest::newRow("limit checked") << 4 << int(Refusal::over_limit) << "small may pay at most 50.00 EUR at once, 50.01 EUR is asked";
        QTest::newRow("limit over two legs") << 5 << int(Refusal::over_limit) << "small may pay at most 50.00 EUR at once, 50.02 EUR is asked";
    }
    void refusals_name_the_account_and_the_amounts() {
        QFETCH(int, which);
        QFETCH(int, refusal);
        QFETCH(QString, text);
        const std::vector<PaymentPtr> branches = {
            debit(248001), credit(1, "nobody"), credit(1, "yen"), debit(6000, "small"), check(5001, "small"),
            branch({leg(LegKind::debit, "small", 2501), leg(LegKind::debit, "small", 2501)})};
        Ledger ledger = opened();
        const Ledger before = ledger;
        const Verdict verdict = ledger.prepare(xid(1), branches[static_cast<std::size_t>(which)], touched);
        QCOMPARE(verdict.vote, Vote::no);
        QCOMPARE(int(verdict.refusal), refusal);
        QCOMPARE(QString::fromStdString(verdict.text), text);
        QVERIFY2(ledger == before, "a NO leaves nothing behind");
        QVERIFY(touched.empty());
    }
    void all_legs_are_locked_or_none() {
        Ledger ledger = opened();
        const Ledger before = ledger;
        QCOMPARE(ledger.prepare(xid(1), branch({leg(LegKind::debit, mara, 100), leg(LegKind::credit, "nobody", 100)}), touched).vote, Vote::no);
        QVERIFY(ledger == before);
    }
    void a_debit_excludes_other_debits_and_checks_but_not_credits() {
        Ledger ledger = opened();
        QCOMPARE(ledger.prepare(xid(1), debit(100), touched).vote, Vote::yes);
        const Verdict second = ledger.prepare(xid(2), debit(100), touched);
        QCOMPARE(second.vote, Vote::none);
        QCOMPARE(second.account, mara);
        QVERIFY(second.blocker == xid(1));
        QCOMPARE(ledger.prepare(xid(3), check(100), touched).vote, Vote::none);
        QCOMPARE(ledger.prepare(xid(4), credit(100), touched).vote, Vote::yes);
        QCOMPARE(ledger.prepare(xid(5), credit(100), touched).vote, Vote::yes);
    }
    void checks_share_and_exclude_a_debit() {
        Ledger ledger = opened();
        QCOMPARE(ledger.prepare(xid(1), check(100), touched).vote, Vote::read_only);
        QCOMPARE(ledger.prepare(xid(2), check(100), touched).vote, Vote::read_only);
        QCOMPARE(ledger.prepare(xid(3), debit(100), touched).vote, Vote::none);
        ledger.undo(xid(1), granted);
        QVERIFY(granted.empty());
        ledger.undo(xid(2), granted);
        QCOMPARE(granted.size(), std::size_t{1});
        QVERIFY(granted[0].xid == xid(3));
    }
    void waiters_are_served_in_the_order_they_came() {
        Ledger ledger = opened();
        ledger.prepare(xid(1), debit(100), touched);
        for (std::uint64_t i = 2; i <= 4; ++i) QCOMPARE(ledger.prepare(xid(i), debit(100), touched).vote, Vote::none);
        for (std::uint64_t i = 1; i <= 3; ++i) {
            granted.clear();
            ledger.apply(xid(i), granted);
            QCOMPARE(granted.size(), std::size_t{1});
            QVERIFY(granted[0].xid == xid(i + 1));
            QCOMPARE(granted[0].verdict.vote, Vote::yes);
            QCOMPARE(granted[0].locked.size(), std::size_t{1});
        }
        QCOMPARE(ledger.find(mara)->posted_minor, std::int64_t{248000 - 300});
    }
    void nobody_overtakes_a_queue() {
        Ledger ledger = opened();
        ledger.prepare(xid(1), check(100), touched);
        QCOMPARE(ledger.prepare(xid(2), debit(100), touched).vote, Vote::none);
        const Verdict late = ledger.prepare(xid(3), check(100), touched);
        QCOMPARE(late.vote, Vote::none);
        QVERIFY2(late.blocker == xid(2), "it stands behind the waiting debit");
    }
    void a_waiter_that_finds_too_little_left_says_no_and_the_next_goes_on() {
        Ledger ledger = opened();
        ledger.prepare(xid(1), debit(240000), touched);
        ledger.prepare(xid(2), debit(10000), touched);
        ledger.prepare(xid(3), debit(8000), touched);
        ledger.apply(xid(1), granted);
        QCOMPARE(granted.size(), std::size_t{2});
        QCOMPARE(granted[0].verdict.refusal, Refusal::insufficient_funds);
        QCOMPARE(granted[0].verdict.text, std::string("4711 08 has 80.00 EUR available, 100.00 EUR is asked"));
        QCOMPARE(granted[1].verdict.vote, Vote::yes);
        QVERIFY(!ledger.holds(xid(2)));
    }
    void a_waiter_that_gives_up_leaves_the_queue() {
        Ledger ledger = opened();
        ledger.prepare(xid(1), debit(100), touched);
        ledger.prepare(xid(2), debit(100), touched);
        ledger.prepare(xid(3), debit(100), touched);
        ledger.cancel_wait(xid(2), granted);
        ledger.cancel_wait(xid(1), granted);  // it holds its lock: no waiter, no effect
        QVERIFY(granted.empty());
        QVERIFY(ledger.holds(xid(1)));
        ledger.undo(xid(1), granted);
        QCOMPARE(granted.size(), std::size_t{1});
        QVERIFY(granted[0].xid == xid(3));
    }
    void a_check_goes_on_when_the_debit_before_it_gives_up() {
        Ledger ledger = opened();
        ledger.prepare(xid(1), check(100), touched);
        QCOMPARE(ledger.prepare(xid(2), debit(100), touched).vote, Vote::none);
        QCOMPARE(ledger.prepare(xid(3), check(100), touched).vote, Vote::none);
        ledger.cancel_wait(xid(2), granted);
        QCOMPARE(granted.size(), std::size_t{1});
        QVERIFY(granted[0].xid == xid(3));
        QCOMPARE(granted[0].verdict.vote, Vote::read_only);
    }
    void a_waiter_with_two_accounts_moves_on_to_the_one_still_locked() {
        Ledger ledger = opened();
        ledger.prepare(xid(1), debit(100), touched);
        ledger.prepare(xid(2), debit(100, "small"), touched);
        QCOMPARE(ledger.prepare(xid(3), branch({leg(LegKind::debit, mara, 1), leg(LegKind::debit, "small", 1)}), touched).account, mara);
        ledger.undo(xid(1), granted);
        QCOMPARE(granted.size(), std::size_t{1});
        QCOMPARE(granted[0].verdict.vote, Vote::none);
        QCOMPARE(granted[0].verdict.account, std::string("small"));
        QCOMPARE(ledger.find(mara)->debitors.size(), std::size_t{0});
        granted.clear();
        ledger.undo(xid(2), granted);
        QCOMPARE(granted.size(), std::size_t{1});
        QCOMPARE(granted[0].verdict.vote, Vote::yes);
        QCOMPARE(granted[0].locked.size(), std::size_t{2});
    }
    void an_undone_waiter_just_leaves() {
        Ledger ledger = opened();
        ledger.prepare(xid(1), debit(100), touched);
        ledger.prepare(xid(2), debit(100), touched);
        QVERIFY(ledger.undo(xid(2), granted).empty());
        QVERIFY(ledger.find(mara)->waiters.empty());
        QVERIFY(!ledger.holds(xid(2)));
    }
    void a_queue_has_an_end() {
        Ledger ledger = opened();
        ledger.prepare(xid(1), debit(100), touched);
        for (std::uint64_t i = 0; i < indoubt::base::limits::lock_waiters_max; ++i) QCOMPARE(ledger.prepare(xid(2 + i), debit(1), touched).vote, Vote::none);
        const Verdict late = ledger.prepare(xid(5000), debit(1), touched);
        QCOMPARE(late.refusal, Refusal::too_many_waiters);
        QCOMPARE(late.text, std::string("1024 payments already wait for 4711 08"));
    }
    void only_check_legs_or_a_waived_fee_vote_read_only() {
        Ledger ledger = opened();
        QCOMPARE(ledger.prepare(xid(1), check(100), touched).vote, Vote::read_only);
        QCOMPARE(touched.size(), std::size_t{1});
        QCOMPARE(ledger.prepare(xid(2), branch({leg(LegKind::fee, "shop", 0)}), touched).vote, Vote::read_only);
        QCOMPARE(touched.size(), std::size_t{1});
        QCOMPARE(ledger.prepare(xid(3), branch({leg(LegKind::check, "small", 1), leg(LegKind::credit, "shop", 5)}), touched).vote, Vote::yes);
    }
    void a_record_restores_holds_and_locks() {
        Ledger ledger = opened();
        ledger.restore(xid(1), debit(12000));
        QCOMPARE(ledger.find(mara)->held_minor, std::int64_t{12000});
        QCOMPARE(ledger.prepare(xid(2), debit(1), touched).vote, Vote::none);
        Ledger prepared = opened();
        prepared.prepare(xid(1), debit(12000), touched);
        prepared.prepare(xid(2), debit(1), touched);
        QVERIFY2(ledger == prepared, "a restored branch is the prepared one");
    }
    void a_hold_counts_against_what_is_available_for_a_later_debit() {
        Ledger ledger = opened();
        ledger.prepare(xid(1), debit(240000), touched);
        ledger.prepare(xid(2), debit(100000), touched);
        ledger.undo(xid(1), granted);
        QCOMPARE(granted[0].verdict.vote, Vote::yes);
        QCOMPARE(ledger.find(mara)->held_minor, std::int64_t{100000});
    }
    void every_payment_leaves_the_sums_as_they_were() {
        Ledger ledger = opened();
        const auto before = ledger.sums();
        ledger.prepare(xid(1), branch({leg(LegKind::debit, mara, 12000), leg(LegKind::credit, "shop", 11940), leg(LegKind::fee, "small", 60)}), touched);
        QVERIFY(ledger.sums() == before);
        ledger.apply(xid(1), granted);
        QVERIFY(ledger.sums() == before);
        QCOMPARE(ledger.find("shop")->posted_minor, std::int64_t{11940});
    }
    void credits_that_could_overflow_together_are_refused() {
        Ledger ledger;
        QVERIFY(ledger.open({{"rich", "R", eur, (std::int64_t{1} << 62) - 10, -1}}).ok());
        QCOMPARE(ledger.prepare(xid(1), credit(6, "rich"), touched).vote, Vote::yes);
        QCOMPARE(ledger.prepare(xid(2), credit(6, "rich"), touched).refusal, Refusal::balance_overflow);
        QCOMPARE(ledger.prepare(xid(3), branch({leg(LegKind::credit, "rich", std::numeric_limits<std::int64_t>::max()), leg(LegKind::credit, "rich", 5)}), touched).refusal,
                 Refusal::balance_overflow);
        QCOMPARE(ledger.prepare(xid(4), branch({leg(LegKind::debit, "rich", std::numeric_limits<std::int64_t>::max()), leg(LegKind::debit, "rich", 5)}), touched).refusal,
                 Refusal::insufficient_funds);
    }
    void opening_keeps_what_exists_and_refuses_nonsense_whole() {
        Ledger ledger = opened();
        const auto again = ledger.open({{mara, "Else", eur, 1, -1}, {"new", "N", eur, 5, -1}});
        QVERIFY(again.ok());
        QCOMPARE(*again, std::size_t{1});
        QCOMPARE(ledger.find(mara)->posted_minor, std::int64_t{248000});
        const Ledger before = ledger;
        QVERIFY(!ledger.open({{"good", "", eur, 5, -1}, {"", "", eur, 5, -1}}).ok());
        QVERIFY(!ledger.open({{"bad", "", eur, -5, -1}}).ok());
        QVERIFY(!ledger.open({{"bad", "", {}, 5, -1}}).ok());
        QVERIFY(ledger == before);
    }
    void a_copy_is_a_value() {
        Ledger ledger = opened();
        ledger.prepare(xid(1), debit(5), touched);
        Ledger copy = ledger;
        QVERIFY(copy == ledger);
        QCOMPARE(copy.hash(), ledger.hash());
        copy.apply(xid(1), granted);
        QVERIFY(!(copy == ledger));
        QVERIFY(copy.hash() != ledger.hash());
        QCOMPARE(ledger.find(mara)->held_minor, std::int64_t{5});
    }
    void lines_are_sorted_and_rebuild_the_balances() {
        Ledger ledger = opened();
        const auto lines = ledger.lines();
        QVERIFY(std::is_sorted(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.account < b.account; }));
        Ledger back;
        QCOMPARE(*back.open(lines), std::size_t{4});
        QVERIFY(back == ledger);
    }
};
INDOUBT_TEST(LedgerTest);
#include "ledger_test.moc"
