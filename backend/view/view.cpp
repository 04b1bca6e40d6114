// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/view.h"

#include <algorithm>
#include <unordered_set>

#include "view/state.h"

namespace indoubt::view {

namespace {
constexpr std::size_t changed_max = 1u << 18;  // beyond this, whoever asks reads everything again anyway
}

std::string_view word(NodeState state) {
    switch (state) {
        case NodeState::unknown: return "unknown";
        case NodeState::up: return "up";
        case NodeState::down: return "down";
        case NodeState::suspended: return "suspended";
    }
    return "unknown";
}

View::View() : m_state(std::make_shared<State>()) {}
View::View(const View& other) : m_state(other.m_state) {}
View& View::operator=(const View& other) {
    if (this == &other) return *this;
    m_state = other.m_state;
    m_changed.clear();
    m_all_changed = true;
    return *this;
}
View::View(View&&) noexcept = default;
View& View::operator=(View&&) noexcept = default;
View::~View() = default;

View::State& View::edit() { return own(m_state); }

void View::fold(const events::Event& event) {
    State& state = edit();
    state.changed = &m_changed;
    state.fold(event);
    state.changed = nullptr;
    state.retain();
    if (m_changed.size() > changed_max) {
        m_changed.clear();
        m_all_changed = true;
    }
}

std::size_t View::size() const { return m_state->transactions.size(); }
const Transaction& View::at(std::size_t index) const { return *m_state->transactions.at(index); }

TransactionPtr View::find(const Xid& xid) const {
    const auto slot = m_state->transactions.find(xid);
    if (slot == TransactionTable::none) return nullptr;
    return m_state->transactions.get(slot);
}

std::size_t View::index_of(const Xid& xid) const {
    const auto slot = m_state->transactions.find(xid);
    return slot == TransactionTable::none ? npos : m_state->transactions.index_of(slot);
}

std::uint64_t View::dropped() const { return m_state->dropped; }

void View::set_retained_max(std::size_t count) {
    edit().retained_max = count;
    m_state->retain();
}

std::vector<Xid> View::take_changed() {
    std::vector<Xid> changed;
    if (m_all_changed) {
        m_all_changed = false;
        m_changed.clear();
        for (std::size_t i = 0; i < size(); ++i) changed.push_back(at(i).xid);
        return changed;
    }
    std::unordered_set<Xid, base::IdHash> seen;
    for (const Xid& xid : m_changed)
        if (seen.insert(xid).second) changed.push_back(xid);
    m_changed.clear();
    return changed;
}

std::vector<Xid> View::open_transactions() const {
    std::vector<Xid> xids;
    for (const auto slot : m_state->open_slots()) xids.push_back(m_state->transactions.get(slot)->xid);
    return xids;
}

const std::vector<NodeRow>& View::nodes() const { return m_state->nodes; }
const NodeRow* View::node(NodeId id) const { return m_state->find_node(id); }
const events::ClusterShape* View::shape() const { return m_state->shape.get(); }

std::vector<LockRow> View::locks() const {
    std::vector<LockRow> rows;
    for (const auto slot : m_state->open_slots()) {
        const Transaction& tx = *m_state->transactions.get(slot);
        if (!tx.payment) continue;
        for (const auto& leg : tx.payment->legs) {
            const Branch* branch = leg.moves_money() ? tx.branch(leg.node) : nullptr;
            if (!branch || !branch->locked) continue;
            LockRow row{leg.node, leg.account, tx.xid, leg.amount, branch->prepared_hlc, {}};
            // Credits never conflict: whoever waits at this account waits for its debit.
            if (leg.kind == events::LegKind::debit)
                for (const auto& wait : m_state->waits)
                    if (wait.node == leg.node && wait.account == leg.account) row.waiters.push_back(m_state->transactions.get(wait.slot)->xid);
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

std::vector<Xid> View::waiting_behind(const Xid& holder) const {
    std::vector<Xid> xids;
    if (m_state->waits.empty()) return xids;
    const auto slot = m_state->transactions.find(holder);
    if (slot == TransactionTable::none) return xids;
    const Transaction& tx = *m_state->transactions.get(slot);
    if (!tx.open()) return xids;
    for (const auto& wait : m_state->waits) {
        if (wait.slot == slot) continue;
        bool behind = wait.holder == holder;
        if (!behind && tx.payment) {  // the lock has passed on since it began to wait
            const Branch* branch = tx.branch(wait.node);
            behind = branch && branch->locked && std::any_of(tx.payment->legs.begin(), tx.payment->legs.end(), [&](const events::Leg& leg) {
                return leg.kind == events::LegKind::debit && leg.node == wait.node && leg.account == wait.account;
            });
        }
        const Xid& xid = m_state->transactions.get(wait.slot)->xid;
        if (behind && std::find(xids.begin(), xids.end(), xid) == xids.end()) xids.push_back(xid);
    }
    return xids;
}

std::size_t View::waiting_count(const Xid& holder) const { return m_state->waits.empty() ? 0 : waiting_behind(holder).size(); }

std::vector<AccountRow> View::accounts(std::size_t most) const {
    std::vector<AccountRow> rows;
    rows.reserve(std::min(most, account_count()));
    if (most > 0)
        visit_accounts({}, {}, [&](const AccountRow& row) {
            rows.push_back(row);
            return rows.size() < most;
        });
    return rows;
}
void View::visit_accounts(NodeId node, std::string_view after, const std::function<bool(const AccountRow&)>& visit) const { m_state->accounts.visit(node, after, visit); }
std::optional<std::int64_t> View::balance_at(NodeId node, std::string_view account, std::int64_t hlc) const { return m_state->accounts.balance_at(node, account, hlc); }
std::size_t View::account_count() const { return m_state->accounts.size(); }
std::optional<AccountRow> View::account(NodeId node, std::string_view account) const { return m_state->accounts.find(node, account); }
std::vector<Posting> View::postings(NodeId node, std::string_view account) const { return m_state->accounts.postings(node, account); }
std::map<Currency, std::int64_t> View::sums() const { return m_state->accounts.sums(); }
std::vector<FaultRow> View::faults() const { return m_state->faults; }

std::int64_t View::last_commit_hlc() const { return m_state->last_commit_hlc; }

std::vector<FlowBucket> View::flow(std::int64_t from_second) const {
    std::vector<FlowBucket> buckets;
    const auto& all = m_state->flow;
    std::size_t first = all.size();
    while (first > 0 && all[first - 1].second >= from_second) --first;
    buckets.reserve(all.size() - first);
    for (std::size_t i = first; i < all.size(); ++i) buckets.push_back(all[i]);
    return buckets;
}

std::uint64_t View::folded() const { return m_state->folded; }
std::uint64_t View::gaps() const { return m_state->gaps; }
std::int64_t View::last_hlc() const { return m_state->last.hlc; }
events::Position View::last_position() const { return m_state->last; }

}  // namespace indoubt::view
