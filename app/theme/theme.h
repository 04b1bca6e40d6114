// SPDX-License-Identifier: GPL-3.0-or-later
// Which tokens are in force, and the switch between them while the program runs. GUI thread only.
// The program makes one Theme and installs it; a widget asks `tokensOf(this)`. A subtree may be pinned to other tokens
// (an export in light, a picture of both): `pinTokens`.
#pragma once
#include <QObject>
#include <QPalette>
#include <QPointer>

#include "theme/tokens.h"

class QApplication;
class QFocusFrame;
class QWidget;

namespace indoubt::console::theme {

enum class ThemeChoice { System, Light, Dark };

class Theme : public QObject {
    Q_OBJECT
  public:
    // Sets style, palette, fonts and tool tips of `app`; the Theme becomes its child.
    static Theme* install(QApplication& app, ThemeChoice choice = ThemeChoice::System);
    // The installed one, or nullptr in a program without (small tests); `tokensOf` then answers light.
    static Theme* installed();

    ~Theme() override;
    ThemeChoice choice() const { return m_choice; }
    void setChoice(ThemeChoice choice);  // takes effect at once, everywhere
    const Tokens& tokens() const { return *m_tokens; }
    bool isDark() const { return m_tokens->dark; }
    // Reduced motion: no transition at all. Read from INDOUBT_REDUCED_MOTION and settable.
    bool reducedMotion() const { return m_reducedMotion; }
    void setReducedMotion(bool reduced) { m_reducedMotion = reduced; }
    int transitionMs() const { return m_reducedMotion ? 0 : 120; }

  signals:
    void changed();  // after palette and style are in place: drop cached pixmaps, repaint

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    explicit Theme(QApplication& app);
    void apply();
    QPalette m_systemPalette;
    QPointer<QFocusFrame> m_ring;  // one frame follows keyboard focus
    bool m_applying = false;
    ThemeChoice m_choice = ThemeChoice::System;
    const Tokens* m_tokens = nullptr;
    bool m_reducedMotion = false;
};

const Tokens& tokensOf(const QWidget* widget);                   // nearest pinned ancestor, else the application's
void pinTokens(QWidget* root, const Tokens& tokens);             // tokens must be Tokens::light() or darkTokens()
QPalette paletteFor(const Tokens& tokens);

}  // namespace indoubt::console::theme
