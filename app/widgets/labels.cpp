// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/labels.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "theme/metrics.h"
#include "theme/style.h"
#include "theme/theme.h"

namespace indoubt::console::widgets {

using theme::TextRole;

namespace {

const QColor& inkOf(Ink ink, const theme::Tokens& t) { return ink == Ink::Text ? t.text : ink == Ink::Muted ? t.muted : t.faint; }

}  // namespace

TextLabel::TextLabel(const QString& text, TextRole role, Ink ink, QWidget* parent) : QLabel(text, parent), m_ink(ink) {
    setFont(theme::font(role));
    setTextFormat(Qt::AutoText);
    recolour();
    if (const theme::Theme* installed = theme::Theme::installed()) connect(installed, &theme::Theme::changed, this, &TextLabel::recolour);
}

void TextLabel::setInk(Ink ink) {
    m_ink = ink;
    recolour();
}

void TextLabel::setRole(TextRole role) { setFont(theme::font(role)); }

void TextLabel::recolour() {
    m_busy = true;
    QPalette p;  // this one role only: all others keep following the window
    p.setColor(QPalette::WindowText, inkOf(m_ink, theme::tokensOf(this)));
    setPalette(p);
    m_busy = false;
}

void TextLabel::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    // Our own setPalette comes by here too; so does entering a pinned subtree.
    if ((event->type() == QEvent::PaletteChange || event->type() == QEvent::ParentChange) && !m_busy) recolour();
}

ElidedLabel::ElidedLabel(const QString& text, TextRole role, Ink ink, QWidget* parent) : QWidget(parent), m_role(role), m_ink(ink) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setText(text);
}

void ElidedLabel::setText(const QString& text) {
    if (m_text == text && !text.isEmpty()) return;
    const bool sameWidth = m_text.size() == text.size();
    m_text = text;
    setAccessibleName(text);
    if (!sameWidth) updateGeometry();
    update();
}

void ElidedLabel::setInk(Ink ink) {
    m_ink = ink;
    update();
}

void ElidedLabel::setAlignment(Qt::Alignment alignment) {
    m_alignment = alignment;
    update();
}

void ElidedLabel::setElide(Qt::TextElideMode mode) {
    m_mode = mode;
    update();
}

QSize ElidedLabel::sizeHint() const {
    const QFontMetricsF metrics(theme::font(m_role));
    return {static_cast<int>(std::ceil(theme::tabularWidth(metrics, m_text))) + 1, static_cast<int>(std::ceil(metrics.height()))};
}

QSize ElidedLabel::minimumSizeHint() const {
    const QFontMetricsF metrics(theme::font(m_role));
    return {std::min(sizeHint().width(), static_cast<int>(metrics.averageCharWidth() * 6)), sizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter p(this);
    p.setFont(theme::font(m_role));
    const theme::Tokens& t = theme::tokensOf(this);
    p.setPen(isEnabled() ? inkOf(m_ink, t) : t.onDisabled);
    const QFontMetricsF metrics(p.font());
    // Digits in cells are a little wider than the metrics know, hence the reserve.
    const qreal extra = theme::tabularWidth(metrics, m_text) - metrics.horizontalAdvance(m_text);
    const QString shown =
        theme::tabularWidth(metrics, m_text) <= width() + 0.5 ? m_text : metrics.elidedText(m_text, m_mode, width() - std::max(0.0, extra));
    theme::drawTabular(p, rect(), static_cast<int>(m_alignment), shown);
}

bool ElidedLabel::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty()) {
        auto* help = static_cast<QHelpEvent*>(event);
        if (sizeHint().width() > width())
            QToolTip::showText(help->globalPos(), m_text, this);
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

QString shortXid(const QString& xid) {
    QString plain = xid;
    plain.remove(QLatin1Char('-'));
    return plain.size() <= 12 ? xid : plain.left(4) + QStringLiteral("..") + plain.right(4);
}

XidLabel::XidLabel(const QString& xid, QWidget* parent) : ElidedLabel({}, TextRole::Mono, Ink::Muted, parent) { setXid(xid); }

void XidLabel::setXid(const QString& xid) {
    m_xid = xid;
    setText(shortXid(xid));
    setToolTip(xid);
    setAccessibleName(tr("xid %1").arg(xid));
}

void XidLabel::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    connect(menu.addAction(tr("Copy xid")), &QAction::triggered, this, [this] { QApplication::clipboard()->setText(m_xid); });
    menu.exec(event->globalPos());
}

KeyHint::KeyHint(const QString& key, QWidget* parent) : QWidget(parent), m_key(key) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(tr("key %1").arg(key));
}

QSizeF KeyHint::size(const QString& key) {
    return {std::max(16.0, std::ceil(QFontMetricsF(theme::font(TextRole::Axis)).horizontalAdvance(key)) + 9), 16};
}

QSize KeyHint::sizeHint() const { return size(m_key).toSize(); }

void KeyHint::paint(QPainter& p, const QRectF& box, const QString& key, const theme::Tokens& t) {
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen(t.border, 1));
    p.setBrush(t.panel);
    p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    p.setFont(theme::font(TextRole::Axis));
    p.setPen(t.muted);
    theme::drawTabular(p, box, Qt::AlignCenter, key);
    p.restore();
}

void KeyHint::paintEvent(QPaintEvent*) {
    QPainter p(this);
    paint(p, rect(), m_key, theme::tokensOf(this));
}

GlyphLabel::GlyphLabel(theme::Glyph glyph, int size, QWidget* parent) : QWidget(parent), m_glyph(glyph), m_size(size) {
    setFixedSize(size, size);
    setGlyph(glyph);
}

void GlyphLabel::setGlyph(theme::Glyph glyph) {
    m_glyph = glyph;
    setAccessibleName(theme::glyphWord(glyph));
    update();
}

void GlyphLabel::paintEvent(QPaintEvent*) {
    QPainter p(this);
    theme::paintGlyph(p, m_glyph, rect(), theme::tokensOf(this));
}

Plate::Plate(const QString& id, QWidget* parent) : QWidget(parent), m_id(id) {
    setFixedSize(theme::grid::plate, theme::grid::plate);
    setAccessibleName(tr("node %1").arg(id));
}

void Plate::setMuted(bool muted) {
    m_muted = muted;
    update();
}

void Plate::paintEvent(QPaintEvent*) {
    QPainter p(this);
    theme::paintPlate(p, rect(), m_id, theme::tokensOf(this), m_muted);
}

namespace {

QPushButton* button(const QString& text, theme::ButtonKind kind, QWidget* parent) {
    auto* made = new QPushButton(text, parent);
    theme::setButtonKind(made, kind);
    made->setAutoDefault(false);
    made->setFocusPolicy(Qt::StrongFocus);
    made->setAccessibleName(QString(text).remove(QLatin1Char('&')));
    return made;
}

}  // namespace

QPushButton* primaryButton(const QString& text, QWidget* parent) { return button(text, theme::ButtonKind::Primary, parent); }

QPushButton* secondaryButton(const QString& text, QWidget* parent, bool compact) {
    QPushButton* made = button(text, theme::ButtonKind::Secondary, parent);
    if (compact) theme::setCompact(made);
    return made;
}

QPushButton* linkButton(const QString& text, QWidget* parent) {
    QPushButton* made = button(text, theme::ButtonKind::Link, parent);
    made->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    return made;
}

QPushButton* quietButton(const QString& text, QWidget* parent) {
    QPushButton* made = button(text, theme::ButtonKind::Quiet, parent);
    theme::setCompact(made);
    return made;
}

QPushButton* iconButton(theme::Glyph glyph, const QString& name, QWidget* parent) {
    QPushButton* made = button({}, theme::ButtonKind::Icon, parent);
    made->setIcon(theme::glyphIcon(glyph));
    made->setAccessibleName(name);
    made->setToolTip(name);
    made->setFixedSize(theme::grid::minimumTarget, theme::grid::minimumTarget);
    return made;
}

}  // namespace indoubt::console::widgets
