// SPDX-License-Identifier: GPL-3.0-or-later
// The diagram in plain text: lanes side by side, time downwards. Arrows are drawn where a message arrives or is lost.
//   |  quiet   /  in doubt   X  blocked   w  waiting   H  forced   #  damage   :  suspended      (blank)  down
#include <algorithm>

#include "view/timeline_model.h"

namespace indoubt::view {

using events::Event;
using events::EventKind;

namespace {

constexpr std::size_t time_width = 13, pitch_min = 12;

// Columns of text, counted in characters (UTF-8 continuation bytes take none).
std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string cut(const std::string& text, std::size_t columns) {
    if (columns_of(text) <= columns) return text;
    std::string shorter;
    std::size_t used = 0;
    for (char c : text) {
        if ((static_cast<unsigned char>(c) & 0xc0) != 0x80 && ++used > columns - std::min<std::size_t>(columns, 2)) break;
        shorter += c;
    }
    return shorter + "..";
}

class Sheet {
  public:
    Sheet(const TimelineModel& model, std::size_t width) : m_model(model) {
        // Sixteen participants do not fit: the sheet grows rather than leave one out.
        const std::size_t lanes = std::max<std::size_t>(model.lanes.size(), 1);
        m_width = std::max(width, time_width + lanes * pitch_min);
        m_pitch = (m_width - time_width) / lanes;
    }

    std::string draw() {
        heading();
        lane_heads();
        for (std::size_t i = 0; i < m_model.events.size(); ++i) {
            event(static_cast<int>(i));
            for (const TimelineBreak& fold : m_model.breaks)
                if (fold.before == static_cast<int>(i)) silence(fold);
        }
        footer();
        return m_text;
    }

  private:
    std::size_t x_of(int lane) const { return time_width + static_cast<std::size_t>(lane) * m_pitch; }

    char rail(std::size_t lane, int at) const {
        char c = '|';
        for (const TimelineBand& band : m_model.bands) {
            if (band.lane != static_cast<int>(lane) || at < band.begin || (band.end >= 0 && at >= band.end)) continue;
            switch (band.kind) {
                case BandKind::down: return ' ';
                case BandKind::suspended: return ':';
                case BandKind::damage: return '#';
                case BandKind::heuristic: c = 'H'; break;
                case BandKind::blocked: c = 'X'; break;
                case BandKind::in_doubt: if (c == '|') c = '/'; break;
                case BandKind::waiting: if (c == '|') c = 'w'; break;
            }
        }
        return c;
    }

    std::string rails(int at) const {
        std::string line(m_width, ' ');
        for (std::size_t lane = 0; lane < m_model.lanes.size(); ++lane)
            line[x_of(static_cast<int>(lane))] = rail(lane, at);
        return line;
    }

    void put(std::string line) {
        while (!line.empty() && line.back() == ' ') line.pop_back();
        m_text += line + "\n";
    }

    static void write(std::string& line, std::size_t x, const std::string& text) {
        for (std::size_t i = 0; i < text.size() && x + i < line.size(); ++i) line[x + i] = text[i];
    }

    void heading() {
        std::string line;
        if (m_model.payment) {
            line = events::best_reference(*m_model.payment) + "  " + base::text(m_model.payment->amount, true);
            if (!m_model.payment->debtor.name.empty()) line += "  " + m_model.payment->debtor.name + " -> " + m_model.payment->creditor.name;
        }
        put(cut(line + (line.empty() ? "" : "  ") + std::string(word(m_model.state)) + (m_model.events.empty() ? "" : " after " + duration_text(m_model.age_ns)), m_width));
        // What happened to whole nodes stands between them, and is none of its own.
        const auto own = std::count_if(m_model.events.begin(), m_model.events.end(), [&](const Event& event) { return event.xid == m_model.xid; });
        std::string second = "xid " + m_model.xid.short_text() + ", " + m_model.protocol.name + (m_model.protocol.cooperative ? ", cooperative" : "") + ", " + std::to_string(own) + (own == 1 ? " event" : " events");
        if (m_model.untraced != 0) second += ", messages not traced";
        if (!m_model.skew_note.empty()) second += ", " + m_model.skew_note;
        put(cut(second, m_width));
        put("");
    }

    void lane_heads() {
        std::string names(m_width, ' '), roles(m_width, ' '), votes(m_width, ' ');
        // Names may hold letters of several bytes: they are padded by column, not by byte.
        std::string titled(time_width, ' ');
        for (std::size_t i = 0; i < m_model.lanes.size(); ++i) {
            const TimelineLane& lane = m_model.lanes[i];
            const std::string name = cut(lane.node.name() + (lane.title == lane.node.name() ? "" : " " + lane.title), m_pitch - 1);
            titled += name + std::string(m_pitch - columns_of(name), ' ');
            std::string role(word(lane.role));
            if (lane.role != LaneRole::coordinator && !lane.amount.currency.empty()) role += " " + base::text(lane.amount);
            if (lane.role == LaneRole::coordinator) role = m_model.protocol.name;
            write(roles, x_of(static_cast<int>(i)), cut(role, m_pitch - 1));
            std::string vote;
            if (lane.role == LaneRole::manager) vote = "";
            else if (lane.role == LaneRole::coordinator) vote = lane.outcome == Outcome::none ? "" : std::string(events::word(lane.outcome));
            else vote = lane.vote == Vote::none ? "[ ]" : "[" + std::string(events::word(lane.vote)) + "]";
            if (lane.heuristic != Heuristic::none) vote += " forced " + std::string(events::word(lane.heuristic));
            if (lane.damage) vote += " DAMAGE";
            write(votes, x_of(static_cast<int>(i)), cut(vote, m_pitch - 1));
        }
        put(titled);
        put(roles);
        put(votes);
    }

    std::string time_of(int at) const {
        const std::int64_t ns = m_model.events[static_cast<std::size_t>(at)].hlc - m_model.begin_hlc;
        char text[40];
        if (ns < 10'000'000'000) std::snprintf(text, sizeof text, "%+.3f ms", static_cast<double>(ns) / 1e6);
        else std::snprintf(text, sizeof text, "%+.3f s", static_cast<double>(ns) / 1e9);
        return std::string(text);
    }

    std::string start(int at) const {
        std::string line = rails(at);
        const std::string time = time_of(at);
        write(line, time.size() + 2 < time_width ? time_width - 2 - time.size() : 0, time);
        return line;
    }

    void arrow(int at, int from, int to, const std::string& label, bool lost, bool dashed) {
        std::string line = start(at);
        const std::size_t a = x_of(std::min(from, to)), b = x_of(std::max(from, to));
        const char stroke = dashed ? '.' : '-';
        const bool rightward = from < to;
        std::size_t first = a + 1, last = b - 1;
        if (lost) {  // it ends a third into the first gap
            const std::size_t length = std::max<std::size_t>(m_pitch / 3, 3);
            if (rightward) last = std::min(last, first + length);
            else first = std::max(first, last - std::min(last, length));
        }
        for (std::size_t x = first; x <= last && x < line.size(); ++x) line[x] = stroke;
        line[rightward ? last : first] = lost ? 'x' : rightward ? '>' : '<';
        const std::string text = " " + label + (lost ? " lost" : "") + " ";
        if (lost) {
            if (rightward) write(line, last + 1, text);
            else if (first >= text.size()) write(line, first - text.size(), text);
        } else {
            // In the sender's own gap, so that rails of lanes between stay readable.
            const std::size_t gap = m_pitch - 1;
            const std::size_t from_x = rightward ? a + 1 : b - gap;
            if (text.size() + 2 <= gap) write(line, from_x + (gap - text.size()) / 2, text);
            else write(line, from_x + 1, cut(label, gap - 3));
        }
        put(line);
    }

    void say(int at, int lane, const std::string& text) {
        std::string line = start(at);
        const std::size_t x = x_of(lane) + 2;
        write(line, x, cut(text, m_width > x ? m_width - x : 0));  // over the next lanes' rails, if it is long
        put(line);
    }

    void event(int at) {
        const auto index = static_cast<std::size_t>(at);
        const Event& now = m_model.events[index];
        const int lane = m_model.lane_of[index];
        if (lane < 0) return;
        for (const TimelineMessage& message : m_model.messages) {
            const bool both = message.from >= 0 && message.to >= 0 && message.from != message.to;
            if (message.received == at) {
                if (both) arrow(at, message.from, message.to, message.label, false, message.repeat || message.number > 1);
                return;
            }
            if (message.dropped == at && message.fate == MessageFate::lost) {
                if (both) arrow(at, message.from, message.to, (message.injected ? "FAULT " : "") + message.label, true, false);
                return;
            }
            if (message.held == at) return say(at, lane, "(" + message.label + " held back)");
            if (message.released == at) return say(at, lane, "(" + message.label + " released)");
            if (message.sent == at) {
                if (message.fate == MessageFate::lost && message.dropped < 0 && both) arrow(at, message.from, message.to, message.label, true, false);
                else if (message.fate == MessageFate::under_way) say(at, lane, message.label + " under way");
                return;  // drawn where it arrives
            }
        }
        switch (now.kind) {
            case EventKind::append: return say(at, lane, (now.durable ? "[ " : ". ") + std::string(now.record() ? events::word(*now.record()) : ""));
            case EventKind::durable: return say(at, lane, "# " + std::string(now.record() ? events::word(*now.record()) : "") + " on disk");
            case EventKind::crash: return say(at, lane, std::string("X CRASH") + (now.fault != 0 ? " (FAULT)" : ""));
            case EventKind::sync: {
                for (const TimelineWrite& write : m_model.writes)
                    if (write.durable == at) return say(at, lane, "# " + write.label + " on disk");
                return;
            }
            case EventKind::send:
            case EventKind::receive:
            case EventKind::drop:
            case EventKind::timer: return;
            case EventKind::lock:
            case EventKind::unlock:
            case EventKind::apply: {
                const auto* note = now.note();
                std::string text(events::word(now.kind));
                if (note && !note->amount.currency.empty()) text += " " + base::text(note->amount);
                return say(at, lane, text);
            }
            default:
                for (const TimelineMark& mark : m_model.marks)
                    if (mark.event == at && mark.kind != MarkKind::fault) return say(at, lane, (mark.kind == MarkKind::vote ? "votes " : "") + mark.label);
                return say(at, lane, events::title(now));
        }
    }

    void silence(const TimelineBreak& fold) {
        std::string line = rails(fold.before);
        for (std::size_t lane = 0; lane < m_model.lanes.size(); ++lane) {
            char& c = line[x_of(static_cast<int>(lane))];
            if (c == '|') c = '.';
        }
        write(line, 1, "~ " + fold.label);
        put(line);
    }

    void footer() {
        put("");
        const TimelineCost& cost = m_model.cost;
        std::string line = "cost: ";
        const auto of = [](std::uint32_t have, std::uint32_t due, bool known) { return std::to_string(have) + (known ? " of " + std::to_string(due) : ""); };
        const bool known = cost.messages_due != 0;
        if (cost.traced) {
            line += of(cost.messages, cost.messages_due, known) + " messages";
            line += ", ";
        }
        line += of(cost.forced_writes, cost.forced_writes_due, known) + " forced writes";
        if (cost.traced && known && cost.delays_due != 0) line += ", " + of(cost.delays, cost.delays_due, true) + " delays";
        put(line);
        std::string beyond;
        for (const auto& [name, count] : cost.extra) beyond += (beyond.empty() ? "" : ", ") + (count == 1 ? "" : std::to_string(count) + " ") + name;
        if (!beyond.empty()) put("beyond it: " + beyond);
    }

    const TimelineModel& m_model;
    std::size_t m_width, m_pitch;
    std::string m_text;
};

}  // namespace

std::string render_text(const TimelineModel& model, std::size_t width) {
    if (model.events.empty()) return "no events of " + model.xid.short_text() + " are here\n";
    return Sheet(model, width).draw();
}

}  // namespace indoubt::view
