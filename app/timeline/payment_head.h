// SPDX-License-Identifier: GPL-3.0-or-later
// The 64 px head over a payment's timeline: reference, amount, parties, state with its age, faults; the legs, xid and protocol
// below; what it cost at the right. Also used by the first run.
#pragma once
#include <QWidget>

#include "theme/tokens.h"

namespace indoubt::console::widgets {
class StateChip;
class FaultChip;
}  // namespace indoubt::console::widgets

namespace indoubt::console::timeline {

// What the payment cost beside what its protocol says it should without faults.
struct CostLine {
    int seen = 0, expected = 0;
    int extra = 0;  // repeats, inquiries
    bool met() const { return seen == expected; }
};
struct Cost {
    bool known = false;  // false: not traced, or no row for this protocol and outcome
    CostLine messages, forced, delays;
    QStringList beyond;  // "3 INQUIRY", "forced ORDER": what no formula bills
};

struct PaymentHeadText {
    QString reference, amount, currency, parties;
    theme::PaymentState state = theme::PaymentState::Active;
    QString age;  // "after 7.2 ms", "41 s"
    int faults = 0;
    QString legs;      // "120.00 = 119.40 shop + 0.60 fee"
    QString xid;       // "7f3a..b6d0"
    QString protocol;  // "presumed abort, cooperative termination off"
};

class CostBox : public QWidget {
    Q_OBJECT
  public:
    explicit CostBox(QWidget* parent = nullptr);
    void setCost(const Cost& cost);
    bool known() const { return m_cost.known; }
    void setRemarks(bool remarks);  // "+3 from faults"; left out where there is no room
    int widthWith(bool remarks) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    struct Cell {
        bool tick;
        QString name, number, remark;
    };
    QList<Cell> cells(bool remarks) const;
    double cellWidth(const Cell& cell) const;
    Cost m_cost;
    bool m_remarks = true;
};

class PaymentHead : public QWidget {
    Q_OBJECT
  public:
    explicit PaymentHead(QWidget* parent = nullptr);
    void setText(const PaymentHeadText& text);
    void setCost(const Cost& cost);
    void clear();
    QSize sizeHint() const override { return {640, 64}; }

  protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;

  private:
    void arrange();
    double line1End() const;
    PaymentHeadText m_text;
    bool m_empty = true;
    widgets::StateChip* m_state;
    widgets::FaultChip* m_fault;
    CostBox* m_cost;
};

}  // namespace indoubt::console::timeline
