// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/machine.h"

namespace indoubt::commit {

std::string_view word(TimerKind kind) {
    switch (kind) {
        case TimerKind::prepare: return "prepare";
        case TimerKind::retry: return "retry";
        case TimerKind::inquiry: return "inquiry";
        case TimerKind::lock: return "lock";
        case TimerKind::election: return "election";
        case TimerKind::heartbeat: return "heartbeat";
        case TimerKind::collect: return "collect";
    }
    return "unknown";
}

std::string_view word(OrderKind kind) {
    switch (kind) {
        case OrderKind::abort: return "abort";
        case OrderKind::force_commit: return "force COMMIT";
        case OrderKind::force_rollback: return "force ROLLBACK";
        case OrderKind::forget: return "forget";
        case OrderKind::retry: return "retry";
        case OrderKind::refuse: return "refuse";
        case OrderKind::deliver_commit: return "deliver COMMIT";
        case OrderKind::deliver_abort: return "deliver ABORT";
    }
    return "unknown";
}

std::string_view word(Phase phase) {
    switch (phase) {
        case Phase::none: return "none";
        case Phase::active: return "active";
        case Phase::preparing: return "preparing";
        case Phase::prepared: return "prepared";
        case Phase::deciding: return "deciding";
        case Phase::committing: return "committing";
        case Phase::aborting: return "aborting";
        case Phase::committed: return "committed";
        case Phase::aborted: return "aborted";
        case Phase::heuristic: return "heuristic";
        case Phase::pre_committed: return "pre-committed";
        case Phase::pre_aborted: return "pre-aborted";
    }
    return "unknown";
}

}  // namespace indoubt::commit
