// SPDX-License-Identifier: GPL-3.0-or-later
// The six places down the left edge: icon over word, a count on a corner, the chosen one with the accent edge.
#pragma once
#include <QList>
#include <QWidget>

#include "theme/glyphs.h"

class QButtonGroup;

namespace indoubt::console::widgets {

class RailButton;

class Rail : public QWidget {
    Q_OBJECT
  public:
    explicit Rail(QWidget* parent = nullptr);
    // `id` names the place ("watch"); objectName of its button is "rail.<id>". Order of adding is order of Ctrl+1..6 (the window's
    // shortcuts, not the rail's).
    void addItem(const QString& id, theme::Glyph icon, const QString& label);
    void setItemVisible(const QString& id, bool visible);  // the Lab in production
    void setCurrent(const QString& id);                    // no signal
    QString current() const;
    QStringList items() const;                             // visible ones, in order
    void setBadge(const QString& id, qint64 count, bool alarm = true);  // 0 removes it
    void setFooter(const QString& first, const QString& second);        // "live", "4 of 4"
    QSize sizeHint() const override;

  signals:
    void chosen(const QString& id);

  protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;

  private:
    void place();
    RailButton* button(const QString& id) const;
    QList<RailButton*> m_buttons;
    QButtonGroup* m_group;
    QString m_footerFirst, m_footerSecond;
};

}  // namespace indoubt::console::widgets
