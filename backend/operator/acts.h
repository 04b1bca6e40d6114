// SPDX-License-Identifier: GPL-3.0-or-later
// The mutating calls of OperatorService but payments. On a worker: they wait for nodes and disks. Each fills its coverage with
// the nodes it concerned. Internal to operator.
#pragma once
#include <grpcpp/support/status.h>

#include "indoubt/v1/operator.pb.h"
#include "operator/host.h"

namespace indoubt::operators {

grpc::Status open_accounts(Host& host, const v1::OpenAccountsRequest& request, v1::OpenAccountsReply& reply);
grpc::Status order(Host& host, const v1::OrderRequest& request, v1::OrderReply& reply);
grpc::Status control_node(Host& host, const v1::ControlNodeRequest& request, v1::ControlNodeReply& reply);
grpc::Status add_fault(Host& host, const v1::AddFaultRequest& request, v1::AddFaultReply& reply);
grpc::Status clear_faults(Host& host, const v1::ClearFaultsRequest& request, v1::ClearFaultsReply& reply);

}  // namespace indoubt::operators
