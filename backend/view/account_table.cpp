// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/account_table.h"

#include <algorithm>

namespace indoubt::view {

namespace {

std::uint64_t hash_of(NodeId node, std::string_view account) { return base::Hasher().add(node.packed()).add(account).value(); }

bool before(const AccountRow& a, const AccountRow& b) { return a.node != b.node ? a.node < b.node : a.account < b.account; }

}  // namespace

std::uint64_t AccountTable::slot_of(NodeId node, std::string_view account) const {
    return m_index.find(hash_of(node, account), [&](std::uint64_t slot) {
        const AccountRow& row = m_entries[slot]->row;
        return row.node == node && row.account == account;
    });
}

void AccountTable::set(NodeId node, const events::AccountLine& line, std::int64_t hlc, bool reset) {
    const std::uint64_t known = slot_of(node, line.account);
    if (known == CowIndex::none) {
        auto entry = std::make_shared<Entry>();
        entry->row = {node, line.account, line.holder, line.currency, line.posted_minor, line.posted_minor, 0, line.limit_minor, hlc};
        m_index.insert(hash_of(node, line.account), m_entries.size());
        m_entries.push_back(std::move(entry));
        m_sums[line.currency] += line.posted_minor;
        return;
    }
    if (!reset) return;
    const AccountRow& old = m_entries[known]->row;
    if (old.posted_minor == line.posted_minor && old.holder == line.holder && old.limit_minor == line.limit_minor && old.currency == line.currency) return;
    AccountRow& row = own(m_entries.edit(known)).row;
    m_sums[row.currency] -= row.posted_minor;
    row.holder = line.holder;
    row.currency = line.currency;
    row.limit_minor = line.limit_minor;
    row.posted_minor = line.posted_minor;
    row.changed_hlc = hlc;
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
        const bool last = entry.postings[0].xid == xid;
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

std::vector<AccountRow> AccountTable::sorted(std::size_t most) const {
    std::vector<const AccountRow*> rows;
    rows.reserve(m_entries.size());
    for (std::size_t i = 0; i < m_entries.size(); ++i) rows.push_back(&m_entries[i]->row);
    const std::size_t count = std::min(most, rows.size());
    std::partial_sort(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count), rows.end(),
                      [](const AccountRow* a, const AccountRow* b) { return before(*a, *b); });
    std::vector<AccountRow> sorted;
    sorted.reserve(count);
    for (std::size_t i = 0; i < count; ++i) sorted.push_back(*rows[i]);
    return sorted;
}

}  // namespace indoubt::view
