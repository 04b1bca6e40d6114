// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/channel.h"

#include "client/convert.h"
#include "security/listener.h"
#include "security/registry.h"
#include "security/token.h"
#include "transport/channel.h"

namespace indoubt::client {
Target::Target(Connection connection)
    : m_connection(std::move(connection)), m_channel(transport::open_channel(m_connection.target, transport::Use::calls)), m_stub(v1::OperatorService::NewStub(m_channel)) {}

// A cluster of this user that is named by its address alone tells in the registry where its token is.
Result<std::string> Target::token_file() const {
    if (!m_connection.token_file.empty()) return m_connection.token_file;
    for (const auto& running : security::running_clusters())
        if (running.address == name()) return running.token_file;
    return base::not_found("no cluster of this user is known at " + name() +
                           "; is the address right? For another one, name the file with its token: --token-file");
}

Result<> Target::sign(grpc::ClientContext& context) {
    if (security::stranger_listens(name()))
        return base::Error{base::ErrorCode::permission_denied, "at " + name() + " listens a program of another user: it is not shown the token; is your cluster still running there?"};
    std::lock_guard lock(m_mutex);
    if (m_token.empty()) {
        auto file = token_file();
        if (!file) return file.error();
        auto token = security::read_token_file(*file);
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

void Target::end_calls() {
    std::lock_guard lock(m_calls_mutex);
    m_ended = true;
    for (auto* context : m_calls) context->TryCancel();
}

Target::UnderWay::UnderWay(Target& target, grpc::ClientContext& context) : m_target(target), m_context(context) {
    std::lock_guard lock(m_target.m_calls_mutex);
    m_target.m_calls.insert(&m_context);
}

Target::UnderWay::~UnderWay() {
    std::lock_guard lock(m_target.m_calls_mutex);
    m_target.m_calls.erase(&m_context);
}

bool Target::UnderWay::ended() const {
    std::lock_guard lock(m_target.m_calls_mutex);
    return m_target.m_ended;
}

}  // namespace indoubt::client
