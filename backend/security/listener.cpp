// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/listener.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>

namespace indoubt::security {
namespace {

constexpr std::string_view any_v6 = "00000000000000000000000000000000";  // takes calls to IPv4 addresses too
constexpr std::string_view loopback_v4_in_v6 = "0000000000000000FFFF00000100007F";
constexpr std::string_view listening = "0A";

// "  sl  local_address rem_address   st tx_queue:rx_queue tr:tm->when retrnsmt   uid ...", addresses and ports in hexadecimal digits.
bool stranger_in(const char* table, unsigned long port, bool for_v4_only) {
    std::ifstream file(table);
    std::string line;
    std::getline(file, line);  // the heading
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string slot, local, remote, state, queues, timer, retransmits;
        unsigned long user = 0;
        if (!(fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> user) || state != listening) continue;
        const auto colon = local.find(':');
        if (colon == std::string::npos || std::strtoul(local.c_str() + colon + 1, nullptr, 16) != port) continue;
        const std::string_view host = std::string_view(local).substr(0, colon);
        if (for_v4_only && host.size() == any_v6.size() && host != any_v6 && host != loopback_v4_in_v6) continue;
        if (user != 0 && user != ::geteuid()) return true;
    }
    return false;
}

}  // namespace

bool stranger_listens(const std::string& address) {
    const auto colon = address.rfind(':');
    if (address.starts_with("unix:") || colon == std::string::npos) return false;
    const unsigned long port = std::strtoul(address.c_str() + colon + 1, nullptr, 10);
    const bool v4 = address.starts_with("127."), v6 = address.starts_with("[");
    return (!v6 && stranger_in("/proc/net/tcp", port, v4)) || stranger_in("/proc/net/tcp6", port, v4);
}

}  // namespace indoubt::security
