// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/payment.h"

#include "base/limits.h"
#include "support/test_main.h"

using namespace indoubt::events;

namespace {

const Currency eur = Currency::of("EUR");
NodeId node(const char* name) { return NodeId::of(name); }

Payment wheel() {
    Payment payment;
    payment.idempotency_key = "k1";
    payment.refs.reference = "INV-2042";
    payment.amount = {12000, eur};
    payment.legs = {{node("A"), LegKind::debit, "DE37", {12000, eur}}, {node("B"), LegKind::credit, "LU28", {11940, eur}}, {node("C"), LegKind::fee, "NL36", {60, eur}}};
    return payment;
}

}  // namespace

class PaymentTest : public QObject {
    Q_OBJECT
    static QString why(const Payment& payment) {
        const auto result = validate(payment);
        return result ? QString() : QString::fromStdString(result.error().message);
    }

  private slots:
    void a_payment_whose_legs_sum_to_zero_is_good() { QCOMPARE(why(wheel()), QString()); }
    void legs_that_do_not_sum_to_zero_are_named_with_the_difference() {
        Payment payment = wheel();
        payment.legs[1].amount.minor -= 1;
        QCOMPARE(why(payment), QString("the legs do not sum to zero: -0.01 EUR is left over"));
    }
    void each_currency_sums_to_zero_on_its_own() {
        Payment payment = wheel();
        payment.legs[2].amount = {60, Currency::of("USD")};
        QVERIFY(why(payment).contains("do not sum to zero"));
    }
    void a_check_leg_moves_nothing() {
        Payment payment = wheel();
        payment.legs.push_back({node("D"), LegKind::check, "LIMIT", {12000, eur}});
        QCOMPARE(why(payment), QString());
    }
    void a_waived_fee_is_allowed_but_no_other_zero() {
        Payment payment = wheel();
        payment.legs[1].amount.minor = 12000;
        payment.legs[2].amount.minor = 0;
        QCOMPARE(why(payment), QString());
        payment.legs.push_back({node("A"), LegKind::debit, "DE37", {0, eur}});
        QCOMPARE(why(payment), QString("leg 4 has the amount 0.00 EUR; it must be positive"));
    }
    void negative_amounts_missing_accounts_and_nodes_are_refused() {
        Payment payment = wheel();
        payment.legs[0].amount.minor = -1;
        QVERIFY(why(payment).contains("leg 1"));
        payment = wheel();
        payment.legs[1].account.clear();
        QCOMPARE(why(payment), QString("leg 2 names no account"));
        payment = wheel();
        payment.legs[1].node = {};
        QCOMPARE(why(payment), QString("leg 2 names no participant"));
        payment.legs.clear();
        QCOMPARE(why(payment), QString("a payment needs at least one leg"));
    }
    void the_amount_is_what_the_debit_legs_take_and_not_what_somebody_calls_it() {
        Payment payment = wheel();  // the customer pays 120.00, the shop gets 119.40, the fee is 0.60
        payment.amount.minor = 100;
        QCOMPARE(why(payment), QString("the amount is 1.00 EUR, but the debit legs in its currency sum to 120.00 EUR"));
        payment.amount = {0, eur};
        QVERIFY(why(payment).contains("sum to 120.00 EUR"));
        payment.amount = {0, Currency::of("USD")};
        QVERIFY(why(payment).contains("none of the debit legs'"));
        payment.amount = {};
        QCOMPARE(why(payment), QString("the amount has no currency"));
        payment = wheel();  // two who pay
        payment.legs[0].amount.minor = 7000;
        payment.legs.push_back({node("A"), LegKind::debit, "DE99", {5000, eur}});
        QCOMPARE(why(payment), QString());
        payment.legs.push_back({node("A"), LegKind::debit, "JP1", {700, Currency::of("JPY")}});
        payment.legs.push_back({node("B"), LegKind::credit, "JP2", {700, Currency::of("JPY")}});
        QCOMPARE(why(payment), QString());  // money of another currency has its own sum
    }
    void a_payment_that_moves_nothing_names_what_it_checks_or_nothing() {
        Payment payment = wheel();
        payment.legs = {{node("A"), LegKind::check, "LIMIT", {12000, eur}}, {node("C"), LegKind::fee, "NL36", {0, eur}}};
        QCOMPARE(why(payment), QString());
        payment.amount.minor = 0;
        QCOMPARE(why(payment), QString());
        payment.amount.minor = 99;
        QCOMPARE(why(payment), QString("the amount is 0.99 EUR, but no leg moves or checks it"));
    }
    void debits_that_sum_past_an_amount_are_refused_though_the_legs_cancel() {
        Payment payment = wheel();
        payment.legs = {};
        for (int i = 0; i < 2; ++i) {
            payment.legs.push_back({node("A"), LegKind::debit, "X", {std::int64_t{1} << 62, eur}});
            payment.legs.push_back({node("B"), LegKind::credit, "Y", {std::int64_t{1} << 62, eur}});
        }
        QCOMPARE(why(payment), QString("the debit legs sum to more than an amount can hold"));
    }
    void sums_that_overflow_are_refused() {
        Payment payment = wheel();
        payment.legs = {};
        for (int i = 0; i < 4; ++i) payment.legs.push_back({node("A"), LegKind::credit, "X", {std::int64_t{1} << 62, eur}});
        QVERIFY(why(payment).contains("too large"));
    }
    void limits_hold_for_legs_participants_and_texts() {
        Payment payment = wheel();
        payment.refs.end_to_end_id = std::string(141, 'x');
        QCOMPARE(why(payment), QString("refs.end_to_end_id has 141 bytes, at most 140 are allowed"));
        payment = wheel();
        for (int i = 0; i < indoubt::base::limits::legs_max; ++i) payment.legs.push_back({node("A"), LegKind::check, "X", {1, eur}});
        QVERIFY(why(payment).contains("at most 64 legs"));
        payment = wheel();
        for (int i = 0; i < 15; ++i) payment.legs.push_back({NodeId::of("P" + std::to_string(i)), LegKind::check, "X", {1, eur}});
        QVERIFY(why(payment).contains("at most 16 participants"));
    }
    void a_branch_carries_only_its_own_legs() {
        const Payment branch = branch_of(wheel(), node("B"));
        QCOMPARE(branch.legs.size(), std::size_t{1});
        QCOMPARE(branch.legs[0].account, std::string("LU28"));
        QCOMPARE(branch.refs.reference, std::string("INV-2042"));
        QVERIFY(branch_of(wheel(), node("Z")).legs.empty());
    }
    void equal_payments_hash_equal_and_any_change_shows() {
        QCOMPARE(hash_value(wheel()), hash_value(wheel()));
        Payment other = wheel();
        other.legs[1].amount.minor += 1;
        QVERIFY(hash_value(other) != hash_value(wheel()));
        other = wheel();
        other.debtor.name = "Mara";
        QVERIFY(hash_value(other) != hash_value(wheel()));
    }
    void the_reference_shown_first_is_the_best_there_is() {
        Payment payment = wheel();
        payment.refs.end_to_end_id = "E2E-1";
        QCOMPARE(best_reference(payment), std::string("INV-2042"));
        payment.refs.reference.clear();
        QCOMPARE(best_reference(payment), std::string("E2E-1"));
        payment.refs.end_to_end_id.clear();
        QCOMPARE(best_reference(payment), std::string("k1"));
    }
};
INDOUBT_TEST(PaymentTest);
#include "payment_test.moc"
