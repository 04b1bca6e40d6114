// SPDX-License-Identifier: GPL-3.0-or-later
// A whole console with its own cluster in a fresh directory, driven as a person would: by buttons, fields and keys that are
// found by name. Screenshots of each step go to the directory in INDOUBT_SHOTS.
#pragma once
#include <QAbstractButton>
#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QPainter>
#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

#include "shell/main_window.h"
#include "shell/options.h"
#include "shell/place_stack.h"

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
    bool until(const base::Xid& xid, const std::function<bool(const view::Transaction&)>& wanted, int ms = 10000) {
        return QTest::qWaitFor([&] {
            const auto t = feed().newest().find(xid);
            return t && wanted(*t);
        }, ms);
    }
    void shoot(const QString& name) {
        const QString directory = qEnvironmentVariable("INDOUBT_SHOTS");
        if (directory.isEmpty()) return;
        QDir().mkpath(directory);
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
        picture.save(QStringLiteral("%1/%2.png").arg(directory, name));
    }

  private:
    QTemporaryDir m_directory;
    std::unique_ptr<console::shell::MainWindow> m_window;
};

}  // namespace indoubt::tests
