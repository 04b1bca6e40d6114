// SPDX-License-Identifier: GPL-3.0-or-later
// Every sign of the console, painted as paths: states, votes, marks and icons in a 16 px box, rail icons in a 20 px box.
// A sign scales to the box it is given. A state is never shown by its sign alone: use `stateWord` beside it.
#pragma once
#include <QIcon>
#include <QRectF>
#include <QString>

#include "theme/tokens.h"

class QPainter;
class QWidget;

namespace indoubt::console::theme {

enum class Glyph {
    None,
    // states
    Active, Preparing, InDoubt, Blocked, Committing, Committed, Aborting, Aborted, Heuristic, Damage,
    // votes
    VoteYes, VoteNo, VoteReadOnly, VotePending, VoteNotEnrolled, RaftVote,
    // marks
    Durable, Syncing, LazyWrite, Crash, Restart, Suspended, HeldBack, Lock, Lost, Undetermined, FaultTag,
    Check, Bell, Clock, Send, Receive, Partition, Person, Dot,
    // rail, 20 px box
    Watch, Desk, Timeline, Log, Money, Lab,
    // icons in text colour
    Search, Pin, Copy, TearOff, More, Close, ChevronDown, ChevronRight, ChevronUp, ChevronLeft,
    StepFirst, StepBack, StepForward, StepLast, Pause, Play
};
inline constexpr Glyph lastGlyph = Glyph::Play;

// Colours as the sign's meaning asks. `ink` replaces text and muted only; a state keeps its colour.
void paintGlyph(QPainter& painter, Glyph glyph, const QRectF& box, const Tokens& tokens, QColor ink = {});

// An icon that follows the theme of the moment it is painted in (tokens of the application).
QIcon glyphIcon(Glyph glyph);
// Paints an icon; one made by glyphIcon in the tokens given (a pinned subtree), any other as it is.
void paintIcon(QPainter& painter, const QIcon& icon, const QRectF& box, const Tokens& tokens, bool enabled = true);

Glyph stateGlyph(PaymentState state);
QString stateWord(PaymentState state);       // translated: "in doubt"
QString glyphWord(Glyph glyph);              // accessible name of any sign
bool isVerdict(PaymentState state);          // settled for good: committed, aborted

// A box of 16 with the node's letter, inverse; `muted` for one that does not answer.
void paintPlate(QPainter& painter, const QRectF& box, const QString& id, const Tokens& tokens, bool muted = false);

}  // namespace indoubt::console::theme
