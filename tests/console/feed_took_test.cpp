// SPDX-License-Identifier: GPL-3.0-or-later
// How long a payment took is one thing, computed in one place: list, case, timeline and filter say the same.
#include "console/desk_cases.h"
#include "desk/desk_place.h"
#include "feed/filter_language.h"
#include "feed/wording.h"
#include "shell/parts.h"
#include "support/test_main.h"
#include "timeline/payment_head.h"
#include "timeline/timeline_pane.h"
#include "view/timeline_model.h"
#include "watch/payments_model.h"
#include "widgets/chip.h"

using namespace indoubt;
using console::watch::PaymentsModel;

class FeedTookTest : public QObject {
    Q_OBJECT

  private slots:
    // T decided within a moment and was down for three seconds before it told anybody: the money was on hold for three seconds.
    void a_payment_took_until_it_was_settled_everywhere_on_every_screen() {
        const auto story = tests::decidedNotTold();
        story->restart("T");
        console::shell::Parts parts;
        parts.feed.inject(story->takeEvents());
        QTRY_VERIFY(parts.feed.view().find(story->xid()) && !parts.feed.view().find(story->xid())->open());
        const auto t = parts.feed.view().find(story->xid());
        const QString took = console::feed::ageText(t->age_ns(0));
        QVERIFY2(t->age_ns(0) >= 3'000'000'000 && t->decided_hlc - t->begun_hlc < 1'000'000'000, qPrintable(took));

        PaymentsModel list(parts.context);
        QTRY_COMPARE(list.rowCount(), 1);
        QCOMPARE(list.index(0, PaymentsModel::Age).data().toString(), took);

        console::desk::DeskPlace desk(parts.context);
        desk.show();
        parts.selection.selectPayment(story->xid());
        desk.activate();
        const auto chips = desk.findChildren<console::widgets::StateChip*>();
        QVERIFY(!chips.isEmpty());
        QTRY_VERIFY2(chips.first()->accessibleName().endsWith(tr("after %1").arg(took)), qPrintable(chips.first()->accessibleName()));

        const auto events = parts.feed.eventsOf(story->xid());
        const auto model = view::make_timeline(story->xid(), events);
        QCOMPARE(console::feed::ageText(model.age_ns), took);
        QCOMPARE(console::timeline::headTextOf(*t, model, parts.feed.nowHlc()).age, tr("after %1").arg(took));

        for (const auto& [filter, matches] : {std::pair{"took>=3s", true}, {"took<1s", false}, {"age>=3s", true}}) {
            const auto compiled = console::feed::compilePaymentFilter(QString::fromLatin1(filter), parts.context);
            QVERIFY(compiled.ok);
            QVERIFY2(compiled.matches(parts.feed.view(), *t, parts.feed.nowHlc()) == matches, filter);
        }
    }
};

INDOUBT_TEST(FeedTookTest);
#include "feed_took_test.moc"
