// SPDX-License-Identifier: GPL-3.0-or-later
// The Lab's pages on protocols: diagrams that come from the machines, costs, the selected payment lit, and the explorer at hand.
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QtTest>

#include "console/feed_support.h"
#include "lab/explore_page.h"
#include "lab/lab_place.h"
#include "lab/protocol_page.h"
#include "lab/protocol_words.h"
#include "lab/replay_window.h"
#include "support/test_main.h"
#include "timeline/timeline_pane.h"
#include "widgets/data_table.h"
#include "widgets/segmented_control.h"

using namespace indoubt;
using namespace indoubt::console;
using commit::Phase;

namespace {

using Steps = std::vector<simulation::explore::PhaseStep>;

// "preparing > aborted: NO, time-out (prepare)"
QStringList words_of(const Steps& steps) {
    QStringList words;
    for (const auto& step : steps) {
        QStringList inputs;
        for (const auto& input : step.inputs) inputs << QString::fromStdString(input);
        words << QString("%1 > %2: %3").arg(QString::fromLatin1(commit::word(step.from).data()), QString::fromLatin1(commit::word(step.to).data()), inputs.join(", "));
    }
    words.sort();
    return words;
}

}  // namespace

class LabProtocolsTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        QVERIFY(m_fed.start());
        m_place = std::make_unique<lab::LabPlace>(m_fed.context());
        m_place->resize(1368, 828);
        m_place->show();
        m_place->activate();
        QVERIFY(QTest::qWaitForWindowExposed(m_place.get()));
    }
    void cleanupTestCase() { m_place.reset(); }

    void the_diagrams_of_presumed_abort_are_what_its_machines_do() {
        const auto found = simulation::explore::phase_diagram({{"2pc-pa", false}});
        QVERIFY(found.ok());
        QCOMPARE(words_of(found->coordinator), (QStringList{
            "committing > committed: ACK",
            "none > committing: restart",
            "none > preparing: payment",
            "preparing > aborted: NO, time-out (prepare)",
            "preparing > committed: READ-ONLY",
            "preparing > committing: YES"}));
        QCOMPARE(words_of(found->participant), (QStringList{
            "active > aborted: ABORT, own vote NO",
            "active > committed: own vote READ-ONLY",
            "active > prepared: own vote YES",
            "none > active: PREPARE",
            "none > prepared: restart",
            "prepared > aborted: ABORT",
            "prepared > committed: COMMIT"}));
    }

    void a_walk_that_is_stopped_is_not_complete() {
        const auto found = simulation::explore::phase_diagram({{"2pc-pa", false}}, [] { return false; });
        QVERIFY(found.ok());
        QVERIFY(!found->complete);
        QVERIFY(!simulation::explore::phase_diagram({{"4pc", false}}).ok());
    }

    void every_protocol_has_its_words() {
        for (const auto& one : commit::protocols()) {
            const auto words = lab::protocolWords(QString::fromLatin1(one.name.data(), static_cast<qsizetype>(one.name.size())));
            QVERIFY2(words.rules.size() >= 2 && !words.blocks.isEmpty() && !words.breaks.isEmpty(), one.name.data());
        }
    }

    void the_pages_are_reached_by_keys_and_a_protocol_is_chosen_there() {
        auto* pages = m_place->findChild<widgets::SegmentedControl*>(QStringLiteral("labPages"));
        pages->setFocus();
        QTest::keyClick(pages, Qt::Key_Right);
        QCOMPARE(pages->currentIndex(), int(lab::LabPlace::Protocols));
        auto* page = m_place->findChild<lab::ProtocolPage*>();
        QVERIFY(page->isVisible());
        auto* coordinator = m_place->findChild<lab::PhaseCanvas*>(QStringLiteral("protocol.coordinator"));
        QTRY_COMPARE_WITH_TIMEOUT(coordinator->steps().size(), 6u, 20000);
        auto* choice = combo("protocol.choice");
        choice->setFocus();
        while (page->protocol() != QLatin1String("3pc-quorum")) {
            const int before = choice->currentIndex();
            QTest::keyClick(choice, Qt::Key_Down);
            QVERIFY(choice->currentIndex() > before);
        }
        auto* participant = m_place->findChild<lab::PhaseCanvas*>(QStringLiteral("protocol.participant"));
        QTRY_VERIFY_WITH_TIMEOUT(!participant->box(Phase::pre_aborted).isEmpty(), 20000);
        QVERIFY(!coordinator->box(Phase::pre_committed).isEmpty());
        QCOMPARE(table("protocol.arrows")->rowCount(), static_cast<int>(coordinator->steps().size() + participant->steps().size()));
        page->setProtocol(QStringLiteral("2pc-pa"));
        QTRY_COMPARE_WITH_TIMEOUT(coordinator->steps().size(), 6u, 20000);
    }

    void costs_are_counted_beside_the_formula() {
        auto* page = m_place->findChild<lab::ProtocolPage*>();
        page->setProtocol(QStringLiteral("2pc-pa"));
        page->activate();
        auto* costs = table("protocol.costs");
        QTRY_VERIFY_WITH_TIMEOUT(costs->rowCount() > 1, 20000);
        QCOMPARE(cell(costs, 0, 1), QStringLiteral("12 / 3 / 7"));  // 4N, 3, 2N+1
        QTest::keyClick(m_place->findChild<QSpinBox*>(QStringLiteral("protocol.participants")), Qt::Key_Down);
        QTRY_COMPARE_WITH_TIMEOUT(cell(costs, 0, 1), QStringLiteral("8 / 3 / 5"), 20000);
        for (int row = 0; row < costs->rowCount(); ++row) {
            const QString formula = cell(costs, row, 2);  // where it says nothing of delays there is a dash
            QVERIFY(formula.contains(u'–') || formula == cell(costs, row, 1));
            QCOMPARE(cell(costs, row, 3), QStringLiteral("yes"));
        }
        page->setProtocol(QStringLiteral("x-majority-2pc"));
        QTRY_COMPARE_WITH_TIMEOUT(costs->rowCount(), 1, 20000);  // no row in the table, and says so
        page->setProtocol(QStringLiteral("2pc-pa"));
    }

    void the_selected_payment_is_lit_where_it_runs_this_protocol() {
        auto* page = m_place->findChild<lab::ProtocolPage*>();
        page->setProtocol(QStringLiteral("2pc-pa"));
        auto* coordinator = m_place->findChild<lab::PhaseCanvas*>(QStringLiteral("protocol.coordinator"));
        auto* participant = m_place->findChild<lab::PhaseCanvas*>(QStringLiteral("protocol.participant"));
        const auto xid = m_fed.pay("LIT-1");
        QVERIFY(m_fed.untilKnown(xid));
        m_fed.selection().selectPayment(xid);
        QTRY_COMPARE_WITH_TIMEOUT(coordinator->lit().value(Phase::committed), QStringList{"T"}, 5000);
        QCOMPARE(participant->lit().value(Phase::committed), (QStringList{"A", "B", "C"}));
        page->setProtocol(QStringLiteral("3pc"));
        QVERIFY(coordinator->lit().isEmpty() && participant->lit().isEmpty());
        QVERIFY(m_place->findChild<QLabel*>(QStringLiteral("protocol.payment"))->text().contains(QStringLiteral("2pc-pa")));
        page->setProtocol(QStringLiteral("2pc-pa"));
    }

    void a_counter_example_shows_its_violation_with_every_step_data() {
        QTest::addColumn<QString>("protocol");
        for (const auto& one : commit::protocols())
            if (!one.payments) QTest::newRow(one.name.data()) << QString::fromLatin1(one.name.data(), static_cast<qsizetype>(one.name.size()));
    }
    // In the budget that comes with it.
    void a_counter_example_shows_its_violation_with_every_step() {
        QFETCH(QString, protocol);
        m_place->openPage(lab::LabPlace::Explore);
        auto* choice = combo("explore.choice");
        choice->setCurrentIndex(choice->findData(protocol));
        QTest::mouseClick(m_place->findChild<QPushButton*>(QStringLiteral("explore.start")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!page()->running(), 30000);
        QVERIFY2(verdict().startsWith(QStringLiteral("Broken: ")), qPrintable(verdict()));
        QVERIFY(verdict().contains(cell(table("explore.findings"), 0, 1)));
        auto* steps = table("explore.steps");
        QCOMPARE(QString::number(steps->rowCount()), cell(table("explore.findings"), 0, 2));
        QVERIFY(steps->rowCount() > 3 && steps->rowCount() <= 25);
        QVERIFY(!cell(steps, steps->rowCount() - 1, 1).isEmpty());
    }

    void a_violation_is_simulated_again_and_opened_in_a_timeline_of_its_own() {
        explore(QStringLiteral("x-premature-end"), 2, 1);
        QTRY_VERIFY_WITH_TIMEOUT(!page()->running(), 30000);
        const auto shared = m_fed.selection().xid();
        auto* replay = m_place->findChild<QPushButton*>(QStringLiteral("explore.replay"));
        QTRY_VERIFY(replay->isEnabled());
        QTest::mouseClick(replay, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_place->findChild<lab::ReplayWindow*>() != nullptr, 10000);
        QPointer<lab::ReplayWindow> window = m_place->findChild<lab::ReplayWindow*>();
        QVERIFY(window->windowTitle().contains(QStringLiteral("x-premature-end breaks TCConsistent")));
        QTRY_VERIFY_WITH_TIMEOUT(window->pane()->panel()->canvas()->scene().lanes.size() == 3, 10000);
        QTRY_VERIFY_WITH_TIMEOUT(window->pane()->panel()->canvas()->scene().messages.size() >= 5, 5000);
        QTRY_VERIFY_WITH_TIMEOUT(!window->feed().isLive(), 5000);  // what has ended does not age
        QCOMPARE(window->feed().shownEvents(), window->feed().totalEvents());
        QCOMPARE(window->pane()->panel()->canvas()->scene().lanes.size(), std::size_t{3});
        QCOMPARE(m_fed.selection().xid(), shared);  // what is selected in the console stays
        QVERIFY(window->close());
        QTRY_VERIFY(window.isNull());
    }

    void a_safe_protocol_is_complete_within_its_budget_and_who_is_blocked_is_named() {
        explore(QStringLiteral("2pc-pa"), 1, 1);
        QTRY_VERIFY_WITH_TIMEOUT(!page()->running(), 30000);
        QVERIFY2(verdict().startsWith(QStringLiteral("No violation. Complete within this budget")), qPrintable(verdict()));
        QCOMPARE(cell(table("explore.findings"), 0, 1), QStringLiteral("A, freed by: restart of T"));
        QCOMPARE(table("explore.steps")->rowCount(), 0);
    }

    void a_run_that_its_bound_ends_says_that_it_is_not_complete() {
        m_place->findChild<QSpinBox*>(QStringLiteral("explore.states"))->setValue(1);
        combo("explore.detector")->setCurrentIndex(1);
        explore(QStringLiteral("3pc"), 2, 1);
        QTRY_VERIFY_WITH_TIMEOUT(!page()->running(), 30000);
        QVERIFY2(verdict().contains(QStringLiteral("NOT complete: the bound")), qPrintable(verdict()));
    }

    void cancel_ends_a_long_run_and_says_so() {
        m_place->findChild<QSpinBox*>(QStringLiteral("explore.states"))->setValue(400'000);
        combo("explore.detector")->setCurrentIndex(1);
        explore(QStringLiteral("3pc"), 4, 3);
        auto* progress = m_place->findChild<QLabel*>(QStringLiteral("explore.progress"));
        QTRY_VERIFY_WITH_TIMEOUT(progress->text().contains(QStringLiteral("a second")), 30000);
        QVERIFY(page()->running());
        auto* cancel = m_place->findChild<QPushButton*>(QStringLiteral("explore.cancel"));
        QTest::mouseClick(cancel, Qt::LeftButton);
        QVERIFY(!cancel->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(!page()->running(), 30000);
        QVERIFY2(verdict().startsWith(QStringLiteral("Cancelled: NOT complete")), qPrintable(verdict()));
        QVERIFY(m_place->findChild<QPushButton*>(QStringLiteral("explore.start"))->isEnabled());
        combo("explore.detector")->setCurrentIndex(0);
    }

  private:
    lab::ExplorePage* page() { return m_place->findChild<lab::ExplorePage*>(); }
    QComboBox* combo(const char* name) { return m_place->findChild<QComboBox*>(QLatin1String(name)); }
    QAbstractItemModel* table(const char* name) { return m_place->findChild<widgets::DataTable*>(QLatin1String(name))->model(); }
    static QString cell(QAbstractItemModel* model, int row, int column) { return model->index(row, column).data().toString(); }
    QString verdict() { return m_place->findChild<QLabel*>(QStringLiteral("explore.verdict"))->text(); }
    void explore(const QString& protocol, int participants, int crashes) {
        m_place->openPage(lab::LabPlace::Explore);
        auto* choice = combo("explore.choice");
        choice->setCurrentIndex(choice->findData(protocol));
        m_place->findChild<QSpinBox*>(QStringLiteral("explore.participants"))->setValue(participants);
        m_place->findChild<QSpinBox*>(QStringLiteral("explore.faults"))->setValue(0);
        for (const char* name : {"explore.crashes", "explore.restarts"}) m_place->findChild<QSpinBox*>(QLatin1String(name))->setValue(crashes);
        QTest::mouseClick(m_place->findChild<QPushButton*>(QStringLiteral("explore.start")), Qt::LeftButton);
        QVERIFY(page()->running());
    }
    tests::FedCluster m_fed;
    std::unique_ptr<lab::LabPlace> m_place;
};

INDOUBT_TEST(LabProtocolsTest);
#include "lab_protocols_test.moc"
