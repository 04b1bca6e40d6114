// SPDX-License-Identifier: GPL-3.0-or-later
// What the Desk says of one payment, taken from the fold: durable evidence per node, what would happen to the money, who waits,
// what was ordered. Pure functions of the view, so that the same words stand in tests, on screen and in a ticket. GUI thread
// (translations).
#pragma once
#include <QString>
#include <QStringList>
#include <optional>

#include "feed/evidence.h"
#include "feed/place.h"
#include "feed/wording.h"
#include "widgets/cells_model.h"

namespace indoubt::console::desk {

using widgets::Cell;
using widgets::CellRow;

// `past`: as of a moment that is over: nothing was read "now".
QList<CellRow> evidenceRows(const view::View& view, const view::Transaction& transaction, std::int64_t nowHlc, const feed::Session& session, bool past = false);
QList<CellRow> moneyRows(const view::View& view, const view::Transaction& transaction, const feed::Session& session);
QList<CellRow> referenceRows(const view::Transaction& transaction, const feed::Session& session);
QList<CellRow> eventRows(const std::vector<events::Event>& events, const feed::Session& session);
QList<CellRow> historyRows(const std::vector<events::Event>& events, const feed::Session& session);
QList<CellRow> waitingRows(const view::View& view, const view::Transaction& transaction, std::int64_t nowHlc);

// An outcome one branch might be forced to.
struct Force {
    base::NodeId branch;
    events::Outcome outcome = events::Outcome::abort;
    bool operator==(const Force&) const = default;
};
// Ages of seconds tick in whole seconds.
QString wholeAgeText(std::int64_t ns);
// "2 payments want the lock on Mara Lindholm DE37 .. 1108", and since when it is held; empty: nobody waits.
struct WaitingHead {
    QString wants, since;
};
WaitingHead waitingHead(const view::View& view, const view::Transaction& transaction, const feed::Session& session);
// "DE37 .. 1108 Hafenbank → LU28 .. 1200 Banque du Lac · fee NL36 .. 1300 Kestrel Pay · xid 7f3a..91c2 · e2e MEND-88"
// Without the banks where there is no room for them.
QString accountsLine(const view::View& view, const view::Transaction& transaction, bool banks = true);

// Which branches may be forced now: prepared and within reach.
std::vector<base::NodeId> forceable(const view::View& view, const view::Transaction& transaction);

// The books after a decision of the coordinator, with what is forced or would be: per account, and the sum of the legs.
struct WhatIf {
    struct Line {
        events::Leg leg;
        QString holder, bank;
        base::Currency currency;                  // of the account
        std::int64_t now = 0, commit = 0, rollback = 0;
    };
    std::vector<Line> lines;
    std::int64_t nowSum = 0, commitSum = 0, rollbackSum = 0;  // of the legs' postings; 0: all agree
    base::Currency currency;
    // Branches that were forced, or would be, against that decision: damage, even where the sums agree.
    std::vector<base::NodeId> againstCommit, againstRollback;
    bool known = true;                            // false: an account of this payment is not known here
    bool committable = true;                      // false: an account is of another currency than its leg, and will refuse it
    bool agrees(events::Outcome decision) const { return decision == events::Outcome::commit ? commitSum == 0 && againstCommit.empty() : rollbackSum == 0 && againstRollback.empty(); }
};
WhatIf whatIf(const view::View& view, const view::Transaction& transaction, const std::optional<Force>& force);
QList<CellRow> whatIfRows(const WhatIf& what);
// "damage at 3 branches": what they have done is not what was decided.
QString againstText(const std::vector<base::NodeId>& against);
// "120.00 EUR missing", "120.00 EUR too much", "all agree, 0.00".
QString differenceText(std::int64_t sum, base::Currency currency);
// Who is credited or debited and who is not, in one sentence, if the coordinator decided `decision` and `force` is carried out.
QString consequenceText(const view::View& view, const view::Transaction& transaction, const Force& force, events::Outcome decision);
// What an order to force does, branch by branch: which account gets, gives or keeps what, and who goes on waiting.
QStringList forceEffects(const view::View& view, const view::Transaction& transaction, const Force& force, const feed::Session& session);

}  // namespace indoubt::console::desk
