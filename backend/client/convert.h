// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of operator.proto to structs of the client interface, and requests the other way. Internal to client.
#pragma once
#include <grpcpp/support/status.h>

#include "client/operator_client.h"
#include "indoubt/v1/operator.pb.h"

namespace indoubt::client {

base::Error from_status(const grpc::Status& status, const std::string& target);
Result<Xid> from_message(const v1::Xid& xid);
void to_message(const Xid& xid, v1::Xid& out);
Result<view::TransactionPtr> from_message(const v1::Transaction& message);
Result<view::AccountRow> from_message(const v1::AccountRow& message);
Result<view::Posting> from_message(const v1::Posting& message);
Result<NodeStatus> from_message(const v1::NodeStatus& message);
Result<ClusterInfo> from_message(const v1::ClusterInfo& message);
Fault from_message(const v1::Fault& message);
SubmitReply from_message(const v1::SubmitReply& message);
Coverages from_message(const google::protobuf::RepeatedPtrField<v1::Coverage>& coverage);
void to_message(const events::Payment& payment, v1::Payment& out);
Result<std::vector<events::Event>> events_of(const v1::EventBatch& batch);

}  // namespace indoubt::client
