// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/account_table.h"

#include <algorithm>

#include "view/balance_at.h"

namespace indoubt::view {

namespace {

std::uint64_t hash_of(NodeId node, std::string_view account) { return base::Hasher().add(node.packed()).add(account).value(); }

}  // namespace

std::uint64_t AccountTable::slot_of(NodeId node, std::string_view account) const {
    return m_index.find(hash_of(node, account), [&](std::uint64_t slot) {
        const AccountRow& row = m_entries[slot]->row;
        return row.node == node && row.account == account;
    });
}

void AccountTable::set(NodeId node, const events::AccountLine& line, std::int64_t hlc, Line kind) {
    const std::uint64_t known = slot_of(node, line.account);
    const std::int64_t known_hlc = kind == Line::told ? 0 : hlc;
    if (known == CowIndex::none) {
        auto entry = std::make_shared<Entry>();
        entry->row = {node, line.account, line.holder, line.currency, line.posted_minor, line.posted_minor, 0, line.limit_minor, hlc, known_hlc, line.posted_minor, kind == Line::opening};
        const std::uint64_t slot = m_entries.size();
        m_index.insert(hash_of(node, line.account), slot);
        m_entries.push_back(std::move(entry));
        m_order.insert(node, static_cast<AccountOrder::Slot>(slot), [this](AccountOrder::Slot other) { return std::string_view(m_entries[other]->row.account); });
        m_sums[line.currency] += line.posted_minor;
        return;
    }
    if (kind == Line::opening) return;
    const AccountRow& old = m_entries[known]->row;
    const bool as_known = old.posted_minor == line.posted_minor && old.currency == line.currency && old.known_hlc != 0;
    if (as_known && old.holder == line.holder && old.limit_minor == line.limit_minor) return;
    AccountRow& row = own(m_entries.edit(known)).row;
    m_sums[row.currency] -= row.posted_minor;
    row.holder = line.holder;
    row.currency = line.currency;
    row.limit_minor = line.limit_minor;
    row.posted_minor = line.posted_minor;
    row.changed_hlc = hlc;
    if (!as_known) {  // something was not seen: what the account held before is not known
        row.known_hlc = known_hlc;
        row.known_minor = line.posted_minor;
        row.opened = false;
    }
    m_sums[row.currency] += row.posted_minor;
}

void AccountTable::post(NodeId node, std::string_view account, const Xid& xid, std::int64_t amount_minor, std::int64_t hlc) {
    const std::uint64_t slot = slot_of(node, account);
    if (slot == CowIndex::none) return;
    Entry& entry = own(m_entries.edit(slot));
    entry.row.posted_minor += amount_minor;
    entry.row.changed_hlc = hlc;
    entry.postings.push_back({hlc, xid, amount_minor, entry.row.posted_minor});
    m_sums[entry.row.currency] += amount_minor;
}

void AccountTable::hold(NodeId node, std::string_view account, std::int64_t change_minor, std::int64_t hlc) {
    const std::uint64_t slot = slot_of(node, account);
    if (slot == CowIndex::none) return;
    AccountRow& row = own(m_entries.edit(slot)).row;
    row.held_minor += change_minor;
    row.changed_hlc = hlc;
}

void AccountTable::forget(NodeId node, std::string_view account, const Xid& xid) {
    const std::uint64_t slot = slot_of(node, account);
    if (slot == CowIndex::none) return;
    const auto& postings = m_entries[slot]->postings;
    // Payments leave about in the order in which they posted: the front is the only place worth looking at. One that is
    // overtaken (it sat in doubt) goes when the one before it goes.
    bool within = false;
    for (std::size_t i = 0; i < std::min<std::size_t>(postings.size(), 8); ++i) within = within || postings[i].xid == xid;
    if (!within) return;
    Entry& entry = own(m_entries.edit(slot));
    while (!entry.postings.empty()) {
        const Posting& oldest = entry.postings[0];
        const bool last = oldest.xid == xid;
        if (entry.row.known_hlc != 0 && oldest.hlc >= entry.row.known_hlc) {
            entry.row.known_hlc = oldest.hlc;
            entry.row.known_minor = oldest.balance_minor;
            entry.row.opened = false;
        }
        entry.postings.pop_front();
        if (last) break;
    }
}

std::optional<AccountRow> AccountTable::find(NodeId node, std::string_view account) const {
    const std::uint64_t slot = slot_of(node, account);
    if (slot == CowIndex::none) return std::nullopt;
    return m_entries[slot]->row;
}

std::vector<Posting> AccountTable::postings(NodeId node, std::string_view account) const {
    std::vector<Posting> all;
    const std::uint64_t slot = slot_of(node, account);
    if (slot == CowIndex::none) return all;
    const auto& seen = m_entries[slot]->postings;
    all.reserve(seen.size());
    for (std::size_t i = 0; i < seen.size(); ++i) all.push_back(seen[i]);
    return all;
}

std::optional<std::int64_t> AccountTable::balance_at(NodeId node, std::string_view account, std::int64_t hlc) const {
    const std::uint64_t slot = slot_of(node, account);
    if (slot == CowIndex::none) return std::nullopt;
    return view::balance_at(m_entries[slot]->row, m_entries[slot]->postings, hlc);
}

void AccountTable::visit(NodeId node, std::string_view after, const std::function<bool(const AccountRow&)>& visit) const {
    m_order.visit(node, after, [this](AccountOrder::Slot slot) { return std::string_view(m_entries[slot]->row.account); },
                  [&](AccountOrder::Slot slot) { return visit(m_entries[slot]->row); });
}

}  // namespace indoubt::view
