// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/alert_bar.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QTimer>
#include <cmath>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/style.h"
#include "theme/theme.h"
#include "widgets/labels.h"

namespace indoubt::console::widgets {

using theme::TextRole;
namespace grid = theme::grid;

AlertBar::AlertBar(QWidget* parent)
    : QWidget(parent),
      m_remark(new TextLabel({}, TextRole::Small, Ink::Muted)),
      m_acknowledge(secondaryButton(tr("Acknowledge"), nullptr, true)),
      m_open(primaryButton(tr("Open"))) {
    setFixedHeight(grid::alert);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    theme::setCompact(m_open);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, grid::cellPad, 1);
    layout->setSpacing(8);
    layout->addStretch(1);
    layout->addWidget(m_remark);
    layout->addWidget(m_acknowledge);
    layout->addWidget(m_open);
    connect(m_acknowledge, &QPushButton::clicked, this, &AlertBar::acknowledged);
    connect(m_open, &QPushButton::clicked, this, &AlertBar::opened);
}

void AlertBar::setText(const QString& strong, const QString& words, const QString& remark, theme::Glyph glyph) {
    const bool isNew = m_strong.isEmpty();
    m_strong = strong;
    m_words = words;
    m_glyph = glyph;
    if (m_remark->text() != remark) m_remark->setText(remark);
    setAccessibleName(strong + QLatin1Char(' ') + words);
    makeRoom();
    if (isNew) {
        QAccessibleEvent alert(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
    update();
}

// What is wrong goes before since when the bar says so.
void AlertBar::makeRoom() {
    const double words = 44 + theme::tabularWidth(theme::font(TextRole::Strong), m_strong) + 6 + theme::tabularWidth(theme::font(TextRole::Body), m_words) + 12;
    const int buttons = m_acknowledge->isHidden() ? 8 : m_acknowledge->sizeHint().width() + m_open->sizeHint().width() + 3 * 8;
    m_remark->setVisible(!m_remark->text().isEmpty() && words + m_remark->sizeHint().width() + buttons <= width());
    setToolTip(m_remark->isVisibleTo(this) ? QString() : m_strong + u' ' + m_words + u' ' + m_remark->text());
}

void AlertBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    makeRoom();
}

void AlertBar::setButtonsVisible(bool visible) {
    m_acknowledge->setVisible(visible);
    m_open->setVisible(visible);
}

QSize AlertBar::sizeHint() const { return {800, grid::alert}; }

void AlertBar::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.fillRect(rect(), t.blockedTint);
    p.fillRect(QRect(0, 0, 3, height()), t.blocked);
    p.fillRect(QRect(0, height() - 1, width(), 1), t.blocked);
    theme::paintGlyph(p, m_glyph, QRectF(16, (height() - 17) / 2.0, 16, 16), t);
    const int end = (m_remark->isVisible() ? m_remark->x() : m_acknowledge->isHidden() ? width() : m_acknowledge->x()) - 12;
    QRect room(44, 0, end - 44, height() - 1);
    p.setPen(t.text);
    p.setFont(theme::font(TextRole::Strong));
    const QString strong = QFontMetricsF(p.font()).elidedText(m_strong, Qt::ElideRight, room.width());
    theme::drawTabular(p, room, Qt::AlignVCenter | Qt::AlignLeft, strong);
    room.setLeft(room.left() + static_cast<int>(theme::tabularWidth(p.font(), strong)) + 6);
    p.setFont(theme::font(TextRole::Body));
    if (room.width() > 20)
        theme::drawTabular(p, room, Qt::AlignVCenter | Qt::AlignLeft,
                           QFontMetricsF(p.font()).elidedText(m_words, Qt::ElideRight, room.width()));
}

Notice::Notice(QWidget* host)
    : QWidget(host),
      m_action(linkButton({}, this)),
      m_close(iconButton(theme::Glyph::Close, tr("Dismiss"), this)),
      m_timer(new QTimer(this)) {
    hide();
    m_timer->setSingleShot(true);
    connect(m_timer, &QTimer::timeout, this, &QWidget::hide);
    connect(m_close, &QPushButton::clicked, this, &QWidget::hide);
    connect(m_action, &QPushButton::clicked, this, [this] {
        hide();
        emit actionTriggered();
    });
    host->installEventFilter(this);
}

void Notice::say(const QString& text, theme::Glyph glyph, const QString& action) {
    m_text = text;
    m_glyph = glyph;
    m_action->setText(action);
    m_action->setAccessibleName(action);
    m_action->setVisible(!action.isEmpty());
    setAccessibleName(text);
    place();
    show();
    raise();
    m_timer->start(6000 + std::max(0, static_cast<int>(text.size()) - 80) * 60);
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void Notice::place() {
    const QFontMetricsF metrics(theme::font(TextRole::Body));
    const int action = m_action->text().isEmpty() ? 0 : m_action->sizeHint().width() + 10;
    const int want = 38 + static_cast<int>(theme::tabularWidth(theme::font(TextRole::Body), m_text)) + action + 38;
    const int width = std::min(want, parentWidget()->width() - 24);
    // A reason is read to its end: what is longer than a line takes more of them.
    const int end = action > 0 ? width - 42 - action : width - 30;
    const int lines = want <= width ? 1 : static_cast<int>(std::lround(metrics.boundingRect(QRectF(0, 0, end - 36, 10'000), Qt::TextWordWrap, m_text).height() / metrics.lineSpacing()));
    const int height = lines <= 1 ? 36 : static_cast<int>(std::ceil(lines * metrics.lineSpacing())) + 18;
    setGeometry((parentWidget()->width() - width) / 2, parentWidget()->height() - height - 12, width, height);
    m_close->move(width - 30, 6);
    if (action > 0) m_action->setGeometry(width - 34 - action, 6, action - 10, 24);
}

void Notice::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen(t.fieldEdge, 1));
    p.setBrush(t.surface);
    p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), grid::cardRadius, grid::cardRadius);
    theme::paintGlyph(p, m_glyph, QRectF(12, 10, 16, 16), t);
    p.setFont(theme::font(TextRole::Body));
    p.setPen(t.text);
    const int end = m_action->text().isEmpty() ? m_close->x() : m_action->x() - 8;
    const QRect room(36, 0, end - 36, height());
    if (height() == 36) theme::drawTabular(p, room, Qt::AlignVCenter | Qt::AlignLeft, m_text);
    else p.drawText(room, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextWordWrap, m_text);
}

bool Notice::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible()) place();
    return QWidget::eventFilter(watched, event);
}

}  // namespace indoubt::console::widgets
