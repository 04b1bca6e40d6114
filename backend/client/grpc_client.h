// SPDX-License-Identifier: GPL-3.0-or-later
// OperatorClient over gRPC: one target. Internal to client; connect() makes it.
#pragma once
#include <memory>

#include "client/channel.h"

namespace indoubt::client {

class GrpcClient : public OperatorClient {
  public:
    explicit GrpcClient(Connection connection) : m_target(std::make_shared<Target>(std::move(connection))) {}

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

    const std::string& target() const { return m_target->name(); }

  private:
    std::shared_ptr<Target> m_target;
};

}  // namespace indoubt::client
