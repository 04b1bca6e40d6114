// SPDX-License-Identifier: GPL-3.0-or-later
// The gRPC server of OperatorService: token on every call, reflection and health, canonical errors. Any gRPC client may use it.
#pragma once
#include <grpcpp/server_builder.h>

#include <memory>
#include <string>

#include "operator/host.h"

namespace indoubt::operators {

class OperatorServer {
  public:
    // `builder` has been told where to listen (transport/channel.h). `where` names that place in errors.
    static Result<std::unique_ptr<OperatorServer>> start(Host& host, grpc::ServerBuilder& builder, const std::string& where, const std::string& token);
    ~OperatorServer();
    OperatorServer(const OperatorServer&) = delete;
    OperatorServer& operator=(const OperatorServer&) = delete;

    // Ends every stream, lets running calls answer for `deadline_ms`, then cuts them off. Callbacks that still arrive are ignored.
    void stop(int deadline_ms = 300);

  private:
    OperatorServer();
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace indoubt::operators
