// SPDX-License-Identifier: GPL-3.0-or-later
// OperatorClient over gRPC: one service. Answers that come in pages are joined here.
#include <atomic>

#include "client/channel.h"
#include "client/convert.h"
#include "client/session.h"
#include "client/sources.h"
#include "client/watch.h"

namespace indoubt::client {
namespace {
using namespace std::chrono_literals;
using Stub = v1::OperatorService::Stub;
// How long a call may take before its caller is told that nothing is known.
constexpr auto question = 10s;
constexpr auto act = 20s;
constexpr auto payment_most = 60s;
constexpr auto accounts_most = 120s;
constexpr std::size_t open_bytes_most = 1u << 20;  // lines of one call: gRPC takes 4 MiB at most
constexpr std::size_t list_default = 1000;         // a limit of 0

// Mutating calls carry a key made once per intent; those of this interface that name none are intents of their own.
std::string fresh_key(const char* what) {
    static std::atomic<std::uint64_t> count{0};
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return std::string(what) + "-" + std::to_string(now) + "-" + std::to_string(++count);
}

template <class Reply>
void put_coverage(Coverages* coverage, const Reply& reply) {
    if (coverage) *coverage = from_message(reply.coverage());
}

class GrpcClient final : public OperatorClient {
  public:
    explicit GrpcClient(Connection connection) : m_target(std::make_shared<Target>(std::move(connection))) {}

    Result<ClusterInfo> info() override {
        v1::ClusterInfo reply;
        if (auto done = m_target->call(&Stub::GetInfo, v1::GetInfoRequest(), reply, question); !done) return done.error();
        return from_message(reply);
    }
    std::unique_ptr<Subscription> watch(EventSink& sink, std::uint64_t tail) override { return std::make_unique<WatchThread>(m_target, sink, tail); }
    std::unique_ptr<SubmitSession> submit_session() override { return make_session(m_target); }
    Result<SubmitReply> submit(const events::Payment& payment, std::optional<events::ProtocolChoice> protocol, Wait wait) override;
    Result<std::size_t> open_accounts(NodeId node, const std::vector<events::AccountLine>& lines, const std::string& actor) override;

    Result<TransactionList> list(const std::string& filter, std::size_t limit) override;
    Result<Xid> resolve_reference(const std::string& text) override {
        v1::ResolveReferenceRequest request;
        request.set_text(text);
        v1::ResolveReferenceReply reply;
        if (auto done = m_target->call(&Stub::ResolveReference, request, reply, question); !done) return done.error();
        return from_message(reply.xid());
    }
    Result<view::TransactionPtr> show(const Xid& xid, Coverages* coverage) override {
        v1::GetTransactionRequest request;
        to_message(xid, *request.mutable_xid());
        v1::GetTransactionReply reply;
        if (auto done = m_target->call(&Stub::GetTransaction, request, reply, question); !done) return done.error();
        put_coverage(coverage, reply);
        return from_message(reply.transaction());
    }
    Result<std::vector<events::Event>> timeline(const Xid& xid, Coverages* coverage) override;
    Result<std::vector<events::Event>> records(NodeId node, std::uint64_t from_lsn, std::size_t most, Coverages* coverage) override;

    Result<OrderReply> order(const OrderRequest& order) override;
    Result<NodeStatus> node(NodeId node, NodeAction action, const std::string& actor, Coverages* coverage) override {
        v1::ControlNodeRequest request;
        request.set_node(node.name());
        request.set_action(static_cast<v1::NodeAction>(static_cast<int>(action) + 1));
        request.set_actor(actor);
        request.set_idempotency_key(fresh_key("node"));
        v1::ControlNodeReply reply;
        if (auto done = m_target->call(&Stub::ControlNode, request, reply, act); !done) return done.error();
        put_coverage(coverage, reply);
        return from_message(reply.node());
    }
    Result<Fault> add_fault(const std::string& rule, const std::string& actor, Coverages* coverage) override {
        v1::AddFaultRequest request;
        request.set_rule(rule);
        request.set_actor(actor);
        request.set_idempotency_key(fresh_key("fault"));
        v1::AddFaultReply reply;
        if (auto done = m_target->call(&Stub::AddFault, request, reply, act); !done) return done.error();
        put_coverage(coverage, reply);
        return from_message(reply.fault());
    }
    Result<std::vector<Fault>> faults(Coverages* coverage) override {
        v1::ListFaultsReply reply;
        if (auto done = m_target->call(&Stub::ListFaults, v1::ListFaultsRequest(), reply, question); !done) return done.error();
        put_coverage(coverage, reply);
        std::vector<Fault> faults;
        for (const auto& fault : reply.faults()) faults.push_back(from_message(fault));
        return faults;
    }
    Result<std::size_t> clear_faults(std::optional<std::uint64_t> id, const std::string& actor, Coverages* coverage) override {
        v1::ClearFaultsRequest request;
        if (id) request.set_id(*id);
        request.set_actor(actor);
        request.set_idempotency_key(fresh_key("clear"));
        v1::ClearFaultsReply reply;
        if (auto done = m_target->call(&Stub::ClearFaults, request, reply, act); !done) return done.error();
        put_coverage(coverage, reply);
        return static_cast<std::size_t>(reply.cleared());
    }

    Result<AccountList> accounts(const std::string& filter, std::size_t limit, std::int64_t at_hlc) override;
    Result<AccountHistory> history(const std::string& account) override;
    Result<> keep_trace(const Xid& xid) override {
        v1::KeepTraceRequest request;
        to_message(xid, *request.mutable_xid());
        v1::KeepTraceReply reply;
        return m_target->call(&Stub::KeepTrace, request, reply, question);
    }
    void end_calls() override { m_target->end_calls(); }

  private:
    // Asks page by page until `take(reply)` has enough (false) or nothing is left.
    template <class Request, class Reply, class Take>
    Result<> pages(Target::Method<Request, Reply> method, Request& request, const Take& take) {
        for (;;) {
            Reply reply;
            if (auto done = m_target->call(method, request, reply, question); !done) return done.error();
            Result<bool> more = take(reply);
            if (!more) return more.error();
            if (!*more || reply.next_page_token().empty()) return base::Ok{};
            request.set_page_token(reply.next_page_token());
        }
    }

    std::shared_ptr<Target> m_target;
};

Result<SubmitReply> GrpcClient::submit(const events::Payment& payment, std::optional<events::ProtocolChoice> protocol, Wait wait) {
    v1::SubmitRequest request;
    to_message(payment, *request.mutable_payment());
    if (protocol) {
        request.mutable_protocol()->set_name(protocol->name);
        request.mutable_protocol()->set_cooperative(protocol->cooperative);
    }
    request.set_wait(static_cast<v1::Wait>(wait));
    v1::SubmitReply reply;
    if (auto done = m_target->call(&Stub::Submit, request, reply, payment_most); !done) return done.error();
    return from_message(reply);
}

Result<std::size_t> GrpcClient::open_accounts(NodeId node, const std::vector<events::AccountLine>& lines, const std::string& actor) {
    std::size_t opened = 0;
    for (std::size_t at = 0; at < lines.size();) {
        v1::OpenAccountsRequest request;
        request.set_node(node.name());
        request.set_actor(actor);
        request.set_idempotency_key(fresh_key("open"));
        for (std::size_t bytes = 0; at < lines.size() && bytes < open_bytes_most; ++at) {
            auto* line = request.add_lines();
            line->set_account(lines[at].account);
            line->set_holder(lines[at].holder);
            line->set_currency(lines[at].currency.code());
            line->set_posted_minor(lines[at].posted_minor);
            line->set_limit_minor(lines[at].limit_minor);
            bytes += line->ByteSizeLong();
        }
        v1::OpenAccountsReply reply;
        if (auto done = m_target->call(&Stub::OpenAccounts, request, reply, accounts_most); !done) return done.error();
        opened += reply.opened();
    }
    return opened;
}

Result<TransactionList> GrpcClient::list(const std::string& filter, std::size_t limit) {
    if (limit == 0) limit = list_default;
    TransactionList list;
    v1::ListTransactionsRequest request;
    request.set_filter(filter);
    request.set_limit(limit);
    auto done = pages<v1::ListTransactionsRequest, v1::ListTransactionsReply>(&Stub::ListTransactions, request, [&](const auto& reply) -> Result<bool> {
        if (request.page_token().empty()) {
            list.matched = reply.matched();
            list.now_hlc = reply.now_hlc();
        }
        for (const auto& message : reply.transactions()) {
            auto transaction = from_message(message);
            if (!transaction) return transaction.error();
            list.transactions.push_back(std::move(transaction).value());
        }
        list.coverage = from_message(reply.coverage());
        list.complete = list.complete && !reply.incomplete();
        request.set_limit(limit - std::min(limit, list.transactions.size()));
        return list.transactions.size() < limit;
    });
    if (!done) return done.error();
    return list;
}

Result<std::vector<events::Event>> GrpcClient::timeline(const Xid& xid, Coverages* coverage) {
    std::vector<events::Event> all;
    v1::GetTimelineRequest request;
    to_message(xid, *request.mutable_xid());
    request.set_packed(true);
    auto done = pages<v1::GetTimelineRequest, v1::GetTimelineReply>(&Stub::GetTimeline, request, [&](const auto& reply) -> Result<bool> {
        auto events = events_of(reply.batch());
        if (!events) return events.error();
        all.insert(all.end(), std::make_move_iterator(events->begin()), std::make_move_iterator(events->end()));
        put_coverage(coverage, reply);
        return true;
    });
    if (!done) return done.error();
    return all;
}

Result<std::vector<events::Event>> GrpcClient::records(NodeId node, std::uint64_t from_lsn, std::size_t most, Coverages* coverage) {
    std::vector<events::Event> all;
    v1::ReadRecordsRequest request;
    request.set_node(node.name());
    request.set_packed(true);
    while (all.size() < most) {
        request.set_from_lsn(all.empty() ? from_lsn : all.back().lsn + 1);
        request.set_most(most - all.size());
        v1::ReadRecordsReply reply;
        if (auto done = m_target->call(&Stub::ReadRecords, request, reply, question); !done) return done.error();
        auto events = events_of(reply.batch());
        if (!events) return events.error();
        put_coverage(coverage, reply);
        const bool last = events->empty() || events->back().lsn >= reply.last_lsn();
        all.insert(all.end(), std::make_move_iterator(events->begin()), std::make_move_iterator(events->end()));
        if (last) break;
    }
    return all;
}

Result<OrderReply> GrpcClient::order(const OrderRequest& order) {
    v1::OrderRequest request;
    to_message(order.xid, *request.mutable_xid());
    request.set_action(static_cast<v1::OrderAction>(static_cast<int>(order.action) + 1));
    if (order.branch) request.set_branch(order.branch->name());
    request.set_actor(order.actor);
    request.set_reason(order.reason);
    request.set_ticket(order.ticket);
    request.set_idempotency_key(order.idempotency_key.empty() ? fresh_key("order") : order.idempotency_key);
    v1::OrderReply reply;
    if (auto done = m_target->call(&Stub::Order, request, reply, act); !done) return done.error();
    return OrderReply{reply.text(), from_message(reply.coverage())};
}

Result<AccountList> GrpcClient::accounts(const std::string& filter, std::size_t limit, std::int64_t at_hlc) {
    if (limit == 0) limit = list_default;
    AccountList list;
    v1::ListAccountsRequest request;
    request.set_filter(filter);
    request.set_limit(limit);
    request.set_at_hlc(at_hlc);
    auto done = pages<v1::ListAccountsRequest, v1::ListAccountsReply>(&Stub::ListAccounts, request, [&](const auto& reply) -> Result<bool> {
        if (request.page_token().empty()) list.matched = reply.matched();
        for (const auto& message : reply.accounts()) {
            auto row = from_message(message);
            if (!row) return row.error();
            list.accounts.push_back(std::move(row).value());
            if (at_hlc != 0) list.at_minor.push_back(message.has_at_minor() ? std::optional(message.at_minor()) : std::nullopt);
        }
        list.coverage = from_message(reply.coverage());
        request.set_limit(limit - std::min(limit, list.accounts.size()));
        return list.accounts.size() < limit;
    });
    if (!done) return done.error();
    return list;
}

Result<AccountHistory> GrpcClient::history(const std::string& account) {
    AccountHistory history;
    v1::GetAccountHistoryRequest request;
    request.set_account(account);
    auto done = pages<v1::GetAccountHistoryRequest, v1::GetAccountHistoryReply>(&Stub::GetAccountHistory, request, [&](const auto& reply) -> Result<bool> {
        auto row = from_message(reply.account());
        if (!row) return row.error();
        history.account = std::move(row).value();
        for (const auto& message : reply.postings()) {
            auto posting = from_message(message);
            if (!posting) return posting.error();
            history.postings.push_back(std::move(posting).value());
        }
        history.complete = reply.complete();
        history.coverage = from_message(reply.coverage());
        return true;
    });
    if (!done) return done.error();
    return history;
}

}  // namespace

std::unique_ptr<OperatorClient> make_grpc_client(Connection connection) { return std::make_unique<GrpcClient>(std::move(connection)); }

}  // namespace indoubt::client
