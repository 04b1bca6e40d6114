// SPDX-License-Identifier: GPL-3.0-or-later
// Which participant carries an account: the BIC of its bank decides. Equal banks make one branch, whatever the spelling of the BIC
// (8 characters and the same with XXX are one bank).
//
// Mapping file, one rule per line, `#` starts a comment:
//   HAFBDEH0XXX=A          this bank is participant A
//   default=hash           every other bank, by the hash of its BIC, always the same one (this is the rule if no default is given)
//   default=B              every other bank is participant B
//   default=refuse         payments of any other bank are rejected
// A party without a BIC is at the participant that has its account, as far as the cluster was asked (`place`); an account that nobody has
// goes by its own hash in place of the bank's. A default other than hash comes first.
// Rules of the cluster itself (the BIC of each member) hold where the file says nothing. A value; any thread.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "events/record.h"

namespace indoubt::workload {

class Mapping {
  public:
    enum class Default : unsigned char { hash, node, refuse };

    explicit Mapping(const events::ClusterShape& shape);
    // Adds the rules of a file's text; errors name the line.
    base::Result<> read(std::string_view text);
    base::Result<> read_file(const std::string& path);

    void place(const std::string& account, base::NodeId node) { m_placed.insert_or_assign(account, node); }

    // The participant of a party, or nothing: no rule fits and the default is `refuse`.
    std::optional<base::NodeId> node_of(const events::Party& party) const;
    const std::vector<base::NodeId>& participants() const { return m_participants; }

  private:
    base::Result<base::NodeId> participant(std::string_view name) const;

    std::vector<base::NodeId> m_participants;
    std::map<std::string, base::NodeId, std::less<>> m_banks;  // by bank_code
    std::map<std::string, base::NodeId, std::less<>> m_placed;  // by account
    Default m_default = Default::hash;
    base::NodeId m_default_node;
};

}  // namespace indoubt::workload
