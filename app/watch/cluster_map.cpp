// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/cluster_map.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <algorithm>

#include "theme/fonts.h"
#include "theme/glyphs.h"
#include "theme/metrics.h"
#include "theme/strokes.h"
#include "theme/style.h"
#include "theme/theme.h"

namespace indoubt::console::watch {

namespace {
constexpr int full_max = 3;  // cards with two lines of figures; more participants get small ones
constexpr int design_width = 328;
}  // namespace

// "B. du Lac" for "Banque du Lac": an initial says more than an ellipsis.
static QString fitted(const QString& name, const QFontMetrics& metrics, int width) {
    if (metrics.horizontalAdvance(name) <= width) return name;
    const auto space = name.indexOf(u' ');
    const QString shorter = space > 1 ? name.left(1) + u'.' + name.mid(space) : name;
    return metrics.elidedText(shorter, Qt::ElideRight, width);
}

ClusterMap::ClusterMap(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("clusterMap"));
    setAccessibleName(tr("Cluster map"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
}

void ClusterMap::setNodes(const QList<MapNode>& nodes) {
    m_nodes = nodes;
    setAccessibleDescription(asText());
    layOut();
    update();
}

void ClusterMap::setSelected(base::NodeId node) {
    m_selected = node;
    update();
}

QString ClusterMap::asText() const {
    QStringList lines;
    for (const auto& node : m_nodes) {
        QString line = QStringLiteral("%1 %2: %3, %4").arg(node.id, node.name, node.first, node.second);
        if (!node.link.isEmpty()) line += tr(", with the coordinator %1").arg(node.link);
        lines << line;
    }
    return lines.join(QStringLiteral("; "));
}

QRect ClusterMap::nodeRect(base::NodeId node) const {
    for (int i = 0; i < m_boxes.size(); ++i)
        if (m_nodes[i].node == node) return m_boxes[i].toAlignedRect();
    return {};
}

void ClusterMap::layOut() {
    m_boxes.clear();
    const int participants = static_cast<int>(m_nodes.size()) - 1;
    if (participants < 0) return;
    // Below the design's width the names need what the margins have.
    const qreal left = width() < design_width ? 6 : 12, gap = width() < design_width ? 5 : 8, w = width() - 2 * left, cardHeight = 56;
    m_boxes << QRectF(std::floor(left + (w - 116) / 2), 18, 116, cardHeight);
    if (participants == 0) return;
    const bool full = participants <= full_max;
    const int columns = full ? participants : std::min(participants, 4);
    const int rows = (participants + columns - 1) / columns;
    const qreal cardW = full ? std::min(112.0, (w - gap * (columns - 1)) / columns) : (w - gap * (columns - 1)) / columns;
    const qreal cardH = full ? cardHeight : 32;
    const qreal total = rows * cardH + (rows - 1) * gap;
    const qreal top = std::max(m_boxes[0].bottom() + 40, std::min<qreal>(height() - 28 - total, 182.0 + (full ? 0 : -20)));
    for (int i = 0; i < participants; ++i) {
        const int row = i / columns, inRow = std::min(columns, participants - row * columns), column = i % columns;
        const qreal x0 = left + (w - (inRow * cardW + (inRow - 1) * gap)) / 2;
        m_boxes << QRectF(std::floor(x0 + column * (cardW + gap)), std::floor(top + row * (cardH + gap)), std::floor(cardW), cardH);
    }
}

int ClusterMap::at(QPoint pos) const {
    for (int i = 0; i < m_boxes.size(); ++i)
        if (m_boxes[i].contains(pos)) return i;
    return -1;
}

void ClusterMap::paintLink(QPainter& painter, const theme::Tokens& tokens, const MapNode& node, const QRectF& from, const QRectF& to) const {
    const bool broken = node.cut || node.state == view::NodeState::down || m_nodes.first().state == view::NodeState::down;
    const bool unknown = node.state == view::NodeState::unknown;
    QPen pen(broken ? tokens.blocked : tokens.muted, broken ? 1.5 : 1.2);
    if (broken || unknown) pen.setDashPattern({3, 3});
    painter.setPen(pen);
    const QPointF a(from.center().x(), from.bottom()), b(to.center().x(), to.top());
    painter.drawLine(a, b);
    // Words need more room than a number: they stand where the links are further apart.
    const qreal place = painter.fontMetrics().horizontalAdvance(node.link) > 30 ? 0.64 : 0.5;
    if (!node.link.isEmpty()) theme::drawCutOut(painter, tokens, a + (b - a) * place, node.link, theme::font(theme::TextRole::Axis), tokens.muted);
}

void ClusterMap::paintNode(QPainter& painter, const theme::Tokens& tokens, const MapNode& node, const QRectF& box) const {
    const bool down = node.state == view::NodeState::down, suspended = node.state == view::NodeState::suspended;
    const bool unknown = node.state == view::NodeState::unknown;
    const bool selected = node.node == m_selected;
    painter.setBrush(selected ? tokens.selection : tokens.panel);
    QPen edge(down ? tokens.blocked : selected ? tokens.accent : unknown ? tokens.muted : tokens.border, down ? 1.5 : 1);
    if (down || unknown) edge.setDashPattern({3, 2});
    painter.setPen(edge);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), theme::grid::radius, theme::grid::radius);
    const QRectF plate(box.left() + 6, box.top() + 6, 16, 16);
    if (down) theme::paintGlyph(painter, theme::Glyph::Crash, plate, tokens);
    else if (suspended) theme::paintGlyph(painter, theme::Glyph::Suspended, plate, tokens);
    else theme::paintPlate(painter, plate, node.id, tokens);
    painter.setFont(theme::font(theme::TextRole::AxisStrong));
    painter.setPen(tokens.text);
    const QRectF nameBox(plate.right() + 5, box.top() + 5, box.right() - plate.right() - 8, 18);
    // Where a sign stands in the plate the letter goes before the name, which is shortened as ever.
    const QString letter = down || suspended ? node.id + u' ' : QString();
    painter.drawText(nameBox, Qt::AlignLeft | Qt::AlignVCenter, letter + fitted(node.name, painter.fontMetrics(), static_cast<int>(nameBox.width()) - painter.fontMetrics().horizontalAdvance(letter)));
    if (box.height() < 50) return;
    painter.setFont(theme::font(theme::TextRole::Axis));
    painter.setPen(tokens.muted);
    const int width = static_cast<int>(box.width()) - 12;
    theme::drawTabular(painter, QRectF(box.left() + 6, box.top() + 24, width, 14), Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(node.first, Qt::ElideRight, width));
    theme::drawTabular(painter, QRectF(box.left() + 6, box.top() + 38, width, 14), Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(node.second, Qt::ElideRight, width));
}

void ClusterMap::paintEvent(QPaintEvent*) {
    layOut();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const theme::Tokens& tokens = theme::tokensOf(this);
    painter.fillRect(rect(), tokens.surface);
    // The rows in front cover the links to those behind; links first, then cards.
    for (int i = 1; i < m_nodes.size(); ++i) paintLink(painter, tokens, m_nodes[i], m_boxes[0], m_boxes[i]);
    for (int i = 0; i < m_nodes.size(); ++i) {
        paintNode(painter, tokens, m_nodes[i], m_boxes[i]);
        if (hasFocus() && m_nodes[i].node == m_selected) theme::drawFocusRing(painter, m_boxes[i], tokens);
    }
}

void ClusterMap::mousePressEvent(QMouseEvent* event) {
    const int i = at(event->position().toPoint());
    if (i >= 0) emit chosen(m_nodes[i].node);
}

void ClusterMap::contextMenuEvent(QContextMenuEvent* event) {
    int i = at(event->pos());
    if (event->reason() == QContextMenuEvent::Keyboard) {
        const auto selected = std::find_if(m_nodes.begin(), m_nodes.end(), [this](const MapNode& n) { return n.node == m_selected; });
        i = selected == m_nodes.end() ? -1 : static_cast<int>(selected - m_nodes.begin());
    }
    if (i < 0) return;
    emit chosen(m_nodes[i].node);
    emit menuRequested(m_nodes[i].node, event->reason() == QContextMenuEvent::Keyboard ? mapToGlobal(m_boxes[i].center().toPoint()) : event->globalPos());
}

void ClusterMap::move(int by) {
    if (m_nodes.isEmpty()) return;
    int i = 0;
    for (int n = 0; n < m_nodes.size(); ++n)
        if (m_nodes[n].node == m_selected) i = std::clamp(n + by, 0, static_cast<int>(m_nodes.size()) - 1);
    emit chosen(m_nodes[i].node);
}

void ClusterMap::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Up: move(-1); return;
        case Qt::Key_Right:
        case Qt::Key_Down: move(1); return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space: {
            const QRect box = nodeRect(m_selected);
            if (!box.isNull()) emit menuRequested(m_selected, mapToGlobal(box.center()));
            return;
        }
        default: QWidget::keyPressEvent(event);
    }
}

bool ClusterMap::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    const int i = at(help->pos());
    if (i < 0) QToolTip::hideText();
    else QToolTip::showText(help->globalPos(), QStringLiteral("%1 %2\n%3\n%4").arg(m_nodes[i].id, m_nodes[i].name, m_nodes[i].first, m_nodes[i].second), this);
    return true;
}

}  // namespace indoubt::console::watch
