// SPDX-License-Identifier: GPL-3.0-or-later
// The accounts of all participants with what the view saw posted to them. Amounts in minor units of each account's currency.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "view/account_order.h"
#include "view/cow.h"
#include "view/view.h"

namespace indoubt::view {

class AccountTable {
  public:
    std::size_t size() const { return m_entries.size(); }
    enum class Line : std::uint8_t {
        opening,  // the account begins here; nothing if it is known
        balance,  // the account as of hlc, whatever was known before
        told,     // the same, as of a time that nobody knows
    };
    void set(NodeId node, const events::AccountLine& line, std::int64_t hlc, Line kind);
    // No effect on an account the view does not know: a later balance tells.
    void post(NodeId node, std::string_view account, const Xid& xid, std::int64_t amount_minor, std::int64_t hlc);
    void hold(NodeId node, std::string_view account, std::int64_t change_minor, std::int64_t hlc);
    // A payment left the view: its postings leave too, which bounds them.
    void forget(NodeId node, std::string_view account, const Xid& xid);

    std::optional<AccountRow> find(NodeId node, std::string_view account) const;
    std::vector<Posting> postings(NodeId node, std::string_view account) const;
    std::optional<std::int64_t> balance_at(NodeId node, std::string_view account, std::int64_t hlc) const;
    // By node and number, behind the one named, until `visit` says false.
    void visit(NodeId node, std::string_view after, const std::function<bool(const AccountRow&)>& visit) const;
    std::map<Currency, std::int64_t> sums() const { return m_sums; }

  private:
    struct Entry {
        AccountRow row;
        CowDeque<Posting, 32> postings;
    };
    std::uint64_t slot_of(NodeId node, std::string_view account) const;
    CowDeque<std::shared_ptr<Entry>, 64> m_entries;
    CowIndex m_index;
    AccountOrder m_order;
    std::map<Currency, std::int64_t> m_sums;
};

}  // namespace indoubt::view
