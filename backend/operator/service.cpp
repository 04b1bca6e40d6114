// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/service.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>

#include "indoubt/v1/operator_service.grpc.pb.h"
#include "operator/access.h"
#include "operator/acts.h"
#include "operator/convert.h"
#include "operator/coverage.h"
#include "operator/once.h"
#include "operator/queries.h"
#include "operator/reactors.h"
#include "operator/worker.h"

namespace indoubt::operators {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;
using grpc::Status;

constexpr int order_threads = 4;  // an emergency does not wait for an order whose node is slow

// A call whose work is done on a worker: gRPC's threads never wait.
class WorkerCall : public ServerUnaryReactor {
  public:
    void OnDone() override { delete this; }
};

}  // namespace

class OperatorService final : public v1::OperatorService::CallbackService {
  public:
    OperatorService(Host& host, std::string token) : m_host(host), m_token(std::move(token)) {}

    void stop() {
        for (Worker* worker : {&m_queries, &m_records, &m_accounts, &m_orders, &m_control}) worker->stop();
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
            cover(m_host, *reply->mutable_coverage());
            return Status::OK;
        });
    }
    ServerUnaryReactor* ListTransactions(CallbackServerContext* context, const v1::ListTransactionsRequest* request, v1::ListTransactionsReply* reply) override {
        return query(context, [this, request, reply] { return list_transactions(m_host, *request, *reply); }, *reply->mutable_coverage());
    }
    ServerUnaryReactor* ResolveReference(CallbackServerContext* context, const v1::ResolveReferenceRequest* request, v1::ResolveReferenceReply* reply) override {
        return query(context, [this, request, reply] { return resolve_reference(m_host, *request, *reply); }, *reply->mutable_coverage());
    }
    ServerUnaryReactor* GetTransaction(CallbackServerContext* context, const v1::GetTransactionRequest* request, v1::GetTransactionReply* reply) override {
        return query(context, [this, request, reply] { return get_transaction(m_host, *request, *reply); }, *reply->mutable_coverage());
    }
    ServerUnaryReactor* GetTimeline(CallbackServerContext* context, const v1::GetTimelineRequest* request, v1::GetTimelineReply* reply) override {
        return query(context, [this, request, reply] { return get_timeline(m_host, *request, *reply); }, *reply->mutable_coverage());
    }
    ServerUnaryReactor* ListAccounts(CallbackServerContext* context, const v1::ListAccountsRequest* request, v1::ListAccountsReply* reply) override {
        return query(context, [this, request, reply] { return list_accounts(m_host, *request, *reply); }, *reply->mutable_coverage());
    }
    ServerUnaryReactor* GetAccountHistory(CallbackServerContext* context, const v1::GetAccountHistoryRequest* request, v1::GetAccountHistoryReply* reply) override {
        return on(m_queries, context, [this, request, reply] {
            m_host.hub().catch_up();
            Status status = get_account_history(m_host, *request, *reply);
            if (auto node = NodeId::parse(reply->account().node())) cover(m_host, *node, *reply->mutable_coverage());
            return status;
        });
    }
    ServerUnaryReactor* ReadRecords(CallbackServerContext* context, const v1::ReadRecordsRequest* request, v1::ReadRecordsReply* reply) override {
        return on(m_records, context, [this, request, reply] {
            Status status = read_records(m_host, *request, *reply);
            if (auto node = NodeId::parse(request->node())) cover(m_host, *node, *reply->mutable_coverage());
            return status;
        });
    }
    ServerUnaryReactor* ListFaults(CallbackServerContext* context, const v1::ListFaultsRequest*, v1::ListFaultsReply* reply) override {
        return on(m_queries, context, [this, reply] {
            for (const auto& fault : m_host.faults()) to_message(fault, *reply->add_faults());
            cover(m_host, *reply->mutable_coverage());
            return Status::OK;
        });
    }
    ServerUnaryReactor* KeepTrace(CallbackServerContext* context, const v1::KeepTraceRequest* request, v1::KeepTraceReply* reply) override {
        return on(m_queries, context, [this, request, reply] {
            auto xid = own_xid(m_host, request->xid());
            if (!xid) return to_status(xid.error());
            m_host.keep_trace(*xid);
            cover(m_host, *reply->mutable_coverage());
            return Status::OK;
        });
    }

    // ---- acts ----
    ServerUnaryReactor* OpenAccounts(CallbackServerContext* context, const v1::OpenAccountsRequest* request, v1::OpenAccountsReply* reply) override {
        return once(m_accounts, "accounts", context, request, reply, open_accounts);
    }
    ServerUnaryReactor* Order(CallbackServerContext* context, const v1::OrderRequest* request, v1::OrderReply* reply) override {
        return once(m_orders, "order", context, request, reply, order);
    }
    ServerUnaryReactor* ControlNode(CallbackServerContext* context, const v1::ControlNodeRequest* request, v1::ControlNodeReply* reply) override {
        return once(m_control, "control", context, request, reply, control_node);
    }
    ServerUnaryReactor* AddFault(CallbackServerContext* context, const v1::AddFaultRequest* request, v1::AddFaultReply* reply) override {
        return once(m_control, "fault", context, request, reply, add_fault);
    }
    ServerUnaryReactor* ClearFaults(CallbackServerContext* context, const v1::ClearFaultsRequest* request, v1::ClearFaultsReply* reply) override {
        return once(m_control, "clear", context, request, reply, clear_faults);
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
    ServerUnaryReactor* query(CallbackServerContext* context, Work work, CoverageList& coverage) {
        return on(m_queries, context, [this, &coverage, work = std::move(work)]() mutable {
            m_host.hub().catch_up();  // an answer knows whatever its asker was told before
            Status status = work();
            cover(m_host, coverage);
            return status;
        });
    }
    // A mutating call: the same idempotency key again gets the first answer.
    template <class Request, class Reply>
    ServerUnaryReactor* once(Worker& worker, const char* method, CallbackServerContext* context, const Request* request, Reply* reply,
                             Status (*work)(Host&, const Request&, Reply&)) {
        const std::string key = request->idempotency_key().empty() ? std::string() : std::string(method) + "/" + request->idempotency_key();
        return on(worker, context, [this, key, request, reply, work] {
            const auto answer = m_once.run(key, key.empty() ? std::string() : request->SerializeAsString(), [&] {
                Status status = work(m_host, *request, *reply);
                return OnceTable::Answer{status, status.ok() ? reply->SerializeAsString() : std::string()};
            });
            reply->ParseFromString(answer.reply);
            return answer.status;
        });
    }

    Host& m_host;
    const std::string m_token;
    OnceTable m_once;
    // By what they wait for: a slow disk or a large account file holds up no order, and no order another one.
    Worker m_queries{"operator-query"};
    Worker m_records{"operator-log"};
    Worker m_accounts{"operator-open"};
    Worker m_orders{"operator-order", order_threads};
    Worker m_control{"operator-node"};
};

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
