// SPDX-License-Identifier: GPL-3.0-or-later
// One target: its channel, its token, and calls with deadlines. Internal to client.
#pragma once
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "client/operator_client.h"
#include "indoubt/v1/operator_service.grpc.pb.h"

namespace indoubt::client {

class Target {
  public:
    explicit Target(Connection connection);

    const std::string& name() const { return m_connection.target; }
    v1::OperatorService::Stub& stub() { return *m_stub; }
    // Adds the token. It is read from its file when first needed, and again after the service turned it away: the cluster
    // writes a new one at each start.
    Result<> sign(grpc::ClientContext& context);
    void forget_token();

    template <class Request, class Reply>
    using Method = grpc::Status (v1::OperatorService::Stub::*)(grpc::ClientContext*, const Request&, Reply*);

    template <class Request, class Reply>
    Result<> call(Method<Request, Reply> method, const Request& request, Reply& reply, std::chrono::milliseconds deadline) {
        for (int attempt = 0;; ++attempt) {
            grpc::ClientContext context;
            if (auto signed_in = sign(context); !signed_in) return signed_in;
            context.set_deadline(std::chrono::system_clock::now() + deadline);
            const grpc::Status status = (stub().*method)(&context, request, &reply);
            if (status.ok()) return base::Ok{};
            if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED && attempt == 0) {
                forget_token();
                continue;
            }
            return error(status);
        }
    }
    base::Error error(const grpc::Status& status) const;

  private:
    Result<std::string> token_file() const;
    const Connection m_connection;
    const std::shared_ptr<grpc::Channel> m_channel;
    const std::unique_ptr<v1::OperatorService::Stub> m_stub;
    std::mutex m_mutex;
    std::string m_token;
};

}  // namespace indoubt::client
