// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/sampler.h"

#include <algorithm>

namespace indoubt::cluster {
namespace {

constexpr std::size_t kept_max = 65536;
constexpr std::size_t chain_buckets = 65536;  // a power of two

// The event is itself a reason to keep the whole trace of its payment.
bool is_reason(const events::Event& event) {
    using events::EventKind;
    if (event.fault != 0) return true;
    switch (event.kind) {
        case EventKind::decide: return event.note() && event.note()->outcome == events::Outcome::abort;
        case EventKind::vote: return event.note() && event.note()->vote == events::Vote::no;
        case EventKind::ask:
        case EventKind::heuristic:
        case EventKind::damage:
        case EventKind::drop:
        case EventKind::hold:
        case EventKind::order:
        case EventKind::refuse: return true;
        default: return false;
    }
}

}  // namespace

std::string_view word(TraceLevel level) {
    switch (level) {
        case TraceLevel::off: return "off";
        case TraceLevel::sampled: return "sampled";
        case TraceLevel::all: return "all";
    }
    return "?";
}

base::Result<TraceLevel> parse_trace_level(std::string_view text) {
    for (TraceLevel level : {TraceLevel::off, TraceLevel::sampled, TraceLevel::all})
        if (word(level) == text) return level;
    return base::invalid_argument("trace: '" + std::string(text) + "' is not off, sampled or all");
}

Sampler::Sampler(operators::HubSource& hub, TraceLevel level, std::function<void(const base::Xid&)> announce, std::size_t ring_events_max)
    : m_hub(hub), m_level(level), m_announce(std::move(announce)), m_ring_max(ring_events_max) {}

void Sampler::publish(events::Event&& event) {
    if (event.kind == events::EventKind::submit) m_submitted = event.xid;
    if (m_level == TraceLevel::all) {
        m_out.push_back(std::move(event));
        return;
    }
    if (m_level == TraceLevel::sampled && !event.xid.empty()) watch(event);
    if (!events::is_trace(event)) {
        m_out.push_back(std::move(event));
        return;
    }
    if (m_level == TraceLevel::off) return;
    if (kept(event.xid)) m_out.push_back(std::move(event));
    else store(std::move(event));
}

void Sampler::watch(const events::Event& event) {
    if (event.kind == events::EventKind::submit) {
        m_begun[event.xid] = event.hlc;
    } else if (event.kind == events::EventKind::end) {
        auto begun = m_begun.find(event.xid);
        if (begun == m_begun.end()) return;
        const bool slow = event.hlc - begun->second > slow_ns;
        m_begun.erase(begun);
        if (slow) remember(event.xid);
    } else if (is_reason(event)) {
        remember(event.xid);
    }
}

void Sampler::remember(const base::Xid& xid) {
    if (kept(xid)) return;
    keep(xid);
    m_announce(xid);
}

void Sampler::keep(const base::Xid& xid) {
    if (m_level != TraceLevel::sampled || xid.empty() || !m_kept.insert(xid).second) return;
    m_kept_order.push_back(xid);
    if (m_kept_order.size() > kept_max) {
        m_kept.erase(m_kept_order.front());
        m_kept_order.pop_front();
    }
    const auto slots = slots_of(xid);
    bool found_start = false;
    const std::size_t before = m_out.size();
    for (const std::size_t slot : slots) {
        const events::Message* message = m_ring[slot].message();
        found_start = found_start || m_ring[slot].kind == events::EventKind::submit || (message && message->kind == events::MessageKind::prepare);
        m_out.push_back(std::exchange(m_ring[slot], {}));
    }
    if (m_stored <= m_ring_max || slots.empty() || found_start) return;
    // The ring has run over this payment's first events: say so, where they would have been.
    auto note = std::make_shared<events::Note>();
    note->text = "older trace of this payment was overwritten";
    events::Event gap;
    gap.node = m_out[before].node;
    gap.incarnation = m_out[before].incarnation;
    gap.hlc = m_out[before].hlc - 1;
    gap.at_ns = m_out[before].at_ns;
    gap.kind = events::EventKind::gap;
    gap.xid = xid;
    gap.payload = std::shared_ptr<const events::Note>(std::move(note));
    m_out.insert(m_out.begin() + static_cast<std::ptrdiff_t>(before), std::move(gap));
}

void Sampler::store(events::Event&& event) {
    if (m_ring.empty()) {
        m_ring.reserve(m_ring_max);  // address space only: pages come as they are filled
        m_before.reserve(m_ring_max);
        m_youngest.resize(chain_buckets);
    }
    std::uint64_t& youngest = m_youngest[base::hash_value(event.xid) % chain_buckets];
    const std::size_t slot = m_stored % m_ring_max;
    if (m_ring.size() < m_ring_max) {
        m_ring.push_back(std::move(event));
        m_before.push_back(youngest);
    } else {
        m_ring[slot] = std::move(event);
        m_before[slot] = youngest;
    }
    youngest = ++m_stored;
}

std::vector<std::size_t> Sampler::slots_of(const base::Xid& xid) const {
    std::vector<std::size_t> slots;
    if (m_ring.empty()) return slots;
    const std::uint64_t overwritten = m_stored - m_ring.size();  // numbers up to here
    for (std::uint64_t number = m_youngest[base::hash_value(xid) % chain_buckets]; number > overwritten; number = m_before[(number - 1) % m_ring_max])
        if (const std::size_t slot = (number - 1) % m_ring_max; m_ring[slot].xid == xid) slots.push_back(slot);
    std::reverse(slots.begin(), slots.end());
    return slots;
}

void Sampler::flush() {
    if (m_out.empty()) return;
    std::vector<events::Event> out;
    out.reserve(m_out.size());
    out.swap(m_out);
    m_hub.push(std::move(out));
}

std::optional<base::Xid> Sampler::take_submitted() { return std::exchange(m_submitted, std::nullopt); }

}  // namespace indoubt::cluster
