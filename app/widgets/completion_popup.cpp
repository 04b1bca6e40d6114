// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/completion_popup.h"

#include <QAccessible>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/theme.h"
#include "widgets/labels.h"

namespace indoubt::console::widgets {

using theme::TextRole;
namespace grid = theme::grid;

namespace {
constexpr int popupWidth = 446, headHigh = 26, footHigh = 26, mostRows = 7;
}

CompletionPopup::CompletionPopup(FilterField* field) : QWidget(nullptr), m_field(field) {
    setFocusPolicy(Qt::NoFocus);
    setMouseTracking(true);
    hide();
    connect(field, &QObject::destroyed, this, &QObject::deleteLater);
}

int CompletionPopup::visibleRows() const { return std::min<int>(mostRows, static_cast<int>(m_list.items.size())); }

void CompletionPopup::show(const CompletionList& list, int cursorX) {
    const QString before = m_list.items.value(m_current).text;
    m_list = list;
    // Counts arriving later must not move the choice.
    m_current = 0;
    for (int i = 0; i < list.items.size(); ++i)
        if (!before.isEmpty() && list.items[i].text == before) m_current = i;
    m_top = std::clamp(m_current - mostRows + 1, 0, std::max(0, static_cast<int>(list.items.size()) - mostRows));
    QWidget* window = m_field->window();
    if (parentWidget() != window) setParent(window);
    const int high = headHigh + visibleRows() * grid::popupRow + footHigh + 2;
    const QPoint corner = m_field->mapTo(window, QPoint(cursorX, m_field->height() + 3));
    const int width = std::min(popupWidth, window->width() - 8);
    const int below = window->height() - corner.y();
    const int y = below >= high ? corner.y() : std::max(0, m_field->mapTo(window, QPoint(0, 0)).y() - high - 3);
    setGeometry(std::clamp(corner.x(), 4, std::max(4, window->width() - width - 4)), y, width, high);
    setAccessibleName(tr("Completions: %1").arg(rowText(m_current)));
    QWidget::show();
    raise();
    update();
}

QString CompletionPopup::rowText(int row) const {
    const Completion item = m_list.items.value(row);
    return item.count < 0 ? QStringLiteral("%1, %2").arg(item.text, item.meaning)
                          : QStringLiteral("%1, %2, %3").arg(item.text, item.meaning, theme::groupedNumber(item.count));
}

QString CompletionPopup::footText() const {
    if (m_list.noun.isEmpty()) return {};
    const int all = std::max(m_list.all, static_cast<int>(m_list.items.size())), seen = visibleRows();
    return seen == all ? QStringLiteral("%1 %2").arg(all).arg(m_list.noun) : tr("%1 of %2 %3").arg(seen).arg(all).arg(m_list.noun);
}

void CompletionPopup::move(int rows) {
    const int count = static_cast<int>(m_list.items.size());
    m_current = std::clamp(m_current + rows, 0, std::max(0, count - 1));
    m_top = std::clamp(m_top, m_current - mostRows + 1, m_current);
    m_top = std::clamp(m_top, 0, std::max(0, count - mostRows));
    setAccessibleName(tr("Completions: %1").arg(rowText(m_current)));
    QAccessibleEvent said(this, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&said);
    update();
}

int CompletionPopup::rowAt(int y) const {
    const int row = (y - 1 - headHigh) / grid::popupRow;
    return y <= headHigh || row >= visibleRows() ? -1 : m_top + row;
}

void CompletionPopup::mouseMoveEvent(QMouseEvent* event) {
    const int row = rowAt(event->pos().y());
    if (row >= 0 && row != m_current) {
        m_current = row;
        update();
    }
}

void CompletionPopup::mousePressEvent(QMouseEvent* event) {
    if (const int row = rowAt(event->pos().y()); row >= 0) emit taken(row);
}

void CompletionPopup::wheelEvent(QWheelEvent* event) {
    move(event->angleDelta().y() > 0 ? -1 : 1);
    event->accept();
}

void CompletionPopup::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.fillRect(rect(), t.surface);
    const QRect inner = rect().adjusted(1, 1, -1, -1);
    const QFont small = theme::font(TextRole::Axis);

    const QRect head(inner.left(), inner.top(), inner.width(), headHigh);
    p.setFont(theme::font(TextRole::AxisStrong));
    p.setPen(t.text);
    const QRect words = head.adjusted(10, 0, -10, 0);
    p.drawText(words, Qt::AlignVCenter | Qt::AlignLeft, m_list.subject);
    const int after = m_list.subject.isEmpty() ? 0 : QFontMetrics(p.font()).horizontalAdvance(m_list.subject) + 5;
    p.setFont(small);
    p.setPen(t.muted);
    p.drawText(words.adjusted(after, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, m_list.hint);
    p.drawText(words, Qt::AlignVCenter | Qt::AlignRight, m_list.right);

    for (int i = 0; i < visibleRows(); ++i) {
        const int row = m_top + i;
        const Completion& item = m_list.items[row];
        const QRect box(inner.left(), inner.top() + headHigh + i * grid::popupRow, inner.width(), grid::popupRow);
        if (row == m_current) {
            p.fillRect(box, t.selection);
            p.fillRect(QRect(box.left(), box.top(), 2, box.height()), t.accent);
        }
        const QRect cells = box.adjusted(10, 0, -10, 0);
        p.setFont(theme::font(TextRole::Mono));
        p.setPen(t.text);
        const int column = std::max(100, QFontMetrics(p.font()).horizontalAdvance(item.text) + 16);
        p.drawText(cells, Qt::AlignVCenter | Qt::AlignLeft, item.text);
        p.setFont(theme::font(TextRole::Small));
        const QString count = item.count < 0 ? QString() : theme::groupedNumber(item.count);
        const int right = static_cast<int>(theme::tabularWidth(p.font(), count)) + 12;
        p.setPen(t.muted);
        p.drawText(cells.adjusted(column, 0, -right, 0), Qt::AlignVCenter | Qt::AlignLeft,
                   QFontMetrics(p.font()).elidedText(item.meaning, Qt::ElideRight, cells.width() - column - right));
        p.setPen(item.count == 0 ? t.faint : t.text);
        theme::drawTabular(p, cells, Qt::AlignVCenter | Qt::AlignRight, count);
    }

    const QRect foot(inner.left(), inner.bottom() + 1 - footHigh, inner.width(), footHigh);
    p.fillRect(foot, t.panel);
    p.fillRect(QRect(foot.left(), foot.top(), foot.width(), 1), t.divider);
    qreal x = foot.left() + 10;
    const auto key = [&](const QString& name) {
        const QSizeF size = KeyHint::size(name);
        KeyHint::paint(p, QRectF(x, foot.center().y() - size.height() / 2 + 1, size.width(), size.height()), name, t);
        x += size.width() + 5;
    };
    const auto say = [&](const QString& text) {
        p.setFont(small);
        p.setPen(t.muted);
        p.drawText(QRectF(x, foot.top(), 120, foot.height()), Qt::AlignVCenter | Qt::AlignLeft, text);
        x += QFontMetricsF(small).horizontalAdvance(text) + 14;
    };
    key(QStringLiteral("↑"));
    key(QStringLiteral("↓"));
    say(tr("choose"));
    key(tr("Tab"));
    say(tr("take it"));
    p.setFont(small);
    p.setPen(t.muted);
    p.drawText(foot.adjusted(10, 0, -10, 0), Qt::AlignVCenter | Qt::AlignRight, footText());

    p.setPen(QPen(t.fieldEdge, 1));
    p.setBrush(Qt::NoBrush);
    p.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
}

}  // namespace indoubt::console::widgets
