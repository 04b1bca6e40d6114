// SPDX-License-Identifier: GPL-3.0-or-later
// A cause of stuck payments in words, with the remedies that force nothing. Used by Watch, Desk and the alert bar.
#pragma once
#include <QList>
#include <QString>

#include "feed/wording.h"

namespace indoubt::console::feed {

// A remedy that forces nothing. `command` is an id of the registry ("node.restart.T"); empty: "single payments", open the list.
struct SafeStep {
    QString label;
    QString command;
    QString filter;   // for an empty command: what the list shows
};

struct CauseWords {
    QString key;       // stays the same while the cause lasts
    theme::Glyph glyph = theme::Glyph::Undetermined;
    QString title;     // "T down since 12:04:31"
    QString sentence;  // "Coordinator T does not answer (41 s)."
    QString age;       // "41 s"
    QString size;      // "312 payments, 41,200.00 EUR on hold"
    QString due;       // "first due 12:15, in 10 min"; may be empty
    QString detail;    // "287 undetermined, 25 safe after one step"; may be empty
    QString best;      // "Best next step: bring T back."
    QString remark;    // "Nothing needs forcing."
    QList<SafeStep> steps;
};
CauseWords wordsOf(const view::View& view, const view::Cause& cause, std::int64_t nowHlc, const Session& session);

// What may safely be done with an unsettled payment, by durable evidence within reach: "safe to commit", "safe to roll back",
// "safe after one step", "undetermined"; "settling" while a coordinator that answers is on it; empty when settled.
enum class Advice { None, Settling, SafeToCommit, SafeToRollBack, SafeAfterOneStep, Undetermined };
Advice adviceOf(const view::View& view, const view::Transaction& transaction);
QString adviceWord(const view::View& view, const view::Transaction& transaction);
QString adviceWord(Advice advice);

}  // namespace indoubt::console::feed
