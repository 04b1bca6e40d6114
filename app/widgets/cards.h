// SPDX-License-Identifier: GPL-3.0-or-later
// Cards and rows of a side pane: a plain card, the cause card, the counted row ("in doubt > 2 s  312"), the empty state.
#pragma once
#include <QAbstractButton>
#include <QFrame>

#include "theme/glyphs.h"

class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace indoubt::console::widgets {

class ElidedLabel;
class GlyphLabel;
class TextLabel;

// Panel fill, border, radius 6, padding 12.
class Card : public QWidget {
    Q_OBJECT
  public:
    explicit Card(QWidget* parent = nullptr);
    QVBoxLayout* content() const { return m_content; }
    void setAccent(bool accent);  // 2 px accent edge: the current step of a story

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    QVBoxLayout* m_content;
    bool m_accent = false;
};

struct CauseText {
    theme::Glyph glyph = theme::Glyph::Crash;
    QString title;      // "T down since 12:04:31"
    QString age;        // "41 s", ticks once a second
    QString size;       // "312 payments, 41,200.00 EUR on hold"
    QString due;        // "first due 12:15, in 10 min"
    QString detail;     // "287 undetermined, 25 safe after one step"
    QString bestStep;   // "Best next step: bring T back." bold
    QString remark;     // " Nothing needs forcing."
};

// One cause. Selectable (space, click); its safe buttons are added by the pane.
class CauseCard : public QWidget {
    Q_OBJECT
  public:
    explicit CauseCard(QWidget* parent = nullptr);
    void setText(const CauseText& text);
    QPushButton* addAction(const QString& label, bool primary = false);
    void clearActions();
    void setSelected(bool selected);
    bool isSelected() const { return m_selected; }

  signals:
    void chosen();

  protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void keyPressEvent(QKeyEvent*) override;

  private:
    GlyphLabel* m_glyph;
    TextLabel* m_title;
    ElidedLabel* m_age;
    TextLabel *m_size, *m_due, *m_detail, *m_best;
    QHBoxLayout* m_actions;
    bool m_selected = false;
};

// A queue or counter: sign, words, number at the right; 24 px; checkable (exclusive through a QButtonGroup if wanted).
class CountRow : public QAbstractButton {
    Q_OBJECT
  public:
    CountRow(theme::Glyph glyph, const QString& words, QWidget* parent = nullptr);
    void setCount(qint64 count);                 // words and number turn to text colour and 600 when above 0
    void setValue(const QString& text, bool strong = false);
    void setGlyph(theme::Glyph glyph);
    void setDivider(bool divider) { m_divider = divider; update(); }
    void setCompact(bool compact);               // as wide as its words, the number right behind them: several share a line
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    theme::Glyph m_glyph;
    QString m_value;
    bool m_strong = false;
    bool m_divider = true;
    bool m_compact = false;
};

// "Nothing is stuck." + what helps. Centred or at the top left as in Watch.
class EmptyState : public QWidget {
    Q_OBJECT
  public:
    explicit EmptyState(QWidget* parent = nullptr);
    void setText(const QString& title, const QString& words = {}, theme::Glyph glyph = theme::Glyph::None);
    QPushButton* setAction(const QString& label);  // one secondary button; empty removes it
    void setCentred(bool centred);
    // Over an empty list: as wide as that, whatever its width becomes.
    void followParent(int margin, int height);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    int m_margin = 0;
    GlyphLabel* m_glyph;
    TextLabel *m_title, *m_words;
    QPushButton* m_button;
    QVBoxLayout* m_outer;
};

}  // namespace indoubt::console::widgets
