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

std::string entries_words(const Agreement& says, std::uint64_t first) {
    std::string line;
    for (std::size_t i = 0; i < says.entries.size() && i < 3; ++i) {
        const LogEntry& entry = says.entries[i];
        line += (i == 0 ? ": " : ", ") + std::to_string(first + i) + " " + (entry.xid.empty() ? "no-op" : std::string(entry.end ? "END " : "COMMIT ") + entry.xid.short_text());
    }
    return says.entries.size() > 3 ? line + " and " + std::to_string(says.entries.size() - 3) + " more" : line;
}

// What a replica of the decision log says, in a few words.
std::string group_words(const Message& message) {
    if (!message.agreement) return {};
    const Agreement& says = *message.agreement;
    const std::string term = " in term " + std::to_string(says.ballot);
    switch (message.kind) {
        case MessageKind::raft_request_vote: return term;
        case MessageKind::raft_vote: return (says.granted ? ": granted" : ": denied") + term;
        case MessageKind::raft_append: return says.entries.empty() ? ": committed up to " + std::to_string(says.committed) : entries_words(says, says.index + 1);
        case MessageKind::raft_append_reply:
            if (says.attempt == 1) return ": are you there?";
            return (says.granted ? ": has up to " : ": lacks what comes before, has up to ") + std::to_string(says.index);
        case MessageKind::raft_snapshot: return says.granted ? ": keys that were used" : ": up to " + std::to_string(says.index);
        case MessageKind::raft_snapshot_reply: return says.attempt == 2 ? ": keeps the keys" : ": has up to " + std::to_string(says.index);
        default: return {};
    }
}

std::string group_words(const Record& record) {
    if (!record.agreement) return {};
    const Agreement& says = *record.agreement;
    switch (record.kind) {
        case RecordKind::raft_term: return " " + std::to_string(says.ballot) + (record.node.empty() ? "" : ", votes for " + record.node.name());
        case RecordKind::raft_entries: return entries_words(says, says.index);
        case RecordKind::raft_snapshot: return ": up to " + std::to_string(says.index);
        default: return {};
    }
}

std::string message_title(const Event& event, const Message& message) {
    std::string line = std::string(word(event.kind)) + " " + std::string(word(message.kind));
    const bool toward_us = event.kind == EventKind::receive || event.kind == EventKind::hold || event.kind == EventKind::release;
    const NodeId other = event.peer.empty() ? (toward_us ? message.from : message.to) : event.peer;
    line += (toward_us ? " from " : " to ") + other.name();
    if (message.kind == MessageKind::peer_answer) line += ": " + std::string(word(message.knowledge));
    line += group_words(message);
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
    std::string line = with(word(event.kind), word(record)) + group_words(record);
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
