// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/rail.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QPainter>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/theme.h"

namespace indoubt::console::widgets {

using theme::TextRole;
namespace grid = theme::grid;

class RailButton : public QAbstractButton {
  public:
    RailButton(const QString& placeId, theme::Glyph glyph, const QString& label, QWidget* parent)
        : QAbstractButton(parent), id(placeId), icon(glyph) {
        setText(label);
        setObjectName(QStringLiteral("rail.%1").arg(placeId));
        setAccessibleName(label);
        setCheckable(true);
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
    }
    void setBadge(qint64 count, bool isAlarm) {
        badge = count;
        alarm = isAlarm;
        setAccessibleDescription(count > 0 ? QObject::tr("%1 waiting").arg(count) : QString());
        update();
    }
    const QString id;
    const theme::Glyph icon;
    qint64 badge = 0;
    bool alarm = true;
    QSize sizeHint() const override { return {grid::rail, grid::railItem}; }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter p(this);
        const theme::Tokens& t = theme::tokensOf(this);
        const bool chosen = isChecked();
        if (chosen) {
            // The chosen place opens into the pane: no edge on that side.
            p.fillRect(rect(), t.surface);
            p.fillRect(QRect(0, 0, width(), 1), t.border);
            p.fillRect(QRect(0, height() - 1, width(), 1), t.border);
            p.fillRect(QRect(0, 0, 3, height()), t.accent);
        } else {
            p.fillRect(rect(), underMouse() ? t.rowHover : t.panel);
            p.fillRect(QRect(width() - 1, 0, 1, height()), t.border);
        }
        const QColor ink = chosen ? t.accent : t.muted;
        theme::paintGlyph(p, icon, QRectF((width() - 20) / 2.0, 8, 20, 20), t, ink);
        const QFont f = theme::font(chosen ? TextRole::AxisStrong : TextRole::Axis);
        p.setFont(f);
        p.setPen(chosen ? t.text : t.muted);
        p.drawText(QRect(2, 30, width() - 4, 17), Qt::AlignCenter, QFontMetrics(f).elidedText(text(), Qt::ElideRight, width() - 6));
        if (badge > 0) paintBadge(p, t);
    }

  private:
    void paintBadge(QPainter& p, const theme::Tokens& t) const {
        const QString number = badge > 99'999 ? QStringLiteral("99k+") : theme::groupedNumber(badge);
        p.setFont(theme::font(TextRole::AxisStrong));
        const qreal w = std::max(16.0, theme::tabularWidth(QFontMetricsF(p.font()), number) + 8);
        const QRectF box(width() - 1 - w, 6, w, 15);
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(QPen(alarm ? t.blocked : t.buttonEdge, 1));
        p.setBrush(t.surface);
        p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        p.setPen(t.text);
        theme::drawTabular(p, box, Qt::AlignCenter, number);
    }
};

Rail::Rail(QWidget* parent) : QWidget(parent), m_group(new QButtonGroup(this)) {
    setFixedWidth(grid::rail);
    setAccessibleName(tr("Places"));
    m_group->setExclusive(true);
}

void Rail::addItem(const QString& id, theme::Glyph icon, const QString& label) {
    auto* item = new RailButton(id, icon, label, this);
    item->setToolTip(tr("%1 (Ctrl+%2)").arg(label).arg(m_buttons.size() + 1));
    m_group->addButton(item);
    m_buttons.append(item);
    connect(item, &QAbstractButton::clicked, this, [this, id] { emit chosen(id); });
    connect(item, &QAbstractButton::toggled, item, [item](bool on) {
        if (on) item->raise();
    });
    if (m_buttons.size() == 1) item->setChecked(true);
    item->show();
    place();
}

RailButton* Rail::button(const QString& id) const {
    for (RailButton* item : m_buttons)
        if (item->id == id) return item;
    return nullptr;
}

void Rail::setItemVisible(const QString& id, bool visible) {
    if (RailButton* item = button(id)) {
        item->setVisible(visible);
        place();
    }
}

void Rail::setCurrent(const QString& id) {
    if (RailButton* item = button(id)) item->setChecked(true);
}

QString Rail::current() const {
    const auto* item = static_cast<RailButton*>(m_group->checkedButton());
    return item == nullptr ? QString() : item->id;
}

QStringList Rail::items() const {
    QStringList ids;
    for (const RailButton* item : m_buttons)
        if (item->isVisibleTo(this)) ids << item->id;
    return ids;
}

void Rail::setBadge(const QString& id, qint64 count, bool alarm) {
    if (RailButton* item = button(id)) item->setBadge(count, alarm);
}

void Rail::setFooter(const QString& first, const QString& second) {
    m_footerFirst = first;
    m_footerSecond = second;
    setAccessibleDescription(first + QLatin1Char(' ') + second);
    update();
}

QSize Rail::sizeHint() const { return {grid::rail, grid::railItem * static_cast<int>(m_buttons.size()) + 64}; }

void Rail::place() {
    int y = 0;
    for (RailButton* item : m_buttons) {
        if (!item->isVisibleTo(this)) continue;
        // One pixel over its neighbour: the edges of the chosen one lie between the items, not inside them.
        item->setGeometry(0, y - 1, grid::rail, grid::railItem + 1);
        y += grid::railItem;
    }
}

void Rail::resizeEvent(QResizeEvent*) { place(); }

void Rail::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.fillRect(rect(), t.panel);
    p.fillRect(QRect(width() - 1, 0, 1, height()), t.border);
    const int used = grid::railItem * static_cast<int>(items().size());
    if (height() - used < 44) return;
    p.setFont(theme::font(TextRole::Axis));
    p.setPen(t.muted);
    theme::drawTabular(p, QRectF(0, height() - 37, width(), 14), Qt::AlignCenter, m_footerFirst);
    theme::drawTabular(p, QRectF(0, height() - 22, width(), 14), Qt::AlignCenter, m_footerSecond);
}

}  // namespace indoubt::console::widgets
