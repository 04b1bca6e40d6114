// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "client/sources.h"

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

class MergedClient final : public OperatorClient {
  public:
    explicit MergedClient(std::vector<std::unique_ptr<OperatorClient>> parts) : m_parts(std::move(parts)) {}

    Result<ClusterInfo> info() override;
    std::unique_ptr<Subscription> watch(EventSink& sink, std::uint64_t tail) override {
        auto several = std::make_unique<Several>(sink);
        for (const auto& part : m_parts) several->add(part->watch(several->sink(), tail));
        return several;
    }
    Result<SubmitReply> submit(const events::Payment& payment, std::optional<events::ProtocolChoice> protocol, Wait wait) override {
        auto host = host_of_coordinator();
        if (!host) return host.error();
        return (*host)->submit(payment, std::move(protocol), wait);
    }
    std::unique_ptr<SubmitSession> submit_session() override {
        auto host = host_of_coordinator();
        if (!host) return std::make_unique<Nowhere>(host.error());
        return (*host)->submit_session();
    }
    Result<std::size_t> open_accounts(NodeId node, const std::vector<events::AccountLine>& lines, const std::string& actor) override {
        auto host = host_of(node);
        if (!host) return host.error();
        return (*host)->open_accounts(node, lines, actor);
    }

    Result<TransactionList> list(const std::string& filter, std::size_t limit) override;
    Result<Xid> resolve_reference(const std::string& text) override;
    Result<view::TransactionPtr> show(const Xid& xid, Coverages* coverage) override;
    Result<std::vector<events::Event>> timeline(const Xid& xid, Coverages* coverage) override;
    Result<std::vector<events::Event>> records(NodeId node, std::uint64_t from_lsn, std::size_t most, Coverages* coverage) override {
        auto host = host_of(node);
        if (!host) return host.error();
        return (*host)->records(node, from_lsn, most, coverage);
    }

    Result<OrderReply> order(const OrderRequest& request) override;
    Result<NodeStatus> node(NodeId node, NodeAction action, const std::string& actor, Coverages* coverage) override {
        auto host = host_of(node);
        if (!host) return host.error();
        return (*host)->node(node, action, actor, coverage);
    }
    Result<Fault> add_fault(const std::string& rule, const std::string& actor, Coverages* coverage) override;
    Result<std::vector<Fault>> faults(Coverages* coverage) override;
    Result<std::size_t> clear_faults(std::optional<std::uint64_t> id, const std::string& actor, Coverages* coverage) override;

    Result<AccountList> accounts(const std::string& filter, std::size_t limit, std::int64_t at_hlc) override;
    Result<AccountHistory> history(const std::string& account) override;
    Result<> keep_trace(const Xid& xid) override;
    void end_calls() override {
        for (const auto& part : m_parts) part->end_calls();
    }

  private:
    // Who hosts which node, asked once and again when a node is not known.
    Result<OperatorClient*> host_of(NodeId node);
    Result<OperatorClient*> host_of_coordinator();
    void learn(const ClusterInfo& info, OperatorClient& part);
    void learn();
    // Nodes of two clusters bear the same names: what is meant for one must not reach the other. Asks who has not told yet.
    std::optional<base::Error> strangers();

    // Asks everyone. `ask(part, told)` puts the part's coverage into `told`, and returns what went wrong. Nothing: somebody answered,
    // and `coverage` names who did not; else the last error, or the first that is more than "not known here".
    template <class Ask>
    std::optional<base::Error> everyone(const Ask& ask, Coverages* coverage) {
        Coverages all;
        bool any = false;
        std::optional<base::Error> error = strangers();
        if (error) return error;
        for (const auto& part : m_parts) {
            Coverages told;
            std::optional<base::Error> failed = ask(*part, told);
            all.insert(all.end(), told.begin(), told.end());
            any = any || !failed;
            if (failed && (!error || error->code == base::ErrorCode::not_found)) error = std::move(failed);
        }
        if (!any) return error;
        add_missing(all);
        if (coverage) *coverage = std::move(all);
        return std::nullopt;
    }
    void add_missing(Coverages& coverage);  // known nodes that nobody answered for

    const std::vector<std::unique_ptr<OperatorClient>> m_parts;
    std::mutex m_mutex;
    std::map<NodeId, OperatorClient*> m_hosts;
    std::map<OperatorClient*, events::ClusterShape> m_shapes;  // of those that have told
    NodeId m_coordinator;
};

void MergedClient::learn(const ClusterInfo& info, OperatorClient& part) {
    std::lock_guard lock(m_mutex);
    m_shapes[&part] = info.shape;
    for (const auto& node : info.nodes) m_hosts[node.node] = &part;
    for (const auto& member : info.shape.members) m_hosts.try_emplace(member.node, nullptr);  // somebody else's, or nobody's
    m_coordinator = info.shape.coordinator;
}

void MergedClient::learn() {
    for (const auto& part : m_parts)
        if (auto info = part->info()) learn(*info, *part);
}

std::optional<base::Error> MergedClient::strangers() {
    for (const auto& part : m_parts) {
        {
            std::lock_guard lock(m_mutex);
            if (m_shapes.contains(part.get())) continue;
        }
        if (auto info = part->info()) learn(*info, *part);
    }
    std::lock_guard lock(m_mutex);
    for (const auto& [part, shape] : m_shapes) {
        const auto& first = m_shapes.begin()->second;
        if (shape.identity != first.identity)
            return base::invalid_argument("the services named with --connect belong to different clusters (" + first.name + " and " + shape.name + "); name those of one cluster");
    }
    return std::nullopt;
}

Result<OperatorClient*> MergedClient::host_of(NodeId node) {
    if (auto error = strangers()) return *error;
    for (int attempt = 0; attempt < 2; ++attempt) {
        {
            std::lock_guard lock(m_mutex);
            if (auto found = m_hosts.find(node); found != m_hosts.end() && found->second) return found->second;
        }
        if (attempt == 0) learn();
    }
    return base::unavailable("none of the " + std::to_string(m_parts.size()) + " services that were named hosts node " + node.name());
}

Result<OperatorClient*> MergedClient::host_of_coordinator() {
    NodeId coordinator;
    for (int attempt = 0; attempt < 2 && coordinator.empty(); ++attempt) {
        if (attempt == 1) learn();
        std::lock_guard lock(m_mutex);
        coordinator = m_coordinator;
    }
    if (coordinator.empty()) return base::unavailable("none of the services that were named answers");
    return host_of(coordinator);
}

void MergedClient::add_missing(Coverages& coverage) {
    bool known = false;
    {
        std::lock_guard lock(m_mutex);
        known = !m_hosts.empty();
    }
    if (!known) learn();
    std::lock_guard lock(m_mutex);
    for (const auto& [node, host] : m_hosts) {
        const bool told = std::any_of(coverage.begin(), coverage.end(), [&](const Coverage& entry) { return entry.node == node; });
        if (!told) coverage.push_back({node, false, 0});
    }
}

Result<ClusterInfo> MergedClient::info() {
    std::optional<ClusterInfo> merged;
    std::optional<base::Error> error;
    Coverages coverage;
    auto nobody = everyone(
        [&](OperatorClient& part, Coverages& told) -> std::optional<base::Error> {
            auto info = part.info();
            if (!info) return error = info.error();
            learn(*info, part);
            told = info->coverage;
            if (!merged) merged = std::move(info).value();
            else merged->nodes.insert(merged->nodes.end(), info->nodes.begin(), info->nodes.end());
            return std::nullopt;
        },
        &coverage);
    if (nobody) return *nobody;
    merged->coverage = std::move(coverage);
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

Result<TransactionList> MergedClient::list(const std::string& filter, std::size_t limit) {
    TransactionList merged;
    std::map<Xid, view::TransactionPtr> found;
    std::optional<base::Error> refused;  // the filter: the same everywhere
    auto nobody = everyone(
        [&](OperatorClient& part, Coverages& told) -> std::optional<base::Error> {
            auto list = part.list(filter, limit);
            if (!list) {
                if (list.error().code == base::ErrorCode::invalid_argument) refused = list.error();
                return list.error();
            }
            told = std::move(list->coverage);
            for (auto& transaction : list->transactions) {
                auto& known = found[transaction->xid];
                if (!known || better(*transaction, *known)) known = std::move(transaction);
            }
            merged.matched = std::max<std::uint64_t>(merged.matched, list->matched);
            merged.now_hlc = std::max(merged.now_hlc, list->now_hlc);
            merged.complete = merged.complete && list->complete;
            return std::nullopt;
        },
        &merged.coverage);
    if (refused) return *refused;
    if (nobody) return *nobody;
    for (auto& [xid, transaction] : found) merged.transactions.push_back(std::move(transaction));
    std::sort(merged.transactions.begin(), merged.transactions.end(), [](const auto& a, const auto& b) { return a->begun_hlc > b->begun_hlc; });
    merged.matched = std::max<std::uint64_t>(merged.matched, merged.transactions.size());
    if (limit > 0 && merged.transactions.size() > limit) merged.transactions.resize(limit);
    return merged;
}

Result<Xid> MergedClient::resolve_reference(const std::string& text) {
    std::set<Xid> found;
    auto nobody = everyone(
        [&](OperatorClient& part, Coverages&) -> std::optional<base::Error> {
            auto xid = part.resolve_reference(text);
            if (!xid) return xid.error();
            found.insert(*xid);
            return std::nullopt;
        },
        nullptr);
    if (nobody) return *nobody;
    if (found.size() == 1) return *found.begin();
    return base::failed_precondition("'" + text + "' fits more than one payment: " + found.begin()->short_text() + ", " + std::next(found.begin())->short_text());
}

Result<view::TransactionPtr> MergedClient::show(const Xid& xid, Coverages* coverage) {
    view::TransactionPtr best;
    auto nobody = everyone(
        [&](OperatorClient& part, Coverages& told) -> std::optional<base::Error> {
            auto shown = part.show(xid, &told);
            if (!shown) return shown.error();
            if (!best || better(**shown, *best)) best = std::move(shown).value();
            return std::nullopt;
        },
        coverage);
    if (nobody) return *nobody;
    return best;
}

Result<std::vector<events::Event>> MergedClient::timeline(const Xid& xid, Coverages* coverage) {
    std::vector<events::Event> merged;
    auto nobody = everyone(
        [&](OperatorClient& part, Coverages& told) -> std::optional<base::Error> {
            auto events = part.timeline(xid, &told);
            if (!events) return events.error();
            merged.insert(merged.end(), std::make_move_iterator(events->begin()), std::make_move_iterator(events->end()));
            return std::nullopt;
        },
        coverage);
    if (nobody) return *nobody;
    std::stable_sort(merged.begin(), merged.end(), [](const auto& a, const auto& b) { return events::position(a) < events::position(b); });
    return merged;
}

Result<OrderReply> MergedClient::order(const OrderRequest& request) {
    if (request.branch || request.action == Action::abort) {
        auto host = host_of(request.branch ? *request.branch : request.xid.coordinator);
        if (!host) return host.error();
        return (*host)->order(request);
    }
    if (is_remark(request.action)) {  // written down once, by the first that can
        std::optional<base::Error> error = strangers();
        if (error) return *error;
        for (const auto& part : m_parts) {
            auto reply = part->order(request);
            if (reply) return reply;
            error = reply.error();
        }
        return *error;
    }
    // Every service serves its own branches.
    OrderReply merged;
    auto nobody = everyone(
        [&](OperatorClient& part, Coverages& told) -> std::optional<base::Error> {
            auto reply = part.order(request);
            if (!reply) return reply.error();
            merged.text += (merged.text.empty() ? "" : "; ") + reply->text;
            told = std::move(reply->coverage);
            return std::nullopt;
        },
        &merged.coverage);
    if (nobody) return *nobody;
    return merged;
}

// A rule strikes at the nodes of whoever holds it: everybody gets it, and the first answers for all.
Result<Fault> MergedClient::add_fault(const std::string& rule, const std::string& actor, Coverages* coverage) {
    std::optional<Fault> first;
    auto nobody = everyone(
        [&](OperatorClient& part, Coverages& told) -> std::optional<base::Error> {
            auto fault = part.add_fault(rule, actor, &told);
            if (!fault) return fault.error();
            if (!first) first = std::move(fault).value();
            return std::nullopt;
        },
        coverage);
    if (nobody) return *nobody;
    return *first;
}

Result<std::vector<Fault>> MergedClient::faults(Coverages* coverage) {
    std::vector<Fault> merged;
    auto nobody = everyone(
        [&](OperatorClient& part, Coverages& told) -> std::optional<base::Error> {
            auto faults = part.faults(&told);
            if (!faults) return faults.error();
            merged.insert(merged.end(), faults->begin(), faults->end());
            return std::nullopt;
        },
        coverage);
    if (nobody) return *nobody;
    return merged;
}

Result<std::size_t> MergedClient::clear_faults(std::optional<std::uint64_t> id, const std::string& actor, Coverages* coverage) {
    std::size_t cleared = 0;
    auto nobody = everyone(
        [&](OperatorClient& part, Coverages& told) -> std::optional<base::Error> {
            auto done = part.clear_faults(id, actor, &told);
            if (!done) return done.error();
            cleared += *done;
            return std::nullopt;
        },
        coverage);
    if (nobody) return *nobody;
    return cleared;
}

Result<AccountList> MergedClient::accounts(const std::string& filter, std::size_t limit, std::int64_t at_hlc) {
    AccountList merged;
    auto nobody = everyone(
        [&](OperatorClient& part, Coverages& told) -> std::optional<base::Error> {
            auto list = part.accounts(filter, limit, at_hlc);
            if (!list) return list.error();
            told = std::move(list->coverage);
            merged.matched += list->matched;
            merged.accounts.insert(merged.accounts.end(), list->accounts.begin(), list->accounts.end());
            merged.at_minor.insert(merged.at_minor.end(), list->at_minor.begin(), list->at_minor.end());
            return std::nullopt;
        },
        &merged.coverage);
    if (nobody) return *nobody;
    if (limit > 0 && merged.accounts.size() > limit) {
        merged.accounts.resize(limit);
        if (!merged.at_minor.empty()) merged.at_minor.resize(limit);
    }
    return merged;
}

Result<AccountHistory> MergedClient::history(const std::string& account) {
    std::optional<AccountHistory> found;
    std::string also;
    auto nobody = everyone(
        [&](OperatorClient& part, Coverages&) -> std::optional<base::Error> {
            auto history = part.history(account);
            if (!history) return history.error();
            if (found) also = history->account.node.name();
            else found = std::move(history).value();
            return std::nullopt;
        },
        nullptr);
    if (nobody) return *nobody;
    if (!also.empty()) return base::invalid_argument("'" + account + "' exists at " + found->account.node.name() + " and " + also + "; ask the service of one of them");
    return *found;
}

Result<> MergedClient::keep_trace(const Xid& xid) {
    std::optional<base::Error> error;
    for (const auto& part : m_parts)
        if (auto kept = part->keep_trace(xid); !kept) error = kept.error();
    if (error) return *error;
    return base::Ok{};
}

}  // namespace

std::unique_ptr<OperatorClient> make_merged_client(std::vector<std::unique_ptr<OperatorClient>> parts) { return std::make_unique<MergedClient>(std::move(parts)); }

}  // namespace indoubt::client
