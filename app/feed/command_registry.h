// SPDX-License-Identifier: GPL-3.0-or-later
// Every action of the console by name, for the palette and the sheet of keys. A command goes when its owner goes. GUI thread.
#pragma once
#include <QObject>
#include <QString>
#include <functional>
#include <vector>

#include "theme/glyphs.h"

namespace indoubt::console::feed {

struct Command {
    QString id;                             // "node.crash.T"; unique, a later one with the same id takes its place
    QString text;                           // "Crash T"
    QString detail;                         // "Coordinator"; may be empty
    QString key;                            // "Ctrl+3", shown only: the owner makes the shortcut
    theme::Glyph glyph = theme::Glyph::None;
    std::function<void()> run;
    std::function<QString()> whyNot;        // empty function or empty answer: possible now
};

class CommandRegistry : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;
    void add(QObject* owner, Command command);
    void remove(const QString& id);
    QList<Command> list() const;
    bool run(const QString& id);            // false: unknown or not possible now

  signals:
    void changed();

  private:
    struct Entry {
        const QObject* owner;
        Command command;
    };
    std::vector<Entry> m_entries;
};

}  // namespace indoubt::console::feed
