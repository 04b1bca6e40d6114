// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/merged_client.h"
#include "security/registry.h"

namespace indoubt::client {

Result<std::unique_ptr<OperatorClient>> connect(const std::vector<Connection>& targets) {
    if (targets.empty()) {
        auto running = security::find_running_cluster();
        if (!running) return running.error();
        return std::unique_ptr<OperatorClient>(std::make_unique<GrpcClient>(Connection{running->address, running->token_file}));
    }
    if (targets.size() == 1) return std::unique_ptr<OperatorClient>(std::make_unique<GrpcClient>(targets.front()));
    return std::unique_ptr<OperatorClient>(std::make_unique<MergedClient>(targets));
}

}  // namespace indoubt::client
