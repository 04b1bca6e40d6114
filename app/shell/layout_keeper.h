// SPDX-License-Identifier: GPL-3.0-or-later
// Where a person put the window, its dividers and the places in windows of their own, remembered per set of screens: at the desk with
// two monitors it is another one than in the train. Only what was moved by hand is kept; the rest goes on adapting to the size.
#pragma once
#include <QMainWindow>
#include <QStringList>

class QSplitter;

namespace indoubt::console::shell {

class LayoutKeeper : public QObject {
    Q_OBJECT
  public:
    // Watches the dividers below `root`, wherever they are shown later.
    LayoutKeeper(QMainWindow* window, QWidget* root);

    void restore();                                    // the window and the dividers
    void save() const;                                 // the window; dividers are kept as they are moved
    QStringList tornOff() const;                       // places that had a window of their own
    void saveTornOff(const QStringList& places) const;
    // A settings key of this set of screens.
    static QString key(const QString& name);

  private:
    void watch(QSplitter* splitter);
    static QString name(const QSplitter* splitter);
    void restoreDivider(QSplitter* splitter);
    QMainWindow* m_window;
    QList<QSplitter*> m_splitters;
};

}  // namespace indoubt::console::shell
