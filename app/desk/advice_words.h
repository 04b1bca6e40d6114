// SPDX-License-Identifier: GPL-3.0-or-later
// The advisor's verdict in plain words: what it is, why, what would settle it, what to tell the customer, what may be done.
#pragma once
#include <QString>
#include <QStringList>

#include "commit/advisor.h"
#include "feed/wording.h"

namespace indoubt::console::desk {

enum class Act { None, AskCoordinator, Restart, TellMe, Deliver, AbortAtCoordinator, AskToRefuse, ShowRecord, Forget, ReadLog };

struct AdviceAction {
    Act act = Act::None;
    QString label;
    base::NodeId node;
    QString whyNot = {};  // why it cannot be done yet; empty: it can
};

struct AdviceWords {
    theme::Glyph glyph = theme::Glyph::Undetermined;
    QString title;      // "Undetermined"
    QString reason;     // rich text: <b> only
    QString settles;    // "Would settle it: an answer from T, or its decision log."; may be empty
    QList<AdviceAction> actions;  // the first is the primary one
    QString rule;       // why these facts allow no other verdict
    QString customer;   // what to tell the customer, in quotes
};

// What happens by itself, and when: who asks again, what is sent, the cut-off. Words and a time or an age.
QList<QPair<QString, QString>> nextSteps(const view::View& view, const view::Transaction& transaction, std::int64_t nowHlc, const feed::Session& session);
AdviceWords wordsOf(const view::View& view, const view::Transaction& transaction, const commit::Advice& advice, bool faultsAllowed);

}  // namespace indoubt::console::desk
