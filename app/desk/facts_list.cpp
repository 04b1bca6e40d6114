// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/facts_list.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "theme/fonts.h"
#include "theme/theme.h"

namespace indoubt::console::desk {

using theme::TextRole;

namespace {
constexpr int title_height = 24, line_height = 20;
}

FactsList::FactsList(const QString& title, QWidget* parent) : QWidget(parent), m_title(title) {
    setAccessibleName(title);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FactsList::setFacts(const QList<QPair<QString, QString>>& facts) {
    if (facts == m_facts) return;
    const bool resized = facts.size() != m_facts.size();
    m_facts = facts;
    QStringList lines;
    for (int i = 0; i < m_facts.size(); ++i) lines << wholeLine(i);
    setAccessibleDescription(lines.join(QStringLiteral(". ")));
    if (resized) updateGeometry();
    update();
}

QString FactsList::wholeLine(int row) const {
    const auto& [words, value] = m_facts[row];
    return value.isEmpty() ? words : words + QStringLiteral(", ") + value;
}

QSize FactsList::sizeHint() const { return {200, title_height + static_cast<int>(m_facts.size()) * line_height}; }

void FactsList::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto& tokens = theme::tokensOf(this);
    painter.setFont(theme::font(TextRole::Caps));
    painter.setPen(tokens.muted);
    painter.drawText(QRectF(0, 0, width(), title_height - 6), Qt::AlignLeft | Qt::AlignVCenter, m_title);
    const QFont font = theme::font(TextRole::Small);
    painter.setFont(font);
    int y = title_height;
    for (const auto& [words, value] : m_facts) {
        const int used = value.isEmpty() ? 0 : static_cast<int>(std::ceil(theme::tabularWidth(font, value))) + 8;
        painter.setPen(tokens.text);
        theme::drawTabular(painter, QRectF(0, y, width() - used, line_height), Qt::AlignLeft | Qt::AlignVCenter, QFontMetricsF(font).elidedText(words, Qt::ElideRight, width() - used));
        painter.setPen(tokens.muted);
        theme::drawTabular(painter, QRectF(0, y, width(), line_height), Qt::AlignRight | Qt::AlignVCenter, value);
        y += line_height;
    }
}

bool FactsList::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int row = (help->pos().y() - title_height) / line_height;
        if (help->pos().y() >= title_height && row < m_facts.size()) QToolTip::showText(help->globalPos(), wholeLine(row), this);
        else QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

}  // namespace indoubt::console::desk
