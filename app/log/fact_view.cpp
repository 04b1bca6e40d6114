// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/fact_view.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include "theme/fonts.h"
#include "theme/glyphs.h"
#include "theme/theme.h"

namespace indoubt::console::log {
namespace {

constexpr int rowHeight = 22;
constexpr int nameX = 26, valueX = 120;

class FactRow : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {100, rowHeight}; }
};

}  // namespace

FactView::FactView(QWidget* parent) : QTreeView(parent), m_model(new FactModel(this)) {
    setObjectName(QStringLiteral("factView"));
    setModel(m_model);
    setItemDelegate(new FactRow(this));
    setHeaderHidden(true);
    setRootIsDecorated(false);
    setIndentation(0);
    setUniformRowHeights(true);
    setFrameShape(QFrame::NoFrame);
    setSelectionBehavior(SelectRows);
    setEditTriggers(NoEditTriggers);
    setExpandsOnDoubleClick(false);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    header()->setStretchLastSection(true);
    header()->resizeSection(0, valueX);
    setAccessibleName(tr("Detail of the event"));
    m_emptyText = tr("Choose an event: who, when, what it carried, what caused it and what it led to.");
    connect(this, &QTreeView::doubleClicked, this, &FactView::jump);
    connect(this, &QTreeView::collapsed, this, [this](const QModelIndex& i) {
        if (const Fact* fact = m_model->factAt(i); fact && !m_quiet) m_closed.insert(fact->name);
    });
    connect(this, &QTreeView::expanded, this, [this](const QModelIndex& i) {
        if (const Fact* fact = m_model->factAt(i); fact && !m_quiet) m_closed.remove(fact->name);
    });
}

void FactView::setFacts(const QList<Fact>& facts) {
    m_quiet = true;
    m_model->setFacts(facts);
    for (int i = 0; i < m_model->rowCount(); ++i) {
        const QModelIndex head = m_model->index(i, 0);
        const Fact* fact = m_model->factAt(head);
        setExpanded(head, !(fact->closed || m_closed.contains(fact->name)));
    }
    m_quiet = false;
    if (!m_path.isEmpty()) choosePath(m_path);
}

// Before it had its place nobody can have scrolled it: what is chosen is in sight, with as much before it as there is room.
void FactView::resizeEvent(QResizeEvent* event) {
    QTreeView::resizeEvent(event);
    if (!currentIndex().isValid() || event->size().height() <= event->oldSize().height()) {
        if (currentIndex().isValid()) scrollTo(currentIndex());
        return;
    }
    scrollToTop();
    scrollTo(currentIndex());
}

void FactView::choosePath(const QString& path) {
    m_quiet = true;
    m_path = path;
    const QModelIndex found = m_model->indexOfPath(path);
    if (found.isValid()) {
        expand(found.parent());
        setCurrentIndex(found);
        scrollTo(found);
    } else {
        setCurrentIndex({});
    }
    m_quiet = false;
}

void FactView::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QTreeView::currentChanged(current, previous);
    const Fact* fact = m_model->factAt(current);
    if (m_quiet || !fact) return;
    m_path = fact->path;
    emit pathChosen(fact->path);
}

void FactView::drawRow(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const theme::Tokens& t = theme::tokensOf(this);
    const Fact* fact = m_model->factAt(index);
    if (!fact) return;
    const QRect row(0, option.rect.top(), viewport()->width(), option.rect.height());
    painter->save();
    const bool chosen =
        selectionModel()->isRowSelected(index.row(), index.parent()) && currentIndex().siblingAtColumn(0) == index.siblingAtColumn(0);
    painter->fillRect(row, chosen ? (hasFocus() ? t.selection : t.selection) : t.surface);
    if (chosen) painter->fillRect(QRect(row.left(), row.top(), 2, row.height()), t.accent);
    const bool head = !index.parent().isValid();
    const QRectF name(nameX, row.top(), valueX - nameX - 6, row.height()), value(valueX, row.top(), row.width() - valueX - 8, row.height());
    if (head) {
        theme::paintGlyph(*painter, isExpanded(index) ? theme::Glyph::ChevronDown : theme::Glyph::ChevronRight,
                          QRectF(6, row.center().y() - 7.5, 16, 16), t, t.muted);
        painter->setFont(theme::font(theme::TextRole::Strong));
        painter->setPen(t.text);
        const QRectF whole(nameX, row.top(), fact->value.isEmpty() ? row.width() - nameX - 8 : valueX - nameX - 4, row.height());
        theme::drawTabular(*painter, whole, Qt::AlignLeft | Qt::AlignVCenter,
                           QFontMetricsF(painter->font()).elidedText(fact->name, Qt::ElideRight, whole.width()));
        painter->setPen(t.muted);
    } else {
        painter->setFont(theme::font(theme::TextRole::Body));
        painter->setPen(t.muted);
        theme::drawTabular(*painter, name, Qt::AlignLeft | Qt::AlignVCenter, fact->name);
        painter->setPen(t.text);
    }
    painter->setFont(theme::font(theme::TextRole::Body));
    if (!fact->link.empty()) {
        QFont link = painter->font();
        link.setUnderline(currentIndex().siblingAtColumn(0) == index.siblingAtColumn(0));
        painter->setFont(link);
    }
    // Room for the wider digits of tabular figures.
    const QFontMetricsF metrics(painter->font());
    QString text = fact->value;
    if (theme::tabularWidth(metrics, text) > value.width()) text = metrics.elidedText(text, Qt::ElideRight, value.width() - 10);
    theme::drawTabular(*painter, value, Qt::AlignLeft | Qt::AlignVCenter, text);
    painter->restore();
}

void FactView::paintEvent(QPaintEvent* event) {
    QTreeView::paintEvent(event);
    if (m_model->rowCount() > 0 || m_emptyText.isEmpty()) return;
    QPainter painter(viewport());
    painter.setFont(theme::font(theme::TextRole::Small));
    painter.setPen(theme::tokensOf(this).muted);
    painter.drawText(viewport()->rect().adjusted(12, 12, -12, -12), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_emptyText);
}

void FactView::jump(const QModelIndex& index) {
    if (const Fact* fact = m_model->factAt(index); fact && !fact->link.empty()) emit eventRequested(fact->link);
}

void FactView::mousePressEvent(QMouseEvent* event) {
    const QModelIndex at = indexAt(event->pos());
    if (event->button() == Qt::LeftButton && at.isValid() && !at.parent().isValid()) {
        const QModelIndex head = at.siblingAtColumn(0);
        setExpanded(head, !isExpanded(head));
    }
    QTreeView::mousePressEvent(event);
}

void FactView::keyPressEvent(QKeyEvent* event) {
    const Fact* fact = m_model->factAt(currentIndex());
    if (event->matches(QKeySequence::Copy) && fact) {
        QGuiApplication::clipboard()->setText(fact->heading ? asText() : fact->name + QLatin1Char('\t') + fact->value);
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && fact && !fact->link.empty()) {
        jump(currentIndex());
        return;
    }
    QTreeView::keyPressEvent(event);
}

void FactView::contextMenuEvent(QContextMenuEvent* event) {
    const QModelIndex at = indexAt(event->pos());
    const Fact* fact = m_model->factAt(at);
    QMenu menu(this);
    if (fact && !fact->filter.isEmpty()) {
        const QString term = fact->filter;
        menu.addAction(tr("Apply as filter: %1").arg(term), this, [this, term] { emit filterRequested(term); });
    }
    if (fact && !fact->link.empty()) menu.addAction(tr("Go to this event"), this, [this, at] { jump(at); });
    if (fact) {
        const QString value = fact->value;
        menu.addAction(tr("Copy value"), this, [value] { QGuiApplication::clipboard()->setText(value); });
    }
    menu.addAction(tr("Copy all"), this, [this] { QGuiApplication::clipboard()->setText(asText()); });
    menu.exec(event->globalPos());
}

QString FactView::asText() const {
    QStringList lines;
    for (int g = 0; g < m_model->rowCount(); ++g) {
        const QModelIndex head = m_model->index(g, 0);
        lines << (head.data().toString() + QLatin1Char('\t') + head.siblingAtColumn(1).data().toString()).trimmed();
        for (int r = 0; r < m_model->rowCount(head); ++r)
            lines << QStringLiteral("  %1\t%2")
                         .arg(m_model->index(r, 0, head).data().toString(), m_model->index(r, 1, head).data().toString());
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace indoubt::console::log
