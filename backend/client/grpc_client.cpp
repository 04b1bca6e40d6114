// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/grpc_client.h"

#include "client/convert.h"
#include "client/session.h"
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
constexpr std::size_t lines_per_call = 20000;  // well below gRPC's receive cap

// Mutating calls carry a key made once per intent; those of this interface that name none are intents of their own.
std::string fresh_key(const char* what) {
    static std::atomic<std::uint64_t> count{0};
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return std::string(what) + "-" + std::to_string(now) + "-" + std::to_string(++count);
}
}  // namespace

Result<ClusterInfo> GrpcClient::info() {
    v1::ClusterInfo reply;
    if (auto done = m_target->call(&Stub::GetInfo, v1::GetInfoRequest(), reply, question); !done) return done.error();
    return from_message(reply);
}

std::unique_ptr<Subscription> GrpcClient::watch(EventSink& sink, std::uint64_t tail) { return std::make_unique<WatchThread>(m_target, sink, tail); }

std::unique_ptr<SubmitSession> GrpcClient::submit_session() { return make_session(m_target); }

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

Result<std::size_t> GrpcClient::open_accounts(NodeId node, const std::vector<events::AccountLine>& lines) {
    std::size_t opened = 0;
    for (std::size_t at = 0; at < lines.size(); at += lines_per_call) {
        v1::OpenAccountsRequest request;
        request.set_node(node.name());
        request.set_actor("client");
        request.set_idempotency_key(fresh_key("open"));
        for (std::size_t i = at; i < std::min(lines.size(), at + lines_per_call); ++i) {
            auto* line = request.add_lines();
            line->set_account(lines[i].account);
            line->set_holder(lines[i].holder);
            line->set_currency(lines[i].currency.code());
            line->set_posted_minor(lines[i].posted_minor);
            line->set_limit_minor(lines[i].limit_minor);
        }
        v1::OpenAccountsReply reply;
        if (auto done = m_target->call(&Stub::OpenAccounts, request, reply, accounts_most); !done) return done.error();
        opened += reply.opened();
    }
    return opened;
}

Result<TransactionList> GrpcClient::list(const std::string& filter, std::size_t limit) {
    v1::ListTransactionsRequest request;
    request.set_filter(filter);
    request.set_limit(limit);
    v1::ListTransactionsReply reply;
    if (auto done = m_target->call(&Stub::ListTransactions, request, reply, question); !done) return done.error();
    TransactionList list;
    for (const auto& message : reply.transactions()) {
        auto transaction = from_message(message);
        if (!transaction) return transaction.error();
        list.transactions.push_back(std::move(transaction).value());
    }
    list.matched = reply.matched();
    list.now_hlc = reply.now_hlc();
    list.coverage = from_message(reply.coverage());
    return list;
}

Result<Xid> GrpcClient::resolve_reference(const std::string& text) {
    v1::ResolveReferenceRequest request;
    request.set_text(text);
    v1::ResolveReferenceReply reply;
    if (auto done = m_target->call(&Stub::ResolveReference, request, reply, question); !done) return done.error();
    return from_message(reply.xid());
}

Result<view::TransactionPtr> GrpcClient::show(const Xid& xid) {
    v1::GetTransactionRequest request;
    to_message(xid, *request.mutable_xid());
    v1::GetTransactionReply reply;
    if (auto done = m_target->call(&Stub::GetTransaction, request, reply, question); !done) return done.error();
    return from_message(reply.transaction());
}

Result<std::vector<events::Event>> GrpcClient::timeline(const Xid& xid) {
    v1::GetTimelineRequest request;
    to_message(xid, *request.mutable_xid());
    request.set_packed(true);
    v1::GetTimelineReply reply;
    if (auto done = m_target->call(&Stub::GetTimeline, request, reply, question); !done) return done.error();
    return events_of(reply.batch());
}

Result<std::vector<events::Event>> GrpcClient::records(NodeId node, std::uint64_t from_lsn, std::size_t most) {
    v1::ReadRecordsRequest request;
    request.set_node(node.name());
    request.set_from_lsn(from_lsn);
    request.set_most(most);
    request.set_packed(true);
    v1::ReadRecordsReply reply;
    if (auto done = m_target->call(&Stub::ReadRecords, request, reply, question); !done) return done.error();
    return events_of(reply.batch());
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

Result<NodeStatus> GrpcClient::node(NodeId node, NodeAction action, const std::string& actor) {
    v1::ControlNodeRequest request;
    request.set_node(node.name());
    request.set_action(static_cast<v1::NodeAction>(static_cast<int>(action) + 1));
    request.set_actor(actor);
    request.set_idempotency_key(fresh_key("node"));
    v1::ControlNodeReply reply;
    if (auto done = m_target->call(&Stub::ControlNode, request, reply, act); !done) return done.error();
    return from_message(reply.node());
}

Result<Fault> GrpcClient::add_fault(const std::string& rule, const std::string& actor) {
    v1::AddFaultRequest request;
    request.set_rule(rule);
    request.set_actor(actor);
    request.set_idempotency_key(fresh_key("fault"));
    v1::AddFaultReply reply;
    if (auto done = m_target->call(&Stub::AddFault, request, reply, act); !done) return done.error();
    return from_message(reply.fault());
}

Result<std::vector<Fault>> GrpcClient::faults() {
    v1::ListFaultsReply reply;
    if (auto done = m_target->call(&Stub::ListFaults, v1::ListFaultsRequest(), reply, question); !done) return done.error();
    std::vector<Fault> faults;
    for (const auto& fault : reply.faults()) faults.push_back(from_message(fault));
    return faults;
}

Result<std::size_t> GrpcClient::clear_faults(std::optional<std::uint64_t> id, const std::string& actor) {
    v1::ClearFaultsRequest request;
    if (id) request.set_id(*id);
    request.set_actor(actor);
    request.set_idempotency_key(fresh_key("clear"));
    v1::ClearFaultsReply reply;
    if (auto done = m_target->call(&Stub::ClearFaults, request, reply, act); !done) return done.error();
    return static_cast<std::size_t>(reply.cleared());
}

Result<AccountList> GrpcClient::accounts(const std::string& filter, std::size_t limit) {
    v1::ListAccountsRequest request;
    request.set_filter(filter);
    request.set_limit(limit);
    v1::ListAccountsReply reply;
    if (auto done = m_target->call(&Stub::ListAccounts, request, reply, question); !done) return done.error();
    AccountList list;
    for (const auto& message : reply.accounts()) {
        auto row = from_message(message);
        if (!row) return row.error();
        list.accounts.push_back(std::move(row).value());
    }
    list.matched = reply.matched();
    list.coverage = from_message(reply.coverage());
    return list;
}

Result<AccountHistory> GrpcClient::history(const std::string& account) {
    v1::GetAccountHistoryRequest request;
    request.set_account(account);
    v1::GetAccountHistoryReply reply;
    if (auto done = m_target->call(&Stub::GetAccountHistory, request, reply, question); !done) return done.error();
    AccountHistory history;
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
    return history;
}

Result<> GrpcClient::keep_trace(const Xid& xid) {
    v1::KeepTraceRequest request;
    to_message(xid, *request.mutable_xid());
    v1::KeepTraceReply reply;
    return m_target->call(&Stub::KeepTrace, request, reply, question);
}

}  // namespace indoubt::client
