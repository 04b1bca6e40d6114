// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cards.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/theme.h"
#include "widgets/labels.h"

namespace indoubt::console::widgets {

using theme::TextRole;
namespace grid = theme::grid;

Card::Card(QWidget* parent) : QWidget(parent), m_content(new QVBoxLayout(this)) {
    m_content->setContentsMargins(grid::pad, grid::pad, grid::pad, grid::pad);
    m_content->setSpacing(8);
}

void Card::setAccent(bool accent) {
    m_accent = accent;
    update();
}

void Card::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.setRenderHint(QPainter::Antialiasing);
    const qreal line = m_accent ? 1.5 : 1;
    p.setPen(QPen(m_accent ? t.accent : t.border, line));
    p.setBrush(m_accent ? t.surface : t.panel);
    p.drawRoundedRect(QRectF(rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2), grid::cardRadius - line / 2,
                      grid::cardRadius - line / 2);
}

CauseCard::CauseCard(QWidget* parent)
    : QWidget(parent),
      m_glyph(new GlyphLabel(theme::Glyph::Crash)),
      m_title(new TextLabel({}, TextRole::Name)),
      m_age(new ElidedLabel({}, TextRole::Name)),
      m_size(new TextLabel),
      m_due(new TextLabel({}, TextRole::Body, Ink::Muted)),
      m_detail(new TextLabel({}, TextRole::Body, Ink::Muted)),
      m_best(new TextLabel),
      m_actions(new QHBoxLayout) {
    setFocusPolicy(Qt::StrongFocus);
    setProperty("indoubtRing", true);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    auto* outer = new QHBoxLayout(this);
    outer->setContentsMargins(14, 8, grid::pad, grid::pad);
    outer->setSpacing(10);
    outer->addWidget(m_glyph, 0, Qt::AlignTop);
    m_title->setWordWrap(true);  // since when is the gist of it: never cut
    auto* column = new QVBoxLayout;
    column->setSpacing(2);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_title, 1);
    m_age->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_age->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    head->addWidget(m_age);
    column->addLayout(head);
    for (TextLabel* words : {m_size, m_due, m_detail, m_best}) {
        words->setWordWrap(true);
        words->hide();
        column->addWidget(words);
    }
    m_best->setTextFormat(Qt::RichText);
    m_best->setContentsMargins(0, 4, 0, 0);
    m_actions->setSpacing(8);
    m_actions->setContentsMargins(0, 6, 0, 0);
    m_actions->addStretch(1);
    column->addLayout(m_actions);
    outer->addLayout(column, 1);
}

void CauseCard::setText(const CauseText& text) {
    m_glyph->setGlyph(text.glyph);
    if (m_title->text() != text.title) m_title->setText(text.title);
    if (m_age->text() != text.age) {
        m_age->setText(text.age);
        m_age->setFixedWidth(m_age->sizeHint().width());
    }
    const auto put = [](TextLabel* label, const QString& words) {
        if (label->text() != words) label->setText(words);
        label->setVisible(!words.isEmpty());
    };
    put(m_size, text.size);
    put(m_due, text.due);
    put(m_detail, text.detail);
    const QString best =
        text.bestStep.isEmpty()
            ? QString()
            : QStringLiteral("<span style='font-weight:600'>%1</span> %2").arg(text.bestStep.toHtmlEscaped(), text.remark.toHtmlEscaped());
    put(m_best, best);
    setAccessibleName(text.title + QStringLiteral(", ") + text.age);
    setAccessibleDescription(QStringList{text.size, text.due, text.detail, text.bestStep, text.remark}.join(QStringLiteral(". ")));
}

QPushButton* CauseCard::addAction(const QString& label, bool primary) {
    QPushButton* button = primary ? primaryButton(label) : secondaryButton(label);
    m_actions->insertWidget(m_actions->count() - 1, button);
    button->show();  // counts in the card's height at once, not with the next turn of the event loop
    return button;
}

void CauseCard::clearActions() {
    while (m_actions->count() > 1) {
        QLayoutItem* item = m_actions->takeAt(0);
        if (item->widget() != nullptr) item->widget()->deleteLater();
        delete item;
    }
}

void CauseCard::setSelected(bool selected) {
    m_selected = selected;
    update();
}

void CauseCard::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.fillRect(rect(), m_selected ? t.selection : t.surface);
    if (m_selected) p.fillRect(QRect(0, 0, 2, height()), t.accent);
    p.fillRect(QRect(0, height() - 1, width(), 1), t.border);
}

void CauseCard::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) emit chosen();
}

void CauseCard::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        emit chosen();
    else
        QWidget::keyPressEvent(event);
}

CountRow::CountRow(theme::Glyph glyph, const QString& words, QWidget* parent) : QAbstractButton(parent), m_glyph(glyph) {
    setText(words);
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCount(0);
}

void CountRow::setCount(qint64 count) { setValue(theme::groupedNumber(count), count > 0); }

void CountRow::setValue(const QString& text, bool strong) {
    const QString name = QStringLiteral("%1: %2").arg(this->text(), text);
    if (m_value == text && m_strong == strong && accessibleName() == name) return;
    m_value = text;
    m_strong = strong;
    setAccessibleName(name);
    if (m_compact) updateGeometry();
    update();
}

void CountRow::setCompact(bool compact) {
    if (compact == m_compact) return;
    m_compact = compact;
    updateGeometry();
    update();
}

void CountRow::setGlyph(theme::Glyph glyph) {
    m_glyph = glyph;
    update();
}

namespace {
constexpr int compact_text = 26, compact_gap = 5, compact_end = 4;
}

QSize CountRow::sizeHint() const {
    if (!m_compact) return {200, grid::row + 1};
    const double words = theme::tabularWidth(theme::font(TextRole::Small), text()), number = theme::tabularWidth(theme::font(TextRole::SmallStrong), m_value);
    return {compact_text + static_cast<int>(words + number) + compact_gap + compact_end + 2, grid::row + 1};
}
QSize CountRow::minimumSizeHint() const { return m_compact ? QSize(48, grid::row + 1) : QSize(80, grid::row + 1); }

void CountRow::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.fillRect(rect(), isChecked() ? t.selection : underMouse() ? t.rowHover : t.surface);
    if (isChecked())
        p.fillRect(QRect(0, 0, 2, height()), t.accent);
    else if (m_divider)
        p.fillRect(QRect(0, height() - 1, width(), 1), t.divider);
    if (m_compact) {
        theme::paintGlyph(p, m_glyph, QRectF(8, (height() - 1) / 2.0 - 7, 14, 14), t);
        const QFont words = theme::font(TextRole::Small), number = theme::font(m_strong ? TextRole::SmallStrong : TextRole::Small);
        const double room = width() - compact_text - compact_gap - compact_end - theme::tabularWidth(number, m_value);
        const QString shown = QFontMetricsF(words).elidedText(text(), Qt::ElideRight, room);
        p.setFont(words);
        p.setPen(t.text);
        theme::drawTabular(p, QRectF(compact_text, 0, room + 2, height() - 1), Qt::AlignLeft | Qt::AlignVCenter, shown);
        p.setFont(number);
        p.setPen(m_strong ? t.text : t.muted);
        const double x = compact_text + theme::tabularWidth(words, shown) + compact_gap;
        theme::drawTabular(p, QRectF(x, 0, width() - x, height() - 1), Qt::AlignLeft | Qt::AlignVCenter, m_value);
        return;
    }
    theme::paintGlyph(p, m_glyph, QRectF(12, (height() - 1) / 2.0 - 7, 14, 14), t);
    const QRectF area(36, 0, width() - 36 - grid::pad, height() - 1);
    p.setFont(theme::font(m_strong ? TextRole::Strong : TextRole::Body));
    p.setPen(m_strong ? t.text : t.muted);
    theme::drawTabular(p, area, Qt::AlignRight | Qt::AlignVCenter, m_value);
    const qreal used = theme::tabularWidth(p.font(), m_value) + 8;
    p.setFont(theme::font(m_strong ? TextRole::Reference : TextRole::Body));
    p.setPen(isEnabled() ? t.text : t.onDisabled);
    theme::drawTabular(p, area, Qt::AlignLeft | Qt::AlignVCenter,
                       QFontMetricsF(p.font()).elidedText(text(), Qt::ElideRight, area.width() - used));
}

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent),
      m_glyph(new GlyphLabel(theme::Glyph::None)),
      m_title(new TextLabel({}, TextRole::Name)),
      m_words(new TextLabel({}, TextRole::Body, Ink::Muted)),
      m_button(secondaryButton({})),
      m_outer(new QVBoxLayout(this)) {
    m_outer->setContentsMargins(14, 12, grid::pad, grid::pad);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(m_glyph, 0, Qt::AlignTop);
    auto* column = new QVBoxLayout;
    column->setSpacing(4);
    column->addWidget(m_title);
    m_words->setWordWrap(true);
    column->addWidget(m_words);
    column->addSpacing(4);
    column->addWidget(m_button, 0, Qt::AlignLeft);
    m_button->hide();
    row->addLayout(column, 1);
    m_outer->addLayout(row);
    m_outer->addStretch(1);
}

void EmptyState::setText(const QString& title, const QString& words, theme::Glyph glyph) {
    m_title->setText(title);
    m_words->setText(words);
    m_words->setVisible(!words.isEmpty());
    m_glyph->setGlyph(glyph);
    m_glyph->setVisible(glyph != theme::Glyph::None);
    setAccessibleName(title);
    setAccessibleDescription(words);
}

QPushButton* EmptyState::setAction(const QString& label) {
    m_button->setText(label);
    m_button->setAccessibleName(label);
    m_button->setVisible(!label.isEmpty());
    return m_button;
}

void EmptyState::followParent(int margin, int height) {
    m_margin = margin;
    setGeometry(margin, margin, std::max(80, parentWidget()->width() - 2 * margin), height);
    parentWidget()->installEventFilter(this);
}

bool EmptyState::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize) resize(std::max(80, parentWidget()->width() - 2 * m_margin), height());
    return QWidget::eventFilter(watched, event);
}

void EmptyState::setCentred(bool centred) {
    // A stretch above as well puts the words in the middle; the words themselves stay left-aligned, as everywhere.
    const bool has = m_outer->count() == 3;
    if (centred && !has) m_outer->insertStretch(0, 1);
    if (!centred && has) delete m_outer->takeAt(0);
}

}  // namespace indoubt::console::widgets
