// SPDX-License-Identifier: GPL-3.0-or-later
// From events to x: the three axes of the diagram. An axis gives each event a place of two parts: `u`, which zoom scales, and
// `px`, which it does not (folds and columns keep their width whatever the zoom). x = u * scale + px.
// Plain values, no widget; built once per change of the events, asked for every frame.
#pragma once
#include <QString>
#include <QtGlobal>
#include <span>
#include <vector>

namespace indoubt::console::timeline {

enum class AxisKind { Folded, Order, Clock };

// What an axis needs of an event. All events of one diagram in causal order.
struct AxisEvent {
    int lane = 0;
    qint64 hlcNs = 0;         // the host's hybrid clock: never faulted
    qint64 clockNs = 0;       // the node's own clock, faults included
    std::vector<int> causes;  // indices of earlier events
    bool drawn = true;        // takes room in Order
    int fan = 0;              // sends of one kind, side by side, leave from one place in Order; 0: none
    bool step = false;        // something had to happen first that takes time: a message's way, a sync, a timer
};

struct Stretch {
    qint64 fromNs = 0, toNs = 0;
    QString text;    // "41 s"
    QString remark;  // what went on in it, if anything: "asks T ×8"
};

struct Place {
    double u = 0, px = 0;
    double x(double scale) const { return u * scale + px; }
};

struct Fold {
    Place middle;
    qint64 fromNs = 0, toNs = 0;
    QString text;  // "41 s"
    QString remark;
};

struct Tick {
    double x = 0;  // at the scale asked for
    QString text;  // empty: a line only
};

class Axis {
  public:
    Axis() = default;
    // `nowNs` > the last event's time lengthens the axis up to now (an open payment); else it ends with the last event.
    // `stretches`, ascending: what Folded leaves out; each from one event's time to the next one's, or to now.
    Axis(AxisKind kind, std::span<const AxisEvent> events, std::span<const Stretch> stretches, qint64 nowNs, double foldPx = 92);

    AxisKind kind() const { return m_kind; }
    bool empty() const { return m_knots.empty(); }
    Place of(int event) const;
    Place at(qint64 hlcNs) const;  // any instant, for what grows with time
    qint64 timeAt(double x, double scale) const;
    Place end() const { return m_end; }  // the last event, or now
    double length(double scale) const { return m_end.x(scale); }
    double scaleToFit(double width) const;
    qint64 beginNs() const { return m_beginNs; }
    const std::vector<Fold>& folds() const { return m_folds; }
    std::vector<Tick> ticks(double scale, double fromX, double toX) const;

    double foldPx() const { return m_foldPx; }  // from the last event before a fold to the first after
    static constexpr double tailPx = 110;       // behind a last fold, so that what is open has room for its word

  private:
    struct Knot {
        qint64 ns = 0;
        Place place;
    };
    void folded(std::span<const AxisEvent> events, std::span<const Stretch> stretches, qint64 nowNs);
    void order(std::span<const AxisEvent> events, qint64 nowNs);
    void clock(std::span<const AxisEvent> events, qint64 nowNs);
    void timeTicks(std::vector<Tick>& out, double scale, double fromX, double toX) const;

    AxisKind m_kind = AxisKind::Folded;
    qint64 m_beginNs = 0;
    std::vector<Place> m_places;
    std::vector<Knot> m_knots;  // time -> place, both growing
    std::vector<Fold> m_folds;
    int m_columns = 0;
    double m_foldPx = 92;
    Place m_end;
};

// "41 s", "2.0 s", "250 ms", "7.2 ms", "1 h 20 min": an age or a stretch, for a person.
QString durationText(qint64 ns);
// "+2.006 s", as exact as `stepNs` asks.
QString tickText(qint64 ns, qint64 stepNs);
// A step of 1, 2 or 5 times a power of ten, at least `least`.
qint64 niceStepNs(double least);

}  // namespace indoubt::console::timeline
