// SPDX-License-Identifier: GPL-3.0-or-later
// What a local cluster is to be. Defaults: the sandbox of the console's first run.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "cluster/sampler.h"
#include "events/record.h"

namespace indoubt::storage {
class VfsShim;
}

namespace indoubt::cluster {

inline constexpr int faults_max = 2;  // F: up to 2F+1 = 5 managers

struct ClusterOptions {
    std::filesystem::path data_directory;
    std::optional<int> participants;            // 1..16; none: as in the data directory, else 3
    std::optional<int> faults;                  // F: 2F+1 managers, T, T2, T3...; 0..2; none: as in the data directory, else 0
    std::string name = "Local sandbox";
    std::string environment = "sandbox";        // sandbox, drill, test, production
    events::ProtocolChoice protocol;
    TraceLevel trace = TraceLevel::sampled;
    std::string listen = "unix";                // "unix", "unix:PATH" or "127.0.0.1:PORT" of the operator service; nodes have sockets of their own
    std::int64_t prepare_timeout_ms = 10000;    // long enough for a person to act while votes are collected
    std::int64_t lock_timeout_ms = base::limits::lock_timeout_ms;
    std::int64_t inquiry_first_ms = base::limits::inquiry_first_ms;
    std::int64_t retry_first_ms = base::limits::retry_first_ms;
    bool story_accounts = true;                 // those of the first run, when a participant is new
    std::size_t bench_accounts = 0;             // further accounts per participant, when new: "A-000001" ... of 1,000,000.00 EUR
    std::size_t retold_events_max = 50000;      // of logs with no more records, all is told again at a start; of larger ones, what is open
    std::size_t hub_events_max = base::limits::hub_events_max;
    std::int64_t index_wait_ms = 3000;          // after a long load indexes are behind: a look-up waits so long, then says what it could not ask
    bool announce = true;                       // enter the registry, so that indoubtctl finds it
    std::function<std::shared_ptr<storage::VfsShim>(base::NodeId)> disk;  // tests and drills: the disk of a node, which may fail; empty: its own
    std::function<void(const std::string&)> log_line;  // progress and remarks; any thread; may be empty
};

base::Result<> validate(const ClusterOptions& options);

// T, then A, B, C...: with the names and BICs of the story; then the further managers of a coordinator that is replicated.
events::ClusterShape make_shape(const ClusterOptions& options, int participants, int faults = 0);
// What a new participant opens.
std::vector<events::AccountLine> first_accounts(const ClusterOptions& options, base::NodeId participant);

}  // namespace indoubt::cluster
