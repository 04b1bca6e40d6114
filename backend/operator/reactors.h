// SPDX-License-Identifier: GPL-3.0-or-later
// The streams of OperatorService. Each reactor owns itself. Internal to operator.
#pragma once
#include <grpcpp/support/server_callback.h>

#include "indoubt/v1/operator.pb.h"
#include "operator/host.h"

namespace indoubt::operators {

// Sends what the hub keeps, then what comes. It reads from the hub's own store: a slow reader costs no memory and no stall,
// and when it has fallen behind what is kept it gets a gap event and the state anew.
grpc::ServerWriteReactor<v1::WatchReply>* make_watcher(Hub& hub, const v1::WatchRequest& request);
grpc::ServerBidiReactor<v1::PayRequest, v1::PayReply>* make_pay_stream(Host& host);
grpc::ServerUnaryReactor* make_submit(Host& host, const v1::SubmitRequest& request, v1::SubmitReply& reply);

// A stream or call that only says no.
template <class Reactor>
class Refused : public Reactor {
  public:
    explicit Refused(const grpc::Status& status) { this->Finish(status); }
    void OnDone() override { delete this; }
};

}  // namespace indoubt::operators
