// SPDX-License-Identifier: GPL-3.0-or-later
// Every word of the schema in one place: screens, the filter language, goldens and the command line show exactly these.
#include "events/event.h"

namespace indoubt::events {

std::string_view word(LegKind kind) {
    switch (kind) {
        case LegKind::debit: return "debit";
        case LegKind::credit: return "credit";
        case LegKind::fee: return "fee";
        case LegKind::check: return "check";
    }
    return "unknown";
}

std::string_view word(MessageKind kind) {
    switch (kind) {
        case MessageKind::prepare: return "PREPARE";
        case MessageKind::vote_yes: return "YES";
        case MessageKind::vote_no: return "NO";
        case MessageKind::vote_read_only: return "READ-ONLY";
        case MessageKind::commit: return "COMMIT";
        case MessageKind::abort: return "ABORT";
        case MessageKind::ack: return "ACK";
        case MessageKind::inquiry: return "INQUIRY";
        case MessageKind::undecided: return "UNDECIDED";
        case MessageKind::peer_inquiry: return "PEER-INQUIRY";
        case MessageKind::peer_answer: return "PEER-ANSWER";
        case MessageKind::pre_commit: return "PRE-COMMIT";
        case MessageKind::pre_commit_ack: return "PRE-COMMIT-ACK";
        case MessageKind::state_request: return "STATE-REQUEST";
        case MessageKind::state_report: return "STATE-REPORT";
        case MessageKind::move: return "MOVE";
        case MessageKind::moved: return "MOVED";
        case MessageKind::phase_1a: return "1A";
        case MessageKind::phase_1b: return "1B";
        case MessageKind::phase_2a: return "2A";
        case MessageKind::phase_2b: return "2B";
        case MessageKind::phase_2b_all: return "2B-ALL";
        case MessageKind::learned: return "LEARNED";
        case MessageKind::raft_request_vote: return "RAFT-REQUEST-VOTE";
        case MessageKind::raft_vote: return "RAFT-VOTE";
        case MessageKind::raft_append: return "RAFT-APPEND";
        case MessageKind::raft_append_reply: return "RAFT-APPEND-REPLY";
        case MessageKind::raft_snapshot: return "RAFT-SNAPSHOT";
        case MessageKind::raft_snapshot_reply: return "RAFT-SNAPSHOT-REPLY";
    }
    return "UNKNOWN";
}

std::string_view word(Vote vote) {
    switch (vote) {
        case Vote::none: return "none";
        case Vote::yes: return "YES";
        case Vote::no: return "NO";
        case Vote::read_only: return "READ-ONLY";
    }
    return "unknown";
}

std::string_view word(Outcome outcome) {
    switch (outcome) {
        case Outcome::none: return "none";
        case Outcome::commit: return "COMMIT";
        case Outcome::abort: return "ABORT";
    }
    return "unknown";
}

std::string_view word(Heuristic heuristic) {
    switch (heuristic) {
        case Heuristic::none: return "none";
        case Heuristic::commit: return "commit";
        case Heuristic::rollback: return "rollback";
        case Heuristic::mixed: return "mixed";
        case Heuristic::hazard: return "hazard";
    }
    return "unknown";
}

std::string_view word(Refusal refusal) {
    switch (refusal) {
        case Refusal::none: return "none";
        case Refusal::insufficient_funds: return "insufficient funds";
        case Refusal::unknown_account: return "unknown account";
        case Refusal::wrong_currency: return "wrong currency";
        case Refusal::over_limit: return "over limit";
        case Refusal::lock_timeout: return "lock timeout";
        case Refusal::wrong_incarnation: return "wrong incarnation";
        case Refusal::already_finished: return "already finished";
        case Refusal::asked_to_refuse: return "asked to refuse";
        case Refusal::balance_overflow: return "balance overflow";
        case Refusal::injected: return "injected";
        case Refusal::timeout: return "timeout";
        case Refusal::operator_order: return "operator order";
        case Refusal::coordinator_restart: return "coordinator restart";
        case Refusal::too_many_waiters: return "too many waiters";
        case Refusal::not_leader: return "not the leader";
        case Refusal::deposed: return "deposed";
        case Refusal::terminated: return "terminated";
        case Refusal::paid_before: return "paid before";
    }
    return "unknown";
}

std::string_view word(Knowledge knowledge) {
    switch (knowledge) {
        case Knowledge::unknown: return "unknown";
        case Knowledge::prepared: return "prepared";
        case Knowledge::refused: return "refused";
        case Knowledge::committed: return "committed";
        case Knowledge::aborted: return "aborted";
        case Knowledge::not_voted: return "not voted";
        case Knowledge::pre_committed: return "pre-committed";
        case Knowledge::pre_aborted: return "pre-aborted";
    }
    return "unknown";
}

std::string_view word(RecordKind kind) {
    switch (kind) {
        case RecordKind::incarnation: return "INCARNATION";
        case RecordKind::shape: return "SHAPE";
        case RecordKind::account: return "ACCOUNT";
        case RecordKind::begin: return "BEGIN";
        case RecordKind::prepared: return "PREPARED";
        case RecordKind::refused: return "REFUSED";
        case RecordKind::decision: return "DECISION";
        case RecordKind::end: return "END";
        case RecordKind::heuristic: return "HEURISTIC";
        case RecordKind::damage: return "DAMAGE";
        case RecordKind::forget: return "FORGET";
        case RecordKind::order: return "ORDER";
        case RecordKind::finished: return "FINISHED";
        case RecordKind::keys: return "KEYS";
        case RecordKind::counters: return "COUNTERS";
        case RecordKind::pre_committed: return "PRE-COMMITTED";
        case RecordKind::pre_aborted: return "PRE-ABORTED";
        case RecordKind::elected: return "ELECTED";
        case RecordKind::accepted: return "ACCEPTED";
        case RecordKind::promised: return "PROMISED";
        case RecordKind::raft_term: return "RAFT-TERM";
        case RecordKind::raft_entries: return "RAFT-ENTRIES";
        case RecordKind::raft_snapshot: return "RAFT-SNAPSHOT";
    }
    return "UNKNOWN";
}

std::string word(const Record& record) {
    switch (record.kind) {
        case RecordKind::decision: return std::string(word(record.outcome));
        case RecordKind::heuristic: return record.outcome == Outcome::commit ? "HEURISTIC COMMIT" : "HEURISTIC ROLLBACK";
        default: return std::string(word(record.kind));
    }
}

std::string_view word(EventKind kind) {
    switch (kind) {
        case EventKind::submit: return "submit";
        case EventKind::send: return "send";
        case EventKind::receive: return "receive";
        case EventKind::drop: return "drop";
        case EventKind::append: return "append";
        case EventKind::durable: return "durable";
        case EventKind::vote: return "vote";
        case EventKind::decide: return "decide";
        case EventKind::apply: return "apply";
        case EventKind::undo: return "undo";
        case EventKind::lock: return "lock";
        case EventKind::unlock: return "unlock";
        case EventKind::wait: return "wait";
        case EventKind::timer: return "timer";
        case EventKind::crash: return "crash";
        case EventKind::restart: return "restart";
        case EventKind::elect: return "elect";
        case EventKind::fault_on: return "fault-on";
        case EventKind::fault_off: return "fault-off";
        case EventKind::order: return "order";
        case EventKind::approval: return "approval";
        case EventKind::heuristic: return "heuristic";
        case EventKind::damage: return "damage";
        case EventKind::forget: return "forget";
        case EventKind::balance: return "balance";
        case EventKind::end: return "end";
        case EventKind::answer: return "answer";
        case EventKind::sync: return "sync";
        case EventKind::suspend: return "suspend";
        case EventKind::resume: return "resume";
        case EventKind::hold: return "hold";
        case EventKind::release: return "release";
        case EventKind::gap: return "gap";
        case EventKind::note: return "note";
        case EventKind::ask: return "ask";
        case EventKind::refuse: return "refuse";
    }
    return "unknown";
}

}  // namespace indoubt::events
