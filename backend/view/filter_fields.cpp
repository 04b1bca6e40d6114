// SPDX-License-Identifier: GPL-3.0-or-later
// The vocabulary of the filter language: fields, choices, and how a value is read.
#include <algorithm>
#include <charconv>

#include "view/filter_node.h"

namespace indoubt::view {

const std::vector<FilterFieldInfo>& filter_fields() {
    using F = FilterField;
    using T = FilterType;
    static const std::vector<FilterFieldInfo> fields = {
        {F::state, "state", T::choice, "state:", "where the payment stands"},
        {F::age, "age", T::duration, "age>", "since its begin; what it took, once finished"},
        {F::node, "node", T::node, "node:", "has a branch there; an event: happened there"},
        {F::kind, "kind", T::choice, "kind:", "what an event is", true},
        {F::vote, "vote", T::choice, "vote:", "some branch voted so"},
        {F::amount, "amount", T::amount, "amount:", "what the debtor pays: 100..200EUR"},
        {F::due, "due", T::duration, "due<", "due within, or past due"},
        {F::ref, "ref", T::text, "ref:", "any reference"},
        {F::e2e, "e2e", T::text, "e2e:", "end-to-end id"},
        {F::uetr, "uetr", T::text, "uetr:", "unique end-to-end transaction reference"},
        {F::file, "file", T::text, "file:", "the file it came in"},
        {F::account, "account", T::text, "account:", "account number or its tail"},
        {F::party, "party", T::text, "party:", "name of debtor or creditor"},
        {F::bic, "bic", T::text, "bic:", "bank of debtor or creditor"},
        {F::reason, "reason", T::text, "reason:", "why it was refused or aborted"},
        {F::is, "is", T::choice, "is:", "stuck, heuristic, damaged and the like"},
        {F::waiting, "waiting", T::number, "waiting>", "payments that wait behind its locks"},
        {F::held, "held", T::amount, "held>", "money on hold"},
        {F::by, "by", T::text, "by:", "operator who ordered something"},
        {F::at, "at", T::time, "at:", "begun at 09:00..09:15; an event: happened then"},
        {F::since, "since", T::duration, "since:", "begun within the last 15m"},
        {F::xid, "xid", T::text, "xid:", "global transaction id, or how it begins"},
        {F::took, "took", T::duration, "took>", "from begin until settled everywhere"},
        {F::message, "message", T::choice, "message:", "an event about such a message", true},
        {F::record, "record", T::choice, "record:", "an event about such a record", true},
        {F::protocol, "protocol", T::text, "protocol:", "commit protocol"},
    };
    return fields;
}

const FilterFieldInfo* find_filter_field(std::string_view name) {
    for (const auto& field : filter_fields())
        if (field.name == name) return &field;
    return nullptr;
}

const std::vector<FilterChoice>& filter_choices(FilterField field) {
    static const std::vector<FilterChoice> states = {
        {"active", "submitted, nothing asked yet"},     {"preparing", "votes are being collected"},
        {"in-doubt", "a branch said YES and knows no outcome"}, {"blocked", "in doubt, and nobody can be asked"},
        {"committing", "decided, not everywhere yet"},  {"committed", "all branches committed"},
        {"aborting", "abort decided, not everywhere yet"}, {"aborted", "nothing was paid"}};
    static const std::vector<FilterChoice> votes = {{"none", "no vote yet"}, {"yes", "prepared, on disk"}, {"no", "refused"}, {"read-only", "changes nothing"}};
    static const std::vector<FilterChoice> facts = {
        {"stuck", "in doubt longer than two seconds"}, {"blocked", "in doubt, and nobody can be asked"}, {"heuristic", "an operator forced a branch"},
        {"damaged", "a forced branch contradicts the decision"}, {"waiting", "waits behind a lock"}, {"open", "not finished"}, {"finished", "committed or aborted"},
        {"overdue", "past its due time and open"}, {"faulted", "an injected fault touched it"}, {"drill", "belongs to a drill"}, {"watched", "watched by you"}, {"mine", "you ordered something"}};
    static const std::vector<FilterChoice> kinds = {
        {"submit", "a payment comes in"}, {"send", "a message leaves"}, {"receive", "a message arrives"}, {"drop", "a message is lost"},
        {"append", "a record joins the log"}, {"durable", "a forced write returned"}, {"vote", "YES, NO or read-only"}, {"decide", "the coordinator settles"},
        {"apply", "a branch changes its ledger"}, {"undo", "holds are released, nothing posted"}, {"lock", "an account is taken"}, {"unlock", "an account is free again"},
        {"wait", "a branch queues behind a lock"}, {"timer", "a timer fires"}, {"crash", "a node dies"}, {"restart", "a node returns"}, {"elect", "a leader is chosen"},
        {"fault-on", "a fault rule begins"}, {"fault-off", "a fault rule ends"}, {"order", "an operator orders"}, {"approval", "a second person agrees"},
        {"heuristic", "a branch is forced"}, {"damage", "a forced branch contradicts"}, {"forget", "a forced branch is dropped"}, {"balance", "accounts as of here"},
        {"end", "the coordinator forgets"}, {"answer", "the client gets its answer"}, {"sync", "a group of records is on disk"}, {"suspend", "a node is paused"},
        {"resume", "a node goes on"}, {"hold", "a message is held back"}, {"release", "a held message goes on"}, {"gap", "events are missing"}, {"note", "a remark"},
        {"ask", "a branch in doubt asks"}, {"refuse", "turned away before it began"}};
    static const std::vector<FilterChoice> messages = {
        {"prepare", "can you commit?"}, {"yes", "vote YES"}, {"no", "vote NO"}, {"read-only", "vote READ-ONLY"}, {"commit", "the decision"}, {"abort", "the decision"},
        {"ack", "done, on disk"}, {"inquiry", "what became of it?"}, {"undecided", "no decision yet"}, {"peer-inquiry", "a branch asks a branch"}, {"peer-answer", "and is told"}};
    static const std::vector<FilterChoice> records = {
        {"incarnation", "a start of a node"}, {"shape", "the cluster"}, {"account", "accounts opened"}, {"begin", "a transaction begins"}, {"prepared", "a YES on disk"},
        {"refused", "a NO on disk"}, {"decision", "COMMIT or ABORT"}, {"end", "all acknowledged"}, {"heuristic", "a branch forced"}, {"damage", "a contradiction"},
        {"forget", "a forced branch dropped"}, {"order", "an operator's order"}, {"finished", "of a snapshot"}, {"keys", "of a snapshot"}, {"counters", "of a snapshot"}};
    static const std::vector<FilterChoice> none;
    switch (field) {
        case FilterField::state: return states;
        case FilterField::vote:
        case FilterField::branch_vote: return votes;
        case FilterField::is: return facts;
        case FilterField::kind: return kinds;
        case FilterField::message: return messages;
        case FilterField::record: return records;
        default: return none;
    }
}

std::string_view word(Compare compare) {
    switch (compare) {
        case Compare::has: return ":";
        case Compare::less: return "<";
        case Compare::most: return "<=";
        case Compare::more: return ">";
        case Compare::least: return ">=";
    }
    return ":";
}

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

// "1.5" of at most 18 digits; false when it is none.
bool read_decimal(std::string_view& text, FilterDecimal& decimal) {
    std::size_t i = 0, digits = 0;
    decimal = {};
    bool point = false;
    for (; i < text.size() && (digit(text[i]) || (text[i] == '.' && !point && i + 1 < text.size() && digit(text[i + 1]))); ++i) {
        if (text[i] == '.') {
            point = true;
            continue;
        }
        if (++digits > 15) return false;
        decimal.digits = decimal.digits * 10 + (text[i] - '0');
        decimal.scale += point;
    }
    text.remove_prefix(i);
    return digits > 0;
}

bool read_duration(std::string_view text, std::int64_t& ns) {
    FilterDecimal decimal;
    if (!read_decimal(text, decimal)) return false;
    static constexpr struct { std::string_view unit; std::int64_t ns; } units[] = {
        {"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"min", 60'000'000'000}, {"h", 3'600'000'000'000}, {"d", 86'400'000'000'000}};
    for (const auto& one : units) {
        if (text != one.unit) continue;
        double value = static_cast<double>(decimal.digits) * static_cast<double>(one.ns);
        for (int i = 0; i < decimal.scale; ++i) value /= 10;
        if (value > 9e18) return false;
        ns = static_cast<std::int64_t>(value);
        return true;
    }
    return false;
}

bool read_two(std::string_view& text, std::int64_t& value, std::int64_t most) {
    if (text.size() < 2 || !digit(text[0]) || !digit(text[1])) return false;
    value = (text[0] - '0') * 10 + (text[1] - '0');
    text.remove_prefix(2);
    return value <= most;
}

bool leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

// Days from 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
std::int64_t days_from_civil(std::int64_t y, std::int64_t m, std::int64_t d) {
    y -= m <= 2;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    const std::int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

// "09:00", "09:00:30", "2026-11-20", "2026-11-20T09:00". `first` and `last` are the seconds it covers.
bool read_time(std::string_view text, std::int64_t& first, std::int64_t& last, bool& of_day) {
    of_day = true;
    std::int64_t base = 0;
    if (text.size() >= 10 && text[4] == '-' && text[7] == '-') {
        std::int64_t century = 0, year = 0, month = 0, day = 0;
        if (!read_two(text, century, 99) || !read_two(text, year, 99)) return false;
        year += century * 100;
        text.remove_prefix(1);
        if (!read_two(text, month, 12) || month == 0) return false;
        text.remove_prefix(1);
        const std::int64_t days[] = {31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        if (!read_two(text, day, days[month - 1]) || day == 0) return false;
        of_day = false;
        base = days_from_civil(year, month, day) * 86400;
        if (text.empty()) {
            first = base;
            last = base + 86399;
            return true;
        }
        if (text[0] != 'T' && text[0] != 't') return false;
        text.remove_prefix(1);
    }
    std::int64_t hour = 0, minute = 0, second = 0;
    if (!read_two(text, hour, 23) || text.empty() || text[0] != ':') return false;
    text.remove_prefix(1);
    if (!read_two(text, minute, 59)) return false;
    first = base + hour * 3600 + minute * 60;
    last = first + 59;
    if (text.empty()) return true;
    if (text[0] != ':') return false;
    text.remove_prefix(1);
    if (!read_two(text, second, 59) || !text.empty()) return false;
    first = last = first + second;
    return true;
}

bool read_amount(std::string_view text, FilterDecimal& decimal, Currency& currency, std::string& error) {
    if (!read_decimal(text, decimal)) {
        error = "an amount is digits with an optional point and currency, such as 120.00EUR";
        return false;
    }
    if (text.empty()) return true;
    std::string code;
    for (char c : text) code += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    const auto parsed = Currency::parse(code);
    if (!parsed) {
        error = "no currency is called \"" + std::string(text) + "\"";
        return false;
    }
    if (!currency.empty() && currency != *parsed) {
        error = "one range has one currency";
        return false;
    }
    currency = *parsed;
    return true;
}

std::string choices_text(const std::vector<FilterChoice>& choices) {
    std::string text;
    for (std::size_t i = 0; i < choices.size() && i < 8; ++i) text += (i ? ", " : "") + std::string(choices[i].text);
    return choices.size() > 8 ? text + ", ..." : text;
}

// One value as its field's type reads it. Each reader fills `value`, or says in `error` what is wrong.
struct ValueReader {
    const FilterFieldInfo& field;
    const Compare compare;
    FilterValue& value;
    std::string& error;
    const std::string name{field.name};
    std::string_view text{value.text};
    const std::size_t dots = text.find("..");
    const bool range = dots != std::string_view::npos;

    std::string_view from() const { return text.substr(0, dots); }
    std::string_view to() const { return text.substr(dots + 2); }
    bool wrong(std::string why) {
        error = std::move(why);
        return false;
    }

    bool read() {
        if (range && compare != Compare::has && field.type != FilterType::text) return wrong(name + " takes a range after ':' only, as in " + name + ":" + value.text);
        switch (field.type) {
            case FilterType::text: return read_words();
            case FilterType::choice: return read_choice();
            case FilterType::node: return read_node();
            case FilterType::duration: return read_span();
            case FilterType::number: return read_count();
            case FilterType::amount: return read_money();
            case FilterType::time: return read_instant();
        }
        return false;
    }

    bool read_words() {
        if (compare != Compare::has) return wrong(name + " is a text; use " + name + ":");
        bool open_start = false, open_end = false;
        if (text.size() > 1 && text.front() == '*') open_start = true, text.remove_prefix(1);
        if (text.size() > 1 && text.back() == '*') open_end = true, text.remove_suffix(1);
        value.from_start = open_end && !open_start;
        value.to_end = open_start && !open_end;
        value.needle = Needle(text);
        return true;
    }

    bool read_choice() {
        const auto& choices = filter_choices(field.field);
        const std::string written(text);
        std::string wanted = lower(text);
        std::replace(wanted.begin(), wanted.end(), '_', '-');
        std::replace(wanted.begin(), wanted.end(), ' ', '-');
        if (field.field == FilterField::is && wanted == "damage") wanted = "damaged";
        for (std::size_t i = 0; i < choices.size(); ++i)
            if (choices[i].text == wanted) value.bits = std::uint64_t{1} << i;
        value.text = wanted;
        if (compare != Compare::has) return wrong(name + " takes ':'");
        if (value.bits == 0 && field.field == FilterField::state)  // a fact of a payment in any state, such as heuristic
            for (const auto& fact : filter_choices(FilterField::is))
                if (fact.text == wanted) return wrong("\"" + written + "\" is no state, for it goes with several: write is:" + wanted);
        if (value.bits == 0) return wrong("\"" + written + "\" is no " + name + "; it is one of " + choices_text(choices));
        return true;
    }

    bool read_node() {
        if (compare != Compare::has) return wrong(name + " takes ':'");
        const auto node = NodeId::parse(text);
        if (!node) return wrong(node.error().message);
        value.node = *node;
        return true;
    }

    bool read_span() {
        std::int64_t low = 0, high = 0;
        if (range) {
            if (!read_duration(from(), low) || !read_duration(to(), high) || low > high) return wrong("a range of time is written 1s..30s, the shorter first");
            value.low = low;
            value.high = high;
            return true;
        }
        if (!read_duration(text, low) && field.field == FilterField::since) return wrong("since: is how long ago, such as 30s or 15m; times of the clock are at:09:00..09:15");
        if (!read_duration(text, low)) return wrong("a time is a number with a unit (ms, s, m, h, d), such as 30s");
        if (compare == Compare::has && field.field != FilterField::since) return wrong(name + " needs < or > or a range, as in " + name + ">30s");
        if (compare == Compare::has || compare == Compare::most) value.high = low;
        if (compare == Compare::less) value.high = low - 1;
        if (compare == Compare::more) value.low = low + 1;
        if (compare == Compare::least) value.low = low;
        return true;
    }

    bool read_count() {
        const auto whole = [](std::string_view one, std::int64_t& out) {
            const auto result = std::from_chars(one.data(), one.data() + one.size(), out);
            return !one.empty() && result.ec == std::errc{} && result.ptr == one.data() + one.size() && out >= 0 && out < INT64_MAX / 2;
        };
        std::int64_t low = 0, high = 0;
        if (range ? !whole(from(), low) || !whole(to(), high) || low > high : !whole(text, low)) return wrong(name + " is a whole number");
        if (!range) high = low;
        if (compare == Compare::has || compare == Compare::most) value.high = high;
        if (compare == Compare::has || compare == Compare::least) value.low = low;
        if (compare == Compare::less) value.high = low - 1;
        if (compare == Compare::more) value.low = low + 1;
        return true;
    }

    bool read_money() {
        FilterDecimal low, high;
        if (range) {
            if (!read_amount(from(), low, value.currency, error) || !read_amount(to(), high, value.currency, error)) return false;
            value.low_decimal = low;
            value.high_decimal = high;
            return true;
        }
        if (!read_amount(text, low, value.currency, error)) return false;
        if (compare != Compare::less && compare != Compare::most) value.low_decimal = low;
        if (compare != Compare::more && compare != Compare::least) value.high_decimal = low;
        return true;
    }

    bool read_instant() {
        std::int64_t first = 0, last = 0, first_of_end = 0;
        bool of_day = true, end_of_day = true;
        const bool good = range ? read_time(from(), first, last, of_day) && read_time(to(), first_of_end, last, end_of_day) && of_day == end_of_day : read_time(text, first, last, of_day);
        if (!good) return wrong("a time is written 09:00, 09:00:30 or 2026-11-20T09:00, a range 09:00..09:15");
        if (range) last = first_of_end;  // up to the named time, not through its minute
        value.of_day = of_day;
        if (compare == Compare::has || compare == Compare::more || compare == Compare::least) value.low = compare == Compare::more ? last + 1 : first;
        if (compare == Compare::has || compare == Compare::less || compare == Compare::most) value.high = compare == Compare::less ? first - 1 : last;
        return true;
    }
};

}  // namespace

bool read_filter_value(const FilterFieldInfo& field, Compare compare, const FilterPiece& piece, FilterValue& value, std::string& error) {
    value.text = piece.text;
    return ValueReader{field, compare, value, error}.read();
}

}  // namespace indoubt::view
