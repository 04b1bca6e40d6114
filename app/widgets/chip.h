// SPDX-License-Identifier: GPL-3.0-or-later
// Chips, 20 px high: a fact with a sign, a state, a pinned filter one can press, an injected fault.
#pragma once
#include <QAbstractButton>

#include "theme/glyphs.h"

namespace indoubt::console::widgets {

// Not focusable unless checkable or `setPressable(true)`; then it is a button with a 24 px target.
class Chip : public QAbstractButton {
    Q_OBJECT
  public:
    explicit Chip(const QString& text, theme::Glyph glyph = theme::Glyph::None, QWidget* parent = nullptr);
    void setGlyph(theme::Glyph glyph);
    void setPressable(bool pressable);
    void setTail(const QString& tail);  // lighter text after the words: "41 s", "after 7.2 ms"
    QString tail() const { return m_tail; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

  protected:
    void paintEvent(QPaintEvent*) override;
    virtual QColor edge(const theme::Tokens& tokens) const;
    virtual bool strongText() const { return false; }
    QRect chipRect() const;

  private:
    theme::Glyph m_glyph;
    QString m_tail;
    bool m_pressable = false;
};

// Takes the state's edge; the word stays in text colour.
class StateChip : public Chip {
    Q_OBJECT
  public:
    explicit StateChip(theme::PaymentState state = theme::PaymentState::Active, QWidget* parent = nullptr);
    void setState(theme::PaymentState state, const QString& tail = {});
    theme::PaymentState state() const { return m_state; }

  protected:
    QColor edge(const theme::Tokens& tokens) const override;
    bool strongText() const override { return true; }

  private:
    theme::PaymentState m_state;
};

// FAULT | text in the dashed frame.
class FaultChip : public QWidget {
    Q_OBJECT
  public:
    explicit FaultChip(const QString& text, QWidget* parent = nullptr);
    void setText(const QString& text);
    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    QString m_text;
};

}  // namespace indoubt::console::widgets
