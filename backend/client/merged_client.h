// SPDX-License-Identifier: GPL-3.0-or-later
// Several services as one: each daemon serves the nodes it hosts and never forwards, so this routes by node and merges answers.
// A service that does not answer is told in the coverage; a question fails only when none answers. Internal to client.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "client/grpc_client.h"

namespace indoubt::client {

class MergedClient : public OperatorClient {
  public:
    explicit MergedClient(const std::vector<Connection>& targets);

    Result<ClusterInfo> info() override;
    std::unique_ptr<Subscription> watch(EventSink& sink, std::uint64_t tail) override;
    Result<SubmitReply> submit(const events::Payment& payment, std::optional<events::ProtocolChoice> protocol, Wait wait) override;
    std::unique_ptr<SubmitSession> submit_session() override;
    Result<std::size_t> open_accounts(NodeId node, const std::vector<events::AccountLine>& lines) override;
    Result<TransactionList> list(const std::string& filter, std::size_t limit) override;
    Result<Xid> resolve_reference(const std::string& text) override;
    Result<view::TransactionPtr> show(const Xid& xid) override;
    Result<std::vector<events::Event>> timeline(const Xid& xid) override;
    Result<std::vector<events::Event>> records(NodeId node, std::uint64_t from_lsn, std::size_t most) override;
    Result<OrderReply> order(const OrderRequest& request) override;
    Result<NodeStatus> node(NodeId node, NodeAction action, const std::string& actor) override;
    Result<Fault> add_fault(const std::string& rule, const std::string& actor) override;
    Result<std::vector<Fault>> faults() override;
    Result<std::size_t> clear_faults(std::optional<std::uint64_t> id, const std::string& actor) override;
    Result<AccountList> accounts(const std::string& filter, std::size_t limit) override;
    Result<AccountHistory> history(const std::string& account) override;
    Result<> keep_trace(const Xid& xid) override;

  private:
    // Who hosts which node, asked once and again when a node is not known.
    Result<GrpcClient*> host_of(NodeId node);
    Result<GrpcClient*> host_of_coordinator();
    void learn();
    void add_missing(std::vector<Coverage>& coverage) const;  // known nodes that nobody answered for

    std::vector<std::unique_ptr<GrpcClient>> m_clients;
    mutable std::mutex m_mutex;
    std::map<NodeId, GrpcClient*> m_hosts;
    NodeId m_coordinator;
};

}  // namespace indoubt::client
