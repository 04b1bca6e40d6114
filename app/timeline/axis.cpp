// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/axis.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace indoubt::console::timeline {
namespace {

constexpr double nsPerU = 1e6;  // u is a millisecond on the time axes
constexpr double leastTickPx = 76;

double toU(qint64 ns) { return static_cast<double>(ns) / nsPerU; }

}  // namespace

qint64 niceStepNs(double least) {
    double power = std::pow(10, std::floor(std::log10(std::max(1.0, least))));
    for (const double factor : {1.0, 2.0, 5.0, 10.0})
        if (power * factor >= least - 1e-9) return static_cast<qint64>(power * factor);
    return static_cast<qint64>(power * 10);
}

QString durationText(qint64 ns) {
    const double ms = static_cast<double>(ns) / 1e6, s = ms / 1000;
    if (ns < 1000) return QStringLiteral("%1 ns").arg(ns);
    if (ms < 0.1) return QStringLiteral("%1 µs").arg(static_cast<double>(ns) / 1e3, 0, 'f', ms < 0.01 ? 1 : 0);
    if (ms < 100) return QStringLiteral("%1 ms").arg(ms, 0, 'f', ms < 1 ? 2 : 1);
    if (ms < 999.5) return QStringLiteral("%1 ms").arg(ms, 0, 'f', 0);
    if (s < 9.95) return QStringLiteral("%1 s").arg(s, 0, 'f', 1);
    const qint64 whole = ns / 1'000'000'000;
    // From a second on as everywhere else in the console: one stretch has one length.
    if (whole < 60) return QStringLiteral("%1 s").arg(whole);
    if (whole < 3600)
        return whole % 60 ? QStringLiteral("%1 min %2 s").arg(whole / 60).arg(whole % 60) : QStringLiteral("%1 min").arg(whole / 60);
    return QStringLiteral("%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60);
}

QString tickText(qint64 ns, qint64 stepNs) {
    if (ns == 0) return QStringLiteral("0");
    const auto decimals = [&](double unit) {
        return std::clamp(static_cast<int>(std::ceil(-std::log10(static_cast<double>(stepNs) / unit) - 1e-9)), 0, 6);
    };
    const QString sign = ns < 0 ? QStringLiteral("−") : QStringLiteral("+");
    const double value = std::abs(static_cast<double>(ns));
    if (value >= 1e9) return sign + QStringLiteral("%1 s").arg(value / 1e9, 0, 'f', decimals(1e9));
    if (value >= 1e6 || stepNs >= 1'000'000) return sign + QStringLiteral("%1 ms").arg(value / 1e6, 0, 'f', decimals(1e6));
    return sign + QStringLiteral("%1 µs").arg(value / 1e3, 0, 'f', decimals(1e3));
}

Axis::Axis(AxisKind kind, std::span<const AxisEvent> events, std::span<const Stretch> stretches, qint64 nowNs, double foldPx)
    : m_kind(kind), m_foldPx(foldPx) {
    if (events.empty()) return;
    m_places.resize(events.size());
    if (kind == AxisKind::Folded)
        folded(events, stretches, nowNs);
    else if (kind == AxisKind::Order)
        order(events, nowNs);
    else
        clock(events, nowNs);
}

void Axis::folded(std::span<const AxisEvent> events, std::span<const Stretch> stretches, qint64 nowNs) {
    m_beginNs = events.front().hlcNs;
    Place place;
    qint64 last = m_beginNs;
    m_knots.push_back({last, place});
    auto next = stretches.begin();
    auto begun = stretches.end();
    const auto advance = [&](qint64 ns, bool tail) {
        if (ns <= last) return;
        while (next != stretches.end() && next->toNs <= last && !(tail && next + 1 == stretches.end())) ++next;
        // The last stretch ends at the now it was made for; a later now only makes it longer.
        const bool out = next != stretches.end() && next->fromNs <= last && (next->toNs > last || tail);
        if (out) {
            if (begun != next) {
                begun = next;
                Fold fold{place, next->fromNs, next->toNs, next->text, next->remark};
                fold.middle.px += m_foldPx / 2;
                m_folds.push_back(fold);
            }
            const double whole = static_cast<double>(std::max<qint64>(1, next->toNs - next->fromNs));
            place.px += m_foldPx * static_cast<double>(std::clamp<qint64>(next->toNs - last, 0, ns - last)) / whole;
            if (tail) {
                m_folds.back().toNs = ns;
                place.px += tailPx;
            }
        } else {
            place.u += toU(ns - last);
        }
        last = ns;
        m_knots.push_back({ns, place});
    };
    for (std::size_t i = 0; i < events.size(); ++i) {
        advance(events[i].hlcNs, false);
        m_places[i] = place;
    }
    if (nowNs > last) advance(nowNs, true);
    m_end = place;
}

void Axis::order(std::span<const AxisEvent> events, qint64 nowNs) {
    m_beginNs = events.front().hlcNs;
    // A column is a step that takes time: a message under way, a write becoming durable, a node's rest until it wakes. What is
    // concurrent may stand in one column, but never more than one column before something that happened earlier: so the
    // diagram still reads from left to right as it went.
    std::vector<int> column(events.size(), 0);
    std::map<int, int> lastOnLane;               // lane -> event
    std::map<std::pair<int, int>, int> drawnIn;  // (lane, column) -> how many
    std::map<std::pair<int, int>, int> fanIn;    // the last one drawn there
    std::vector<int> rank(events.size(), 0);
    for (std::size_t i = 0; i < events.size(); ++i) {
        int at = 1;
        for (const int cause : events[i].causes) {
            const bool takesTime = events[i].step || events[static_cast<std::size_t>(cause)].lane != events[i].lane;
            at = std::max(at, column[static_cast<std::size_t>(cause)] + (takesTime ? 1 : 0));
        }
        if (const auto before = lastOnLane.find(events[i].lane); before != lastOnLane.end())
            at = std::max(at, column[static_cast<std::size_t>(before->second)] + (events[i].step && events[i].causes.empty() ? 1 : 0));
        at = std::max(at, m_columns - 1);
        column[i] = at;
        lastOnLane[events[i].lane] = static_cast<int>(i);
        int& drawn = drawnIn[{events[i].lane, at}];
        int& fan = fanIn[{events[i].lane, at}];
        const bool shares = events[i].fan != 0 && events[i].fan == fan;
        rank[i] = events[i].drawn && !shares ? drawn++ : std::max(0, drawn - 1);
        if (events[i].drawn) fan = events[i].fan;
        m_columns = std::max(m_columns, at);
    }
    for (std::size_t i = 0; i < events.size(); ++i) {
        const int many = drawnIn[{events[i].lane, column[i]}];
        const double step = many > 1 ? std::min(0.14, 0.7 / many) : 0;
        m_places[i].u = column[i] - 1 + rank[i] * step;
    }
    Place furthest;
    qint64 last = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
        furthest.u = std::max(furthest.u, m_places[i].u);
        if (m_knots.empty() || events[i].hlcNs > last)
            m_knots.push_back({events[i].hlcNs, furthest});
        else
            m_knots.back().place = furthest;
        last = m_knots.back().ns;
    }
    m_end = furthest;
    m_end.u += 0.4;
    if (nowNs > last) {
        m_end.px += tailPx / 2;
        m_knots.push_back({nowNs, m_end});
    }
}

void Axis::clock(std::span<const AxisEvent> events, qint64 nowNs) {
    m_beginNs = events.front().clockNs;
    for (const AxisEvent& event : events) m_beginNs = std::min(m_beginNs, event.clockNs);
    // Instants that belong to no node (now) go by the host's clock, laid over the first event's own.
    const qint64 shift = events.front().clockNs - events.front().hlcNs;
    qint64 last = m_beginNs;
    for (std::size_t i = 0; i < events.size(); ++i) {
        m_places[i].u = toU(events[i].clockNs - m_beginNs);
        last = std::max(last, events[i].clockNs);
    }
    if (nowNs > events.back().hlcNs) last = std::max(last, nowNs + shift);
    m_end.u = toU(last - m_beginNs);
    m_knots = {{m_beginNs - shift, {}}, {last - shift, m_end}};
}

Place Axis::of(int event) const {
    return event >= 0 && static_cast<std::size_t>(event) < m_places.size() ? m_places[static_cast<std::size_t>(event)] : m_end;
}

Place Axis::at(qint64 ns) const {
    if (m_knots.empty()) return {};
    const auto after = std::upper_bound(m_knots.begin(), m_knots.end(), ns, [](qint64 t, const Knot& knot) { return t < knot.ns; });
    if (after == m_knots.begin()) return m_knots.front().place;
    const Knot& from = *std::prev(after);
    if (after == m_knots.end()) return from.place;
    const double part = static_cast<double>(ns - from.ns) / static_cast<double>(after->ns - from.ns);
    return {from.place.u + (after->place.u - from.place.u) * part, from.place.px + (after->place.px - from.place.px) * part};
}

qint64 Axis::timeAt(double x, double scale) const {
    if (m_knots.empty()) return 0;
    const auto after =
        std::upper_bound(m_knots.begin(), m_knots.end(), x, [&](double at, const Knot& knot) { return at < knot.place.x(scale); });
    if (after == m_knots.begin()) return m_knots.front().ns;
    const Knot& from = *std::prev(after);
    if (after == m_knots.end()) return from.ns;
    const double x0 = from.place.x(scale), x1 = after->place.x(scale);
    return from.ns + static_cast<qint64>(static_cast<double>(after->ns - from.ns) * (x - x0) / std::max(1e-9, x1 - x0));
}

double Axis::scaleToFit(double width) const {
    if (m_end.u <= 0) return 1;
    return std::max(1e-9, (width - m_end.px) / m_end.u);
}

std::vector<Tick> Axis::ticks(double scale, double fromX, double toX) const {
    std::vector<Tick> out;
    if (empty()) return out;
    if (m_kind == AxisKind::Order) {
        const int every = std::max(1, static_cast<int>(std::ceil(28 / std::max(1e-6, scale))));
        const int first = std::max(0, static_cast<int>(std::floor(fromX / std::max(1e-6, scale))));
        for (int column = first - first % every; column < m_columns && column * scale <= toX; column += every)
            out.push_back({column * scale, QString::number(column + 1)});
        return out;
    }
    timeTicks(out, scale, fromX, toX);
    return out;
}

void Axis::timeTicks(std::vector<Tick>& out, double scale, double fromX, double toX) const {
    const qint64 step = niceStepNs(leastTickPx / std::max(1e-12, scale) * nsPerU);
    // Ticks of a stretch between two folds stand from its own first event on; every label says where in the whole that is.
    qint64 from = m_knots.front().ns;
    double free = -1e18;  // right end of the last label
    for (std::size_t i = 0; i <= m_folds.size(); ++i) {
        const qint64 to = i < m_folds.size() ? m_folds[i].fromNs : m_knots.back().ns;
        const double start = at(from).x(scale), stop = i < m_folds.size() ? at(to).x(scale) + m_foldPx / 2 - 22 : toX;
        const bool tail = i == m_folds.size() && !m_folds.empty() && m_folds.back().toNs == to;
        if (!tail) {
            const double stepPx = static_cast<double>(step) / nsPerU * scale;
            const double skip = std::max(0.0, std::floor((fromX - 60 - start) / stepPx));
            for (double k = skip; start + k * stepPx <= std::min(stop, toX + 60); ++k) {
                const double x = start + k * stepPx;
                const qint64 ns = static_cast<qint64>(k) * step;
                const QString text = i > 0 ? tickText(from - m_knots.front().ns + ns, std::min<qint64>(step, 1'000'000)) : tickText(ns, step);
                const double half = 4.0 * static_cast<double>(text.size());
                if (x - half < free)
                    out.push_back({x, {}});
                else {
                    out.push_back({x, text});
                    free = x + half;
                }
            }
        }
        if (i < m_folds.size()) from = m_folds[i].toNs;
    }
}

}  // namespace indoubt::console::timeline
