// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/hex_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include "theme/fonts.h"
#include "theme/theme.h"

namespace indoubt::console::log {
namespace {
constexpr int perRow = 16;
constexpr int rowHeight = 20;
constexpr int pad = 12;
}  // namespace

struct HexView::Metrics {
    qreal cell = 0;  // one character
    qreal hex = 0, text = 0;
    qreal hexX(int column) const { return hex + cell * (column * 3 + (column >= 8 ? 1 : 0)); }
    qreal textX(int column) const { return text + cell * column; }
    qreal right() const { return text + cell * perRow + pad; }
};

HexView::HexView(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("hexView"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setAccessibleName(tr("Bytes"));
    if (auto* theme = theme::Theme::installed()) connect(theme, &theme::Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

HexView::Metrics HexView::metrics() const {
    Metrics m;
    m.cell = QFontMetricsF(theme::font(theme::TextRole::Mono)).horizontalAdvance(QLatin1Char('0'));
    m.hex = pad + m.cell * 6;
    m.text = m.hexX(perRow) + m.cell;
    return m;
}

void HexView::setBytes(const QByteArray& bytes) {
    m_bytes = bytes;
    m_from = m_key = m_length = 0;
    m_cursor = -1;
    measure();
    verticalScrollBar()->setValue(0);
    viewport()->update();
    setAccessibleDescription(tr("%n byte(s)", nullptr, static_cast<int>(bytes.size())));
}

void HexView::setHighlight(int from, int keyLength, int length) {
    m_from = from;
    m_key = keyLength;
    m_length = length;
    if (length > 0) reveal(from);
    viewport()->update();
}

QString HexView::selectedHex() const { return QString::fromLatin1((m_length > 0 ? m_bytes.mid(m_from, m_length) : m_bytes).toHex(' ')); }

int HexView::preferredWidth() const { return static_cast<int>(metrics().right()); }

QSize HexView::sizeHint() const { return {preferredWidth(), 5 * rowHeight + 12}; }

void HexView::measure() {
    const int rows = static_cast<int>((m_bytes.size() + perRow - 1) / perRow);
    verticalScrollBar()->setSingleStep(rowHeight);
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setRange(0, std::max(0, rows * rowHeight + 10 - viewport()->height()));
    horizontalScrollBar()->setRange(0, std::max(0, preferredWidth() - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
}

void HexView::reveal(int offset) {
    const int top = 5 + offset / perRow * rowHeight, seen = verticalScrollBar()->value();
    if (top < seen)
        verticalScrollBar()->setValue(top - 5);
    else if (top + rowHeight > seen + viewport()->height())
        verticalScrollBar()->setValue(top + rowHeight - viewport()->height() + 5);
}

void HexView::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    const theme::Tokens& t = theme::tokensOf(this);
    painter.fillRect(event->rect(), t.surface);
    if (m_bytes.isEmpty()) {
        painter.setFont(theme::font(theme::TextRole::Body));
        painter.setPen(t.muted);
        painter.drawText(viewport()->rect().adjusted(pad, 8, -pad, 0), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap, tr("The chosen event's bytes, as recorded."));
        return;
    }
    painter.setFont(theme::font(theme::TextRole::Mono));
    const Metrics m = metrics();
    const int dx = -horizontalScrollBar()->value(), dy = 5 - verticalScrollBar()->value();
    painter.translate(dx, dy);
    const int first = std::max(0, -dy / rowHeight), rows = static_cast<int>((m_bytes.size() + perRow - 1) / perRow);
    const QFontMetricsF font(painter.font());
    const auto lit = [&](int i) { return m_length > 0 && i >= m_from && i < m_from + m_length; };
    const auto isKey = [&](int i) { return lit(i) && i < m_from + m_key; };
    for (int row = first; row < rows && dy + row * rowHeight < viewport()->height(); ++row) {
        const qreal y = row * rowHeight, base = y + (rowHeight + font.ascent() - font.descent()) / 2;
        painter.setPen(t.faint);
        painter.drawText(QPointF(pad, base), QStringLiteral("%1").arg(row * perRow, 4, 16, QLatin1Char('0')));
        const int end = std::min<int>(static_cast<int>(m_bytes.size()), (row + 1) * perRow);
        for (int i = row * perRow; i < end; ++i) {
            const int column = i % perRow;
            const auto byte = static_cast<unsigned char>(m_bytes[i]);
            const bool joined = lit(i) && lit(i + 1) && column + 1 < perRow && isKey(i) == isKey(i + 1);
            if (lit(i)) {
                const QColor fill = isKey(i) ? t.selection : t.accent;
                const qreal next = joined ? m.hexX(column + 1) : m.hexX(column) + 2 * m.cell + 2;
                painter.fillRect(QRectF(m.hexX(column) - 2, y + 1, next - m.hexX(column) + (joined ? 0.5 : 2), rowHeight - 2), fill);
                painter.fillRect(QRectF(m.textX(column) - 0.25, y + 1, m.cell + 0.5, rowHeight - 2), fill);
            }
            painter.setPen(lit(i) && !isKey(i) ? t.onAccent : t.text);
            painter.drawText(QPointF(m.hexX(column), base), QStringLiteral("%1").arg(byte, 2, 16, QLatin1Char('0')));
            const bool printable = byte >= 0x20 && byte < 0x7f;
            painter.setPen(lit(i) && !isKey(i) ? t.onAccent : t.muted);
            painter.drawText(QPointF(m.textX(column), base),
                             printable ? QString(QLatin1Char(static_cast<char>(byte))) : QStringLiteral("·"));
            if (i == m_cursor && hasFocus()) {
                painter.setPen(QPen(t.accent, 1));
                painter.drawRect(QRectF(m.hexX(column) - 2.5, y + 1.5, 2 * m.cell + 4, rowHeight - 3));
            }
        }
    }
}

int HexView::byteAt(QPoint pos) const {
    const Metrics m = metrics();
    const qreal x = pos.x() + horizontalScrollBar()->value();
    const int row = (pos.y() - 5 + verticalScrollBar()->value()) / rowHeight;
    if (row < 0) return -1;
    for (int column = 0; column < perRow; ++column) {
        const bool inHex = x >= m.hexX(column) - m.cell / 2 && x < m.hexX(column) + 2.5 * m.cell;
        const bool inText = x >= m.textX(column) && x < m.textX(column) + m.cell;
        const int offset = row * perRow + column;
        if ((inHex || inText) && offset < m_bytes.size()) return offset;
    }
    return -1;
}

void HexView::mousePressEvent(QMouseEvent* event) {
    const int offset = byteAt(event->pos());
    if (offset < 0) return;
    m_cursor = offset;
    viewport()->update();
    emit byteChosen(offset);
}

void HexView::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) {
        QGuiApplication::clipboard()->setText(selectedHex());
        return;
    }
    int to = m_cursor < 0 ? (m_length > 0 ? m_from : 0) : m_cursor;
    switch (event->key()) {
        case Qt::Key_Left:
            --to;
            break;
        case Qt::Key_Right:
            ++to;
            break;
        case Qt::Key_Up:
            to -= perRow;
            break;
        case Qt::Key_Down:
            to += perRow;
            break;
        case Qt::Key_Home:
            to = 0;
            break;
        case Qt::Key_End:
            to = static_cast<int>(m_bytes.size()) - 1;
            break;
        default:
            QAbstractScrollArea::keyPressEvent(event);
            return;
    }
    if (m_bytes.isEmpty()) return;
    m_cursor = std::clamp(to, 0, static_cast<int>(m_bytes.size()) - 1);
    reveal(m_cursor);
    viewport()->update();
    emit byteChosen(m_cursor);
}

void HexView::resizeEvent(QResizeEvent*) { measure(); }

void HexView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) viewport()->update();
    QAbstractScrollArea::changeEvent(event);
}

}  // namespace indoubt::console::log
