// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/filter_field.h"

#include <QFocusEvent>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QStyleOptionFrame>
#include <QTextCharFormat>
#include <QTextLayout>
#include <QTimer>
#include <QToolTip>
#include <cmath>

#include "theme/fonts.h"
#include "theme/glyphs.h"
#include "theme/metrics.h"
#include "theme/theme.h"
#include "widgets/completion_popup.h"
#include "widgets/labels.h"

namespace indoubt::console::widgets {

using theme::TextRole;
namespace grid = theme::grid;

namespace {

constexpr int lead = 38;  // search sign, then room for the first chip's edge
constexpr int settleMs = 150;
constexpr int chipPad = 6;

// Space between two terms is widened so that their chips stand apart; spaces inside a term stay as typed.
QList<QTextLayout::FormatRange> spacing(const QString& text, const QList<FilterSpan>& terms) {
    QList<QTextLayout::FormatRange> ranges;
    for (const FilterSpan& term : terms) {
        const int after = term.from + term.length;
        if (after >= text.size() || text[after] != QLatin1Char(' ')) continue;
        const bool chipFollows = std::any_of(terms.begin(), terms.end(), [&](const FilterSpan& other) { return other.from == after + 1; });
        QTextLayout::FormatRange range;
        range.start = after;
        range.length = 1;
        range.format.setFontLetterSpacingType(QFont::AbsoluteSpacing);
        range.format.setFontLetterSpacing(chipFollows ? 2 * chipPad : chipPad);
        ranges << range;
    }
    return ranges;
}

}  // namespace

FilterField::FilterField(QWidget* parent) : QLineEdit(parent), m_popup(new CompletionPopup(this)), m_settle(new QTimer(this)) {
    setFont(theme::font(TextRole::Mono));
    setFrame(false);
    setFixedHeight(grid::field);
    setAccessibleName(tr("Filter"));
    setAttribute(Qt::WA_Hover);
    m_settle->setSingleShot(true);
    m_settle->setInterval(settleMs);
    connect(m_settle, &QTimer::timeout, this, [this] {
        if (m_verdict.ok)
            emit filterChanged(text());
        else if (!unfinished())
            emit filterInvalid(m_verdict.message, m_verdict.errorFrom);
    });
    connect(this, &QLineEdit::textChanged, this, [this] {
        reread();
        m_settle->start();
    });
    connect(this, &QLineEdit::textEdited, this, [this](const QString& now) {
        // Who clears the filter wants to see the list; Down still offers the fields.
        if (now.isEmpty()) closeCompletion();
        else showCompletion();
    });
    connect(m_popup, &CompletionPopup::taken, this, &FilterField::take);
    makeRoom();
    // The style would paint a base over the chips.
    QPalette p;  // one role only: text and selection follow the theme
    p.setColor(QPalette::Base, Qt::transparent);
    setPalette(p);
}

FilterField::~FilterField() = default;

void FilterField::setLanguage(const FilterLanguage* language) {
    m_language = language;
    reread();
}

void FilterField::setFieldHint(const QString& hint) {
    m_hint = hint;
    setAccessibleDescription(hint);
    update();
}

void FilterField::setKeyHintText(const QString& key) {
    m_key = key;
    makeRoom();
}

// Text scrolls before it runs under what stands at the right.
void FilterField::makeRoom() {
    const double right = std::max(m_key.isEmpty() ? 0.0 : KeyHint::size(m_key).width(),
                                  m_count.isEmpty() ? 0.0 : theme::tabularWidth(theme::font(TextRole::Small), m_count));
    setTextMargins(lead - 2, 0, right > 0 ? static_cast<int>(right) + 14 : 6, 0);
    update();
}

void FilterField::setCountText(const QString& text) {
    m_count = text;
    makeRoom();
}

QSize FilterField::sizeHint() const { return {560, grid::field}; }
QSize FilterField::minimumSizeHint() const { return {180, grid::field}; }

bool FilterField::completionOpen() const { return m_popup->isVisible(); }

void FilterField::reread() {
    m_verdict = m_language == nullptr ? FilterVerdict{} : m_language->check(text());
    // A format range is the only way into a line edit's layout: the input method's.
    QList<QInputMethodEvent::Attribute> attributes;
    for (const QTextLayout::FormatRange& range : spacing(text(), m_verdict.terms))
        attributes << QInputMethodEvent::Attribute(QInputMethodEvent::TextFormat, range.start - cursorPosition(), range.length,
                                                   range.format);
    QInputMethodEvent format(QString(), attributes);
    {
        const QSignalBlocker quiet(this);
        QLineEdit::inputMethodEvent(&format);
    }
    setAccessibleDescription(m_verdict.ok ? m_hint : m_verdict.message);
    setToolTip(m_verdict.ok ? QString() : m_verdict.message);
    update();
}

// "kind:" with its values offered below is no mistake yet.
bool FilterField::unfinished() const {
    if (m_verdict.ok || !completionOpen()) return false;
    const auto& replaced = m_popup->list().replaces;
    return cursorPosition() >= replaced.from && cursorPosition() <= replaced.from + replaced.length && m_verdict.errorFrom >= replaced.from;
}

void FilterField::closeCompletion() {
    if (!m_popup->isVisible()) return;
    m_popup->hide();
    if (!m_verdict.ok) m_settle->start();  // what was unfinished is a mistake now
    update();
}

QString FilterField::rightText() const {
    if (!m_verdict.ok && !unfinished()) return m_verdict.message;
    if (completionOpen()) return tr("Tab completes");
    return m_count;
}

void FilterField::paintEvent(QPaintEvent* event) {
    {
        QPainter p(this);
        const theme::Tokens& t = theme::tokensOf(this);
        p.setRenderHint(QPainter::Antialiasing);
        const bool focused = hasFocus();
        const qreal line = focused ? 2 : 1;
        p.setBrush(isEnabled() ? t.surface : t.disabled);
        const bool wrong = !m_verdict.ok && !unfinished();
        p.setPen(QPen(wrong ? t.blocked : focused ? t.accent : t.fieldEdge, line));
        p.drawRoundedRect(QRectF(rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2), grid::radius - line / 2,
                          grid::radius - line / 2);
        theme::paintGlyph(p, theme::Glyph::Search, QRectF(9, (height() - 16) / 2.0, 16, 16), t);

        // The same layout as the line edit's own, to know where each term stands; its scroll shows in the cursor's place.
        QTextLayout layout(text(), font());
        layout.setFormats(spacing(text(), m_verdict.terms));
        layout.beginLayout();
        QTextLine words = layout.createLine();
        layout.endLayout();
        const auto at = [&](int position) { return words.isValid() ? words.cursorToX(position) : 0.0; };
        const qreal origin = cursorRect().center().x() - at(cursorPosition());
        p.save();
        p.setClipRect(QRect(lead - 8, 0, width() - lead + 4, height()));
        for (const FilterSpan& term : m_verdict.terms) {
            const QRectF chip(origin + at(term.from) - chipPad, (height() - 20) / 2.0,
                              at(term.from + term.length) - at(term.from) + 2 * chipPad, 20);
            p.setPen(Qt::NoPen);
            p.setBrush(t.selection);
            p.drawRoundedRect(chip, 3, 3);
        }
        if (wrong && m_verdict.errorFrom >= 0) {
            const qreal from = origin + at(m_verdict.errorFrom), to = origin + at(m_verdict.errorFrom + std::max(1, m_verdict.errorLength));
            p.setPen(QPen(t.blocked, 1.5));
            QPolygonF wave;
            for (qreal x = from; x <= std::max(to, from + 6); x += 2)
                wave << QPointF(x, height() / 2.0 + 9 + (static_cast<int>((x - from) / 2) % 2 == 0 ? 0 : 2));
            p.drawPolyline(wave);
        }
        p.restore();

        // Hint after the text, count or key at the right.
        const qreal end = text().isEmpty() ? lead : origin + at(static_cast<int>(text().size())) + 12;
        qreal right = width() - 8;
        const QString said = rightText();
        p.setFont(theme::font(TextRole::Small));
        if (!said.isEmpty()) {
            const qreal w = std::min(theme::tabularWidth(p.font(), said), width() * 0.5);
            if (end + w + 16 < right) {
                p.setPen(wrong ? t.text : t.muted);
                theme::drawTabular(p, QRectF(right - w, 0, w, height()), Qt::AlignRight | Qt::AlignVCenter,
                                   QFontMetricsF(p.font()).elidedText(said, Qt::ElideRight, w + 1));
                right -= w + 8;
            }
        } else if (!m_key.isEmpty()) {
            const QSizeF key = KeyHint::size(m_key);
            if (end + key.width() + 16 < right) {
                KeyHint::paint(p, QRectF(right - key.width() + 4, (height() - key.height()) / 2, key.width(), key.height()), m_key, t);
                right -= key.width() + 4;
            }
        }
        if (!m_hint.isEmpty() && m_verdict.ok && !completionOpen() && end + 60 < right) {
            p.setPen(t.muted);
            p.drawText(QRectF(end, 0, right - end, height()), Qt::AlignLeft | Qt::AlignVCenter,
                       QFontMetricsF(p.font()).elidedText(m_hint, Qt::ElideRight, right - end));
        }
    }
    QLineEdit::paintEvent(event);
}

void FilterField::showCompletion() {
    if (m_language == nullptr || !hasFocus()) return;
    const CompletionList list = m_language->complete(text(), cursorPosition());
    if (list.items.isEmpty()) {
        closeCompletion();
        update();
        return;
    }
    m_popup->show(list, cursorRect().center().x());
    update();
}

void FilterField::refreshCompletion() {
    if (completionOpen()) showCompletion();
}

void FilterField::take(int row) {
    const CompletionList& list = m_popup->list();
    if (row < 0 || row >= list.items.size()) return;
    const Completion& item = list.items[row];
    const QString put = item.insert.isEmpty() ? item.text : item.insert;
    QString all = text();
    const int from = std::clamp(list.replaces.from, 0, static_cast<int>(all.size()));
    const int length = std::clamp(list.replaces.length, 0, static_cast<int>(all.size()) - from);
    setCursorPosition(0);  // moving away ends the typing before it as a step of undo
    setSelection(from, length);
    if (length == 0) setCursorPosition(from);
    insert(put);  // an edit of its own: Ctrl+Z takes it back
    closeCompletion();
    showCompletion();
}

void FilterField::keyPressEvent(QKeyEvent* event) {
    if (completionOpen()) {
        switch (event->key()) {
            case Qt::Key_Down:
                m_popup->move(1);
                return;
            case Qt::Key_Up:
                m_popup->move(-1);
                return;
            case Qt::Key_PageDown:
                m_popup->move(7);
                return;
            case Qt::Key_PageUp:
                m_popup->move(-7);
                return;
            case Qt::Key_Tab:
                take(m_popup->current());
                return;
            case Qt::Key_Escape:
                closeCompletion();
                update();
                return;
            case Qt::Key_Return:
            case Qt::Key_Enter:
                closeCompletion();
                break;
            default:
                break;
        }
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        m_settle->stop();
        if (m_verdict.ok)
            emit filterChanged(text());
        else if (!unfinished())
            emit filterInvalid(m_verdict.message, m_verdict.errorFrom);
        QLineEdit::keyPressEvent(event);
        if (QWidget* results = m_verdict.ok && m_results ? m_results() : nullptr) results->setFocus(Qt::TabFocusReason);
        return;
    }
    if (event->key() == Qt::Key_Down && m_language != nullptr) {
        showCompletion();
        return;
    }
    QLineEdit::keyPressEvent(event);
    if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) refreshCompletion();
}

bool FilterField::event(QEvent* event) {
    // Tab belongs to the completion while it is open, else to the focus chain.
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Tab && completionOpen()) {
        keyPressEvent(static_cast<QKeyEvent*>(event));
        return true;
    }
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape && completionOpen()) {
        event->accept();
        return true;
    }
    return QLineEdit::event(event);
}

void FilterField::focusInEvent(QFocusEvent* event) {
    QLineEdit::focusInEvent(event);
    update();
}

void FilterField::focusOutEvent(QFocusEvent* event) {
    QLineEdit::focusOutEvent(event);
    closeCompletion();
    update();
}

}  // namespace indoubt::console::widgets
