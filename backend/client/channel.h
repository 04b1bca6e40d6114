// SPDX-License-Identifier: GPL-3.0-or-later
// One target: its channel, its token, and calls with deadlines. Internal to client.
#pragma once
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <set>
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
            const UnderWay under_way(*this, context);
            if (under_way.ended()) return base::unavailable("the program is closing");
            const grpc::Status status = (stub().*method)(&context, request, &reply);
            if (status.ok()) return base::Ok{};
            if (under_way.ended()) return base::unavailable("the program closed before the answer came");
            if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED && attempt == 0) {
                forget_token();
                continue;
            }
            return error(status);
        }
    }
    base::Error error(const grpc::Status& status) const;
    void end_calls();

  private:
    Result<std::string> token_file() const;
    class UnderWay {
      public:
        UnderWay(Target& target, grpc::ClientContext& context);
        ~UnderWay();
        bool ended() const;

      private:
        Target& m_target;
        grpc::ClientContext& m_context;
    };
    const Connection m_connection;
    const std::shared_ptr<grpc::Channel> m_channel;
    const std::unique_ptr<v1::OperatorService::Stub> m_stub;
    std::mutex m_mutex;
    std::string m_token;
    mutable std::mutex m_calls_mutex;
    std::set<grpc::ClientContext*> m_calls;  // m_calls_mutex: under way now
    bool m_ended = false;                    // m_calls_mutex
};

}  // namespace indoubt::client
