// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pane_head.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QSpacerItem>
#include <QVBoxLayout>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/theme.h"
#include "widgets/labels.h"

namespace indoubt::console::widgets {

using theme::TextRole;
namespace grid = theme::grid;

PaneHead::PaneHead(const QString& title, QWidget* parent)
    : QWidget(parent),
      m_lead(new QSpacerItem(0, 0, QSizePolicy::Fixed)),
      m_layout(new QHBoxLayout(this)),
      m_right(new ElidedLabel({}, TextRole::Small, Ink::Muted)) {
    setFixedHeight(grid::paneHead);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_layout->setContentsMargins(0, 0, grid::cellPad, 1);
    m_layout->setSpacing(8);
    m_layout->addSpacerItem(m_lead);
    m_layout->addStretch(1);
    m_right->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_right->hide();
    m_layout->addWidget(m_right, 0, Qt::AlignVCenter);
    setTitle(title);
}

void PaneHead::setTitle(const QString& title) {
    m_title = title;
    setAccessibleName(title);
    measure();
}

void PaneHead::setRemark(const QString& remark) {
    if (m_remark == remark) return;
    m_remark = remark;
    measure();
}

void PaneHead::setRight(const QString& text) {
    m_right->setText(text);
    m_right->setVisible(!text.isEmpty());
}

void PaneHead::addLeft(QWidget* control) {
    // Before the stretch, which is followed by the right text and the right controls.
    for (int i = 0; i < m_layout->count(); ++i)
        if (m_layout->itemAt(i)->spacerItem() != nullptr && m_layout->itemAt(i)->spacerItem() != m_lead) {
            m_layout->insertWidget(i, control, 0, Qt::AlignVCenter);
            return;
        }
}

void PaneHead::addRight(QWidget* control) { m_layout->addWidget(control, 0, Qt::AlignVCenter); }

void PaneHead::measure() {
    const int title = QFontMetrics(theme::font(TextRole::Caps)).horizontalAdvance(m_title.toUpper());
    const int remark =
        m_remark.isEmpty() ? 0 : 8 + static_cast<int>(theme::tabularWidth(QFontMetricsF(theme::font(TextRole::Small)), m_remark)) + 1;
    m_lead->changeSize(grid::pad + title + remark + 4, 0, QSizePolicy::Maximum);
    m_layout->invalidate();
    update();
}

QSize PaneHead::sizeHint() const { return {m_layout->sizeHint().width(), grid::paneHead}; }
QSize PaneHead::minimumSizeHint() const { return {80, grid::paneHead}; }

void PaneHead::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.fillRect(rect(), t.panel);
    p.fillRect(QRect(0, height() - 1, width(), 1), t.border);
    p.setFont(theme::font(TextRole::Caps));
    p.setPen(t.text);
    const QString title = m_title.toUpper();
    const QRect area(grid::pad, 0, width() - grid::pad, height() - 1);
    p.drawText(area, Qt::AlignVCenter | Qt::AlignLeft, title);
    if (m_remark.isEmpty()) return;
    const int x = grid::pad + QFontMetrics(p.font()).horizontalAdvance(title) + 8;
    // Whatever stands first after the lead limits the remark.
    int end = width() - grid::cellPad;
    for (int i = 0; i < m_layout->count(); ++i)
        if (const QWidget* w = m_layout->itemAt(i)->widget(); w != nullptr && w->isVisible()) {
            end = std::min(end, w->x() - 8);
        }
    p.setFont(theme::font(TextRole::Small));
    p.setPen(t.muted);
    const QString shown = QFontMetrics(p.font()).elidedText(m_remark, Qt::ElideRight, std::max(0, end - x) + 3);
    theme::drawTabular(p, QRectF(x, 0, std::max(0, end - x), height() - 1), Qt::AlignVCenter | Qt::AlignLeft, shown);
}

Pane::Pane(const QString& title, QWidget* body, QWidget* parent) : QWidget(parent), m_head(new PaneHead(title, this)), m_body(body) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_body, 1);
    setAccessibleName(title);
}

void Pane::paintEvent(QPaintEvent*) {
    QPainter p(this);
    p.fillRect(rect(), theme::tokensOf(this).surface);
}

Rule::Rule(Qt::Orientation orientation, bool divider, QWidget* parent) : QWidget(parent), m_divider(divider) {
    if (orientation == Qt::Horizontal)
        setFixedHeight(1);
    else
        setFixedWidth(1);
}

void Rule::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.fillRect(rect(), m_divider ? t.divider : t.border);
}

}  // namespace indoubt::console::widgets
