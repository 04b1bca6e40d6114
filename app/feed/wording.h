// SPDX-License-Identifier: GPL-3.0-or-later
// The console's words for the backend's values: times, ages, amounts, states, parties. One place, so that a thing is called the
// same in every pane. GUI thread (translations).
#pragma once
#include <QString>

#include "feed/session.h"
#include "theme/glyphs.h"
#include "view/view.h"

namespace indoubt::console::feed {

inline QString qs(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

// "12:04:31", "12:04:31.221"; offset "+01:00"; with the date when it is not today. Times are UTC ns.
enum class Precision { Minutes, Seconds, Milliseconds };
QString timeText(std::int64_t utcNs, Zone zone, Precision precision = Precision::Milliseconds);
QString offsetText(std::int64_t utcNs, Zone zone);        // "+01:00"
QString zoneText(std::int64_t utcNs, Zone zone);          // "+01:00 local", "+00:00 UTC"
int offsetMinutes(std::int64_t utcNs, Zone zone);
QString dueText(std::int64_t dueNs, std::int64_t nowNs, Zone zone);  // "12:15, in 10 min", "16:00", "21 Nov", "past 12:15"

// A length of time: "3 ms", "5.8 ms", "41 s", "2 min 5 s", "1 h 12 min". Never negative.
QString ageText(std::int64_t ns);
// Beside a state: "34 s" in doubt, or since its begin; "after 34 s" once it is settled (Transaction::age_ns).
QString stateAgeText(const view::Transaction& transaction, std::int64_t nowHlc);
QString countText(std::uint64_t count);                   // "50,662"
// "1 payment", "312 payments": `one` as it stands, `many` with %1 for the number.
QString counted(std::uint64_t count, const QString& one, const QString& many);

QString amountText(std::int64_t minor, base::Currency currency, bool sign = false);   // "120.00 EUR"; sign: "−120.00 EUR"
// Amounts of several currencies, largest number of payments first: "41,200.00 EUR, 184,000 JPY".
QString amountsText(const std::map<base::Currency, std::int64_t>& minor);

theme::PaymentState stateOf(const view::Transaction& transaction);   // heuristic and damage outrank the protocol's state
QString stateWord(const view::Transaction& transaction);
theme::Glyph voteGlyph(const view::Transaction& transaction, base::NodeId node);  // Yes, No, ReadOnly, Pending, NotEnrolled

QString accountText(std::string_view account, const Session& session);            // masked unless unmasked
QString partiesText(const view::Transaction& transaction);                        // "Mara Lindholm → Velo Atelier"
QString referenceText(const view::Transaction& transaction);                      // best reference, or the short xid
QString nodeTitle(const view::View& view, base::NodeId node);                     // "Hafenbank"; the id when unnamed
QString errorText(const base::Error& error);                                      // "Not possible: ..." as a sentence

// For Ctrl+Shift+C: reference, parties, amount, state, age, evidence with times, orders.
QString ticketText(const view::View& view, const view::Transaction& transaction, std::int64_t nowHlc, const Session& session);

}  // namespace indoubt::console::feed
