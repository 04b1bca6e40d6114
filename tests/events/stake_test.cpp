// SPDX-License-Identifier: GPL-3.0-or-later
#include "events/stake.h"

#include <limits>

#include "support/test_main.h"

using namespace indoubt::events;

namespace {

const Currency eur = Currency::of("EUR"), jpy = Currency::of("JPY");
const NodeId A = NodeId::of("A"), B = NodeId::of("B");

Payment of(std::vector<Leg> legs) {
    Payment payment;
    payment.legs = std::move(legs);
    return payment;
}

}  // namespace

class StakeTest : public QObject {
    Q_OBJECT
  private slots:
    void currencies_are_never_one_number() {
        const Payment payment = of({{A, LegKind::debit, "1", {12000, eur}}, {A, LegKind::debit, "2", {700, jpy}}, {A, LegKind::check, "3", {5, eur}}, {B, LegKind::credit, "4", {9, eur}}});
        QCOMPARE(held_of(payment, A), (Sums{{eur, 12000}, {jpy, 700}}));
        QCOMPARE(stake_of(payment, A), (Sums{{eur, 12000}, {jpy, 700}}));
        QCOMPARE(held_of(payment, B), Sums{});
    }
    void both_sides_of_one_transfer_are_the_same_money() {
        const Payment payment = of({{A, LegKind::debit, "1", {100, eur}}, {A, LegKind::credit, "2", {90, eur}}, {B, LegKind::fee, "3", {10, eur}}});
        QCOMPARE(stake_of(payment, A), (Sums{{eur, 100}}));
        Stake both;
        both.add_branch(payment, A);
        both.add_branch(payment, B);
        QCOMPARE(both.sums(), (Sums{{eur, 100}}));
    }
    void a_sum_that_does_not_fit_stops_at_the_end_and_never_wraps() {
        constexpr auto most = std::numeric_limits<std::int64_t>::max();
        const Payment payment = of({{A, LegKind::debit, "1", {most, eur}}, {A, LegKind::debit, "2", {2, eur}}});
        QCOMPARE(in(stake_of(payment, A), eur), most);
        QCOMPARE(in(held_of(payment, A), jpy), std::int64_t{0});
    }
};
INDOUBT_TEST(StakeTest);
#include "stake_test.moc"
