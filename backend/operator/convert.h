// SPDX-License-Identifier: GPL-3.0-or-later
// Structs of the view and the host to messages of operator.proto, and requests back. Internal to operator.
#pragma once
#include <grpcpp/support/status.h>

#include "indoubt/v1/operator.pb.h"
#include "operator/host.h"
#include "view/view.h"

namespace indoubt::operators {

grpc::Status to_status(const base::Error& error);
void to_message(const Xid& xid, v1::Xid& out);
Result<Xid> from_message(const v1::Xid& xid);              // INVALID_ARGUMENT names the field xid
Result<Xid> own_xid(const Host& host, const v1::Xid& xid); // also INVALID_ARGUMENT: it is another cluster's
Result<NodeId> node_named(const std::string& name, const char* field);
void to_message(const view::Transaction& transaction, v1::Transaction& out);
void to_message(const view::AccountRow& row, v1::AccountRow& out);
void to_message(const view::Posting& posting, v1::Posting& out);
void to_message(const NodeFacts& facts, v1::NodeStatus& out);
void to_message(const ClusterFacts& facts, v1::ClusterInfo& out);
void to_message(const FaultFacts& facts, v1::Fault& out);
Result<events::PaymentPtr> payment_from(const v1::Payment& payment);
std::optional<events::ProtocolChoice> protocol_from(bool given, const v1::ProtocolChoice& protocol);
Result<std::vector<events::AccountLine>> lines_from(const google::protobuf::RepeatedPtrField<v1::AccountLine>& lines);

}  // namespace indoubt::operators
