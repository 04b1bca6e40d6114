// SPDX-License-Identifier: GPL-3.0-or-later
// The token on every call. Our own methods answer UNAUTHENTICATED; reflection and health, whose handlers are the library's,
// are cancelled by an interceptor. Internal to operator.
#pragma once
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_interceptor.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>

namespace indoubt::operators {

// OK, or UNAUTHENTICATED with what to do.
grpc::Status check_token(const grpc::ServerContextBase& context, const std::string& token);

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> make_library_guard(std::string token);

}  // namespace indoubt::operators
