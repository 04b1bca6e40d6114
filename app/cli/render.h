// SPDX-License-Identifier: GPL-3.0-or-later
// How values look in a terminal: aligned tables, money with its currency, times in local time with offset, ages.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/money.h"
#include "client/operator_client.h"
#include "view/view.h"

namespace indoubt::cli {

enum class Align : unsigned char { left, right };

class Table {
  public:
    struct Column {
        std::string title;
        Align align = Align::left;
        std::size_t width_max = 60;  // longer text is cut with "..."; 0 = never
    };
    explicit Table(std::vector<Column> columns) : m_columns(std::move(columns)) {}
    void row(std::vector<std::string> cells) { m_rows.push_back(std::move(cells)); }
    bool empty() const { return m_rows.empty(); }
    void print() const;  // head, rows; columns as wide as their widest cell

  private:
    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

std::string money(std::int64_t minor, base::Currency currency);  // "2,480.00 EUR"
std::string local_time(std::int64_t utc_ns);                     // "12:04:31.221 +01:00", the date before it when not today
std::string age(std::int64_t ns);                                // "3 ms", "41 s", "2 h 05 min"
std::string count_text(std::uint64_t value);                     // "12,400"
std::string join(const std::vector<std::string>& parts, const std::string& between);
std::string missing_coverage(const std::vector<client::Coverage>& coverage);  // "not reached: T (as of ...)", or empty

std::string event_line(const events::Event& event);  // time, node, position, payment, what happened
std::size_t terminal_width();                        // columns; 150 where stdout is no terminal
bool on_terminal();                                  // stdout is one, and NO_COLOR is not set
std::string state_colour(const std::string& word);   // the word of a state, coloured on a terminal

}  // namespace indoubt::cli
