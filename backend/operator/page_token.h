// SPDX-License-Identifier: GPL-3.0-or-later
// Page tokens: where a long answer was broken off, as words that a person can read in a log. They name the last thing that was
// told, never a count, so that what comes or leaves between two pages shifts nothing. Internal to operator.
#pragma once
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "events/event.h"

namespace indoubt::operators {

class PageToken {
  public:
    explicit PageToken(std::string_view text) : m_rest(text) {}

    std::string_view word() {  // up to the next space
        const std::size_t end = std::min(m_rest.find(' '), m_rest.size());
        const std::string_view word = m_rest.substr(0, end);
        m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
        return word;
    }
    template <class Number>
    std::optional<Number> number() {
        const std::string_view text = word();
        Number value{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
        return value;
    }
    std::string_view rest() const { return m_rest; }

    static std::string of(const events::Position& at) {
        return std::to_string(at.hlc) + " " + at.node.name() + " " + std::to_string(at.incarnation) + " " + std::to_string(at.seq);
    }
    std::optional<events::Position> position() {
        const auto hlc = number<std::int64_t>();
        const auto node = base::NodeId::parse(word());
        const auto incarnation = number<base::Incarnation>();
        const auto seq = number<std::uint64_t>();
        if (!hlc || !node || !incarnation || !seq) return std::nullopt;
        return events::Position{*hlc, *node, *incarnation, *seq};
    }

  private:
    std::string_view m_rest;
};

}  // namespace indoubt::operators
