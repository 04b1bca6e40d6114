// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/record_text_view.h"

#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include "theme/fonts.h"
#include "theme/theme.h"

namespace indoubt::console::log {
namespace {
constexpr int lineHeight = 20, pad = 12;
}

RecordTextView::RecordTextView(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("recordTextView"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Recorded fields as text"));
    if (auto* theme = theme::Theme::installed()) connect(theme, &theme::Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void RecordTextView::setRecorded(const Recorded& recorded) {
    m_lines.clear();
    m_field = -1;
    QList<int> open;
    const auto close = [&](int depth) {
        while (!open.isEmpty() && open.last() >= depth) m_lines.append({-1, QStringLiteral("}"), open.takeLast()});
    };
    for (int i = 0; i < recorded.fields.size(); ++i) {
        const ByteField& field = recorded.fields[i];
        close(field.depth);
        if (field.parts) {
            m_lines.append({i, field.name + QStringLiteral(" {"), field.depth});
            open.append(field.depth);
        } else {
            m_lines.append({i, QStringLiteral("%1: %2").arg(field.name, field.value), field.depth});
        }
    }
    close(0);
    measure();
    verticalScrollBar()->setValue(0);
    viewport()->update();
}

void RecordTextView::setField(int field) {
    m_field = field;
    for (int i = 0; i < m_lines.size(); ++i)
        if (m_lines[i].field == field && field >= 0) {
            const int top = 5 + i * lineHeight, seen = verticalScrollBar()->value();
            if (top < seen)
                verticalScrollBar()->setValue(top);
            else if (top + lineHeight > seen + viewport()->height())
                verticalScrollBar()->setValue(top + lineHeight - viewport()->height());
        }
    viewport()->update();
}

QString RecordTextView::asText() const {
    QStringList lines;
    for (const Line& line : m_lines) lines << QString(line.depth * 2, QLatin1Char(' ')) + line.text;
    return lines.join(QLatin1Char('\n'));
}

void RecordTextView::measure() {
    const QFontMetricsF mono(theme::font(theme::TextRole::Mono));
    qreal widest = 0;
    for (const Line& line : m_lines) widest = std::max(widest, pad + line.depth * 14 + mono.horizontalAdvance(line.text) + pad);
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(m_lines.size()) * lineHeight + 10 - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(lineHeight);
    horizontalScrollBar()->setRange(0, std::max(0, static_cast<int>(widest) - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
}

void RecordTextView::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    const theme::Tokens& t = theme::tokensOf(this);
    painter.fillRect(event->rect(), t.surface);
    painter.setFont(theme::font(theme::TextRole::Mono));
    const QFontMetricsF metrics(painter.font());
    const int dy = 5 - verticalScrollBar()->value(), dx = -horizontalScrollBar()->value();
    for (int i = std::max(0, -dy / lineHeight); i < m_lines.size() && dy + i * lineHeight < viewport()->height(); ++i) {
        const Line& line = m_lines[i];
        const QRectF box(dx + pad + line.depth * 14, dy + i * lineHeight, metrics.horizontalAdvance(line.text), lineHeight);
        const bool chosen = line.field >= 0 && line.field == m_field;
        if (chosen) painter.fillRect(box.adjusted(-2, 1, 2, -1), t.selection);
        painter.setPen(chosen ? t.text : t.muted);
        painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, line.text);
    }
}

void RecordTextView::mousePressEvent(QMouseEvent* event) {
    const int line = (static_cast<int>(event->position().y()) - 5 + verticalScrollBar()->value()) / lineHeight;
    if (line >= 0 && line < m_lines.size() && m_lines[line].field >= 0) emit fieldChosen(m_lines[line].field);
}

void RecordTextView::resizeEvent(QResizeEvent*) { measure(); }

void RecordTextView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) viewport()->update();
    QAbstractScrollArea::changeEvent(event);
}

}  // namespace indoubt::console::log
