// SPDX-License-Identifier: GPL-3.0-or-later
// A trace as text for people, one line per event in the one order: time, node and life, what happened. For goldens, for
// `simulate`, for a failing seed.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "events/event.h"

namespace indoubt::simulation {

struct TranscriptOptions {
    std::optional<base::Xid> xid;   // only this transaction, and what happens to whole nodes
    bool housekeeping = true;       // start-up records, balances, syncs
};

std::string transcript(const std::vector<events::Event>& trace, const TranscriptOptions& options = {});

}  // namespace indoubt::simulation
