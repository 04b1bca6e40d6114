// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/sources.h"
#include "security/registry.h"

namespace indoubt::client {

Result<std::unique_ptr<OperatorClient>> connect(const std::vector<Connection>& targets) {
    if (targets.empty()) {
        auto running = security::find_running_cluster();
        if (!running) return running.error();
        return make_grpc_client({running->address, running->token_file});
    }
    if (targets.size() == 1) return make_grpc_client(targets.front());
    std::vector<std::unique_ptr<OperatorClient>> parts;
    for (const auto& target : targets) parts.push_back(make_grpc_client(target));
    return make_merged_client(std::move(parts));
}

}  // namespace indoubt::client
