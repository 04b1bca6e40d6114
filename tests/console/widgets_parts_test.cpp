// SPDX-License-Identifier: GPL-3.0-or-later
// How the parts behave under the hand. With INDOUBT_SHOTS=<directory> pictures of popups and dialogs are written there.
#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFocusFrame>
#include <QHelpEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QToolTip>
#include <QVBoxLayout>

#include "console/theme_gallery.h"
#include "support/test_main.h"
#include "theme/fonts.h"
#include "theme/theme.h"
#include "widgets/alert_bar.h"
#include "widgets/amount.h"
#include "widgets/chip.h"
#include "widgets/command_palette.h"
#include "widgets/completion_popup.h"
#include "widgets/data_table.h"
#include "widgets/delegates.h"
#include "widgets/dialog_frame.h"
#include "widgets/environment_band.h"
#include "widgets/filter_field.h"
#include "widgets/image_export.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"
#include "widgets/rail.h"
#include "widgets/segmented_control.h"
#include "widgets/time_bar.h"

using namespace indoubt::console;
using namespace indoubt::console::widgets;

namespace {

// kind:append,node:B ... with one unknown field and seven values for kind.
class SmallLanguage : public FilterLanguage {
  public:
    FilterVerdict check(const QString& text) const override {
        FilterVerdict verdict;
        int from = 0;
        for (const QString& word : text.split(' ')) {
            const int length = static_cast<int>(word.size());
            if (word.startsWith("nod:")) {
                verdict.ok = false;
                verdict.errorFrom = from;
                verdict.errorLength = 3;
                verdict.message = "no field is called nod; node?";
            } else if (word.contains(':') && !word.endsWith(':')) {
                verdict.terms << FilterSpan{from, length};
            }
            from += length + 1;
        }
        return verdict;
    }
    CompletionList complete(const QString& text, int cursor) const override {
        const QString before = text.left(cursor);
        const int at = static_cast<int>(before.lastIndexOf("kind:"));
        if (at < 0 || before.mid(at).contains(' ')) return {};
        CompletionList list;
        list.replaces = {at + 5, cursor - at - 5};
        list.subject = "kind:";
        list.hint = "one or more, separated by commas";
        list.right = "matches with the rest of the filter";
        list.noun = "kinds";
        list.all = 26;
        const struct {
            const char *text, *meaning;
            qint64 count;
        } all[] = {{"append", "a record joins the log", 12'841},   {"apply", "a branch changes its ledger", 4'277},
                   {"decide", "the coordinator settles", 6'419},   {"drop", "a message is lost", 0},
                   {"durable", "a forced write returned", 12'835}, {"lock", "an account is taken", 8'552},
                   {"vote", "YES, NO or read-only", 8'561}};
        for (const auto& item : all)
            if (QString(item.text).startsWith(before.mid(at + 5))) list.items << Completion{item.text, {}, item.meaning, item.count};
        return list;
    }
};

class Actions : public PaletteProvider {
  public:
    QString heading() const override { return "Actions"; }
    QList<PaletteItem> search(const QString&) override {
        return {{"crash-t", "Crash T", "coordinator, sandbox only", "", theme::Glyph::Crash, true, ""},
                {"heal", "Heal all links", "", "Ctrl+Shift+H", theme::Glyph::Partition, true, ""},
                {"watch", "Go to Watch", "", "Ctrl+1", theme::Glyph::Watch, true, ""},
                {"abort", "Abort INV-2042", "", "", theme::Glyph::Aborted, false, "already decided"}};
    }
    void choose(const QString& id) override { chosen << id; }
    QStringList chosen;
};

class Payments : public PaletteProvider {
  public:
    QString heading() const override { return "Payments"; }
    bool ranked() const override { return true; }
    QList<PaletteItem> search(const QString& query) override {
        if (query.isEmpty() || !QString("INV-2042").contains(query, Qt::CaseInsensitive)) return {};
        return {{"7f3a", "INV-2042", "120.00 EUR  Mara Lindholm → Velo Atelier", "", theme::Glyph::Blocked, true, ""}};
    }
    void choose(const QString& id) override { chosen << id; }
    QStringList chosen;
};

void write(const QImage& image, const QString& name) {
    const QString folder = qEnvironmentVariable("INDOUBT_SHOTS");
    if (!folder.isEmpty()) image.save(QDir(folder).filePath(name + QStringLiteral(".png")));
}

}  // namespace

class WidgetsPartsTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { m_theme = theme::Theme::install(*qApp, theme::ThemeChoice::Light); }
    void theme_switches_while_the_window_is_open();
    void ring_follows_the_keyboard_and_outlives_a_window();
    void a_text_without_room_is_whole_in_the_tool_tip();
    void filter_marks_the_character_it_cannot_read();
    void a_term_that_is_being_typed_is_no_mistake_until_its_completion_closes();
    void filter_completes_with_tab_and_keeps_focus();
    void palette_finds_by_letters_in_order_and_returns_focus();
    void no_key_completes_a_dangerous_act();
    void dangerous_act_needs_every_answer();
    void segments_move_by_arrows_and_skip_disabled_ones();
    void time_bar_asks_and_never_moves_itself();
    void band_opens_the_palette_with_the_first_letter();
    void rail_hides_the_lab_and_names_its_badge();
    void exports_are_written_whole_or_not_at_all();
    void long_ids_are_shortened_and_kept_for_copying();
    void a_notice_is_never_cut_short();

  private:
    theme::Theme* m_theme = nullptr;
};

void WidgetsPartsTest::theme_switches_while_the_window_is_open() {
    QWidget window;
    auto* layout = new QVBoxLayout(&window);
    auto* words = new TextLabel("muted", theme::TextRole::Body, Ink::Muted);
    auto* button = primaryButton("Ask T now");
    layout->addWidget(words);
    layout->addWidget(button);
    auto* field = new QLineEdit;
    layout->addWidget(field);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QSignalSpy changed(m_theme, &theme::Theme::changed);
    m_theme->setChoice(theme::ThemeChoice::Dark);
    QCOMPARE(changed.count(), 1);
    QTRY_COMPARE(field->palette().color(QPalette::Text), theme::Tokens::darkTokens().text);  // Qt hands palettes on with the next events
    QCOMPARE(words->palette().color(QPalette::WindowText), theme::Tokens::darkTokens().muted);
    const QImage dark = gallery::shot(*button, 1);
    QCOMPARE(QColor::fromRgb(dark.pixel(4, 14)), theme::Tokens::darkTokens().accent);
    m_theme->setChoice(theme::ThemeChoice::Light);
    QCOMPARE(words->palette().color(QPalette::WindowText), theme::Tokens::light().muted);
    const QImage light = gallery::shot(*button, 1);
    QCOMPARE(QColor::fromRgb(light.pixel(4, 14)), theme::Tokens::light().accent);
}

void WidgetsPartsTest::ring_follows_the_keyboard_and_outlives_a_window() {
    for (int round = 0; round < 2; ++round) {
        QWidget window;
        auto* layout = new QVBoxLayout(&window);
        auto *first = secondaryButton("one"), *second = secondaryButton("two");
        layout->addWidget(first);
        layout->addWidget(second);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        first->setFocus(Qt::OtherFocusReason);
        QTest::keyClick(first, Qt::Key_Tab);
        QVERIFY(second->hasFocus());
        auto* ring = window.findChild<QFocusFrame*>();
        QVERIFY(ring != nullptr && ring->widget() == second);
        QCOMPARE(ring->geometry(), second->geometry().adjusted(-3, -3, 3, 3));
        QTest::mouseClick(first, Qt::LeftButton);
        QVERIFY(ring->widget() == nullptr);
        QTest::keyClick(first, Qt::Key_Tab);
        QVERIFY(ring->widget() == second);
    }
}

void WidgetsPartsTest::filter_marks_the_character_it_cannot_read() {
    const SmallLanguage language;
    FilterField field;
    field.setLanguage(&language);
    field.resize(500, 28);
    field.show();
    QSignalSpy invalid(&field, &FilterField::filterInvalid), valid(&field, &FilterField::filterChanged);
    field.setText("node:B nod:C");
    QTRY_COMPARE(invalid.count(), 1);
    QCOMPARE(invalid.first().at(1).toInt(), 7);
    QVERIFY(field.accessibleDescription().contains("node?"));
    QCOMPARE(field.verdict().terms.size(), 1);
    QCOMPARE(valid.count(), 0);
    field.setText("node:B");
    QTRY_COMPARE(valid.count(), 1);
    QVERIFY(field.text() == "node:B");
}

void WidgetsPartsTest::a_term_that_is_being_typed_is_no_mistake_until_its_completion_closes() {
    struct Values : FilterLanguage {
        FilterVerdict check(const QString& text) const override {
            FilterVerdict verdict;
            verdict.ok = !text.endsWith(u':');
            if (!verdict.ok) verdict.errorFrom = static_cast<int>(text.size()), verdict.errorLength = 1, verdict.message = "a value is missing";
            return verdict;
        }
        CompletionList complete(const QString& text, int) const override {
            CompletionList list;
            list.replaces = {static_cast<int>(text.size()), 0};
            if (text.endsWith(u':')) list.items.push_back({"send", {}, "a message leaves", -1});
            return list;
        }
    } const language;
    QWidget window;
    window.resize(900, 420);
    auto* field = new FilterField(&window);
    field->setLanguage(&language);
    field->setGeometry(12, 8, 620, 28);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    field->setFocus();
    QSignalSpy invalid(field, &FilterField::filterInvalid);
    QTest::keyClicks(field, "kind:");
    QTRY_VERIFY(field->completionOpen());
    QTest::qWait(400);
    QCOMPARE(invalid.count(), 0);
    QTest::keyClick(field, Qt::Key_Escape);
    QTRY_COMPARE(invalid.count(), 1);
}

void WidgetsPartsTest::a_text_without_room_is_whole_in_the_tool_tip() {
    QStandardItemModel names(1, 2);
    names.setItem(0, 0, new QStandardItem("Kyoto Ceramics Europe"));
    names.item(0, 0)->setData("A, Hafenbank", Qt::ToolTipRole);
    names.setItem(0, 1, new QStandardItem("short"));
    QCOMPARE(RowDelegate::helpText(names.index(0, 0), 90), QString("Kyoto Ceramics Europe\nA, Hafenbank"));
    QCOMPARE(RowDelegate::helpText(names.index(0, 0), 400), QString("A, Hafenbank"));
    QCOMPARE(RowDelegate::helpText(names.index(0, 1), 90), QString());
    DataTable table;
    table.resize(300, 100);
    table.setModel(&names);
    table.setColumns({90, -1});
    table.show();
    const QPoint at = table.visualRect(names.index(0, 0)).center();
    QHelpEvent help(QEvent::ToolTip, at, table.viewport()->mapToGlobal(at));
    QApplication::sendEvent(table.viewport(), &help);
    QTRY_COMPARE(QToolTip::text(), QString("Kyoto Ceramics Europe\nA, Hafenbank"));
    QToolTip::hideText();
}

void WidgetsPartsTest::filter_completes_with_tab_and_keeps_focus() {
    const SmallLanguage language;
    QWidget window;
    theme::pinTokens(&window, theme::Tokens::light());
    window.resize(900, 420);
    auto* field = new FilterField(&window);
    field->setLanguage(&language);
    field->setGeometry(12, 8, 620, 28);
    field->setKeyHintText("Ctrl F");
    auto* next = new QLineEdit(&window);
    next->setGeometry(660, 8, 100, 28);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    field->setFocus();
    QTest::keyClicks(field, "node:B since:15m kind:");
    QVERIFY(field->completionOpen());
    QCOMPARE(window.findChild<CompletionPopup*>()->footText(), QString("7 of 26 kinds"));
    write(gallery::shot(window, 1), "completion");
    QTest::keyClick(field, Qt::Key_Down);
    QTest::keyClick(field, Qt::Key_Down);
    QTest::keyClick(field, Qt::Key_Tab);
    QCOMPARE(field->text(), QString("node:B since:15m kind:decide"));
    QVERIFY(field->hasFocus());
    QTest::keyClick(field, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(field->text(), QString("node:B since:15m kind:"));
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!field->completionOpen());
    QTest::keyClick(field, Qt::Key_Tab);
    QVERIFY(next->hasFocus());
}

void WidgetsPartsTest::palette_finds_by_letters_in_order_and_returns_focus() {
    QVERIFY(fuzzyScore("ct", "Crash T") > fuzzyScore("ct", "Connect"));
    QVERIFY(fuzzyScore("heal", "Heal all links") > fuzzyScore("heal", "The real deal"));
    QCOMPARE(fuzzyScore("xyz", "Crash T"), -1);
    QWidget window;
    theme::pinTokens(&window, theme::Tokens::light());
    window.resize(900, 420);
    auto* before = new QLineEdit(&window);
    Actions actions;
    Payments payments;
    CommandPalette palette(&window);
    palette.addProvider(&payments);
    palette.addProvider(&actions);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    before->setFocus();
    palette.open();
    QCOMPARE(palette.rows(), 4);
    auto* query = palette.findChild<QLineEdit*>("palette.query");
    QVERIFY(query->hasFocus());
    QTest::keyClicks(query, "2042");
    QCOMPARE(palette.rows(), 2);  // the payment, and the action that names it
    write(gallery::shot(window, 1), "palette");
    QTest::keyClick(query, Qt::Key_Return);
    QCOMPARE(payments.chosen, QStringList{"7f3a"});
    QVERIFY(!palette.isVisible());
    QVERIFY(before->hasFocus());
    palette.open("crt");
    QTest::keyClick(query, Qt::Key_Return);
    QCOMPARE(actions.chosen, QStringList{"crash-t"});
    palette.open("abort");
    QTest::keyClick(query, Qt::Key_Return);
    QCOMPARE(actions.chosen.size(), 1);  // disabled: nothing happens, the reason stands beside it
    QTest::keyClick(query, Qt::Key_Escape);
    QVERIFY(!palette.isVisible());
}

void WidgetsPartsTest::no_key_completes_a_dangerous_act() {
    DialogFrame dialog(theme::Environment::Production, "Rhein", "Force ROLLBACK at Hafenbank", nullptr);
    dialog.setSafeButton("Keep waiting");
    dialog.setActButton("Force ROLLBACK");
    QSignalSpy acted(&dialog, &DialogFrame::acted), left(&dialog, &QDialog::rejected);
    dialog.show();
    dialog.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    QVERIFY(dialog.safeButton()->hasFocus());
    QVERIFY(dialog.windowTitle().contains("PRODUCTION Rhein"));
    dialog.actButton()->setFocus();
    for (const int key : {Qt::Key_Space, Qt::Key_Return, Qt::Key_Enter}) QTest::keyClick(dialog.actButton(), static_cast<Qt::Key>(key));
    QCOMPARE(acted.count(), 0);
    QCOMPARE(left.count(), 0);
    QTest::mouseClick(dialog.actButton(), Qt::LeftButton);
    QCOMPARE(acted.count(), 1);
}

void WidgetsPartsTest::dangerous_act_needs_every_answer() {
    DialogFrame dialog(theme::Environment::Sandbox, "Local sandbox", "Force ROLLBACK at Hafenbank", nullptr);
    theme::pinTokens(&dialog, theme::Tokens::light());
    dialog.addWords("You decide without the coordinator. This cannot be undone, only compensated.");
    dialog.addConsequence(theme::Glyph::Check, "If T decided rollback", "all agree, difference 0.00");
    dialog.addConsequence(theme::Glyph::Damage, "If T decided commit", "120.00 EUR missing; a damage case opens in your name");
    QLineEdit* ticket = dialog.addField("Ticket");
    QPlainTextEdit* reason = dialog.addArea("Reason");
    QLineEdit* typed = dialog.addTypeToContinue("Type the amount to continue", "120.00");
    dialog.setSafeButton("Keep waiting");
    dialog.setActButton("Force ROLLBACK");
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    QVERIFY(!dialog.actButton()->isEnabled());
    ticket->setText("T-1");
    reason->setPlainText("the bank confirmed");
    typed->setText("120");
    QVERIFY(!dialog.actButton()->isEnabled());
    write(gallery::shot(dialog, 1), "dialog");
    typed->setText("120.00");
    QVERIFY(dialog.actButton()->isEnabled());
    dialog.setBlockedWhy("T answered COMMIT at 12:11:07");
    QVERIFY(!dialog.actButton()->isEnabled());
}

void WidgetsPartsTest::segments_move_by_arrows_and_skip_disabled_ones() {
    SegmentedControl control({"Folded", "Order", "Clock"});
    control.show();
    QSignalSpy moved(&control, &SegmentedControl::currentChanged);
    control.setSegmentEnabled(1, false, "one node only");
    QTest::keyClick(&control, Qt::Key_Right);
    QCOMPARE(control.currentIndex(), 2);
    control.setCurrentIndex(2);
    QCOMPARE(moved.count(), 1);
    QTest::mouseClick(&control, Qt::LeftButton, {}, QPoint(10, 10));
    QCOMPARE(control.currentIndex(), 0);
    QCOMPARE(control.height(), 24);
}

void WidgetsPartsTest::time_bar_asks_and_never_moves_itself() {
    TimeBar bar;
    bar.resize(1440, 40);
    bar.show();
    QSignalSpy paused(&bar, &TimeBar::pauseToggled), scrubbed(&bar, &TimeBar::scrubbed), live(&bar, &TimeBar::liveRequested),
        back(&bar, &TimeBar::stepBackRequested);
    const QRect before = bar.findChild<QWidget*>("timebar.forward")->geometry();
    bar.setPaused(true);
    QCOMPARE(bar.findChild<QWidget*>("timebar.forward")->geometry(), before);  // the word changed, the button under the hand did not
    bar.setPast("12:05:15.004");
    QVERIFY(bar.accessibleDescription().contains("read only"));
    QTest::mouseClick(bar.findChild<QPushButton*>("timebar.pause"), Qt::LeftButton);
    QTest::mouseClick(bar.findChild<QPushButton*>("timebar.live"), Qt::LeftButton);
    auto* strip = bar.findChild<QWidget*>("timebar.strip");
    QTest::mouseClick(strip, Qt::LeftButton, {}, QPoint(strip->width() / 2, 10));
    QTest::keyClick(strip, Qt::Key_Left);
    QCOMPARE(paused.count(), 1);
    QCOMPARE(live.count(), 1);
    QCOMPARE(back.count(), 1);
    QCOMPARE(scrubbed.count(), 1);
    QVERIFY(std::abs(scrubbed.first().first().toDouble() - 0.5) < 0.01);
    QVERIFY(bar.activityBars() > 100);
    bar.setLive();
    QCOMPARE(bar.accessibleDescription(), QString("Live"));
}

void WidgetsPartsTest::band_opens_the_palette_with_the_first_letter() {
    EnvironmentBand band;
    band.resize(1440, 32);
    band.show();
    QSignalSpy asked(&band, &EnvironmentBand::searchRequested);
    auto* search = band.findChild<QWidget*>("band.search");
    QTest::mouseClick(search, Qt::LeftButton);
    QTest::keyClick(search, Qt::Key_M);
    QCOMPARE(asked.count(), 2);
    QCOMPARE(asked.at(0).first().toString(), QString());
    QCOMPARE(asked.at(1).first().toString(), QString("m"));
}

void WidgetsPartsTest::rail_hides_the_lab_and_names_its_badge() {
    Rail rail;
    rail.addItem("watch", theme::Glyph::Watch, "Watch");
    rail.addItem("desk", theme::Glyph::Desk, "Desk");
    rail.addItem("lab", theme::Glyph::Lab, "Lab");
    rail.resize(72, 500);
    rail.show();
    rail.setItemVisible("lab", false);
    QCOMPARE(rail.items(), (QStringList{"watch", "desk"}));
    rail.setBadge("desk", 312);
    QVERIFY(rail.findChild<QAbstractButton*>("rail.desk")->accessibleDescription().contains("312"));
    QSignalSpy chosen(&rail, &Rail::chosen);
    QTest::mouseClick(rail.findChild<QAbstractButton*>("rail.desk"), Qt::LeftButton);
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(rail.current(), QString("desk"));
}

void WidgetsPartsTest::exports_are_written_whole_or_not_at_all() {
    QTemporaryDir folder;
    const auto paint = [](QPainter& p, const theme::Tokens& t) {
        p.setPen(t.text);
        p.drawText(10, 20, "120.00 EUR");
    };
    for (const char* name : {"a.svg", "a.png", "a.pdf"}) {
        const ExportResult result = exportByName(folder.filePath(name), {200, 40}, "INV-2042", paint);
        QVERIFY2(result.ok, qPrintable(result.message));
        QVERIFY(QFileInfo(folder.filePath(name)).size() > 200);
    }
    QCOMPARE(QImage(folder.filePath("a.png")).size(), QSize(400, 80));
    QVERIFY(!exportByName(folder.filePath("a.docx"), {200, 40}, "INV-2042", paint).ok);
    const ExportResult nowhere = exportByName(folder.filePath("no/such/folder/a.svg"), {200, 40}, "INV-2042", paint);
    QVERIFY(!nowhere.ok && nowhere.message.contains("a.svg"));
}

void WidgetsPartsTest::long_ids_are_shortened_and_kept_for_copying() {
    XidLabel label("7f3a0c1e-5b52-4f0e-9d3a-00c2b1d991c2");
    QCOMPARE(label.text(), QString("7f3a..91c2"));
    QCOMPARE(label.xid(), QString("7f3a0c1e-5b52-4f0e-9d3a-00c2b1d991c2"));
    QCOMPARE(shortXid("xa-1"), QString("xa-1"));
}

void WidgetsPartsTest::a_notice_is_never_cut_short() {
    QWidget host;
    host.resize(1000, 600);
    host.show();
    Notice notice(&host);
    notice.say(QStringLiteral("Copied."));
    QCOMPARE(notice.height(), 36);
    const int line = QFontMetrics(theme::font(theme::TextRole::Body)).lineSpacing();
    const QString reason = QStringLiteral("Node T (Coordinator) is down; start it first: only the coordinator may abort, and only while it still collects votes; "
                                          "it may have decided already. If it stays away, each branch in doubt can be resolved on its own, with a reason.");
    for (const int width : {1000, 700}) {
        host.resize(width, 600);
        notice.say(reason);
        const int needed = QFontMetrics(theme::font(theme::TextRole::Body)).horizontalAdvance(reason) / (width - 24) + 1;
        QVERIFY(needed >= 2);
        QVERIFY2(notice.height() >= needed * line, qPrintable(QString::number(notice.height())));
        QVERIFY(host.rect().contains(notice.geometry()));
        // The last line has ink: the sentence's end is there.
        const QImage image = notice.grab().toImage();
        int ink = 0;
        for (int x = 40; x < 200; ++x)
            for (int y = image.height() - 9 - line; y < image.height() - 9; ++y) ink += qGray(image.pixel(x, y)) < 120;
        QVERIFY2(ink > 30, qPrintable(QString::number(ink)));
    }
}

INDOUBT_TEST(WidgetsPartsTest);
#include "widgets_parts_test.moc"
