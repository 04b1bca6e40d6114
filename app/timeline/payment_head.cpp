// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/payment_head.h"

#include <QPainter>

#include "theme/fonts.h"
#include "theme/glyphs.h"
#include "theme/theme.h"
#include "widgets/chip.h"

namespace indoubt::console::timeline {
namespace {

using theme::TextRole;

constexpr int left = 14;
constexpr int costHeight = 30;

double wide(TextRole role, const QString& text) { return theme::tabularWidth(QFontMetricsF(theme::font(role)), text); }

}  // namespace

CostBox::CostBox(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("costBox"));
    setFixedHeight(costHeight);
}

QList<CostBox::Cell> CostBox::cells(bool remarks) const {
    const auto of = [&](const CostLine& line) { return QStringLiteral("%1/%2").arg(line.seen).arg(line.expected); };
    const Cost& c = m_cost;
    return {{c.messages.met(), tr("messages"), of(c.messages),
             remarks && c.messages.extra ? tr("+%1 from faults").arg(c.messages.extra) : QString()},
            {c.forced.met(), tr("forced"), of(c.forced), {}},
            {c.delays.met(), tr("delays"), of(c.delays), {}}};
}

double CostBox::cellWidth(const Cell& cell) const {
    return 12 + (cell.tick ? 20 : 0) + wide(TextRole::Small, cell.name) + 7 + wide(TextRole::Strong, cell.number) +
           (cell.remark.isEmpty() ? 0 : 6 + wide(TextRole::Small, cell.remark)) + 12;
}

void CostBox::setCost(const Cost& cost) {
    m_cost = cost;
    QStringList words;
    for (const Cell& cell : cells(true)) words << QStringLiteral("%1 %2 %3").arg(cell.name, cell.number, cell.remark).trimmed();
    setAccessibleName(tr("Cost: %1").arg(words.join(QStringLiteral(", "))));
    setToolTip(tr("Seen, of what the protocol needs without faults; every message that crosses nodes counts, and every forced write") +
               (cost.beyond.isEmpty() ? QString() : QStringLiteral("\n") + tr("Beyond it: %1").arg(cost.beyond.join(QStringLiteral(", ")))));
    updateGeometry();
    update();
}

int CostBox::widthWith(bool remarks) const {
    double w = 24 + wide(TextRole::Caps, tr("COST"));
    for (const Cell& cell : cells(remarks)) w += cellWidth(cell);
    return static_cast<int>(std::ceil(w)) + 2;
}

void CostBox::setRemarks(bool remarks) {
    m_remarks = remarks;
    update();
}

QSize CostBox::sizeHint() const { return {widthWith(m_remarks), costHeight}; }

void CostBox::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen(t.border, 1));
    p.setBrush(t.panel);
    p.drawRoundedRect(QRectF(0.5, 0.5, width() - 1, height() - 1), 4, 4);
    double x = 12;
    p.setFont(theme::font(TextRole::Caps));
    p.setPen(t.muted);
    p.drawText(QRectF(x, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter, tr("COST"));
    x += wide(TextRole::Caps, tr("COST")) + 12;
    for (const Cell& cell : cells(m_remarks)) {
        p.fillRect(QRectF(std::round(x), 1, 1, height() - 2), t.border);
        double at = x + 12;
        if (cell.tick) {
            theme::paintGlyph(p, theme::Glyph::Check, QRectF(at - 2, height() / 2.0 - 8, 16, 16), t, t.text);
            at += 20;
        }
        const auto put = [&](TextRole role, const QColor& ink, const QString& text) {
            p.setFont(theme::font(role));
            p.setPen(ink);
            theme::drawTabular(p, QRectF(at, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter, text);
            at += wide(role, text);
        };
        put(TextRole::Small, t.muted, cell.name);
        at += 7;
        put(TextRole::Strong, t.text, cell.number);
        at += 6;
        put(TextRole::Small, t.muted, cell.remark);
        x += cellWidth(cell);
    }
}

PaymentHead::PaymentHead(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("paymentHead"));
    setFixedHeight(63);  // and the rule below it
    m_state = new widgets::StateChip(theme::PaymentState::Active, this);
    m_fault = new widgets::FaultChip(QString(), this);
    m_cost = new CostBox(this);
    clear();
}

void PaymentHead::clear() {
    m_empty = true;
    m_state->hide();
    m_fault->hide();
    m_cost->hide();
    setAccessibleName(tr("No payment chosen"));
    update();
}

void PaymentHead::setText(const PaymentHeadText& text) {
    m_empty = false;
    m_text = text;
    m_state->setState(text.state, text.age);
    m_state->show();
    m_fault->setText(tr("%1 injected").arg(text.faults));
    m_fault->setVisible(text.faults > 0);
    setAccessibleName(QStringLiteral("%1, %2 %3, %4, %5 %6")
                          .arg(text.reference, text.amount, text.currency, text.parties, theme::stateWord(text.state), text.age));
    arrange();
    update();
}

void PaymentHead::setCost(const Cost& cost) {
    m_cost->setCost(cost);
    arrange();
}

double PaymentHead::line1End() const {
    return left + wide(TextRole::Title, m_text.reference) + 14 + wide(TextRole::Title, m_text.amount) + 5 +
           wide(TextRole::Small, m_text.currency) + 15 +
           QFontMetricsF([] {
               QFont f = theme::font(TextRole::Name);
               f.setWeight(QFont::Normal);
               return f;
           }())
               .horizontalAdvance(m_text.parties) +
           13;
}

void PaymentHead::arrange() {
    if (m_empty) return;
    const QSize state = m_state->sizeHint(), fault = m_fault->sizeHint();
    // What is least needed gives way first: the cost, then the fault chip; the state never.
    const bool wantsFault = m_text.faults > 0;
    double x = line1End();
    const double limit = width() - 14;
    x = std::min(x, limit - state.width());
    m_state->setGeometry(static_cast<int>(x), 20 - state.height() / 2, state.width(), state.height());
    double end = x + state.width();
    if (wantsFault) {
        m_fault->setGeometry(static_cast<int>(end) + 12, 20 - fault.height() / 2, fault.width(), fault.height());
        end += 12 + fault.width();
        m_fault->setVisible(end <= limit);
    }
    const int room = width() - 14 - static_cast<int>(end) - 16;
    m_cost->setRemarks(m_cost->widthWith(true) <= room);
    const QSize cost = m_cost->sizeHint();
    const int costX = width() - 14 - cost.width();
    m_cost->setGeometry(costX, (height() - costHeight) / 2, cost.width(), costHeight);
    m_cost->setVisible(m_cost->known() && costX > end + 16);
}

void PaymentHead::resizeEvent(QResizeEvent*) { arrange(); }

void PaymentHead::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.fillRect(rect(), t.surface);
    if (m_empty) {
        p.setFont(theme::font(TextRole::Title));
        p.setPen(t.muted);
        p.drawText(QRectF(left, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter, tr("No payment chosen"));
        return;
    }
    const double stop = m_state->x() - 10;
    double x = left;
    const auto put = [&](const QFont& font, const QColor& ink, const QString& text, double y, double h, double until) {
        p.setFont(font);
        p.setPen(ink);
        const QFontMetricsF metrics(font);
        const double room = until - x;
        if (room < 8) return;
        const QString shown = theme::tabularWidth(metrics, text) > room ? metrics.elidedText(text, Qt::ElideRight, room - 6) : text;
        theme::drawTabular(p, QRectF(x, y, room + 2, h), Qt::AlignLeft | Qt::AlignVCenter, shown);
        x += theme::tabularWidth(metrics, shown);
    };
    put(theme::font(TextRole::Title), t.text, m_text.reference, 8, 26, stop);
    x += 14;
    put(theme::font(TextRole::Title), t.text, m_text.amount, 8, 26, stop);
    x += 5;
    put(theme::font(TextRole::Small), t.muted, m_text.currency, 11, 24, stop);
    x += 15;
    QFont parties = theme::font(TextRole::Name);
    parties.setWeight(QFont::Normal);
    put(parties, t.text, m_text.parties, 8, 26, stop);

    x = left;
    const double until = m_cost->isVisible() ? m_cost->x() - 12 : width() - 14;
    const QString dot = QStringLiteral("  ·  ");
    const QFont small = theme::font(TextRole::Small);
    if (!m_text.legs.isEmpty()) put(small, t.muted, m_text.legs + dot, 36, 20, until);
    put(small, t.muted, tr("xid "), 36, 20, until);
    put(theme::font(TextRole::Mono), t.text, m_text.xid, 36, 20, until);
    if (!m_text.protocol.isEmpty()) put(small, t.muted, dot + m_text.protocol, 36, 20, until);
}

}  // namespace indoubt::console::timeline
