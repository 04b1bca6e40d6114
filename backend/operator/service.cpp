// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/service.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>

#include <algorithm>
#include <chrono>
#include <future>

#include "indoubt/v1/operator_service.grpc.pb.h"
#include "operator/access.h"
#include "operator/convert.h"
#include "operator/once.h"
#include "operator/orders.h"
#include "operator/queries.h"
#include "operator/reactors.h"
#include "operator/worker.h"

namespace indoubt::operators {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;
using grpc::Status;

constexpr auto order_answer_most = std::chrono::seconds(5);
constexpr auto accounts_answer_most = std::chrono::seconds(60);
constexpr int open_lines_max = 200000;

// A call whose work is done on a worker: gRPC's threads never wait.
class WorkerCall : public ServerUnaryReactor {
  public:
    void OnDone() override { delete this; }
};

void cover(Host& host, google::protobuf::RepeatedPtrField<v1::Coverage>* coverage) {
    const std::int64_t now = host.now_ns();
    for (const auto& node : host.nodes()) {
        auto* entry = coverage->Add();
        entry->set_node(node.node.name());
        entry->set_reached(node.state == "up");
        entry->set_as_of_ns(now);
    }
}

events::OperatorNote note_of(const std::string& actor, const std::string& reason, const std::string& action, const std::string& key) {
    events::OperatorNote note;
    note.actor = actor.empty() ? "somebody" : actor.substr(0, base::limits::text_bytes_max);
    note.reason = reason;
    note.action = action;
    note.idempotency_key = key;
    return note;
}

}  // namespace

class OperatorService final : public v1::OperatorService::CallbackService {
  public:
    OperatorService(Host& host, std::string token) : m_host(host), m_token(std::move(token)) {}

    void stop() {
        m_queries.stop();
        m_orders.stop();
        m_control.stop();
    }

    // ---- streams and payments: no worker, they only enqueue ----
    grpc::ServerWriteReactor<v1::WatchReply>* Watch(CallbackServerContext* context, const v1::WatchRequest* request) override {
        if (auto status = check_token(*context, m_token); !status.ok()) return new Refused<grpc::ServerWriteReactor<v1::WatchReply>>(status);
        return make_watcher(m_host.hub(), *request);
    }
    grpc::ServerBidiReactor<v1::PayRequest, v1::PayReply>* Pay(CallbackServerContext* context) override {
        if (auto status = check_token(*context, m_token); !status.ok()) return new Refused<grpc::ServerBidiReactor<v1::PayRequest, v1::PayReply>>(status);
        return make_pay_stream(m_host);
    }
    ServerUnaryReactor* Submit(CallbackServerContext* context, const v1::SubmitRequest* request, v1::SubmitReply* reply) override {
        if (auto status = check_token(*context, m_token); !status.ok()) return new Refused<ServerUnaryReactor>(status);
        return make_submit(m_host, *request, *reply);
    }

    // ---- questions ----
    ServerUnaryReactor* GetInfo(CallbackServerContext* context, const v1::GetInfoRequest*, v1::ClusterInfo* reply) override {
        return on(m_queries, context, [this, reply] {
            to_message(m_host.facts(), *reply);
            for (const auto& node : m_host.nodes()) to_message(node, *reply->add_nodes());
            cover(m_host, reply->mutable_coverage());
            return Status::OK;
        });
    }
    ServerUnaryReactor* ListTransactions(CallbackServerContext* context, const v1::ListTransactionsRequest* request, v1::ListTransactionsReply* reply) override {
        return query(context, [this, request, reply] { return list_transactions(m_host, *request, *reply); }, reply->mutable_coverage());
    }
    ServerUnaryReactor* ResolveReference(CallbackServerContext* context, const v1::ResolveReferenceRequest* request, v1::ResolveReferenceReply* reply) override {
        return query(context, [this, request, reply] { return resolve_reference(m_host, *request, *reply); }, reply->mutable_coverage());
    }
    ServerUnaryReactor* GetTransaction(CallbackServerContext* context, const v1::GetTransactionRequest* request, v1::GetTransactionReply* reply) override {
        return query(context, [this, request, reply] { return get_transaction(m_host, *request, *reply); }, reply->mutable_coverage());
    }
    ServerUnaryReactor* GetTimeline(CallbackServerContext* context, const v1::GetTimelineRequest* request, v1::GetTimelineReply* reply) override {
        return query(context, [this, request, reply] { return get_timeline(m_host, *request, *reply); }, reply->mutable_coverage());
    }
    ServerUnaryReactor* ListAccounts(CallbackServerContext* context, const v1::ListAccountsRequest* request, v1::ListAccountsReply* reply) override {
        return query(context, [this, request, reply] { return list_accounts(m_host, *request, *reply); }, reply->mutable_coverage());
    }
    ServerUnaryReactor* GetAccountHistory(CallbackServerContext* context, const v1::GetAccountHistoryRequest* request, v1::GetAccountHistoryReply* reply) override {
        return query(context, [this, request, reply] { return get_account_history(m_host, *request, *reply); }, reply->mutable_coverage());
    }
    ServerUnaryReactor* ReadRecords(CallbackServerContext* context, const v1::ReadRecordsRequest* request, v1::ReadRecordsReply* reply) override {
        return on(m_orders, context, [this, request, reply] {
            Status status = read_records(m_host, *request, *reply);
            cover(m_host, reply->mutable_coverage());
            return status;
        });
    }
    ServerUnaryReactor* ListFaults(CallbackServerContext* context, const v1::ListFaultsRequest*, v1::ListFaultsReply* reply) override {
        return on(m_queries, context, [this, reply] {
            for (const auto& fault : m_host.faults()) to_message(fault, *reply->add_faults());
            cover(m_host, reply->mutable_coverage());
            return Status::OK;
        });
    }
    ServerUnaryReactor* KeepTrace(CallbackServerContext* context, const v1::KeepTraceRequest* request, v1::KeepTraceReply* reply) override {
        return on(m_queries, context, [this, request, reply] {
            auto xid = from_message(request->xid());
            if (!xid) return to_status(xid.error());
            m_host.keep_trace(*xid);
            cover(m_host, reply->mutable_coverage());
            return Status::OK;
        });
    }

    // ---- acts ----
    ServerUnaryReactor* OpenAccounts(CallbackServerContext* context, const v1::OpenAccountsRequest* request, v1::OpenAccountsReply* reply) override {
        return once(m_orders, "accounts", context, *request, reply, [this, request, reply] { return open_accounts(*request, *reply); });
    }
    ServerUnaryReactor* Order(CallbackServerContext* context, const v1::OrderRequest* request, v1::OrderReply* reply) override {
        return once(m_orders, "order", context, *request, reply, [this, request, reply] { return order(*request, *reply); });
    }
    ServerUnaryReactor* ControlNode(CallbackServerContext* context, const v1::ControlNodeRequest* request, v1::ControlNodeReply* reply) override {
        return once(m_control, "control", context, *request, reply, [this, request, reply] { return control(*request, *reply); });
    }
    ServerUnaryReactor* AddFault(CallbackServerContext* context, const v1::AddFaultRequest* request, v1::AddFaultReply* reply) override {
        return once(m_control, "fault", context, *request, reply, [this, request, reply] {
            if (!m_host.facts().faults_allowed) return no_faults();
            auto fault = m_host.add_fault(request->rule(), note_of(request->actor(), {}, "add fault", request->idempotency_key()));
            if (!fault) return to_status(fault.error());
            to_message(*fault, *reply->mutable_fault());
            return Status::OK;
        });
    }
    ServerUnaryReactor* ClearFaults(CallbackServerContext* context, const v1::ClearFaultsRequest* request, v1::ClearFaultsReply* reply) override {
        return once(m_control, "clear", context, *request, reply, [this, request, reply] {
            if (!m_host.facts().faults_allowed) return no_faults();
            auto cleared = m_host.clear_faults(request->has_id() ? std::optional<std::uint64_t>(request->id()) : std::nullopt,
                                               note_of(request->actor(), {}, "clear faults", request->idempotency_key()));
            if (!cleared) return to_status(cleared.error());
            reply->set_cleared(*cleared);
            return Status::OK;
        });
    }

  private:
    template <class Work>
    ServerUnaryReactor* on(Worker& worker, CallbackServerContext* context, Work work) {
        if (auto status = check_token(*context, m_token); !status.ok()) return new Refused<ServerUnaryReactor>(status);
        auto* call = new WorkerCall;
        const bool queued = worker.run([call, context, work = std::move(work)]() mutable {
            // Nobody waits any more: a question is not worth answering, and an act not yet begun is not begun.
            if (context->IsCancelled()) call->Finish(Status(grpc::StatusCode::CANCELLED, "the caller gave up before the call began"));
            else call->Finish(work());
        });
        if (!queued) call->Finish({grpc::StatusCode::UNAVAILABLE, "the cluster is stopping"});
        return call;
    }
    template <class Work>
    ServerUnaryReactor* query(CallbackServerContext* context, Work work, google::protobuf::RepeatedPtrField<v1::Coverage>* coverage) {
        return on(m_queries, context, [this, coverage, work = std::move(work)]() mutable {
            m_host.hub().catch_up();  // an answer knows whatever its asker was told before
            Status status = work();
            cover(m_host, coverage);
            return status;
        });
    }
    // A mutating call: the same idempotency key again gets the first answer.
    template <class Request, class Reply, class Work>
    ServerUnaryReactor* once(Worker& worker, const char* method, CallbackServerContext* context, const Request& request, Reply* reply, Work work) {
        const std::string key = request.idempotency_key().empty() ? std::string() : std::string(method) + "/" + request.idempotency_key();
        return on(worker, context, [this, key, reply, work = std::move(work)]() mutable {
            if (auto known = m_once.find(key)) {
                reply->ParseFromString(known->reply);
                return known->status;
            }
            Status status = work();
            cover(m_host, reply->mutable_coverage());
            // What could not be reached may be tried again under the same key.
            if (status.error_code() != grpc::StatusCode::UNAVAILABLE) m_once.put(key, {status, reply->SerializeAsString()});
            return status;
        });
    }

    Status no_faults() const {
        return {grpc::StatusCode::PERMISSION_DENIED, "faults cannot be injected in the environment '" + m_host.facts().shape.environment +
                                                         "'; they need a sandbox or a drill"};
    }
    Status order(const v1::OrderRequest& request, v1::OrderReply& reply);
    Status control(const v1::ControlNodeRequest& request, v1::ControlNodeReply& reply);
    Status open_accounts(const v1::OpenAccountsRequest& request, v1::OpenAccountsReply& reply);

    Host& m_host;
    const std::string m_token;
    OnceTable m_once;
    Worker m_queries{"operator-query"};
    Worker m_orders{"operator-order"};
    Worker m_control{"operator-node"};
};

Status OperatorService::order(const v1::OrderRequest& request, v1::OrderReply& reply) {
    if (request.action() == v1::ORDER_ACTION_UNSPECIFIED || !v1::OrderAction_IsValid(request.action()))
        return to_status(base::invalid_argument("action: name what to do"));
    if (request.actor().empty()) return to_status(base::invalid_argument("actor: an order needs a name that stands for it"));
    if (request.reason().size() > base::limits::reason_bytes_max)
        return to_status(base::invalid_argument("reason: at most " + std::to_string(base::limits::reason_bytes_max) + " bytes"));
    auto xid = from_message(request.xid());
    if (!xid) return to_status(xid.error());
    std::optional<NodeId> branch;
    if (!request.branch().empty()) {
        auto named = node_named(request.branch(), "branch");
        if (!named) return to_status(named.error());
        branch = *named;
    }
    const auto action = static_cast<Action>(request.action());
    m_host.hub().catch_up();
    const auto transaction = m_host.hub().with_view([&](const view::View& view) { return view.find(*xid); });
    if (!transaction) return to_status(base::not_found("no payment " + xid->short_text() + " is known here"));
    auto steps = plan_order(action, branch, request.reason(), *transaction, m_host.nodes());
    if (!steps) return to_status(steps.error());

    std::vector<std::pair<OrderStep, std::future<runtime::OutAnswer>>> waiting;
    for (const auto& step : *steps) {
        auto note = std::make_shared<events::OperatorNote>(note_of(request.actor(), request.reason(), std::string(commit::word(step.kind)), request.idempotency_key()));
        note->ticket = request.ticket();
        runtime::OperatorOrder order;
        order.xid = *xid;
        order.kind = step.kind;
        order.note = std::move(note);
        order.proof_lsn = step.proof_lsn;
        order.proof_node = step.proof_node;
        for (const auto& part : transaction->branches)
            if (part.enrolled) order.enrolled.push_back({part.node, part.updater, 0});
        auto promise = std::make_shared<std::promise<runtime::OutAnswer>>();
        auto future = promise->get_future();
        auto sent = m_host.order(step.node, std::move(order), [promise, told = std::make_shared<std::atomic<bool>>(false)](const runtime::OutAnswer& answer) {
            if (!told->exchange(true)) promise->set_value(answer);
        });
        if (!sent) return to_status(sent.error());
        waiting.emplace_back(step, std::move(future));
    }
    std::vector<OrderStep> done;
    std::string refused;
    std::optional<base::Error> first_error;
    const auto until = std::chrono::steady_clock::now() + order_answer_most;
    for (auto& [step, future] : waiting) {
        base::Error error;
        if (future.wait_until(until) != std::future_status::ready)
            error = {base::ErrorCode::deadline_exceeded, "node " + step.node.name() + " took the order and has not answered; look again before repeating it"};
        else if (auto answer = future.get(); answer.code != base::ErrorCode::ok)
            error = {answer.code, answer.text};
        else {
            done.push_back(step);
            continue;
        }
        refused += "; " + step.node.name() + ": " + error.message;
        if (!first_error) first_error = error;
    }
    if (done.empty()) return to_status(*first_error);
    reply.set_text(done_text(action, done) + refused);
    m_host.hub().catch_up();
    return Status::OK;
}

Status OperatorService::control(const v1::ControlNodeRequest& request, v1::ControlNodeReply& reply) {
    if (request.action() == v1::NODE_ACTION_UNSPECIFIED || !v1::NodeAction_IsValid(request.action()))
        return to_status(base::invalid_argument("action: one of start, stop, crash, restart, pause, resume"));
    auto node = node_named(request.node(), "node");
    if (!node) return to_status(node.error());
    const auto action = static_cast<NodeAction>(request.action());
    const bool breaks = action == NodeAction::crash || action == NodeAction::pause;
    if (breaks && !m_host.facts().faults_allowed) return no_faults();
    static constexpr const char* words[] = {"", "start", "stop", "crash", "restart", "pause", "resume"};
    auto facts = m_host.control(*node, action, note_of(request.actor(), request.reason(), words[static_cast<int>(action)], request.idempotency_key()));
    if (!facts) return to_status(facts.error());
    m_host.hub().catch_up();
    to_message(*facts, *reply.mutable_node());
    return Status::OK;
}

Status OperatorService::open_accounts(const v1::OpenAccountsRequest& request, v1::OpenAccountsReply& reply) {
    auto node = node_named(request.node(), "node");
    if (!node) return to_status(node.error());
    if (request.lines_size() > open_lines_max) return to_status(base::invalid_argument("lines: at most " + std::to_string(open_lines_max)));
    auto lines = lines_from(request.lines());
    if (!lines) return to_status(lines.error());
    auto promise = std::make_shared<std::promise<runtime::OutAnswer>>();
    auto future = promise->get_future();
    auto sent = m_host.open_accounts(*node, std::move(lines).value(), [promise, told = std::make_shared<std::atomic<bool>>(false)](const runtime::OutAnswer& answer) {
        if (!told->exchange(true)) promise->set_value(answer);
    });
    if (!sent) return to_status(sent.error());
    if (future.wait_for(accounts_answer_most) != std::future_status::ready)
        return {grpc::StatusCode::DEADLINE_EXCEEDED, "node " + node->name() + " has not answered; the same call again opens only what is missing"};
    const auto answer = future.get();
    if (answer.code != base::ErrorCode::ok) return to_status({answer.code, answer.text});
    reply.set_opened(std::strtoull(answer.text.c_str(), nullptr, 10));
    m_host.hub().catch_up();
    return Status::OK;
}

struct OperatorServer::Parts {
    Parts(Host& host, std::string token) : service(host, std::move(token)) {}
    OperatorService service;
    std::unique_ptr<grpc::Server> server;
};

OperatorServer::OperatorServer() = default;

Result<std::unique_ptr<OperatorServer>> OperatorServer::start(Host& host, grpc::ServerBuilder& builder, const std::string& where, const std::string& token) {
    std::unique_ptr<OperatorServer> self(new OperatorServer);
    self->m_parts = std::make_unique<Parts>(host, token);
    builder.RegisterService(&self->m_parts->service);
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> guards;
    guards.push_back(make_library_guard(token));
    builder.experimental().SetInterceptorCreators(std::move(guards));
    // Reflection adds itself to every server once its library is loaded, which needs a call (linkers drop what nobody calls);
    // transport keeps it out of the nodes' servers.
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    // The library's switch is global, but only this server shall have it: nodes' servers are none of a health checker's business.
    grpc::EnableDefaultHealthCheckService(true);
    self->m_parts->server = builder.BuildAndStart();
    grpc::EnableDefaultHealthCheckService(false);
    if (!self->m_parts->server) return base::unavailable("the operator service cannot listen on " + where);
    return self;
}

void OperatorServer::stop(int deadline_ms) {
    if (!m_parts || !m_parts->server) return;
    m_parts->server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(deadline_ms));
    m_parts->service.stop();
    m_parts->server.reset();
}

OperatorServer::~OperatorServer() { stop(); }

}  // namespace indoubt::operators
