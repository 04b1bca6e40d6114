// SPDX-License-Identifier: GPL-3.0-or-later
// Inside of the filter language: its fields, its tokens and the parsed tree. Include from backend/view/filter_*.cpp only.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "view/filter.h"
#include "view/search.h"
#include "view/text_match.h"

namespace indoubt::view {

enum class FilterField : std::uint8_t {
    state, age, took, node, kind, message, record, vote, amount, held, due, ref, e2e, uetr, file, account, party, bic, reason, is, waiting, by, at, since, xid, protocol,
    branch_vote,  // B.vote
    words,        // "free text"
};

// What a value may be.
enum class FilterType : std::uint8_t { text, choice, node, duration, amount, number, time };

struct FilterFieldInfo {
    FilterField field;
    std::string_view name;
    FilterType type;
    std::string_view usual;        // as completion writes it: "age>"
    std::string_view description;
    bool of_events = false;        // a payment has no such property
};
const std::vector<FilterFieldInfo>& filter_fields();
const FilterFieldInfo* find_filter_field(std::string_view name);

struct FilterChoice { std::string_view text, description; };
const std::vector<FilterChoice>& filter_choices(FilterField field);  // empty unless type is choice

enum class FilterIs : std::uint8_t { stuck, blocked, heuristic, damaged, waiting, open, finished, overdue, faulted, drill, watched, mine };

enum class Compare : std::uint8_t { has, less, most, more, least };
std::string_view word(Compare compare);

// A decimal without a currency's idea of minor units: digits x 10^-scale.
struct FilterDecimal {
    std::int64_t digits = 0;
    int scale = 0;
};

struct FilterValue {
    std::string text;                      // as written, without quotes
    Needle needle{""};                     // text fields
    std::shared_ptr<const SearchWord> search;  // free text; null elsewhere
    bool from_start = false, to_end = false;  // INV-*: from the start; *2042: to the end
    std::uint64_t bits = 0;                // choice: 1 << index
    NodeId node;
    // Ranges, both ends inclusive; a missing end is open. Durations in ns, times of day in seconds, instants in ns.
    std::optional<std::int64_t> low, high;
    std::optional<FilterDecimal> low_decimal, high_decimal;
    Currency currency;
    bool of_day = false;                   // low and high are seconds of a day
};

struct FilterNode {
    enum class Op : std::uint8_t { everything, all_of, any_of, none_of, term } op = Op::everything;
    std::vector<FilterNodePtr> children;
    FilterField field = FilterField::words;
    Compare compare = Compare::has;
    NodeId branch;
    std::vector<FilterValue> values;
};

struct FilterToken {
    enum class Kind : std::uint8_t { term, quoted, bare, minus, open, close, word_and, word_or, word_not, star } kind = Kind::bare;
    std::size_t from = 0, to = 0;
    std::size_t op_at = 0, value_at = 0;   // term: where the operator and the values begin
    std::string_view name;
    Compare compare = Compare::has;
    bool closed = true;                    // quotes
};
std::vector<FilterToken> tokenize_filter(std::string_view text);

struct FilterPiece { std::size_t from = 0, to = 0; std::string text; bool closed = true; };
// Values of a term, split at commas, quotes taken off.
std::vector<FilterPiece> filter_pieces(std::string_view text, std::size_t from, std::size_t to);

// False: `error` says what is wrong with this value.
bool read_filter_value(const FilterFieldInfo& field, Compare compare, const FilterPiece& piece, FilterValue& value, std::string& error);

// A term that asks about a payment; `tx` may be any.
bool term_matches(const FilterNode& term, const Transaction& tx, const FilterContext& context);
// An instant or time of day against `at_ns`.
bool time_matches(const FilterNode& term, std::int64_t at_ns, const FilterContext& context);

}  // namespace indoubt::view
