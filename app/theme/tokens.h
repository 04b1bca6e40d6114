// SPDX-License-Identifier: GPL-3.0-or-later
// Every colour of the console as a value, once for light and once for dark. Nothing else may invent a colour: a pane takes
// `tokensOf(widget)` while it paints and never stores it, so that a switch of theme is one repaint.
#pragma once
#include <QColor>

namespace indoubt::console::theme {

enum class Environment { Sandbox, Test, Drill, Production };

// What a payment, or a branch of it, is in. The console's own list: a pane maps the view's words onto it.
enum class PaymentState { Active, Preparing, InDoubt, Blocked, Committing, Committed, Aborting, Aborted, Heuristic, Damage };

struct BandColours {
    QColor fill;       // the band itself
    QColor plate;      // behind the environment's name
    QColor onPlate;    // the name
    QColor text;       // cluster name
    QColor muted;      // node count, notice
    QColor line;       // lower edge; in production and dark 2 px, else 1
};

struct Tokens {
    bool dark = false;
    // surfaces
    QColor surface, panel, border, divider, fieldEdge, buttonEdge, buttonPressed;
    QColor selection, selectionIdle, rowHover, track;
    // text
    QColor text, muted, faint;
    // accent: primary button, highlighted bytes, tour marks, time head, focus; never a state
    QColor accent, accentHover, accentPressed, onAccent, disabled, onDisabled;
    // states; each is always drawn with its shape and its word
    QColor active, inDoubt, blocked, committed, aborted, heuristic;
    // tints: alert bar, in-doubt diamond, vote square
    QColor blockedTint, inDoubtTint, activeTint;
    QColor lock;  // text at 45 %

    static const Tokens& light();
    static const Tokens& darkTokens();

    QColor state(PaymentState state) const;      // the state's edge or glyph colour
    BandColours band(Environment environment) const;
    QColor chartFill(const QColor& line) const;  // 12 %
};

}  // namespace indoubt::console::theme
