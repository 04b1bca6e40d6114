// SPDX-License-Identifier: GPL-3.0-or-later
// The composition root: a coordinator and its participants, each a node with its own database and gRPC server, the hub that folds
// their events, and the operator service, in this process. The console and indoubtd start one; everything else connects to it.
//
// Threads: start() and stop() on any thread but a GUI's (they take up to a second); the Host side as operator/host.h says.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "cluster/options.h"

namespace indoubt::cluster {

class Cluster {
  public:
    // Up, linked and reachable when it returns. Errors (each says what to do): INVALID_ARGUMENT an option; FAILED_PRECONDITION the
    // address or the data directory is in use, or holds another or a newer cluster; PERMISSION_DENIED read-only;
    // RESOURCE_EXHAUSTED disk full; DATA_LOSS a damaged database.
    static base::Result<std::unique_ptr<Cluster>> start(ClusterOptions options);
    ~Cluster();
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    const std::string& address() const;                  // of the operator service
    const std::filesystem::path& token_file() const;
    const events::ClusterShape& shape() const;
    // Everything appended is made durable, streams end, threads are joined. Within a second.
    void stop();

  private:
    class Impl;
    explicit Cluster(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace indoubt::cluster
