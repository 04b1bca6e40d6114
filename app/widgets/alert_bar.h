// SPDX-License-Identifier: GPL-3.0-or-later
// One alert per cause, 36 px, under the band; and the short notice at the foot of a pane.
#pragma once
#include <QWidget>

#include "theme/glyphs.h"

class QHBoxLayout;
class QPushButton;
class QTimer;

namespace indoubt::console::widgets {

class ElidedLabel;
class TextLabel;

class AlertBar : public QWidget {
    Q_OBJECT
  public:
    explicit AlertBar(QWidget* parent = nullptr);
    // "Coordinator T does not answer (41 s)." bold, "312 payments wait ..." after it, remark muted at the right.
    void setText(const QString& strong, const QString& words, const QString& remark = {}, theme::Glyph glyph = theme::Glyph::Blocked);
    // For what no button can settle: it goes when it is over.
    void setButtonsVisible(bool visible);
    QString text() const { return m_strong + u' ' + m_words; }
    QSize sizeHint() const override;

  signals:
    void acknowledged();
    void opened();

  protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;

  private:
    void makeRoom();
    theme::Glyph m_glyph = theme::Glyph::Blocked;
    QString m_strong, m_words;
    TextLabel* m_remark;
    QPushButton *m_acknowledge, *m_open;
};

// Says what was done, inside `host` at its foot, for six seconds, longer what is longer to read, or until dismissed; never cut short;
// announces itself to assistive technology.
// One at a time: a newer one takes its place. An action link (Undo, Show) is optional.
class Notice : public QWidget {
    Q_OBJECT
  public:
    explicit Notice(QWidget* host);
    void say(const QString& text, theme::Glyph glyph = theme::Glyph::Check, const QString& action = {});
    QString text() const { return m_text; }

  signals:
    void actionTriggered();

  protected:
    void paintEvent(QPaintEvent*) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void place();
    QString m_text;
    theme::Glyph m_glyph = theme::Glyph::Check;
    QPushButton *m_action, *m_close;
    QTimer* m_timer;
};

}  // namespace indoubt::console::widgets
