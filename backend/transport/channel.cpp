// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/channel.h"

#include <absl/synchronization/mutex.h>
#include <google/protobuf/stubs/logging.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace indoubt::transport {
namespace {

struct Reconnect {
    int first_ms, most_ms;
};
constexpr Reconnect link_reconnect{20, 250}, calls_reconnect{50, 1000};
constexpr int window_bytes = 4 << 20;

// Is a live process listening at this unix socket? A stale file is not.
bool answers(const std::string& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return connected;
}

// gRPC reports a port in use only as "no port": ask the kernel, so that the message can name it.
bool port_free(int port, bool v6) {
    const int fd = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return true;
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    int result = 0;
    if (v6) {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_addr = in6addr_loopback;
        address.sin6_port = htons(static_cast<std::uint16_t>(port));
        result = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    } else {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        result = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    ::close(fd);
    return result == 0;
}

// Debian builds abseil without NDEBUG, so that every lock inside gRPC feeds a deadlock detector: 4 % of a busy cluster. And what
// protobuf has to say of a broken message goes to stderr by itself, past whoever answers for it in words.
void quieten_library() {
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    google::protobuf::SetLogHandler(nullptr);
}

}  // namespace

std::shared_ptr<grpc::Channel> open_channel(const std::string& address, Use use) {
    quieten_library();
    const Reconnect reconnect = use == Use::link ? link_reconnect : calls_reconnect;
    grpc::ChannelArguments arguments;
    if (use == Use::link) {
        arguments.SetInt(GRPC_ARG_MINIMAL_STACK, 1);  // no compression, no deadlines: a link has neither
        arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    }
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, reconnect.first_ms);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, reconnect.most_ms);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, reconnect.most_ms);
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, window_bytes);
    if (address.starts_with("unix:")) arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, "localhost");
    return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void hurry(grpc::Channel& channel) {
    grpc::experimental::ChannelResetConnectionBackoff(&channel);
    channel.GetState(true);
}

base::Result<> listen_on(grpc::ServerBuilder& builder, const std::string& address, int* port) {
    quieten_library();
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, window_bytes);
    if (address.starts_with("unix:")) {
        const std::string path = address.substr(5);
        if (path.empty() || path[0] != '/') return base::invalid_argument("address '" + address + "': a socket needs an absolute path");
        if (path.size() > socket_path_bytes_max)
            return base::invalid_argument("address '" + address + "': the path of a socket has at most " + std::to_string(socket_path_bytes_max) + " bytes");
        const std::string directory = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
        if (::access(directory.c_str(), W_OK | X_OK) != 0)
            return base::Error{errno == ENOENT || errno == ENOTDIR ? base::ErrorCode::invalid_argument : base::ErrorCode::permission_denied,
                               "address '" + address + "': no socket can be made in " + directory + ": " + std::strerror(errno)};
        if (answers(path)) return base::failed_precondition("another program listens on " + address);
        ::unlink(path.c_str());
        builder.AddListeningPort(address, grpc::InsecureServerCredentials(), port);
        return base::Ok{};
    }
    const auto colon = address.rfind(':');
    const std::string host = colon == std::string::npos ? address : address.substr(0, colon);
    if (host != "127.0.0.1" && host != "localhost" && host != "[::1]")
        return base::invalid_argument("address '" + address + "': only loopback is served (127.0.0.1, localhost or [::1])");
    int number = -1;
    const char* first = address.data() + colon + 1;
    const char* last = address.data() + address.size();
    if (colon == std::string::npos || std::from_chars(first, last, number).ptr != last || number < 0 || number > 65535)
        return base::invalid_argument("address '" + address + "': needs a port from 0 to 65535");
    if (number != 0 && !port_free(number, host == "[::1]"))
        return base::failed_precondition("port " + std::to_string(number) + " is in use by another program; choose another, or 0 for any free one");
    builder.AddListeningPort((host == "localhost" ? "127.0.0.1" : host) + ":" + std::to_string(number), grpc::InsecureServerCredentials(), port);
    return base::Ok{};
}

std::string bound_address(const std::string& address, int port) {
    if (address.starts_with("unix:") || port <= 0) return address;
    return address.substr(0, address.rfind(':') + 1) + std::to_string(port);
}

}  // namespace indoubt::transport
