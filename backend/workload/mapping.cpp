// SPDX-License-Identifier: GPL-3.0-or-later
#include "workload/mapping.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/hash.h"
#include "workload/text.h"

namespace indoubt::workload {

Mapping::Mapping(const events::ClusterShape& shape) {
    for (const auto& member : shape.members) {
        if (member.node == shape.coordinator) continue;
        m_participants.push_back(member.node);
        if (!member.bic.empty()) m_banks.emplace(bank_code(member.bic), member.node);
    }
}

base::Result<base::NodeId> Mapping::participant(std::string_view name) const {
    std::string known;
    for (base::NodeId node : m_participants) {
        if (node.name() == name) return node;
        known += (known.empty() ? "" : ", ") + node.name();
    }
    return base::invalid_argument("\"" + std::string(name.substr(0, 16)) + "\" is no participant; there are " + known);
}

base::Result<> Mapping::read(std::string_view text) {
    std::istringstream in{std::string(text)};
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        const std::string where = "mapping, line " + std::to_string(number) + ": ";
        const std::string rule = collapse(std::string_view(line).substr(0, line.find('#')));
        if (rule.empty()) continue;
        const std::size_t equals = rule.find('=');
        if (equals == rule.npos)
            return base::invalid_argument(where + "\"" + rule.substr(0, 40) +
                                          "\" is not a rule; write BIC=NODE, or default=hash, default=NODE or default=refuse");
        const std::string key = collapse(rule.substr(0, equals)), value = collapse(rule.substr(equals + 1));
        if (key == "default" && (value == "hash" || value == "refuse")) {
            m_default = value == "hash" ? Default::hash : Default::refuse;
            continue;
        }
        const auto node = participant(value);
        if (!node) return base::invalid_argument(where + node.error().message);
        if (key == "default") {
            m_default = Default::node;
            m_default_node = *node;
        } else if (looks_like_bic(key)) {
            m_banks[bank_code(key)] = *node;
        } else {
            return base::invalid_argument(where + "\"" + key.substr(0, 40) + "\" does not have the form of a BIC (8 or 11 characters)");
        }
    }
    return base::Ok{};
}

base::Result<> Mapping::read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return base::not_found("cannot open the mapping file " + path);
    std::ostringstream text;
    text << in.rdbuf();
    return read(text.str());
}

std::optional<base::NodeId> Mapping::node_of(const events::Party& party) const {
    const std::string bank = bank_code(party.bic);
    if (const auto found = m_banks.find(bank); !bank.empty() && found != m_banks.end()) return found->second;
    if (m_default == Default::refuse || m_participants.empty()) return std::nullopt;
    if (m_default == Default::node) return m_default_node;
    if (const auto found = m_placed.find(party.account); bank.empty() && found != m_placed.end()) return found->second;
    const std::uint64_t hash = base::Hasher().add(bank.empty() ? std::string_view(party.account) : std::string_view(bank)).value();
    return m_participants[hash % m_participants.size()];
}

}  // namespace indoubt::workload
