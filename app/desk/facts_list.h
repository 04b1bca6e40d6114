// SPDX-License-Identifier: GPL-3.0-or-later
// Small facts under each other, words at the left, a time or a number at the right: what a verdict rests on, what comes next.
// Replaced as a whole without new widgets, so that ages tick without a flicker. GUI thread.
#pragma once
#include <QPair>
#include <QWidget>

namespace indoubt::console::desk {

class FactsList : public QWidget {
    Q_OBJECT
  public:
    FactsList(const QString& title, QWidget* parent);
    void setFacts(const QList<QPair<QString, QString>>& facts);
    const QList<QPair<QString, QString>>& facts() const { return m_facts; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }

  protected:
    void paintEvent(QPaintEvent*) override;
    bool event(QEvent* event) override;

  private:
    QString wholeLine(int row) const;
    QString m_title;
    QList<QPair<QString, QString>> m_facts;
};

}  // namespace indoubt::console::desk
