// SPDX-License-Identifier: GPL-3.0-or-later
// Names and accounts in full: outside the sandbox it is recorded first, or it does not happen.
#include <QCheckBox>
#include <QPushButton>

#include "console/feed_support.h"
#include "desk/desk_place.h"
#include "money/money_place.h"
#include "support/test_main.h"
#include "widgets/chip.h"

using namespace indoubt;
using namespace indoubt::console;

class MoneyUnmaskTest : public QObject {
    Q_OBJECT

    QStringList orders() {
        QStringList found;
        m_fed.feed().rows().scan(0, m_fed.feed().rows().size(), [&](std::size_t, view::RowId id, const view::EventRow& row) {
            const auto event = row.kind == events::EventKind::order ? m_fed.feed().rows().event(id) : events::Event{};
            if (event.note() && event.note()->order) found << QString::fromStdString(event.note()->order->action + " by " + event.note()->order->actor);
            return true;
        });
        return found;
    }

  private slots:
    void initTestCase() {
        qputenv("USER", "mwagner");
        QVERIFY(m_fed.start());
        m_fed.session().setCluster(theme::Environment::Production, QStringLiteral("Rhein"), false);
    }

    void it_is_on_record_under_the_users_name_before_anything_is_shown() {
        money::MoneyPlace place(m_fed.context());
        place.resize(1368, 828);
        place.show();
        place.activate();
        auto* box = place.findChild<QCheckBox*>(QStringLiteral("unmask"));
        QVERIFY(!m_fed.session().unmasked() && !box->isChecked());
        QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
        QVERIFY(!m_fed.session().unmasked());  // not before the answer
        QTRY_VERIFY_WITH_TIMEOUT(m_fed.session().unmasked(), 5000);
        QVERIFY(box->isChecked());
        QTRY_VERIFY(orders().contains(QStringLiteral("unmask by mwagner")));
        QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
        QVERIFY(!m_fed.session().unmasked());  // to mask again needs no record
    }

    void what_cannot_be_recorded_stays_masked() {
        money::MoneyPlace place(m_fed.context());
        place.show();
        for (const char* node : {"T", "A", "B", "C"}) QVERIFY(m_fed.cluster().client().node(base::NodeId::of(node), client::NodeAction::crash, "test").ok());
        QSignalSpy said(m_fed.context().navigator, &feed::Navigator::noticeRequested);
        auto* box = place.findChild<QCheckBox*>(QStringLiteral("unmask"));
        QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), 5000);
        QVERIFY(said.first().at(1).toBool());
        QVERIFY(!m_fed.session().unmasked() && !box->isChecked() && box->isEnabled());
        for (const char* node : {"T", "A", "B", "C"}) QVERIFY(m_fed.cluster().client().node(base::NodeId::of(node), client::NodeAction::restart, "test").ok());
    }

    void a_claim_on_the_desk_is_seen_by_everybody_who_opens_the_payment() {
        const auto xid = m_fed.pay("CLAIMED");
        QVERIFY(m_fed.untilKnown(xid));
        desk::DeskPlace place(m_fed.context());
        place.resize(1368, 828);
        place.show();
        m_fed.selection().selectPayment(xid);
        place.activate();
        auto* claim = place.findChild<QPushButton*>(QStringLiteral("claim"));
        QTRY_VERIFY(claim->isEnabled());
        QTest::mouseClick(claim, Qt::LeftButton);
        auto* chip = place.findChild<widgets::Chip*>(QStringLiteral("claimedBy"));
        QTRY_VERIFY_WITH_TIMEOUT(chip->isVisible(), 5000);
        QCOMPARE(chip->text(), QStringLiteral("claimed by you"));
        QVERIFY(!claim->isEnabled());
        QCOMPARE(m_fed.feed().newest().find(xid)->claimed_by, std::string("mwagner"));
        m_fed.feed().pause();
        QTRY_VERIFY(!place.findChild<QPushButton*>(QStringLiteral("note"))->isEnabled());
        m_fed.feed().setLive();
    }

  private:
    tests::FedCluster m_fed;
};

INDOUBT_TEST(MoneyUnmaskTest);
#include "money_unmask_test.moc"
