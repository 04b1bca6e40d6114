// SPDX-License-Identifier: GPL-3.0-or-later
// One line of words for one event. Accounts are masked here: titles go into logs, exports and presentations.
#include "events/event.h"

namespace indoubt::events {

namespace {

std::string with(std::string_view head, std::string_view tail) {
    std::string line(head);
    if (!tail.empty()) line.append(" ").append(tail);
    return line;
}

std::string because(std::string line, const Note& note) {
    if (!note.text.empty()) return line + ": " + note.text;
    if (note.refusal != Refusal::none) return line + ": " + std::string(word(note.refusal));
    return line;
}

std::string message_title(const Event& event, const Message& message) {
    std::string line = std::string(word(event.kind)) + " " + std::string(word(message.kind));
    const bool toward_us = event.kind == EventKind::receive || event.kind == EventKind::hold || event.kind == EventKind::release;
    const NodeId other = event.peer.empty() ? (toward_us ? message.from : message.to) : event.peer;
    line += (toward_us ? " from " : " to ") + other.name();
    if (message.kind == MessageKind::peer_answer) line += ": " + std::string(word(message.knowledge));
    if (message.presumed) line += ", presumed";
    if (message.repeat) line += ", again";
    return line;
}

std::string order_words(const OperatorNote& order) {
    std::string line = order.action + " by " + order.actor;
    return order.reason.empty() ? line : line + ": " + order.reason;
}

std::string record_title(const Event& event, const Record& record) {
    if (event.kind == EventKind::balance) {
        const std::size_t count = record.accounts.size();
        return "balance of " + std::to_string(count) + (count == 1 ? " account" : " accounts");
    }
    std::string line = with(word(event.kind), word(record));
    if (record.kind == RecordKind::order && record.order) line += ": " + order_words(*record.order);
    else if (record.order) line += " by " + record.order->actor;
    return line;
}

std::string money(const Note& note) { return note.amount.currency.empty() ? "" : base::text(note.amount, true); }

std::string note_title(const Event& event, const Note& note) {
    const std::string kind(word(event.kind));
    switch (event.kind) {
        case EventKind::submit: return with(kind, note.payment ? best_reference(*note.payment) : note.text);
        case EventKind::vote: return because(with(kind, word(note.vote)), note);
        case EventKind::decide: return because(with(kind, word(note.outcome)), note);
        case EventKind::answer: return note.text.empty() ? with(kind, word(note.outcome)) : with(kind, word(note.outcome)) + ": " + note.text;
        case EventKind::apply: return with(with(kind, mask_account(note.account)), money(note));
        case EventKind::undo:
        case EventKind::lock:
        case EventKind::unlock: return with(kind, mask_account(note.account));
        case EventKind::wait: return with(kind, mask_account(note.account)) + " behind " + note.other.short_text();
        case EventKind::heuristic: return with(kind, note.outcome == Outcome::commit ? "COMMIT" : "ROLLBACK");
        case EventKind::damage: return with(kind, money(note)) + ", the decision is " + std::string(word(note.outcome));
        case EventKind::sync: return "sync of " + std::to_string(note.count) + (note.count == 1 ? " record" : " records");
        case EventKind::order: return with(kind, note.order ? order_words(*note.order) : note.text);
        case EventKind::fault_on:
        case EventKind::fault_off: return with(kind, note.text) + (note.order ? " by " + note.order->actor : "");
        case EventKind::refuse: return because(kind, note);
        case EventKind::gap: return with("gap of " + std::to_string(note.count) + " events", note.text);
        default: return with(kind, note.text);
    }
}

}  // namespace

std::string title(const Event& event) {
    if (const Message* message = event.message()) return message_title(event, *message);
    if (const Record* record = event.record()) return record_title(event, *record);
    if (const Note* note = event.note()) return note_title(event, *note);
    return std::string(word(event.kind));
}

}  // namespace indoubt::events
