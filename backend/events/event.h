// SPDX-License-Identifier: GPL-3.0-or-later
// The one event schema: live, simulated and explored runs speak it, and every pane is a fold over it.
// Only the driver (runtime/driver.h) makes events. Order everywhere: (hlc, node, incarnation, seq), so every cut is causally closed.
#pragma once
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/record.h"

namespace indoubt::events {

enum class EventKind : std::uint8_t {
    submit = 1,     // coordinator: a payment came in; Note.payment
    send = 2,       // payload Message; peer = to
    receive = 3,    // payload Message; peer = from; first cause = the send
    drop = 4,       // payload Message; peer = the other end; a fault or a cut lost it. Note-less; cause = the send
    append = 5,     // payload Record; lsn; durable = forced
    durable = 6,    // payload Record (same pointer); lsn; first cause = its append. A forced write returned
    vote = 7,       // participant: Note.vote, refusal, text
    decide = 8,     // coordinator: Note.outcome, refusal, text (why)
    apply = 9,      // participant: one leg posted; Note.account, amount (signed), balance_minor after
    undo = 10,      // participant: holds released without posting
    lock = 11,      // participant: Note.account, amount on hold (debit) or expected (credit)
    unlock = 12,    // participant: Note.account
    wait = 13,      // participant: waits behind a lock; Note.account, blocker xid
    timer = 14,     // Note.text names it
    crash = 15,     // last event of an incarnation (made by the shell that killed it)
    restart = 16,   // first event of an incarnation; Note.text, count = records replayed
    elect = 17,     // a manager leads, Note.count = the term; outcome COMMIT: its first entry is committed, it is established
    fault_on = 18,  // Note.text = the rule; count = rule id
    fault_off = 19,
    order = 20,     // an operator's order arrived; payload Note with order
    approval = 21,
    heuristic = 22, // participant: Note.outcome, order
    damage = 23,    // participant: Note.outcome = the real one, amount = at stake
    forget = 24,
    balance = 25,   // account lines as of this point: payload Record kind account (chunks of at most 500)
    end = 26,       // coordinator forgot the transaction
    answer = 27,    // the client got its answer: Note.outcome, refusal, text
    sync = 28,      // one fdatasync returned: lsn = all up to here durable; Note.count = records, duration_ns
    suspend = 29, resume = 30,
    hold = 31,      // a fault holds a message back at its recipient; payload Message
    release = 32,   // a held message goes on; payload Message
    gap = 33,       // events are missing here: Note.count, text says why
    note = 34,      // recovery remarks and the like
    ask = 35,       // in-doubt branch begins to ask (no contact): Note.text
    refuse = 36,    // a payment or order was turned away: Note.refusal, text
};
inline constexpr int event_kinds = 36;
std::string_view word(EventKind kind);

struct Note {
    std::string text;
    std::string account;
    Amount amount;
    std::int64_t balance_minor = 0;
    std::int64_t held_minor = 0;       // on hold at this account after the event
    Vote vote = Vote::none;
    Outcome outcome = Outcome::none;
    Refusal refusal = Refusal::none;
    Heuristic heuristic = Heuristic::none;
    LegKind leg = LegKind::debit;
    Xid other;                         // the XID in the way
    std::uint64_t count = 0;
    std::int64_t duration_ns = 0;
    PaymentPtr payment;
    ProtocolChoice protocol;
    std::vector<Enrolled> enrolled;
    std::shared_ptr<const OperatorNote> order;
    friend bool operator==(const Note& a, const Note& b);
};

using Payload = std::variant<std::monostate, std::shared_ptr<const Message>, RecordPtr, std::shared_ptr<const Note>>;

struct Event {
    NodeId node;
    Incarnation incarnation = 0;
    std::uint64_t seq = 0;   // dense, from 1 in each incarnation
    std::uint64_t lsn = 0;   // append, durable, sync; else 0. Dense over the node's records, all incarnations
    std::int64_t at_ns = 0;  // that node's clock, clock faults included, UTC
    std::int64_t hlc = 0;    // host's hybrid logical clock, ns, never faulted, strictly increasing along every cause
    EventKind kind = EventKind::note;
    bool durable = false;    // append: forced
    Xid xid;                 // empty: concerns the node
    NodeId peer;
    std::uint64_t fault = 0; // the fault rule that struck here (drop, hold, crash, delayed or doubled send); 0: none
    std::vector<EventRef> causes;
    Payload payload;

    EventRef ref() const { return {node, incarnation, seq}; }
    const Message* message() const { auto* p = std::get_if<std::shared_ptr<const Message>>(&payload); return p ? p->get() : nullptr; }
    const Record* record() const { auto* p = std::get_if<RecordPtr>(&payload); return p ? p->get() : nullptr; }
    const Note* note() const { auto* p = std::get_if<std::shared_ptr<const Note>>(&payload); return p ? p->get() : nullptr; }
};

// Position in the one order; strict weak, total over distinct events.
struct Position {
    std::int64_t hlc = 0;
    NodeId node;
    Incarnation incarnation = 0;
    std::uint64_t seq = 0;
    friend auto operator<=>(const Position&, const Position&) = default;
};
inline Position position(const Event& event) { return {event.hlc, event.node, event.incarnation, event.seq}; }
bool same_content(const Event& a, const Event& b);  // payloads by value
std::uint64_t hash_value(const Event& event);       // for trace hashes

// One line for a person: "append PREPARED", "send YES to T", "receive COMMIT from T", "lock DE37 .. 1108".
std::string title(const Event& event);
// Records and operator acts are always kept; the rest is trace (sampled or all).
// Trace: send, receive, durable, lock, unlock, apply, undo, timer, submit, answer, decide COMMIT, vote YES. All else is always published.
bool is_trace(const Event& event);
// DE37 9000 .. 1108 -> "DE37 .. 1108"
std::string mask_account(std::string_view account);

}  // namespace indoubt::events
