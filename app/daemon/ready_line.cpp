// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/ready_line.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

namespace indoubt {

std::string daemon_ready_line(const events::ClusterShape& shape, const std::string& address, const std::string& token_file, const std::string& data, bool json) {
    if (!json)
        return "ready: " + shape.name + " (" + shape.environment + ", " + std::to_string(shape.members.size()) + " nodes, " + shape.protocol.name + ") at " + address +
               ", token in " + token_file;
    nlohmann::ordered_json line;
    line["ready"] = true;
    line["name"] = shape.name;
    line["environment"] = shape.environment;
    line["address"] = address;
    line["token_file"] = token_file;
    line["data"] = data;
    line["protocol"] = shape.protocol.name;
    auto& nodes = line["nodes"] = nlohmann::ordered_json::array();
    for (const auto& member : shape.members) nodes.push_back(member.node.name());
    line["pid"] = ::getpid();
    return line.dump();
}

}  // namespace indoubt
