// SPDX-License-Identifier: GPL-3.0-or-later
// gRPC options, decided once for every channel and server of the program, and how addresses are written.
// Addresses: "unix:/absolute/path" or "HOST:PORT"; only loopback hosts may be listened on.
#pragma once
#include <grpcpp/channel.h>
#include <grpcpp/server_builder.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace indoubt::transport {

// What a channel is for. `link`: one endless stream between nodes, no deadlines, reconnects within a quarter of a second.
// `calls`: an operator's questions, with deadlines; reconnects within a second.
enum class Use : std::uint8_t { link, calls };
// Own connection per channel, no proxy, no bandwidth probes on loopback.
std::shared_ptr<grpc::Channel> open_channel(const std::string& address, Use use);
// Tries again at once, as the other side is known to be up.
void hurry(grpc::Channel& channel);

// A builder that listens there, and nowhere else. `port` receives the bound TCP port (0 until built, or for unix sockets).
// Errors: invalid_argument (not loopback, path too long, not an address), failed_precondition (somebody listens there).
base::Result<> listen_on(grpc::ServerBuilder& builder, const std::string& address, int* port);

// "127.0.0.1:0" with the port that was bound; unix addresses as they are.
std::string bound_address(const std::string& address, int port);

// Longest path of a unix socket.
inline constexpr std::size_t socket_path_bytes_max = 107;

}  // namespace indoubt::transport
