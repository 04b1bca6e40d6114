// SPDX-License-Identifier: GPL-3.0-or-later
// The Log over real traces: list, filter, follow, detail and bytes in step, keys.
#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QScrollBar>
#include <QSignalSpy>

#include <QApplication>
#include <QLabel>

#include "console/timeline_scenes.h"
#include "log/event_inspector.h"
#include "log/hex_view.h"
#include "log/log_language.h"
#include "log/log_model.h"
#include "log/log_pane.h"
#include "support/test_main.h"
#include "theme/theme.h"
#include "widgets/chip.h"
#include "widgets/data_table.h"
#include "widgets/filter_field.h"

using namespace indoubt;
using namespace indoubt::console;
using log::LogModel;

class LogPaneTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        theme::Theme::install(*qApp, theme::ThemeChoice::Light);
        m_trace = tests::busy_trace(60);
    }
    void every_event_stands_in_causal_order();
    void filter_leaves_what_matches_and_counts_it();
    void newer_filter_makes_the_older_one_void();
    void tail_is_followed_only_at_the_end();
    void chosen_byte_and_chosen_fact_are_in_step();
    void double_click_on_a_cause_jumps_to_it();
    void keys_go_to_trouble_and_along_a_payment();
    void cell_becomes_a_filter();
    void one_payment_shows_only_its_events();
    void named_filter_comes_back();
    void coming_to_the_log_chooses_nothing_and_keeps_following();
    void completion_counts_with_the_rest_of_the_filter();
    void looks_in_both_themes();
    void free_text_stands_in_the_column_beside_the_kind();

  private:
    tests::Trace m_trace;
    static bool settled(log::LogPane& pane) {
        return QTest::qWaitFor([&] { return !pane.counting(); }, 5000);
    }
};

void LogPaneTest::free_text_stands_in_the_column_beside_the_kind() {
    tests::Surroundings s;
    log::LogPane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    s.show(m_trace);
    QTRY_VERIFY(pane.model()->rowCount() > 0);
    int decided = 0;
    for (int row = 0; row < pane.model()->rowCount(); ++row) {
        const QString kind = pane.model()->index(row, LogModel::Title).data().toString(), detail = pane.model()->index(row, LogModel::Detail).data().toString();
        QVERIFY2(!kind.contains(QStringLiteral(": ")), qPrintable(kind));
        if (kind == QLatin1String("decide COMMIT")) {
            ++decided;
            QVERIFY2(detail.startsWith(QStringLiteral("all votes are ")), qPrintable(detail));
        }
    }
    QVERIFY(decided > 0);
}

void LogPaneTest::every_event_stands_in_causal_order() {
    tests::Surroundings s;
    log::LogPane pane(s.context());
    QAbstractItemModelTester tester(pane.model());
    pane.resize(1368, 828);
    pane.show();
    s.show(m_trace);
    QCOMPARE(pane.model()->rowCount(), static_cast<int>(m_trace.events.size()));
    for (int row = 0; row < pane.model()->rowCount(); row += 37) {
        const events::Event e = pane.model()->eventAt(row);
        QCOMPARE(e.ref(), m_trace.events[static_cast<std::size_t>(row)].ref());
        QCOMPARE(pane.model()->index(row, LogModel::Title).data().toString(), log::kindText(e));
        QVERIFY(!pane.model()->index(row, LogModel::Time).data().toString().isEmpty());
    }
}

void LogPaneTest::filter_leaves_what_matches_and_counts_it() {
    tests::Surroundings s;
    log::LogPane pane(s.context());
    QAbstractItemModelTester tester(pane.model());
    s.show(m_trace);
    pane.setFilter(QStringLiteral("node:B kind:append"));
    QVERIFY(settled(pane));
    const auto wanted = std::count_if(m_trace.events.begin(), m_trace.events.end(), [](const events::Event& e) {
        return e.kind == events::EventKind::append && e.node == base::NodeId::of("B");
    });
    QVERIFY(wanted > 20);
    QTRY_COMPARE(pane.model()->rowCount(), static_cast<int>(wanted));
    auto* counts = pane.findChild<QLabel*>(QStringLiteral("logCounts"));
    QVERIFY(counts->text().contains(QString::number(wanted)));
    // A stream that goes on is filtered as it comes.
    tests::Trace more = tests::busy_trace(5, 8);
    const auto later = m_trace.end_hlc + 1'000'000'000 - more.events.front().hlc;
    std::erase_if(more.events,
                  [](const events::Event& e) { return e.kind != events::EventKind::append || e.node != base::NodeId::of("B"); });
    for (auto& e : more.events) {
        e.hlc += later;
        e.incarnation += 50;
    }
    const int before = pane.model()->rowCount();
    s.show(more);
    QTRY_COMPARE(pane.model()->rowCount(), before + static_cast<int>(more.events.size()));
}

void LogPaneTest::newer_filter_makes_the_older_one_void() {
    tests::Surroundings s;
    log::LogPane pane(s.context());
    s.show(m_trace);
    pane.setFilter(QStringLiteral("kind:send"));
    pane.setFilter(QStringLiteral("kind:crash"));
    pane.setFilter(QStringLiteral("kind:receive"));
    QVERIFY(settled(pane));
    QTRY_VERIFY(pane.model()->rowCount() > 0);
    for (int row = 0; row < pane.model()->rowCount(); ++row) QCOMPARE(pane.model()->eventAt(row).kind, events::EventKind::receive);
}

void LogPaneTest::tail_is_followed_only_at_the_end() {
    tests::Surroundings s;
    log::LogPane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    tests::Trace head = m_trace, tail = m_trace;
    head.events.resize(m_trace.events.size() / 2);
    tail.events.erase(tail.events.begin(), tail.events.begin() + static_cast<std::ptrdiff_t>(m_trace.events.size() / 2));
    s.show(head);
    QCOMPARE(pane.mode(), log::LogMode::Follow);
    QTRY_VERIFY(pane.table()->atEnd());
    s.show(tail);
    QTRY_VERIFY(pane.table()->atEnd());

    tests::Surroundings quiet;
    log::LogPane still(quiet.context());
    still.resize(1368, 796);
    still.show();
    quiet.show(head);
    QTRY_VERIFY(still.table()->atEnd());
    still.table()->setFocus();
    QTest::keyClick(still.table(), Qt::Key_PageUp);
    QCOMPARE(still.mode(), log::LogMode::Causal);
    still.table()->scrollTo(still.model()->index(10, 0), QAbstractItemView::PositionAtTop);
    const int top = still.table()->rowAt(2);
    quiet.show(tail);
    QCOMPARE(still.table()->rowAt(2), top);
}

void LogPaneTest::chosen_byte_and_chosen_fact_are_in_step() {
    tests::Surroundings s;
    log::LogPane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    s.show(m_trace);
    const auto at = std::find_if(m_trace.events.begin(), m_trace.events.end(),
                                 [](const events::Event& e) { return e.kind == events::EventKind::append && e.durable && !e.xid.empty(); });
    pane.table()->selectRow(static_cast<int>(at - m_trace.events.begin()));
    auto* inspector = pane.inspector();
    QVERIFY(inspector->event());
    const log::Recorded& recorded = inspector->bytes()->shown();
    QVERIFY(recorded.problem.isEmpty());
    const int xid = recorded.fieldOf(QStringLiteral("xid"));
    QVERIFY(xid >= 0);
    inspector->facts()->setCurrentIndex(inspector->facts()->facts()->indexOfPath(QStringLiteral("xid")));
    QCOMPARE(inspector->bytes()->hex()->highlightFrom(), recorded.fields[xid].from);
    QCOMPARE(inspector->bytes()->hex()->highlightLength(), recorded.fields[xid].length);
    // And back: a byte of the node's name chooses its line.
    const int node = recorded.fieldOf(QStringLiteral("node"));
    emit inspector->bytes()->hex()->byteChosen(recorded.fields[node].from + 1);
    const log::Fact* fact = inspector->facts()->facts()->factAt(inspector->facts()->currentIndex());
    QVERIFY(fact);
    QCOMPARE(fact->path, QStringLiteral("node"));
    QAbstractItemModelTester facts(inspector->facts()->facts());
    pane.table()->selectRow(5);
    pane.table()->selectRow(400);
}

void LogPaneTest::double_click_on_a_cause_jumps_to_it() {
    tests::Surroundings s;
    log::LogPane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    s.show(m_trace);
    const auto at = std::find_if(m_trace.events.begin(), m_trace.events.end(),
                                 [](const events::Event& e) { return e.kind == events::EventKind::receive; });
    pane.table()->selectRow(static_cast<int>(at - m_trace.events.begin()));
    QSignalSpy spy(pane.inspector()->facts(), &log::FactView::eventRequested);
    const QModelIndex cause = pane.inspector()->facts()->facts()->indexOfPath(QStringLiteral("causes[0]"));
    QVERIFY(cause.isValid());
    emit pane.inspector()->facts()->doubleClicked(cause);
    QCOMPARE(spy.size(), 1);
    QCOMPARE(pane.model()->eventAt(pane.table()->currentIndex().row()).ref(), at->causes.front());
    QCOMPARE(s.selection->event(), at->causes.front());
}

void LogPaneTest::keys_go_to_trouble_and_along_a_payment() {
    tests::Surroundings s;
    log::LogPane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    const tests::Trace trace = tests::lost_commit_trace();
    s.show(trace);
    pane.table()->selectRow(0);
    pane.table()->setFocus();
    QTest::keyClick(pane.table(), Qt::Key_E);
    const events::Event trouble = pane.model()->eventAt(pane.table()->currentIndex().row());
    QVERIFY(trouble.kind == events::EventKind::drop || trouble.kind == events::EventKind::fault_on);
    QTest::keyClick(pane.table(), Qt::Key_E);
    QVERIFY(pane.table()->currentIndex().row() > 0);
    const auto first = std::find_if(trace.events.begin(), trace.events.end(), [&](const events::Event& e) { return e.xid == trace.xid; });
    pane.table()->selectRow(static_cast<int>(first - trace.events.begin()));
    int steps = 0;
    while (pane.nextOfPayment(1)) {
        QCOMPARE(pane.model()->eventAt(pane.table()->currentIndex().row()).xid, trace.xid);
        ++steps;
    }
    QCOMPARE(steps + 1, static_cast<int>(std::count_if(trace.events.begin(), trace.events.end(),
                                                       [&](const events::Event& e) { return e.xid == trace.xid; })));
}

void LogPaneTest::cell_becomes_a_filter() {
    tests::Surroundings s;
    log::LogPane pane(s.context());
    s.show(m_trace);
    QCOMPARE(pane.model()->filterTerm(pane.model()->index(3, LogModel::Node)),
             QStringLiteral("node:") + pane.model()->index(3, LogModel::Node).data().toString());
    pane.applyAsFilter(QStringLiteral("kind:vote"));
    pane.applyAsFilter(QStringLiteral("node:A"), true);
    QCOMPARE(pane.filterText(), QStringLiteral("kind:vote not node:A"));
    QVERIFY(settled(pane));
    QTRY_VERIFY(pane.model()->rowCount() > 0);
    for (int row = 0; row < pane.model()->rowCount(); ++row) QVERIFY(pane.model()->eventAt(row).node != base::NodeId::of("A"));
}

void LogPaneTest::one_payment_shows_only_its_events() {
    tests::Surroundings s;
    log::LogPane pane(s.context());
    s.show(m_trace);
    pane.setMode(log::LogMode::OnePayment);
    QVERIFY(settled(pane));
    const auto own =
        std::count_if(m_trace.events.begin(), m_trace.events.end(), [&](const events::Event& e) { return e.xid == m_trace.xid; });
    QTRY_COMPARE(pane.model()->rowCount(), static_cast<int>(own));
}

void LogPaneTest::named_filter_comes_back() {
    tests::Surroundings s;
    s.show(m_trace);
    {
        log::LogPane pane(s.context());
        pane.keepFilter(QStringLiteral("refusals"), QStringLiteral("vote:no"));
    }
    log::LogPane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    widgets::Chip* pin = nullptr;
    for (auto* chip : pane.findChildren<widgets::Chip*>())
        if (chip->text() == QLatin1String("refusals")) pin = chip;
    QVERIFY(pin);
    QTest::mouseClick(pin, Qt::LeftButton);
    QCOMPARE(pane.filterText(), QStringLiteral("vote:no"));
    pane.keepFilter(QStringLiteral("refusals"), {});
    QTRY_VERIFY(pane.findChildren<widgets::Chip*>().isEmpty());
}

void LogPaneTest::coming_to_the_log_chooses_nothing_and_keeps_following() {
    tests::Surroundings s;
    s.show(m_trace);
    log::LogPane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    QTRY_VERIFY(pane.table()->atEnd());
    pane.activate();
    QVERIFY(QTest::qWaitForWindowActive(&pane));
    QTRY_VERIFY(pane.table()->hasFocus());
    QVERIFY(s.selection->event().empty());
    QVERIFY(pane.table()->atEnd());
    QCOMPARE(pane.mode(), log::LogMode::Follow);
    QTest::keyClick(pane.table(), Qt::Key_Up);  // from the end, not from the top
    QVERIFY(!s.selection->event().empty());
    QVERIFY(pane.table()->currentIndex().row() > pane.model()->rowCount() - 5);
}

void LogPaneTest::completion_counts_with_the_rest_of_the_filter() {
    tests::Surroundings s;
    log::LogPane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    s.show(m_trace);
    auto* field = pane.findChild<widgets::FilterField*>(QStringLiteral("logFilter"));
    field->setFocus();
    QTest::keyClicks(field, QStringLiteral("node:B kind:"));
    QTRY_VERIFY(field->completionOpen());
    const auto appends = std::count_if(m_trace.events.begin(), m_trace.events.end(), [](const events::Event& e) {
        return e.kind == events::EventKind::append && e.node == base::NodeId::of("B");
    });
    log::LogLanguage language(s.context(), [] {});
    const QString text = QStringLiteral("node:B kind:app");
    const auto counted = [&] {
        for (const widgets::Completion& item : language.complete(text, static_cast<int>(text.size())).items)
            if (item.text == QLatin1String("append")) return item.count;
        return qint64{-2};
    };
    QTRY_COMPARE(counted(), static_cast<qint64>(appends));
    const auto narrowed = language.complete(text, static_cast<int>(text.size()));
    QCOMPARE(narrowed.noun, QStringLiteral("kinds"));
    QVERIFY(narrowed.all > 20 && narrowed.all > narrowed.items.size());  // how many there are, not how many fit what was typed
    QTest::qWait(50);
    tests::shoot(pane, QStringLiteral("log-completion-light"));
}

void LogPaneTest::looks_in_both_themes() {
    tests::Surroundings s;
    log::LogPane pane(s.context());
    pane.resize(1368, 828);
    pane.show();
    s.show(m_trace);
    pane.setFilter(QStringLiteral("node:B not kind:sync"));
    QVERIFY(settled(pane));
    pane.setMode(log::LogMode::Causal);
    QTRY_VERIFY(pane.model()->rowCount() > 100);
    int row = pane.model()->rowCount() - 60;
    while (pane.model()->eventAt(row).kind != events::EventKind::append || !pane.model()->eventAt(row).durable) ++row;
    pane.table()->scrollTo(pane.model()->index(row - 3, 0), QAbstractItemView::PositionAtTop);
    pane.table()->selectRow(row);
    pane.inspector()->facts()->choosePath(QStringLiteral("xid"));
    emit pane.inspector()->facts()->pathChosen(QStringLiteral("xid"));
    auto* theme = theme::Theme::installed();
    for (const bool dark : {false, true}) {
        theme->setChoice(dark ? theme::ThemeChoice::Dark : theme::ThemeChoice::Light);
        QTest::qWait(20);  // palettes reach every child with the event loop
        for (const int scale : {1, 2}) tests::shoot(pane, QStringLiteral("log-%1-%2x").arg(dark ? "dark" : "light").arg(scale), scale);
        const QImage seen = pane.inspector()->bytes()->hex()->grab().toImage();
        QCOMPARE(QColor(seen.pixel(seen.width() - 12, seen.height() - 4)), theme->tokens().surface);
    }
    theme->setChoice(theme::ThemeChoice::Light);
    pane.resize(1208, 648);
    QTest::qWait(20);
    tests::shoot(pane, QStringLiteral("log-light-1280"));
}

INDOUBT_TEST(LogPaneTest);
#include "log_pane_test.moc"
