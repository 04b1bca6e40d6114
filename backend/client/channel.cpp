// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "client/convert.h"
#include "security/token.h"

namespace indoubt::client {
namespace {
constexpr int reconnect_first_ms = 50;
constexpr int reconnect_most_ms = 1000;
constexpr int window_bytes = 4 << 20;
}  // namespace

Target::Target(Connection connection) : m_connection(std::move(connection)) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, reconnect_first_ms);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, reconnect_most_ms);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, reconnect_most_ms);
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, window_bytes);
    if (m_connection.target.starts_with("unix:")) arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, "localhost");
    m_channel = grpc::CreateCustomChannel(m_connection.target, grpc::InsecureChannelCredentials(), arguments);
    m_stub = v1::OperatorService::NewStub(m_channel);
}

Result<> Target::sign(grpc::ClientContext& context) {
    std::lock_guard lock(m_mutex);
    if (m_token.empty()) {
        auto token = security::read_token_file(m_connection.token_file);
        if (!token) return base::Error{token.error().code, "the token of " + name() + ": " + token.error().message};
        m_token = std::move(token).value();
    }
    context.AddMetadata(std::string(security::token_header), std::string(security::token_scheme) + m_token);
    return base::Ok{};
}

void Target::forget_token() {
    std::lock_guard lock(m_mutex);
    m_token.clear();
}

base::Error Target::error(const grpc::Status& status) const { return from_status(status, name()); }

}  // namespace indoubt::client
