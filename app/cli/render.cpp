// SPDX-License-Identifier: GPL-3.0-or-later
#include "render.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "base/utf8.h"
#include "workload/text.h"

namespace indoubt::cli {

namespace {

// Characters that take a place on screen: UTF-8 sequences, escape sequences not counted.
std::size_t width(const std::string& text) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\033') {
            while (i < text.size() && text[i] != 'm') ++i;
            continue;
        }
        size += (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
    }
    return size;
}

std::string cut(const std::string& text, std::size_t most) {
    if (most == 0 || width(text) <= most) return text;
    std::string out = text;
    while (workload::utf8_length(out) > most - 2 || !base::valid_utf8(out)) out.pop_back();
    return out + "..";
}

std::string pad(const std::string& text, std::size_t size, Align align) {
    const std::size_t have = width(text);
    const std::string space(size > have ? size - have : 0, ' ');
    return align == Align::left ? text + space : space + text;
}

}  // namespace

void Table::print() const {
    std::vector<std::size_t> widths;
    for (const Column& column : m_columns) widths.push_back(width(column.title));
    std::vector<std::vector<std::string>> shown = m_rows;
    for (auto& row : shown)
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = cut(row[i], m_columns[i].width_max);
            widths[i] = std::max(widths[i], width(row[i]));
        }
    const auto line = [&](const auto& cell_of) {
        std::string out;
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            if (i > 0) out += "  ";
            out += pad(cell_of(i), widths[i], m_columns[i].align);
        }
        while (out.ends_with(' ')) out.pop_back();
        return out;
    };
    const std::string head = line([&](std::size_t i) { return m_columns[i].title; });
    fmt::print("{}{}{}\n", on_terminal() ? "\033[1m" : "", head, on_terminal() ? "\033[0m" : "");
    for (const auto& row : shown) fmt::print("{}\n", line([&](std::size_t i) { return i < row.size() ? row[i] : std::string(); }));
}

std::string money(std::int64_t minor, base::Currency currency) { return base::text({minor, currency}, true); }

std::string local_time(std::int64_t utc_ns) {
    if (utc_ns == 0) return "-";
    const std::time_t seconds = static_cast<std::time_t>(utc_ns / 1'000'000'000), today_seconds = std::time(nullptr);
    std::tm local{}, today{};
    localtime_r(&seconds, &local);
    localtime_r(&today_seconds, &today);
    const bool same_day = local.tm_yday == today.tm_yday && local.tm_year == today.tm_year;
    const long offset = local.tm_gmtoff / 60;
    return fmt::format("{}{:02}:{:02}:{:02}.{:03} {}{:02}:{:02}",
                       same_day ? "" : fmt::format("{:04}-{:02}-{:02} ", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday),
                       local.tm_hour, local.tm_min, local.tm_sec, utc_ns / 1'000'000 % 1000, offset < 0 ? '-' : '+', std::abs(offset) / 60,
                       std::abs(offset) % 60);
}

std::string age(std::int64_t ns) {
    if (ns < 0) ns = 0;
    const std::int64_t ms = ns / 1'000'000, s = ms / 1000;
    if (ms < 1000) return fmt::format("{} ms", ms);
    if (s < 10) return fmt::format("{}.{} s", s, ms / 100 % 10);
    if (s < 120) return fmt::format("{} s", s);
    if (s < 7200) return fmt::format("{} min", s / 60);
    if (s < 48 * 3600) return fmt::format("{} h {:02} min", s / 3600, s / 60 % 60);
    return fmt::format("{} d", s / 86400);
}

std::string count_text(std::uint64_t value) {
    std::string text = std::to_string(value);
    for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
    return text;
}

std::string join(const std::vector<std::string>& parts, const std::string& between) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : between) + part;
    return out;
}

std::string missing_coverage(const std::vector<client::Coverage>& coverage) {
    std::vector<std::string> missing;
    for (const auto& one : coverage)
        if (!one.reached) missing.push_back(one.node.name() + (one.as_of_ns > 0 ? " (as of " + local_time(one.as_of_ns) + ")" : ""));
    return missing.empty() ? "" : "Not reached: " + join(missing, ", ");
}

std::string event_line(const events::Event& event) {
    return fmt::format("{}  {:<4} {:>4}.{:<7} {:<10}  {}", local_time(event.at_ns), event.node.name(), event.incarnation, event.seq,
                       event.xid.empty() ? "" : event.xid.short_text(), events::title(event));
}

std::size_t terminal_width() {
    winsize size{};
    const bool known = isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 60;
    return known ? size.ws_col : 150;
}

bool on_terminal() {
    static const bool yes = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
    return yes;
}

std::string state_colour(const std::string& word) {
    if (!on_terminal()) return word;
    const char* colour = word == "committed" || word == "up"       ? "32"
                         : word == "in-doubt"                      ? "33"
                         : word == "blocked" || word == "down"     ? "1;31"
                         : word == "aborted" || word == "aborting" ? "90"
                         : word == "committing"                    ? "36"
                                                                   : "34";
    return fmt::format("\033[{}m{}\033[0m", colour, word);
}

}  // namespace indoubt::cli
