// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialog_frame.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/style.h"
#include "theme/theme.h"
#include "widgets/environment_band.h"
#include "widgets/labels.h"

namespace indoubt::console::widgets {

using theme::TextRole;
namespace grid = theme::grid;

DialogFrame::DialogFrame(theme::Environment environment, const QString& cluster, const QString& title, QWidget* parent)
    : QDialog(parent),
      m_environment(environment),
      m_cluster(cluster),
      m_title(title),
      m_body(new QVBoxLayout),
      m_safe(secondaryButton(tr("Cancel"))),
      m_act(secondaryButton({})),
      m_note(new TextLabel({}, TextRole::Small, Ink::Muted)) {
    setWindowTitle(QStringLiteral("%1: %2 %3").arg(title, EnvironmentBand::environmentWord(environment), cluster));
    setAccessibleName(windowTitle());
    setMinimumWidth(560);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(20, grid::band + 18, 20, 16);
    outer->setSpacing(12);
    auto* heading = new TextLabel(title, TextRole::Title);
    heading->setWordWrap(true);
    outer->addWidget(heading);
    m_body->setSpacing(10);
    outer->addLayout(m_body);
    outer->addStretch(1);
    m_note->setWordWrap(true);
    m_note->hide();
    outer->addWidget(m_note);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_act);
    buttons->addStretch(1);
    buttons->addWidget(m_safe);
    outer->addSpacing(4);
    outer->addLayout(buttons);
    m_safe->setObjectName(QStringLiteral("dialog.safe"));
    m_act->setObjectName(QStringLiteral("dialog.act"));
    m_act->hide();
    m_act->installEventFilter(this);
    connect(m_safe, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_act, &QPushButton::clicked, this, [this] {
        review();
        if (m_act->isEnabled()) emit acted();
    });
}

void DialogFrame::addWords(const QString& words) {
    auto* label = new TextLabel(words);
    label->setWordWrap(true);
    m_body->addWidget(label);
}

void DialogFrame::addConsequence(theme::Glyph glyph, const QString& condition, const QString& outcome) {
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(new GlyphLabel(glyph), 0, Qt::AlignTop);
    auto* words = new TextLabel(
        QStringLiteral("%1: <span style='font-weight:600'>%2</span>").arg(condition.toHtmlEscaped(), outcome.toHtmlEscaped()));
    words->setTextFormat(Qt::RichText);
    words->setWordWrap(true);
    row->addWidget(words, 1);
    m_body->addLayout(row);
}

void DialogFrame::beginRow() {
    m_row = new QHBoxLayout;
    m_row->setSpacing(12);
    m_body->addLayout(m_row);
}

QLineEdit* DialogFrame::addField(const QString& label, bool required) {
    auto* name = new TextLabel(label, TextRole::Small, Ink::Muted);
    name->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto* field = new QLineEdit;
    field->setAccessibleName(label);
    name->setBuddy(field);
    auto* column = new QVBoxLayout;
    column->setSpacing(4);
    column->addWidget(name);
    column->addWidget(field);
    if (m_row) m_row->addLayout(column);
    else m_body->addLayout(column);
    if (required) m_needs.append(Need{field, QString()});
    connect(field, &QLineEdit::textChanged, this, &DialogFrame::review);
    review();
    return field;
}

QPlainTextEdit* DialogFrame::addArea(const QString& label, bool required) {
    auto* name = new TextLabel(label, TextRole::Small, Ink::Muted);
    name->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    auto* area = new QPlainTextEdit;
    area->setAccessibleName(label);
    area->setTabChangesFocus(true);
    area->setFixedHeight(64);
    name->setBuddy(area);
    auto* column = new QVBoxLayout;
    column->setSpacing(4);
    column->addWidget(name);
    column->addWidget(area);
    m_body->addLayout(column);
    if (required) m_needs.append(Need{area, QString()});
    connect(area, &QPlainTextEdit::textChanged, this, &DialogFrame::review);
    review();
    return area;
}

QLineEdit* DialogFrame::addTypeToContinue(const QString& label, const QString& expected) {
    QLineEdit* field = addField(label, false);
    field->setPlaceholderText(expected);
    field->setMaximumWidth(220);
    m_needs.append(Need{field, expected});
    review();
    return field;
}

void DialogFrame::setSafeButton(const QString& label) {
    m_safe->setText(label);
    m_safe->setAccessibleName(label);
}

void DialogFrame::setActButton(const QString& label, bool dangerous) {
    m_act->setText(label);
    m_act->setAccessibleName(label);
    m_dangerous = dangerous;
    // A safe act is the primary; a dangerous one never looks like the thing to press.
    theme::setButtonKind(m_act, dangerous ? theme::ButtonKind::Secondary : theme::ButtonKind::Primary);
    m_act->show();
    review();
}

void DialogFrame::setBlockedWhy(const QString& why) {
    m_why = why;
    review();
}

void DialogFrame::setBusy(bool busy, const QString& words) {
    m_busy = busy;
    m_note->setText(words);
    m_note->setVisible(!words.isEmpty());
    review();
}

void DialogFrame::review() {
    QStringList missing;
    for (const Need& need : m_needs) {
        const auto* line = qobject_cast<QLineEdit*>(need.field);
        const QString text = line != nullptr ? line->text() : static_cast<QPlainTextEdit*>(need.field)->toPlainText();
        if (need.expected.isEmpty() ? text.trimmed().isEmpty() : text.trimmed() != need.expected) missing << need.field->accessibleName();
    }
    m_act->setEnabled(!m_busy && m_why.isEmpty() && missing.isEmpty());
    if (m_busy) return;
    QString note = m_why;
    if (note.isEmpty() && !missing.isEmpty() && m_act->isVisibleTo(this))
        note = tr("Still needed: %1").arg(missing.join(QStringLiteral(", ")));
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
    m_act->setAccessibleDescription(note);
}

void DialogFrame::showEvent(QShowEvent* event) {
    // Wrapped words know their height only for a width; without this the dialog opens with holes between them.
    if (layout()->hasHeightForWidth()) resize(width(), layout()->totalHeightForWidth(width()));
    QDialog::showEvent(event);
    // What only writes down is begun by typing: the space of the first word must not press Cancel.
    if (!m_dangerous)
        for (const Need& need : m_needs)
            if (need.field->isEnabled()) {
                need.field->setFocus(Qt::OtherFocusReason);
                return;
            }
    m_safe->setFocus(Qt::OtherFocusReason);
}

void DialogFrame::keyPressEvent(QKeyEvent* event) {
    // Enter in a field moves on; it never acts. On a button it presses it (a dangerous one never sees it).
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        auto* button = qobject_cast<QAbstractButton*>(focusWidget());
        if (button == m_act && m_dangerous) return;
        if (button) button->click();
        else focusNextChild();
        return;
    }
    QDialog::keyPressEvent(event);
}

bool DialogFrame::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_act && m_dangerous && (event->type() == QEvent::KeyPress || event->type() == QEvent::KeyRelease)) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Space || key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Select) return true;
    }
    return QDialog::eventFilter(watched, event);
}

void DialogFrame::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.fillRect(rect(), t.surface);
    const theme::BandColours band = t.band(m_environment);
    p.fillRect(QRect(0, 0, width(), grid::band), band.fill);
    p.fillRect(QRect(0, grid::band - 1, width(), 1), band.line);
    const int plate = EnvironmentBand::paintPlate(p, QRect(0, 0, width(), grid::band - 1), m_environment, t);
    p.setFont(theme::font(TextRole::Strong));
    p.setPen(band.text);
    p.drawText(QRect(plate + 12, 0, width() - plate - 24, grid::band - 1), Qt::AlignVCenter | Qt::AlignLeft, m_cluster);
}

}  // namespace indoubt::console::widgets
