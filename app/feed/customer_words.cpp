// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/customer_words.h"

#include <QCoreApplication>

#include "feed/evidence.h"

namespace indoubt::console::feed {

using commit::Verdict;

namespace {

struct Customer {
    Q_DECLARE_TR_FUNCTIONS(Customer)
};

// What was forced at the payer's bank has already released the amount, or taken it; nothing there, and it is still reserved.
events::Heuristic forcedAtPayer(const view::Transaction& t) {
    if (t.payment)
        for (const auto& branch : t.branches)
            if (branch.heuristic != events::Heuristic::none && !events::held_of(*t.payment, branch.node).empty()) return branch.heuristic;
    return events::Heuristic::none;
}

QString undetermined(const view::Transaction& t) {
    switch (forcedAtPayer(t)) {
        case events::Heuristic::rollback: return Customer::tr("Not completed, not cancelled. The amount is no longer reserved and has not been taken. Please do not pay again until we confirm.");
        case events::Heuristic::commit: return Customer::tr("Not completed, not cancelled. The amount has been taken from the account. Please do not pay again until we confirm.");
        default: return Customer::tr("Not completed, not cancelled. The amount is reserved. Please do not pay again until we confirm.");
    }
}

QString goesThrough(const view::Transaction& t) {
    return Customer::tr("Your payment is going through; the booking is late.") + u' ' +
           (t.held_minor() > 0 ? Customer::tr("The amount is reserved: please do not pay again.") : Customer::tr("Please do not pay again."));
}

QString settled(const view::Transaction& t) {
    const bool commits = t.decision == events::Outcome::commit || t.state == view::PaymentState::committed;
    return commits ? Customer::tr("Your payment went through.") : Customer::tr("Your payment was not carried out. You may pay again.");
}

}  // namespace

QString customerWords(const view::View& view, const view::Transaction& t) {
    const auto verdict = advise(view, t).verdict;
    const bool wrong = t.damage || !forcedAgainst(view, t).branches.empty();
    // Forgotten by those who made it good: it was wrong, and is not being worked on any more.
    if (t.damage && !t.damage_open()) return Customer::tr("A booking of this payment was wrong on our side and has been corrected; you need not do anything.");
    if (wrong && verdict != Verdict::undetermined && verdict != Verdict::safe_once_fenced)
        return Customer::tr("A booking of this payment is wrong on our side. We are correcting it; you need not do anything.");
    switch (verdict) {
        case Verdict::undetermined: return undetermined(t);
        case Verdict::safe_once_fenced: return Customer::tr("Not completed yet. The amount is reserved; we are settling it now. Please do not pay again until we confirm.");
        case Verdict::safe_to_commit: return goesThrough(t);
        case Verdict::safe_to_roll_back:
            // Safe is not done: until its bank has heard of it the amount is on hold.
            return t.held_minor() > 0 ? Customer::tr("Your payment will not be carried out. The amount is still reserved and is being released; please do not pay again until we confirm.")
                                      : Customer::tr("Your payment was not carried out. The amount is released; you may pay again.");
        case Verdict::settled: break;
    }
    return settled(t);
}

}  // namespace indoubt::console::feed
