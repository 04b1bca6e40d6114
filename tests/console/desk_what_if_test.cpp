// SPDX-License-Identifier: GPL-3.0-or-later
// What the Desk previews and says where sums alone would deceive.
#include <QtTest>

#include "console/desk_cases.h"
#include "desk/advice_words.h"
#include "desk/case_facts.h"
#include "feed/cause_words.h"
#include "support/test_main.h"

namespace indoubt::tests {

using namespace console;
using events::Outcome;

namespace {

struct Read {
    explicit Read(DeskCase& from) { more(from); }
    void more(DeskCase& from) {
        for (const auto& event : from.takeEvents()) view.fold(event);
        payment = view.find(from.xid());
    }
    desk::AdviceWords words() const { return desk::wordsOf(view, *payment, feed::advise(view, *payment), true); }
    view::View view;
    view::TransactionPtr payment;
};

}  // namespace

class DeskWhatIfTest : public QObject {
    Q_OBJECT
  private slots:
    void sums_that_agree_are_no_comfort_where_branches_did_what_was_not_decided() {
        auto made = undetermined();
        for (const char* node : {"A", "C"}) made->order(node, DeskCase::Order::ForceCommit);
        const Read read(*made);
        const desk::Force force{base::NodeId::of("B"), Outcome::commit};
        const auto what = desk::whatIf(read.view, *read.payment, force);
        QVERIFY(what.commitSum == 0 && what.rollbackSum == 0);
        QVERIFY(what.agrees(Outcome::commit));
        QVERIFY(!what.agrees(Outcome::abort));
        const auto total = desk::whatIfRows(what).last();
        QCOMPARE(total.cells[2].text, QStringLiteral("all agree, 0.00"));
        QCOMPARE(total.cells[3].text, QStringLiteral("damage at 3 branches"));
        QCOMPARE(total.cells[3].glyph, theme::Glyph::Damage);
        const QString words = desk::consequenceText(read.view, *read.payment, force, Outcome::abort);
        QVERIFY2(words.contains(QStringLiteral("committed against it")) && words.contains(QStringLiteral("damage")), qPrintable(words));
    }

    void an_account_of_another_currency_is_shown_in_its_own_and_bars_a_commit() {
        auto made = undetermined();
        const Read read(*made);
        auto other = *read.payment;
        auto payment = *other.payment;
        for (auto& leg : payment.legs)
            if (leg.kind == events::LegKind::credit) leg.amount.currency = base::Currency::of("JPY");
        payment.amount.currency = base::Currency::of("JPY");
        other.payment = std::make_shared<const events::Payment>(payment);
        const auto what = desk::whatIf(read.view, other, std::nullopt);
        QVERIFY(!what.committable);
        const auto rows = desk::whatIfRows(what);
        bool seen = false;
        for (std::size_t i = 0; i < what.lines.size(); ++i) {
            QVERIFY2(rows[static_cast<int>(i)].cells[1].text.endsWith(QStringLiteral(" EUR")), qPrintable(rows[static_cast<int>(i)].cells[1].text));
            if (what.lines[i].leg.kind != events::LegKind::credit) continue;
            seen = true;
            QCOMPARE(what.lines[i].commit, what.lines[i].now);
        }
        QVERIFY(seen);
    }

    void a_damage_case_does_not_say_that_all_agree_and_once_forgotten_it_is_corrected() {
        auto made = decidedNotTold();
        made->order("A", DeskCase::Order::ForceRollback);
        made->restart("T");
        made->passMs(3000);
        Read read(*made);
        QVERIFY(read.payment->damage_open());
        QVERIFY2(!read.words().rule.contains(QStringLiteral("agree")), qPrintable(read.words().rule));
        QVERIFY(read.words().customer.contains(QStringLiteral("We are correcting it")));
        made->order("A", DeskCase::Order::Forget);
        read.more(*made);
        QVERIFY(!read.payment->damage_open());
        QVERIFY2(read.words().customer.contains(QStringLiteral("has been corrected")), qPrintable(read.words().customer));
    }

    void a_cut_link_is_named_and_healing_it_is_what_is_advised() {
        auto made = std::make_unique<DeskCase>();
        made->pay("INV-2040");
        const Read read(*made);
        view::Cause cause;
        cause.kind = view::Cause::Kind::cut_link;
        cause.node = base::NodeId::of("T");
        cause.peer = base::NodeId::of("B");
        cause.payments = {made->xid()};
        const auto words = feed::wordsOf(read.view, cause, read.view.last_hlc(), feed::Session());
        QVERIFY2(words.title.startsWith(QStringLiteral("Link T - B cut since")), qPrintable(words.title));
        QCOMPARE(words.size, QStringLiteral("1 payment waits"));
        QCOMPARE(words.steps[0].command, QStringLiteral("fault.clear"));
        QVERIFY(!words.best.contains(QStringLiteral("ask")));
    }
};

}  // namespace indoubt::tests

using indoubt::tests::DeskWhatIfTest;
INDOUBT_TEST(DeskWhatIfTest);
#include "desk_what_if_test.moc"
