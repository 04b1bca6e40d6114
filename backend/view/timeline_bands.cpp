// SPDX-License-Identifier: GPL-3.0-or-later
// What each lane was in, and for how long: in doubt, blocked, waiting, down, suspended, forced, damaged.
#include <algorithm>

#include "base/limits.h"
#include "view/timeline_parts.h"

namespace indoubt::view {

using events::Event;
using events::EventKind;
using events::MessageKind;
using events::RecordKind;

namespace {

// An answer may still be on its way for so long before silence counts as blocked.
constexpr std::int64_t patience_ns = 100'000'000;

class LaneBands {
  public:
    LaneBands(TimelineModel& model, int lane) : m_model(model), m_lane(lane) {}

    void run() {
        const LaneRole role = m_model.lanes[static_cast<std::size_t>(m_lane)].role;
        const bool coordinator = role == LaneRole::coordinator || role == LaneRole::manager;
        for (std::size_t i = 0; i < m_model.events.size(); ++i) {
            if (m_model.lane_of[i] != m_lane) continue;
            node_life(static_cast<int>(i));
            if (!coordinator) branch(static_cast<int>(i));
        }
        close(-1);
        close_life(-1);
        close_forced(-1);
    }

  private:
    const Event& event(int i) const { return m_model.events[static_cast<std::size_t>(i)]; }

    void push(BandKind kind, int begin, int end, std::string label = {}) {
        TimelineBand band;
        band.kind = kind;
        band.lane = m_lane;
        band.begin = begin;
        band.end = end;
        band.from_hlc = event(begin).hlc;
        band.to_hlc = end >= 0 ? event(end).hlc : std::max(m_model.end_hlc, event(begin).hlc);
        band.label = label.empty() ? std::string(word(kind)) + " " + duration_text(band.to_hlc - band.from_hlc) : std::move(label);
        m_model.bands.push_back(std::move(band));
    }

    void open(BandKind kind, int at) {
        close(at);
        m_kind = kind;
        m_begin = at;
    }
    void close(int at) {
        if (m_begin >= 0 && !(m_kind == BandKind::in_doubt && m_begin == at)) push(m_kind, m_begin, at);
        m_begin = -1;
    }
    void close_life(int at) {
        if (m_life_begin < 0) return;
        const std::string node = m_model.lanes[static_cast<std::size_t>(m_lane)].node.name();
        const std::int64_t end = at >= 0 ? event(at).hlc : std::max(m_model.end_hlc, event(m_life_begin).hlc);
        push(m_life, m_life_begin, at, node + (m_life == BandKind::down ? " down " : " suspended ") + duration_text(end - event(m_life_begin).hlc));
        m_life_begin = -1;
    }
    void close_forced(int at) {
        if (m_forced_begin >= 0) push(BandKind::heuristic, m_forced_begin, at, m_forced_label);
        if (m_damage_begin >= 0) push(BandKind::damage, m_damage_begin, at, m_damage_label);
        m_forced_begin = m_damage_begin = -1;
    }

    void node_life(int at) {
        switch (event(at).kind) {
            case EventKind::crash:
                close_life(at);
                close(at);
                m_life = BandKind::down;
                m_life_begin = at;
                m_known = m_known_durable;
                break;
            case EventKind::restart:
                close_life(at);
                if (m_prepared && !m_known) open(m_blocked ? BandKind::blocked : BandKind::in_doubt, at);
                break;
            case EventKind::suspend:
                close_life(at);
                m_life = BandKind::suspended;
                m_life_begin = at;
                break;
            case EventKind::resume: close_life(at); break;
            default: break;
        }
    }

    bool answered(int ask) const {
        for (std::size_t i = static_cast<std::size_t>(ask) + 1; i < m_model.events.size(); ++i) {
            if (m_model.lane_of[i] != m_lane) continue;
            const Event& later = m_model.events[i];
            if (later.xid != m_model.xid) {
                if (later.kind == EventKind::crash) return true;  // it stopped waiting for one
                continue;
            }
            if (later.kind == EventKind::ask) return false;
            if (later.kind == EventKind::receive && later.peer == m_model.xid.coordinator) return later.hlc - event(ask).hlc < patience_ns;
            if (later.kind == EventKind::append) return true;
        }
        return m_model.end_hlc - event(ask).hlc < patience_ns && !coordinator_down(ask);
    }

    bool coordinator_down(int at) const {
        bool down = false;
        for (int i = 0; i <= at; ++i) {
            if (m_model.lane_of[static_cast<std::size_t>(i)] != 0) continue;
            if (event(i).kind == EventKind::crash || event(i).kind == EventKind::suspend) down = true;
            if (event(i).kind == EventKind::restart || event(i).kind == EventKind::resume) down = false;
        }
        return down;
    }

    void takes_effect(const TimelineWrite& write, int at) {
        const events::Record& record = *event(write.append).record();
        switch (record.kind) {
            case RecordKind::prepared:
                m_prepared = true;
                if (!m_known) open(BandKind::in_doubt, at);
                break;
            case RecordKind::decision:
                m_known = m_known_durable = true;
                if (!write.forced) close(at);
                break;
            case RecordKind::heuristic:
                m_known = m_known_durable = true;
                close(at);
                m_forced_begin = at;
                m_forced_label = record.outcome == Outcome::commit ? "forced COMMIT" : "forced ROLLBACK";
                break;
            case RecordKind::damage: {
                if (m_forced_begin >= 0) push(BandKind::heuristic, m_forced_begin, at, m_forced_label);
                m_forced_begin = -1;
                m_damage_begin = at;
                const auto& amount = m_model.lanes[static_cast<std::size_t>(m_lane)].amount;
                m_damage_label = "damage" + (amount.currency.empty() ? std::string() : " " + base::text(amount, true));
                break;
            }
            case RecordKind::forget: close_forced(at); break;
            default: break;
        }
    }

    void branch(int at) {
        const Event& now = event(at);
        // One sync may carry several of the payment's records.
        for (const TimelineWrite& write : m_model.writes)
            if (write.lane == m_lane && (write.forced ? write.durable : write.append) == at) takes_effect(write, at);
        if (now.xid != m_model.xid) return;
        switch (now.kind) {
            case EventKind::append:
                // It knows the decision as soon as it writes it; a crash before the disk has it takes that back.
                if (now.record() && now.record()->kind == RecordKind::decision && now.durable) {
                    m_known = true;
                    m_blocked = false;
                    close(at);
                }
                break;
            case EventKind::ask:
                if (m_prepared && !m_known && !m_blocked && m_begin >= 0 && !answered(at)) {
                    m_blocked = true;
                    open(BandKind::blocked, at);
                }
                break;
            case EventKind::receive:
                if (m_blocked && now.peer == m_model.xid.coordinator && now.message() && now.message()->kind == MessageKind::undecided) {
                    m_blocked = false;
                    open(BandKind::in_doubt, at);
                }
                break;
            case EventKind::wait:
                open(BandKind::waiting, at);
                break;
            case EventKind::lock:
            case EventKind::vote:
                if (m_begin >= 0 && m_kind == BandKind::waiting) close(at);
                break;
            default: break;
        }
    }

    TimelineModel& m_model;
    int m_lane;
    BandKind m_kind = BandKind::in_doubt, m_life = BandKind::down;
    int m_begin = -1, m_life_begin = -1, m_forced_begin = -1, m_damage_begin = -1;
    std::string m_forced_label, m_damage_label;
    bool m_prepared = false, m_known = false, m_known_durable = false, m_blocked = false;
};

}  // namespace

void build_bands(TimelineModel& model, const Transaction&) {
    for (std::size_t lane = 0; lane < model.lanes.size(); ++lane) LaneBands(model, static_cast<int>(lane)).run();
}

}  // namespace indoubt::view
