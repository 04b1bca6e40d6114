// SPDX-License-Identifier: GPL-3.0-or-later
// Writes event sequences by hand, in the order and with the causes in which the driver emits them, so that the fold and the
// timeline are tested without a cluster. One hybrid clock for all nodes; `step_ns` between events.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "events/event.h"

namespace indoubt::tests {

using events::Event;
using events::EventKind;
using events::EventRef;
using events::MessageKind;
using events::RecordKind;

class Script {
  public:
    static constexpr std::int64_t epoch = 1'700'000'000'000'000'000;

    std::vector<Event> log;
    std::int64_t now = epoch;
    std::int64_t step_ns = 100'000;
    base::NodeId T = base::NodeId::of("T"), A = base::NodeId::of("A"), B = base::NodeId::of("B"), C = base::NodeId::of("C");
    bool cooperative = false;
    bool account_lines = true;

    Script() { start(); }
    explicit Script(bool opened) { if (opened) start(); }

    // Shape, incarnations and the three accounts of the first-run story.
    void start();
    void wait_ns(std::int64_t ns) { now += ns; }

    events::PaymentPtr payment(const std::string& reference, std::int64_t minor = 12000, std::int64_t fee = 60, const std::string& from = "DE379000000100004711 08");
    base::Xid xid(std::uint64_t counter) const { return {T, 1, counter}; }
    std::vector<events::Enrolled> enrolled(const events::Payment& payment) const;

    // Building blocks; each appends events and returns the reference of its last one.
    EventRef begin(const base::Xid& xid, const events::PaymentPtr& payment);
    EventRef prepare_all(const base::Xid& xid, const events::PaymentPtr& payment);
    EventRef vote_yes(const base::Xid& xid, const events::PaymentPtr& payment, base::NodeId node, bool delivered = true);
    EventRef vote_no(const base::Xid& xid, base::NodeId node, events::Refusal refusal, const std::string& text);
    EventRef vote_read_only(const base::Xid& xid, base::NodeId node);
    EventRef waits(const base::Xid& xid, base::NodeId node, const std::string& account, const base::Xid& holder);
    EventRef append_decision(const base::Xid& xid);                       // decide, append COMMIT
    EventRef decision_durable(const base::Xid& xid);                      // sync, durable, answer
    EventRef decide_commit(const base::Xid& xid) { append_decision(xid); return decision_durable(xid); }
    EventRef decide_abort(const base::Xid& xid, const events::PaymentPtr& payment, events::Refusal refusal, const std::string& text);
    EventRef send_decision(const base::Xid& xid, base::NodeId node, MessageKind kind, bool repeat = false, bool presumed = false);
    EventRef take_commit(const base::Xid& xid, const events::PaymentPtr& payment, base::NodeId node, EventRef sent);
    EventRef take_abort(const base::Xid& xid, const events::PaymentPtr& payment, base::NodeId node, EventRef sent);
    EventRef ack(const base::Xid& xid, base::NodeId node, events::Heuristic heuristic = events::Heuristic::none);
    EventRef end(const base::Xid& xid);
    EventRef ask(const base::Xid& xid, base::NodeId node, bool delivered = false);
    EventRef crash(base::NodeId node);
    EventRef restart(base::NodeId node);                                  // recovers up to the last sync
    EventRef restart_at(base::NodeId node, std::uint64_t lsn);
    EventRef suspend(base::NodeId node) { return note(EventKind::suspend, node, {}, {}); }
    EventRef resume(base::NodeId node) { return note(EventKind::resume, node, {}, {}); }
    EventRef force(const base::Xid& xid, const events::PaymentPtr& payment, base::NodeId node, events::Outcome outcome, const std::string& actor = "ana");
    EventRef damage(const base::Xid& xid, base::NodeId node, events::Outcome real);
    EventRef forget(const base::Xid& xid, base::NodeId node);
    EventRef drop(const base::Xid& xid, base::NodeId at, MessageKind kind, base::NodeId to, EventRef sent);

    // Begun, asked for, and prepared at A, B and C.
    void all_yes(const base::Xid& xid, const events::PaymentPtr& payment);
    // What was decided reaches one after the other, and the coordinator ends it; `repeat`: it is told again.
    void all_committed(const base::Xid& xid, const events::PaymentPtr& payment, bool repeat);
    // A whole committed payment.
    void commit(const base::Xid& xid, const events::PaymentPtr& payment);

    // Raw emission.
    EventRef note(EventKind kind, base::NodeId node, const base::Xid& xid, events::Note note, std::vector<EventRef> causes = {}, base::NodeId peer = {});
    EventRef message(EventKind kind, base::NodeId node, base::NodeId peer, events::Message message, std::vector<EventRef> causes = {});
    EventRef append(base::NodeId node, events::Record record);
    EventRef sync(base::NodeId node);
    EventRef durable(base::NodeId node, EventRef append);
    EventRef put(Event event);

    std::map<base::NodeId, std::uint64_t> lsn, synced;

  private:
    std::map<base::NodeId, std::uint64_t> m_seq;
    std::map<base::NodeId, base::Incarnation> m_incarnation;
    std::map<base::Xid, std::map<base::NodeId, EventRef>> m_prepare_sent, m_yes_received;
    std::map<base::Xid, EventRef> m_decide, m_decision_append, m_decision_durable;
    std::map<base::Xid, events::PaymentPtr> m_payment;
    std::map<base::NodeId, std::map<std::string, std::int64_t>> m_balance;
};

// Only what a sampled stream carries of an ordinary payment.
inline std::vector<Event> without_trace(const std::vector<Event>& events) {
    std::vector<Event> kept;
    for (const Event& event : events)
        if (!events::is_trace(event)) kept.push_back(event);
    return kept;
}

}  // namespace indoubt::tests
