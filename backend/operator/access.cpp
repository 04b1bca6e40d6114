// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/access.h"

#include <cstring>

#include "security/token.h"

namespace indoubt::operators {

grpc::Status check_token(const grpc::ServerContextBase& context, const std::string& token) {
    const auto& metadata = context.client_metadata();
    const auto found = metadata.find(grpc::string_ref(security::token_header.data(), security::token_header.size()));
    if (found == metadata.end())
        return {grpc::StatusCode::UNAUTHENTICATED, "this call carries no token; send metadata 'authorization: Bearer TOKEN' with the content of the cluster's token file"};
    const std::string_view given(found->second.data(), found->second.size());
    if (!given.starts_with(security::token_scheme) || !security::same_token(given.substr(security::token_scheme.size()), token))
        return {grpc::StatusCode::UNAUTHENTICATED, "the token is not this cluster's; it is written anew at each start: read the token file again"};
    return grpc::Status::OK;
}

namespace {

class LibraryGuard : public grpc::experimental::Interceptor {
  public:
    LibraryGuard(grpc::experimental::ServerRpcInfo* info, const std::string& token) : m_info(info), m_token(token) {}
    void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
        if (methods->QueryInterceptionHookPoint(grpc::experimental::InterceptionHookPoints::POST_RECV_INITIAL_METADATA) &&
            !check_token(*m_info->server_context(), m_token).ok())
            m_info->server_context()->TryCancel();
        methods->Proceed();
    }

  private:
    grpc::experimental::ServerRpcInfo* m_info;
    const std::string& m_token;
};

class LibraryGuardFactory : public grpc::experimental::ServerInterceptorFactoryInterface {
  public:
    explicit LibraryGuardFactory(std::string token) : m_token(std::move(token)) {}
    grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) override {
        const char* own = "/indoubt.v1.";
        if (std::strncmp(info->method(), own, std::strlen(own)) == 0) return nullptr;  // those check for themselves, at no cost
        return new LibraryGuard(info, m_token);
    }

  private:
    const std::string m_token;
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> make_library_guard(std::string token) {
    return std::make_unique<LibraryGuardFactory>(std::move(token));
}

}  // namespace indoubt::operators
