// SPDX-License-Identifier: GPL-3.0-or-later
// The questions of OperatorService, answered from the one view (and a node's durable log). On a worker. Internal to operator.
#pragma once
#include <grpcpp/support/status.h>

#include "indoubt/v1/operator.pb.h"
#include "operator/host.h"

namespace indoubt::operators {

grpc::Status list_transactions(Host& host, const v1::ListTransactionsRequest& request, v1::ListTransactionsReply& reply);
grpc::Status resolve_reference(Host& host, const v1::ResolveReferenceRequest& request, v1::ResolveReferenceReply& reply);
grpc::Status get_transaction(Host& host, const v1::GetTransactionRequest& request, v1::GetTransactionReply& reply);
grpc::Status get_timeline(Host& host, const v1::GetTimelineRequest& request, v1::GetTimelineReply& reply);
grpc::Status list_accounts(Host& host, const v1::ListAccountsRequest& request, v1::ListAccountsReply& reply);
grpc::Status get_account_history(Host& host, const v1::GetAccountHistoryRequest& request, v1::GetAccountHistoryReply& reply);
grpc::Status read_records(Host& host, const v1::ReadRecordsRequest& request, v1::ReadRecordsReply& reply);

}  // namespace indoubt::operators
