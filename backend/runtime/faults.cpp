// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/faults.h"

#include <algorithm>

namespace indoubt::runtime {

std::uint64_t FaultBox::add(FaultRule rule) {
    std::lock_guard lock(m_mutex);
    if (rule.id == 0) rule.id = m_next_id;
    m_next_id = std::max(m_next_id, rule.id + 1);
    const std::uint64_t id = rule.id;
    m_rules.push_back(std::move(rule));
    m_rules_count.store(m_rules.size(), std::memory_order_release);
    return id;
}

std::vector<FaultRule> FaultBox::list() const {
    std::lock_guard lock(m_mutex);
    return m_rules;
}

std::vector<FaultRule> FaultBox::clear(std::optional<std::uint64_t> id) {
    std::lock_guard lock(m_mutex);
    std::vector<FaultRule> gone;
    std::erase_if(m_rules, [&](const FaultRule& rule) {
        if (id && rule.id != *id) return false;
        gone.push_back(rule);
        return true;
    });
    m_rules_count.store(m_rules.size(), std::memory_order_release);
    return gone;
}

FaultVerdict FaultBox::match(FaultPoint point, bool after, base::NodeId node, std::string_view what, const events::Message* message, const base::Xid& xid,
                             std::uint32_t index) {
    std::lock_guard lock(m_mutex);
    for (FaultRule& rule : m_rules) {
        if (!rule.active() || (!rule.xid.empty() && rule.xid != xid) || (rule.what != "any" && rule.what != what)) continue;
        if (rule.act == FaultAct::crash) {
            if (rule.point != point || rule.after != after || rule.at != node || (rule.index != 0 && rule.index != index)) continue;
        } else {
            if (!message || after) continue;
            // A hold strikes at its recipient, all else where the message leaves.
            if (point != (rule.act == FaultAct::hold ? FaultPoint::receive : FaultPoint::send)) continue;
            auto fits = [&](base::NodeId from, base::NodeId to) { return (from.empty() || from == message->from) && (to.empty() || to == message->to); };
            if (!fits(rule.from, rule.to) && !(rule.both_ways && fits(rule.to, rule.from))) continue;
        }
        ++rule.hits;
        FaultVerdict verdict;
        verdict.rule = rule.id;
        verdict.text = rule.text;
        verdict.delay_ms = rule.delay_ms;
        switch (rule.act) {
            case FaultAct::crash: verdict.kind = FaultVerdict::Kind::crash; break;
            case FaultAct::drop:
            case FaultAct::cut: verdict.kind = FaultVerdict::Kind::drop; break;
            case FaultAct::delay: verdict.kind = FaultVerdict::Kind::delay; break;
            case FaultAct::hold: verdict.kind = FaultVerdict::Kind::hold; break;
            case FaultAct::duplicate: verdict.kind = FaultVerdict::Kind::duplicate; break;
        }
        return verdict;
    }
    return {};
}

FaultVerdict FaultBox::at_force(base::NodeId node, bool after, const events::Record& record) {
    if (idle()) return {};
    return match(FaultPoint::force, after, node, events::word(record), nullptr, record.xid, 0);
}

FaultVerdict FaultBox::at_send(base::NodeId node, bool after, const events::Message& message, std::uint32_t index) {
    if (idle()) return {};
    return match(FaultPoint::send, after, node, events::word(message.kind), &message, message.xid, index);
}

FaultVerdict FaultBox::at_receive(base::NodeId node, bool after, const events::Message& message) {
    if (idle()) return {};
    return match(FaultPoint::receive, after, node, events::word(message.kind), &message, message.xid, 0);
}

bool FaultBox::hold(std::uint64_t rule, events::Envelope envelope) {
    std::lock_guard lock(m_mutex);
    if (m_held.size() >= held_messages_max) return false;
    m_held.push_back({rule, std::move(envelope)});
    return true;
}

std::vector<events::Envelope> FaultBox::release(std::optional<std::uint64_t> rule) {
    std::lock_guard lock(m_mutex);
    std::vector<events::Envelope> list;
    std::erase_if(m_held, [&](HeldMessage& held) {
        if (rule && held.rule != *rule) return false;
        list.push_back(std::move(held.envelope));
        return true;
    });
    return list;
}

std::size_t FaultBox::held(std::uint64_t rule) const {
    std::lock_guard lock(m_mutex);
    return static_cast<std::size_t>(std::count_if(m_held.begin(), m_held.end(), [&](const HeldMessage& held) { return held.rule == rule; }));
}

}  // namespace indoubt::runtime
