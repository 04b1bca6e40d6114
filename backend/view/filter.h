// SPDX-License-Identifier: GPL-3.0-or-later
// The one filter language of lists, colouring, alerts and the command line:
//
//   state:in-doubt,blocked age>30s node:B kind:vote vote:no amount:100..200EUR due<1h ref:INV-2042 e2e: uetr: file: account:
//   party: bic: B.vote:no reason:"insufficient funds" is:stuck waiting>0 held>1000EUR by:ana at:09:00..09:15 since:15m xid:7f3a
//   "free text" * and or not - ( )
//
// Terms side by side are joined by `and`. Values separated by commas are alternatives. Text fields match anywhere, without
// regard to case; `*` in a value anchors it (INV-* begins so). An amount without currency means any, and hint() says so.
// On an event, fields of the payment apply to the payment it belongs to; node, kind, vote, at, since to the event itself.
//
// A Filter is a value and may be matched from several threads at once.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "view/event_store.h"
#include "view/view.h"

namespace indoubt::view {

struct FilterError {
    std::size_t at = 0, length = 1;   // bytes in the text
    std::string message;              // "no field is called \"stat\"; did you mean state?"
};

// A piece of the text, for painting.
struct FilterSpan {
    enum class Kind : std::uint8_t { field, value, text, word, negation, parenthesis, error } kind = Kind::text;
    std::size_t from = 0, to = 0;
};

// One top-level term: a chip.
struct FilterChip { std::size_t from = 0, to = 0; std::string text; };

struct FilterContext {
    const View* view = nullptr;
    std::int64_t now_hlc = 0;
    std::int64_t zone_offset_s = 0;                                        // for at:09:00
    std::string_view actor;                                                // for is:mine
    const std::unordered_set<Xid, base::IdHash>* watched = nullptr;        // for is:watched
};

struct FilterNode;
using FilterNodePtr = std::shared_ptr<const FilterNode>;

class Filter {
  public:
    Filter() = default;                                    // matches everything
    static base::Result<Filter> parse(std::string_view text);              // error: "character 12: ..."
    static bool parse(std::string_view text, Filter& filter, FilterError& error);

    bool empty() const { return !m_root; }
    bool matches(const Transaction& tx, const FilterContext& context) const;
    // The filter asks for properties of events (kind:), which a payment has not.
    bool needs_events() const;
    std::string to_text() const;                           // canonical; parses to an equal filter
    std::string hint() const;                              // "amount without a currency means any"; empty: nothing to say
    friend bool operator==(const Filter& a, const Filter& b) { return a.to_text() == b.to_text(); }

    // Top-level conjuncts, each as a filter of its own; without(i) is the rest.
    std::vector<Filter> conjuncts() const;
    Filter without(std::size_t conjunct) const;
    Filter with(const Filter& other) const;                // both

    const FilterNodePtr& root() const { return m_root; }

  private:
    FilterNodePtr m_root;
};

// Pieces for painting, also of a text that does not parse (yet).
std::vector<FilterSpan> filter_spans(std::string_view text);
std::vector<FilterChip> filter_chips(std::string_view text);

struct FilterCandidate { std::string text, description; };
struct FilterCompletion {
    std::size_t from = 0, to = 0;          // what a candidate replaces
    std::string field;                     // whose values these are; empty: fields
    std::string title;                     // "kind: one or more, separated by commas"
    std::vector<FilterCandidate> candidates;
};
// `view` gives nodes and names; null: the fixed ones only.
FilterCompletion complete_filter(std::string_view text, std::size_t cursor, const View* view);

// For the empty state "0 match; node:B removes most": the conjunct without which most would match.
struct FilterRemoval { std::size_t conjunct = 0; std::string term; std::size_t matches = 0; };
FilterRemoval removes_most(const Filter& filter, const std::function<std::size_t(const Filter&)>& count);

// A filter over event rows: compiled for one snapshot; verdicts about a payment are remembered per XID. One thread.
class EventMatcher {
  public:
    EventMatcher(Filter filter, const EventRows& rows, FilterContext context);  // keeps references to rows and view
    bool matches(RowId id, const EventRow& row);
    // Positions in [from, to) that match, at most `most`; `scanned` is where it stopped.
    std::vector<std::uint32_t> find(std::size_t from, std::size_t to, std::size_t most, std::size_t* scanned = nullptr);

  private:
    bool evaluate(const FilterNode& node, RowId id, const EventRow& row);
    bool payment_verdict(const FilterNode& node, std::uint32_t xid);
    Filter m_filter;
    const EventRows& m_rows;
    FilterContext m_context;
    struct Verdicts { const FilterNode* node; std::vector<std::uint8_t> by_xid; };  // 0 unknown, 1 no, 2 yes
    std::vector<Verdicts> m_verdicts;
};

}  // namespace indoubt::view
