// SPDX-License-Identifier: GPL-3.0-or-later
// What connect() chooses from: one service over gRPC, or several as one. Internal to client.
#pragma once
#include <memory>
#include <vector>

#include "client/operator_client.h"

namespace indoubt::client {

std::unique_ptr<OperatorClient> make_grpc_client(Connection connection);

// Each daemon serves the nodes it hosts and never forwards, so this routes by node and merges answers. A service that does not
// answer is told in the coverage; a question fails only when none answers.
std::unique_ptr<OperatorClient> make_merged_client(std::vector<std::unique_ptr<OperatorClient>> parts);

}  // namespace indoubt::client
