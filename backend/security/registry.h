// SPDX-License-Identifier: GPL-3.0-or-later
// Where a running cluster of this user is found: one small file per cluster in the runtime directory
// ($XDG_RUNTIME_DIR/indoubt, else ~/.local/state/indoubt), removed at its stop. A file whose process is gone is stale and is
// removed by whoever finds it. It holds addresses and the path of the token file, never the token.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace indoubt::security {

struct RunningCluster {
    std::string name;            // "Local sandbox"
    std::string environment;     // sandbox, drill, test, production
    std::string address;         // of its operator service: "unix:PATH" or "127.0.0.1:PORT"
    std::string token_file;
    std::string data_directory;
    std::int64_t pid = 0;
    std::uint64_t pid_started = 0;  // start time of the process in clock ticks: a reused pid is not our cluster
    std::int64_t started_ns = 0;    // UTC
    friend bool operator==(const RunningCluster&, const RunningCluster&) = default;
};

std::filesystem::path runtime_directory();

// Start time of a process, in clock ticks since boot; 0 = no such process, or one that has ended.
std::uint64_t process_started(std::int64_t pid);

// RAII: registered while it lives.
class Registration {
  public:
    static base::Result<Registration> enter(RunningCluster cluster);  // fills pid and pid_started
    Registration(Registration&& other) noexcept;
    Registration& operator=(Registration&& other) noexcept;
    ~Registration();

  private:
    explicit Registration(std::filesystem::path file) : m_file(std::move(file)) {}
    std::filesystem::path m_file;
};

// Running ones, latest start first; stale files are removed.
std::vector<RunningCluster> running_clusters();
// The only one. not_found tells how to start one; several are invalid_argument and a list: nobody pays at a cluster by accident.
base::Result<RunningCluster> find_running_cluster();

}  // namespace indoubt::security
