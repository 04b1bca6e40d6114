// SPDX-License-Identifier: GPL-3.0-or-later
// A whole console with its own cluster in a fresh directory, driven as a person would: by buttons, fields and keys that are
// found by name. Screenshots of each step go to the directory in INDOUBT_SHOTS.
#pragma once
#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include "console/pictures.h"
#include "shell/main_window.h"
#include "shell/options.h"
#include "shell/place_stack.h"
#include "widgets/alert_bar.h"
#include "widgets/labels.h"
#include "widgets/roles.h"

namespace indoubt::tests {

class ConsoleUnderTest {
  public:
    explicit ConsoleUnderTest(bool story, console::theme::ThemeChoice theme = console::theme::ThemeChoice::Light, QSize size = {1440, 900}) {
        qputenv("XDG_RUNTIME_DIR", m_directory.path().toUtf8());
        QSettings().clear();
        QSettings().setValue(QStringLiteral("story/done"), !story);
        console::shell::Options options;
        options.dataDirectory = m_directory.path() + QStringLiteral("/data");
        options.theme = theme;
        options.themeGiven = true;
        m_window = std::make_unique<console::shell::MainWindow>(options);
        m_window->resize(size);
        m_window->show();
    }
    ~ConsoleUnderTest() { m_window.reset(); }

    bool untilLive() {
        return QTest::qWaitFor([this] { return m_window->live() && feed().view().nodes().size() == 4 && feed().view().account_count() >= 5; }, 15000);
    }
    console::shell::MainWindow& window() { return *m_window; }
    console::feed::Feed& feed() { return *m_window->context().feed; }
    const console::feed::Context& context() { return m_window->context(); }
    client::OperatorClient& client() { return *m_window->host()->client(); }

    template <class T>
    T* find(const QString& name) {
        for (auto* widget : m_window->findChildren<T*>(name))
            if (widget->isVisible()) return widget;
        for (auto* top : QApplication::topLevelWidgets()) {
            if (auto* self = qobject_cast<T*>(top); self && self->objectName() == name && self->isVisible()) return self;
            for (auto* widget : top->findChildren<T*>(name))
                if (widget->isVisible()) return widget;
        }
        return nullptr;
    }
    // Waits for a button of that name to be there and possible, and presses it with the mouse.
    bool press(const QString& name, int ms = 8000) {
        QAbstractButton* button = nullptr;
        if (!QTest::qWaitFor([&] { return (button = find<QAbstractButton>(name)) && button->isEnabled(); }, ms)) {
            qWarning("no button '%s' to press", qPrintable(name));
            return false;
        }
        QTest::mouseClick(button, Qt::LeftButton);
        return true;
    }
    bool type(const QString& name, const QString& text) {
        auto* edit = find<QLineEdit>(name);
        if (!edit) return false;
        edit->setFocus();
        edit->clear();
        QTest::keyClicks(edit, text);
        return true;
    }
    // Ctrl+1..6, as the rail has them.
    void go(int place) { keys(static_cast<Qt::Key>(Qt::Key_0 + place), Qt::ControlModifier); }
    void keys(Qt::Key key, Qt::KeyboardModifiers with) {
        m_window->activateWindow();  // without a window manager nobody does so when a dialog has closed
        (void)QTest::qWaitForWindowActive(m_window.get());
        QTest::keyClick(m_window.get(), key, with);
    }
    bool choose(const QString& box, const QString& wanted) {
        auto* combo = find<QComboBox>(box);
        if (!combo) return false;
        combo->setFocus();
        for (int i = 0; i < combo->count() && !combo->currentText().contains(wanted); ++i) QTest::keyClick(combo, Qt::Key_Down);
        return combo->currentText().contains(wanted);
    }
    // The Lab's own button and the form behind it.
    bool pay(const QString& reference) {
        if (!press(QStringLiteral("lab.pay")) || !QTest::qWaitFor([this] { return find<QWidget>(QStringLiteral("newPayment")) != nullptr; }, 5000)) return false;
        const bool filled = choose(QStringLiteral("newPayment.from"), QStringLiteral("Mara")) && choose(QStringLiteral("newPayment.to"), QStringLiteral("Velo")) &&
                            choose(QStringLiteral("newPayment.feeTo"), QStringLiteral("Kestrel")) && type(QStringLiteral("newPayment.amount"), QStringLiteral("120.00")) &&
                            type(QStringLiteral("newPayment.fee"), QStringLiteral("0.60")) && type(QStringLiteral("newPayment.reference"), reference);
        return filled && press(QStringLiteral("newPayment.pay")) && QTest::qWaitFor([this] { return find<QWidget>(QStringLiteral("newPayment")) == nullptr; }, 8000);
    }
    // What stands in the rows of a table that is in front, cell by cell with " | " between; only what is not scrolled out of sight.
    QStringList rows(const QString& table) {
        QStringList lines;
        auto* view = find<QTableView>(table);
        if (!view) return {QStringLiteral("no table '%1' is in front").arg(table)};
        for (int row = 0; row < view->model()->rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < view->model()->columnCount(); ++column) {
                const auto index = view->model()->index(row, column);
                if (view->isColumnHidden(column) || !view->viewport()->rect().intersects(view->visualRect(index))) continue;
                const QString plate = index.data(console::widgets::PlateRole).toString();
                cells << (plate.isEmpty() ? index.data().toString() : plate);
            }
            if (!cells.isEmpty()) lines << cells.join(QStringLiteral(" | "));
        }
        return lines;
    }
    // The one that begins with these words; while there is none, all of them.
    QString row(const QString& table, const QString& begins) {
        const QStringList all = rows(table);
        for (const auto& line : all)
            if (line.startsWith(begins)) return line;
        return QStringLiteral("no row '%1' in: ").arg(begins) + all.join(QStringLiteral("\n"));
    }
    bool click(const QString& table, const QString& begins) {
        auto* view = find<QTableView>(table);
        const qsizetype row = view ? rows(table).indexOf(this->row(table, begins)) : -1;
        if (row < 0) return false;
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(view->model()->index(static_cast<int>(row), 1)).center());
        return true;
    }
    QString text(const QString& label) {
        if (auto* elided = find<console::widgets::ElidedLabel>(label)) return elided->text();
        auto* widget = find<QLabel>(label);
        return widget ? widget->text() : QStringLiteral("no label '%1' is in front").arg(label);
    }
    // The notice at the window's foot.
    QString said() {
        for (auto* notice : m_window->findChildren<console::widgets::Notice*>())
            if (notice->isVisible()) return notice->text();
        return {};
    }
    bool until(const base::Xid& xid, const std::function<bool(const view::Transaction&)>& wanted, int ms = 10000) {
        return QTest::qWaitFor([&] {
            const auto t = feed().newest().find(xid);
            return t && wanted(*t);
        }, ms);
    }
    void shoot(const QString& name) {
        if (qEnvironmentVariable("INDOUBT_SHOTS").isEmpty()) return;
        QTest::qWait(1100);  // charts and ages are drawn once a second
        QPixmap picture = m_window->grab();
        // A dialog is a window of its own: laid where it stands.
        if (auto* dialog = QApplication::activeModalWidget()) {
            QPainter painter(&picture);
            const QPixmap over = dialog->grab();
            const QRect at(QPoint((m_window->width() - dialog->width()) / 2, (m_window->height() - dialog->height()) / 2), dialog->size());
            painter.drawPixmap(at.topLeft(), over);
            painter.setPen(QColor(0x7f, 0x8a, 0x99));
            painter.drawRect(at.adjusted(-1, -1, 0, 0));
        }
        keepPicture(picture.toImage(), name);
    }

  private:
    QTemporaryDir m_directory;
    std::unique_ptr<console::shell::MainWindow> m_window;
};

}  // namespace indoubt::tests
