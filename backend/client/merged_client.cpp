// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/merged_client.h"

#include <algorithm>
#include <set>

namespace indoubt::client {
namespace {

// Of two services' pictures of a payment, the one that knows more of it: the decision first, then events seen.
bool better(const view::Transaction& a, const view::Transaction& b) {
    if ((a.decision != events::Outcome::none) != (b.decision != events::Outcome::none)) return a.decision != events::Outcome::none;
    if (a.whole_payment != b.whole_payment) return a.whole_payment;
    return a.events > b.events;
}

// Sinks are not called from two threads at once.
class OneAtATime : public EventSink {
  public:
    explicit OneAtATime(EventSink& sink) : m_sink(sink) {}
    void events(std::vector<events::Event>&& batch) override {
        std::lock_guard lock(m_mutex);
        m_sink.events(std::move(batch));
    }
    void connection(const std::string& text) override {
        std::lock_guard lock(m_mutex);
        m_sink.connection(text);
    }

  private:
    std::mutex m_mutex;
    EventSink& m_sink;
};

class Several : public Subscription {
  public:
    explicit Several(EventSink& sink) : m_sink(sink) {}
    EventSink& sink() { return m_sink; }
    void add(std::unique_ptr<Subscription> part) { m_parts.push_back(std::move(part)); }

  private:
    OneAtATime m_sink;  // outlives the parts
    std::vector<std::unique_ptr<Subscription>> m_parts;
};

class Nowhere : public SubmitSession {
  public:
    explicit Nowhere(base::Error error) : m_error(std::move(error)) {}
    void submit(const events::Payment&, Wait, Done done) override { done(m_error); }

  private:
    base::Error m_error;
};

}  // namespace

MergedClient::MergedClient(const std::vector<Connection>& targets) {
    for (const auto& target : targets) m_clients.push_back(std::make_unique<GrpcClient>(target));
}

void MergedClient::learn() {
    for (const auto& client : m_clients) {
        auto info = client->info();
        if (!info) continue;
        std::lock_guard lock(m_mutex);
        for (const auto& node : info->nodes) m_hosts[node.node] = client.get();
        m_coordinator = info->shape.coordinator;
    }
}

Result<GrpcClient*> MergedClient::host_of(NodeId node) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        {
            std::lock_guard lock(m_mutex);
            if (auto found = m_hosts.find(node); found != m_hosts.end()) return found->second;
        }
        if (attempt == 0) learn();
    }
    return base::unavailable("none of the " + std::to_string(m_clients.size()) + " services that were named hosts node " + node.name());
}

Result<GrpcClient*> MergedClient::host_of_coordinator() {
    NodeId coordinator;
    for (int attempt = 0; attempt < 2 && coordinator.empty(); ++attempt) {
        if (attempt == 1) learn();
        std::lock_guard lock(m_mutex);
        coordinator = m_coordinator;
    }
    if (coordinator.empty()) return base::unavailable("none of the services that were named answers");
    return host_of(coordinator);
}

void MergedClient::add_missing(std::vector<Coverage>& coverage) const {
    std::lock_guard lock(m_mutex);
    for (const auto& [node, client] : m_hosts) {
        const bool told = std::any_of(coverage.begin(), coverage.end(), [&](const Coverage& entry) { return entry.node == node; });
        if (!told) coverage.push_back({node, false, 0});
    }
}

Result<ClusterInfo> MergedClient::info() {
    std::optional<ClusterInfo> merged;
    std::optional<base::Error> error;
    for (const auto& client : m_clients) {
        auto info = client->info();
        if (!info) {
            error = info.error();
            continue;
        }
        {
            std::lock_guard lock(m_mutex);
            for (const auto& node : info->nodes) m_hosts[node.node] = client.get();
            m_coordinator = info->shape.coordinator;
        }
        if (!merged) merged = std::move(info).value();
        else merged->nodes.insert(merged->nodes.end(), info->nodes.begin(), info->nodes.end());
    }
    if (!merged) return *error;
    // Members that nobody hosts, or whose host does not answer, are told as such and not left out.
    for (const auto& member : merged->shape.members) {
        const bool told = std::any_of(merged->nodes.begin(), merged->nodes.end(), [&](const NodeStatus& node) { return node.node == member.node; });
        if (told) continue;
        NodeStatus status;
        status.node = member.node;
        status.title = member.title;
        status.bic = member.bic;
        status.coordinator = member.node == merged->shape.coordinator;
        status.state = "unreachable";
        status.problem = error ? error->message : "no service that was named hosts it";
        merged->nodes.push_back(std::move(status));
    }
    return *merged;
}

std::unique_ptr<Subscription> MergedClient::watch(EventSink& sink, std::uint64_t tail) {
    auto several = std::make_unique<Several>(sink);
    for (const auto& client : m_clients) several->add(client->watch(several->sink(), tail));
    return several;
}

Result<SubmitReply> MergedClient::submit(const events::Payment& payment, std::optional<events::ProtocolChoice> protocol, Wait wait) {
    auto host = host_of_coordinator();
    if (!host) return host.error();
    return (*host)->submit(payment, std::move(protocol), wait);
}

std::unique_ptr<SubmitSession> MergedClient::submit_session() {
    auto host = host_of_coordinator();
    if (!host) return std::make_unique<Nowhere>(host.error());
    return (*host)->submit_session();
}

Result<std::size_t> MergedClient::open_accounts(NodeId node, const std::vector<events::AccountLine>& lines) {
    auto host = host_of(node);
    if (!host) return host.error();
    return (*host)->open_accounts(node, lines);
}

Result<TransactionList> MergedClient::list(const std::string& filter, std::size_t limit) {
    TransactionList merged;
    std::map<Xid, view::TransactionPtr> found;
    std::optional<base::Error> error;
    bool any = false;
    for (const auto& client : m_clients) {
        auto list = client->list(filter, limit);
        if (!list) {
            error = list.error();
            if (error->code == base::ErrorCode::invalid_argument) return *error;  // the filter: the same everywhere
            continue;
        }
        any = true;
        for (auto& transaction : list->transactions) {
            auto& known = found[transaction->xid];
            if (!known || better(*transaction, *known)) known = std::move(transaction);
        }
        merged.matched = std::max<std::uint64_t>(merged.matched, list->matched);
        merged.now_hlc = std::max(merged.now_hlc, list->now_hlc);
        merged.coverage.insert(merged.coverage.end(), list->coverage.begin(), list->coverage.end());
    }
    if (!any) return *error;
    for (auto& [xid, transaction] : found) merged.transactions.push_back(std::move(transaction));
    std::sort(merged.transactions.begin(), merged.transactions.end(), [](const auto& a, const auto& b) { return a->begun_hlc > b->begun_hlc; });
    merged.matched = std::max<std::uint64_t>(merged.matched, merged.transactions.size());
    if (limit > 0 && merged.transactions.size() > limit) merged.transactions.resize(limit);
    add_missing(merged.coverage);
    return merged;
}

Result<Xid> MergedClient::resolve_reference(const std::string& text) {
    std::set<Xid> found;
    std::optional<base::Error> error;
    for (const auto& client : m_clients) {
        auto xid = client->resolve_reference(text);
        if (xid) found.insert(*xid);
        else if (!error || xid.error().code != base::ErrorCode::not_found) error = xid.error();
    }
    if (found.size() == 1) return *found.begin();
    if (found.size() > 1) return base::failed_precondition("'" + text + "' fits more than one payment: " + found.begin()->short_text() + ", " + std::next(found.begin())->short_text());
    return *error;
}

Result<view::TransactionPtr> MergedClient::show(const Xid& xid) {
    view::TransactionPtr best;
    std::optional<base::Error> error;
    for (const auto& client : m_clients) {
        auto shown = client->show(xid);
        if (!shown) error = shown.error();
        else if (!best || better(**shown, *best)) best = std::move(shown).value();
    }
    if (!best) return *error;
    return best;
}

Result<std::vector<events::Event>> MergedClient::timeline(const Xid& xid) {
    std::vector<events::Event> merged;
    std::optional<base::Error> error;
    for (const auto& client : m_clients) {
        auto events = client->timeline(xid);
        if (!events) error = events.error();
        else merged.insert(merged.end(), std::make_move_iterator(events->begin()), std::make_move_iterator(events->end()));
    }
    if (merged.empty() && error) return *error;
    std::stable_sort(merged.begin(), merged.end(), [](const auto& a, const auto& b) { return events::position(a) < events::position(b); });
    return merged;
}

Result<std::vector<events::Event>> MergedClient::records(NodeId node, std::uint64_t from_lsn, std::size_t most) {
    auto host = host_of(node);
    if (!host) return host.error();
    return (*host)->records(node, from_lsn, most);
}

Result<OrderReply> MergedClient::order(const OrderRequest& request) {
    if (request.branch || request.action == Action::abort) {
        auto host = host_of(request.branch ? *request.branch : request.xid.coordinator);
        if (!host) return host.error();
        return (*host)->order(request);
    }
    // Every service serves its own branches.
    OrderReply merged;
    std::optional<base::Error> error;
    for (const auto& client : m_clients) {
        auto reply = client->order(request);
        if (!reply) {
            error = reply.error();
            continue;
        }
        merged.text += (merged.text.empty() ? "" : "; ") + reply->text;
        merged.coverage.insert(merged.coverage.end(), reply->coverage.begin(), reply->coverage.end());
    }
    if (merged.text.empty()) return *error;
    add_missing(merged.coverage);
    return merged;
}

Result<NodeStatus> MergedClient::node(NodeId node, NodeAction action, const std::string& actor) {
    auto host = host_of(node);
    if (!host) return host.error();
    return (*host)->node(node, action, actor);
}

// A rule strikes at the nodes of whoever holds it: everybody gets it, and the first answers for all.
Result<Fault> MergedClient::add_fault(const std::string& rule, const std::string& actor) {
    std::optional<Result<Fault>> first;
    for (const auto& client : m_clients) {
        auto fault = client->add_fault(rule, actor);
        if (!first || (fault && !first->ok())) first = std::move(fault);
    }
    return *first;
}

Result<std::vector<Fault>> MergedClient::faults() {
    std::vector<Fault> merged;
    std::optional<base::Error> error;
    for (const auto& client : m_clients) {
        auto faults = client->faults();
        if (!faults) error = faults.error();
        else merged.insert(merged.end(), faults->begin(), faults->end());
    }
    if (merged.empty() && error) return *error;
    return merged;
}

Result<std::size_t> MergedClient::clear_faults(std::optional<std::uint64_t> id, const std::string& actor) {
    std::size_t cleared = 0;
    std::optional<base::Error> error;
    for (const auto& client : m_clients) {
        auto done = client->clear_faults(id, actor);
        if (done) cleared += *done;
        else error = done.error();
    }
    if (cleared == 0 && error) return *error;
    return cleared;
}

Result<AccountList> MergedClient::accounts(const std::string& filter, std::size_t limit) {
    AccountList merged;
    std::optional<base::Error> error;
    bool any = false;
    for (const auto& client : m_clients) {
        auto list = client->accounts(filter, limit);
        if (!list) {
            error = list.error();
            continue;
        }
        any = true;
        merged.matched += list->matched;
        merged.accounts.insert(merged.accounts.end(), list->accounts.begin(), list->accounts.end());
        merged.coverage.insert(merged.coverage.end(), list->coverage.begin(), list->coverage.end());
    }
    if (!any) return *error;
    if (limit > 0 && merged.accounts.size() > limit) merged.accounts.resize(limit);
    add_missing(merged.coverage);
    return merged;
}

Result<AccountHistory> MergedClient::history(const std::string& account) {
    std::optional<base::Error> error;
    for (const auto& client : m_clients) {
        auto history = client->history(account);
        if (history) return history;
        if (!error || history.error().code != base::ErrorCode::not_found) error = history.error();
    }
    return *error;
}

Result<> MergedClient::keep_trace(const Xid& xid) {
    std::optional<base::Error> error;
    for (const auto& client : m_clients)
        if (auto kept = client->keep_trace(xid); !kept) error = kept.error();
    if (error) return *error;
    return base::Ok{};
}

}  // namespace indoubt::client
