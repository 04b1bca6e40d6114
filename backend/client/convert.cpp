// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/convert.h"

#include "client/unreadable.h"
#include "wire/codec.h"

namespace indoubt::client {
namespace {
base::Error odd(const std::string& what) { return base::data_loss("the service sent something this program cannot read: " + what); }

Result<NodeId> node_of(const std::string& name) {
    if (name.empty()) return NodeId{};
    return NodeId::parse(name);
}
}  // namespace

base::Error from_status(const grpc::Status& status, const std::string& target) {
    auto code = static_cast<base::ErrorCode>(status.error_code());
    std::string message = status.error_message();
    if (code == base::ErrorCode::unavailable && (message.starts_with("failed to connect") || message.starts_with("connections to all") || message.empty()))
        message = "no cluster answers at " + target + "; is it running? (" + message + ")";
    // The library's words for a connection that ended under a call say nothing to a person.
    for (const char* library : {"Cancelling all calls", "Socket closed", "Connection reset", "GOAWAY", "recvmsg", "CANCELLED", "Broken pipe"})
        if (message.find(library) != std::string::npos) message = "the cluster at " + target + " went away; what was under way is answered by asking again";
    if (status.error_code() == grpc::StatusCode::CANCELLED || status.error_code() == grpc::StatusCode::UNKNOWN) code = base::ErrorCode::unavailable;
    if (message.empty()) message = "the call to " + target + " could not be made, or its answer not be read: one of its texts may be no UTF-8";
    if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED && message == "Deadline Exceeded") message = target + " did not answer in time; whether the call was carried out is not known";
    return {code, message};
}

Result<Xid> from_message(const v1::Xid& xid) {
    if (xid.coordinator().empty()) return Xid{};
    auto node = NodeId::parse(xid.coordinator());
    if (!node) return odd("xid");
    return Xid{*node, xid.incarnation(), xid.counter(), xid.cluster()};
}

void to_message(const Xid& xid, v1::Xid& out) {
    out.set_coordinator(xid.coordinator.name());
    out.set_incarnation(xid.incarnation);
    out.set_counter(xid.counter);
    out.set_cluster(xid.cluster);
}

Result<view::TransactionPtr> from_message(const v1::Transaction& message) {
    auto out = std::make_shared<view::Transaction>();
    auto xid = from_message(message.xid());
    if (!xid) return xid.error();
    out->xid = *xid;
    if (message.has_payment()) {
        auto payment = wire::decode_payment(message.payment().SerializeAsString());
        if (!payment) return odd("payment." + payment.error().message);
        out->payment = std::make_shared<events::Payment>(std::move(payment).value());
    }
    out->whole_payment = message.whole_payment();
    out->protocol = {message.protocol().name(), message.protocol().cooperative()};
    out->state = static_cast<view::PaymentState>(message.state());
    out->decision = static_cast<events::Outcome>(message.decision());
    out->decision_durable = message.decision_durable();
    out->decision_lsn = message.decision_lsn();
    out->refusal = static_cast<events::Refusal>(message.refusal());
    out->reason = message.reason();
    out->heuristic = static_cast<events::Heuristic>(message.heuristic());
    out->damage = message.damage();
    out->damage_minor = message.damage_minor();
    out->faulted = message.faulted();
    out->ended = message.ended();
    out->begun_hlc = message.begun_hlc();
    out->decided_hlc = message.decided_hlc();
    out->ended_hlc = message.ended_hlc();
    out->in_doubt_hlc = message.in_doubt_hlc();
    out->last_hlc = message.last_hlc();
    out->events = message.events();
    out->messages = message.messages();
    out->forced_writes = message.forced_writes();
    out->repeats = message.repeats();
    out->traced = message.traced();
    out->last_event = message.last_event();
    if (message.has_order()) {
        auto note = wire::decode_note(message.order().SerializeAsString(), wire::Origin::own);
        if (!note) return odd(note.error().message);
        out->order = std::make_shared<events::OperatorNote>(std::move(note).value());
    }
    for (const auto& branch : message.branches()) {
        view::Branch part;
        auto node = node_of(branch.node());
        auto waits_for = from_message(branch.waits_for());
        if (!node || !waits_for) return odd("branch");
        part.node = *node;
        part.updater = branch.updater();
        part.vote = static_cast<events::Vote>(branch.vote());
        part.vote_received = branch.vote_received();
        part.refusal = static_cast<events::Refusal>(branch.refusal());
        part.reason = branch.reason();
        part.phase = static_cast<view::BranchPhase>(branch.phase());
        part.heuristic = static_cast<events::Heuristic>(branch.heuristic());
        part.damage = branch.damage();
        part.acked = branch.acked();
        part.waiting = branch.waiting();
        part.waits_for = *waits_for;
        part.waits_at = branch.waits_at();
        part.prepared_lsn = branch.prepared_lsn();
        part.decided_lsn = branch.decided_lsn();
        part.prepared_hlc = branch.prepared_hlc();
        part.decided_hlc = branch.decided_hlc();
        part.asked_hlc = branch.asked_hlc();
        part.asks = branch.asks();
        part.held_minor = branch.held_minor();
        part.locked = branch.locked();
        part.blocked = branch.blocked();
        part.blocked_hlc = branch.blocked_hlc();
        part.waiting_hlc = branch.waiting_hlc();
        part.damage_minor = branch.damage_minor();
        out->branches.push_back(std::move(part));
    }
    return view::TransactionPtr(std::move(out));
}

Result<view::AccountRow> from_message(const v1::AccountRow& message) {
    auto node = node_of(message.node());
    if (!node || message.currency().size() != 3) return odd("account");  // an old account may be in a currency that was withdrawn
    return view::AccountRow{*node, message.account(), message.holder(), base::Currency::of(message.currency()), message.opening_minor(), message.posted_minor(), message.held_minor(), message.limit_minor(), message.changed_hlc(),
                            message.known_hlc(), message.known_minor(), message.opened()};
}

Result<view::Posting> from_message(const v1::Posting& message) {
    auto xid = from_message(message.xid());
    if (!xid) return xid.error();
    return view::Posting{message.hlc(), *xid, message.amount_minor(), message.balance_minor()};
}

Result<NodeStatus> from_message(const v1::NodeStatus& message) {
    auto node = node_of(message.node());
    if (!node) return odd("node");
    NodeStatus status;
    status.node = *node;
    status.title = message.title();
    status.bic = message.bic();
    status.state = message.state();
    status.coordinator = message.coordinator();
    status.incarnation = message.incarnation();
    status.address = message.address();
    status.database = message.database();
    status.last_lsn = message.last_lsn();
    status.synced_lsn = message.synced_lsn();
    status.forced_writes = message.forced_writes();
    status.syncs = message.syncs();
    status.checkpoint_syncs = message.checkpoint_syncs();
    status.messages = message.messages();
    status.in_doubt = message.in_doubt();
    status.instances = message.instances();
    status.problem = message.problem();
    return status;
}

Result<ClusterInfo> from_message(const v1::ClusterInfo& message) {
    ClusterInfo info;
    auto shape = wire::decode_shape(message.shape().SerializeAsString(), wire::Origin::own);
    if (!shape) return odd(shape.error().message);
    info.shape = std::move(shape).value();
    info.address = message.address();
    info.data_directory = message.data_directory();
    info.trace = message.trace();
    for (const auto& node : message.nodes()) {
        auto status = from_message(node);
        if (!status) return status.error();
        info.nodes.push_back(std::move(status).value());
    }
    info.faults_allowed = message.faults_allowed();
    info.prepare_timeout_ms = message.prepare_timeout_ms();
    info.coverage = from_message(message.coverage());
    return info;
}

Fault from_message(const v1::Fault& message) { return {message.id(), message.rule(), message.active(), message.hits(), message.held()}; }

SubmitReply from_message(const v1::SubmitReply& message) {
    SubmitReply reply;
    if (auto xid = from_message(message.xid()); xid) reply.xid = *xid;
    reply.outcome = static_cast<events::Outcome>(message.outcome());
    reply.refusal = static_cast<events::Refusal>(message.refusal());
    reply.text = message.text();
    reply.duplicate = message.duplicate();
    reply.applied = message.applied();
    reply.decided_us = message.decided_us();
    reply.applied_us = message.applied_us();
    return reply;
}

Coverages from_message(const google::protobuf::RepeatedPtrField<v1::Coverage>& coverage) {
    Coverages result;
    for (const auto& entry : coverage) {
        auto node = node_of(entry.node());
        if (node) result.push_back({*node, entry.reached(), entry.as_of_ns()});
    }
    return result;
}

void to_message(const events::Payment& payment, v1::Payment& out) { out.ParseFromString(wire::encode_payment(payment)); }

bool unreadable(const events::Event& event) { return wire::is_unreadable(event); }

Result<std::vector<events::Event>> events_of(const v1::EventBatch& batch) {
    auto events = batch.packed().empty() ? wire::decode_events_with_gaps(batch.SerializeAsString()) : wire::decode_events_with_gaps(batch.packed());
    if (!events) return odd(events.error().message);
    return events;
}

}  // namespace indoubt::client
