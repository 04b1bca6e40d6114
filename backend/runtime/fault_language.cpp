// SPDX-License-Identifier: GPL-3.0-or-later
// The rule language of faults.h.
#include <algorithm>
#include <array>
#include <charconv>

#include "runtime/faults.h"

namespace indoubt::runtime {

namespace {

constexpr std::array message_words = std::to_array<std::string_view>(
    {"PREPARE", "YES", "NO", "READ-ONLY", "COMMIT", "ABORT", "ACK", "INQUIRY", "UNDECIDED", "PEER-INQUIRY", "PEER-ANSWER", "PRE-COMMIT", "PRE-COMMIT-ACK", "STATE-REQUEST",
     "STATE-REPORT", "MOVE", "MOVED", "1A", "1B", "2A", "2B", "2B-ALL", "LEARNED", "RAFT-REQUEST-VOTE", "RAFT-VOTE", "RAFT-APPEND", "RAFT-APPEND-REPLY", "RAFT-SNAPSHOT",
     "RAFT-SNAPSHOT-REPLY", "any"});
constexpr std::array record_words = std::to_array<std::string_view>(
    {"BEGIN", "PREPARED", "COMMIT", "ABORT", "END", "REFUSED", "HEURISTIC COMMIT", "HEURISTIC ROLLBACK", "DAMAGE", "FORGET", "ORDER", "INCARNATION", "ACCOUNT", "PRE-COMMITTED", "PRE-ABORTED",
     "ELECTED", "ACCEPTED", "PROMISED", "RAFT-TERM", "RAFT-ENTRIES", "RAFT-SNAPSHOT", "any"});

class Words {
  public:
    explicit Words(std::string_view text) {
        while (!text.empty()) {
            const auto start = text.find_first_not_of(" \t");
            if (start == std::string_view::npos) break;
            text.remove_prefix(start);
            const auto end = std::min(text.find_first_of(" \t"), text.size());
            m_words.emplace_back(text.substr(0, end));
            text.remove_prefix(end);
        }
    }
    bool done() const { return m_at >= m_words.size(); }
    std::string peek() const { return done() ? std::string() : m_words[m_at]; }
    std::string next() { return done() ? std::string() : m_words[m_at++]; }
    bool take(std::string_view word) {
        if (done() || m_words[m_at] != word) return false;
        ++m_at;
        return true;
    }
    base::Error expected(const std::string& what) const {
        return base::invalid_argument("fault rule: expected " + what + (done() ? " at the end" : " instead of \"" + peek() + "\""));
    }

  private:
    std::vector<std::string> m_words;
    std::size_t m_at = 0;
};

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

template <std::size_t N>
std::string list(const std::array<std::string_view, N>& words) {
    std::string text;
    for (auto word : words) text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

template <std::size_t N>
bool known(const std::array<std::string_view, N>& words, std::string& word) {
    if (word != "any") word = upper(word);
    return std::find(words.begin(), words.end(), word) != words.end();
}

template <class Number>
bool number(std::string_view text, Number& value) {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc() && result.ptr == text.data() + text.size() && !text.empty();
}

base::Result<> node(Words& words, base::NodeId& id) {
    auto parsed = base::NodeId::parse(words.peek());
    if (!parsed) return words.expected("a node name");
    words.next();
    id = *parsed;
    return base::Ok{};
}

base::Result<> crash(Words& words, FaultRule& rule) {
    rule.act = FaultAct::crash;
    if (words.take("after")) rule.after = true;
    else if (!words.take("before")) return words.expected("\"before\" or \"after\"");
    if (words.take("force")) rule.point = FaultPoint::force;
    else if (words.take("send")) rule.point = FaultPoint::send;
    else if (words.take("receive")) rule.point = FaultPoint::receive;
    else return words.expected("\"force\", \"send\" or \"receive\"");
    rule.what = words.peek();
    if (rule.point == FaultPoint::force) {
        if (upper(rule.what) == "HEURISTIC") {
            words.next();
            rule.what += " " + words.peek();
        }
        if (!known(record_words, rule.what)) return words.expected("a record, one of " + list(record_words));
    } else if (!known(message_words, rule.what)) {
        return words.expected("a message, one of " + list(message_words));
    }
    words.next();
    if (rule.point == FaultPoint::send && number(words.peek(), rule.index)) {
        words.next();
        if (words.take("of")) words.next();  // "i of n": n is for the reader
    }
    if (!words.take("at")) return words.expected("\"at NODE\"");
    return node(words, rule.at);
}

base::Result<> ends(Words& words, FaultRule& rule) {
    if (words.take("from"))
        if (auto named = node(words, rule.from); !named) return named;
    if (words.take("to"))
        if (auto named = node(words, rule.to); !named) return named;
    return base::Ok{};
}

base::Result<> message_rule(Words& words, FaultRule& rule, const std::string& act) {
    rule.act = act == "drop" ? FaultAct::drop : act == "hold" ? FaultAct::hold : act == "delay" ? FaultAct::delay : FaultAct::duplicate;
    if (rule.act == FaultAct::delay) {
        std::string amount = words.peek();
        const bool seconds = !amount.ends_with("ms") && amount.ends_with("s");
        const std::size_t unit = amount.ends_with("ms") ? 2 : seconds ? 1 : 0;
        if (unit == 0 || !number(std::string_view(amount).substr(0, amount.size() - unit), rule.delay_ms) || rule.delay_ms <= 0 || rule.delay_ms > 3'600'000)
            return words.expected("a time such as 200ms or 2s");
        if (seconds) rule.delay_ms *= 1000;
        words.next();
        rule.times = 0;
    }
    rule.what = words.peek();
    if (!known(message_words, rule.what)) return words.expected("a message, one of " + list(message_words));
    words.next();
    return ends(words, rule);
}

base::Result<> cut(Words& words, FaultRule& rule) {
    rule.act = FaultAct::cut;
    rule.what = "any";
    rule.times = 0;
    if (auto named = node(words, rule.from); !named) return named;
    if (words.take("and")) rule.both_ways = true;
    else if (!words.take("to")) return words.expected("\"to NODE\" (one way) or \"and NODE\" (both ways)");
    return node(words, rule.to);
}

}  // namespace

base::Result<FaultRule> parse_fault(std::string_view text) {
    if (text.size() > fault_rule_bytes_max) return base::invalid_argument("fault rule: longer than " + std::to_string(fault_rule_bytes_max) + " bytes");
    Words words(text);
    FaultRule rule;
    rule.text = std::string(text);
    const std::string act = words.peek();
    base::Result<> parsed = base::Ok{};
    if (words.take("crash")) parsed = crash(words, rule);
    else if (words.take("drop") || words.take("hold") || words.take("delay") || words.take("duplicate")) parsed = message_rule(words, rule, act);
    else if (words.take("cut")) parsed = cut(words, rule);
    else return words.expected("\"crash\", \"drop\", \"hold\", \"delay\", \"duplicate\" or \"cut\"");
    if (!parsed) return parsed.error();
    while (!words.done()) {
        if (words.take("for")) {
            auto xid = base::Xid::parse(words.peek());
            if (!xid) return xid.error();
            rule.xid = *xid;
            words.next();
        } else if (words.take("once")) {
            rule.times = 1;
        } else if (words.take("always")) {
            rule.times = 0;
        } else if (words.take("times")) {
            if (!number(words.peek(), rule.times) || rule.times == 0) return words.expected("a count, 1 or more");
            words.next();
        } else {
            return words.expected("\"for XID\", \"once\", \"times N\" or \"always\"");
        }
    }
    return rule;
}

}  // namespace indoubt::runtime
