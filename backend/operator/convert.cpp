// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/convert.h"

#include "base/utf8.h"
#include "wire/codec.h"

namespace indoubt::operators {

grpc::Status to_status(const base::Error& error) { return {static_cast<grpc::StatusCode>(error.code), error.message}; }

void to_message(const Xid& xid, v1::Xid& out) {
    out.set_coordinator(xid.coordinator.name());
    out.set_incarnation(xid.incarnation);
    out.set_counter(xid.counter);
    out.set_cluster(xid.cluster);
}

Result<Xid> from_message(const v1::Xid& xid) {
    auto node = base::NodeId::parse(xid.coordinator());
    if (!node) return base::invalid_argument("xid.coordinator: " + node.error().message);
    if (xid.counter() == 0 || xid.counter() > base::xid_counter_max) return base::invalid_argument("xid.counter: out of range");
    return Xid{*node, xid.incarnation(), xid.counter(), xid.cluster()};
}

base::Error of_another_cluster(const Xid& xid, const events::ClusterShape& here) {
    const std::string own = here.tag() == 0 ? "have 32 digits" : "begin with " + Xid{here.coordinator, 1, 1, here.tag()}.text().substr(0, 8);
    return base::invalid_argument("this XID belongs to another cluster: " + xid.text() + "; those of this one " + own + "; name the cluster that issued it with --connect");
}

Result<Xid> own_xid(const Host& host, const v1::Xid& message) {
    auto xid = from_message(message);
    if (xid && xid->cluster != host.facts().shape.tag()) return of_another_cluster(*xid, host.facts().shape);
    return xid;
}

Result<NodeId> node_named(const std::string& name, const char* field) {
    auto node = base::NodeId::parse(name);
    if (!node) return base::invalid_argument(std::string(field) + ": " + node.error().message);
    return *node;
}

namespace {

void branch_to_message(const view::Branch& branch, v1::Branch& out) {
    out.set_node(branch.node.name());
    out.set_updater(branch.updater);
    out.set_vote(static_cast<v1::Vote>(branch.vote));
    out.set_vote_received(branch.vote_received);
    out.set_refusal(static_cast<v1::Refusal>(branch.refusal));
    out.set_reason(branch.reason);
    out.set_phase(static_cast<v1::BranchPhase>(branch.phase));
    out.set_heuristic(static_cast<v1::Heuristic>(branch.heuristic));
    out.set_damage(branch.damage);
    out.set_acked(branch.acked);
    out.set_waiting(branch.waiting);
    if (!branch.waits_for.empty()) to_message(branch.waits_for, *out.mutable_waits_for());
    out.set_waits_at(branch.waits_at);
    out.set_prepared_lsn(branch.prepared_lsn);
    out.set_decided_lsn(branch.decided_lsn);
    out.set_prepared_hlc(branch.prepared_hlc);
    out.set_decided_hlc(branch.decided_hlc);
    out.set_asked_hlc(branch.asked_hlc);
    out.set_asks(branch.asks);
    out.set_held_minor(branch.held_minor);
    out.set_locked(branch.locked);
    out.set_blocked(branch.blocked);
    out.set_blocked_hlc(branch.blocked_hlc);
    out.set_waiting_hlc(branch.waiting_hlc);
    out.set_damage_minor(branch.damage_minor);
}

}  // namespace

void to_message(const view::Transaction& transaction, v1::Transaction& out) {
    to_message(transaction.xid, *out.mutable_xid());
    if (transaction.payment) out.mutable_payment()->ParseFromString(wire::encode_payment(*transaction.payment));
    out.set_whole_payment(transaction.whole_payment);
    out.mutable_protocol()->set_name(transaction.protocol.name);
    out.mutable_protocol()->set_cooperative(transaction.protocol.cooperative);
    out.set_state(static_cast<v1::PaymentState>(transaction.state));
    out.set_decision(static_cast<v1::Outcome>(transaction.decision));
    out.set_decision_durable(transaction.decision_durable);
    out.set_decision_lsn(transaction.decision_lsn);
    out.set_refusal(static_cast<v1::Refusal>(transaction.refusal));
    out.set_reason(transaction.reason);
    out.set_heuristic(static_cast<v1::Heuristic>(transaction.heuristic));
    out.set_damage(transaction.damage);
    out.set_damage_minor(transaction.damage_minor);
    out.set_faulted(transaction.faulted);
    out.set_ended(transaction.ended);
    out.set_begun_hlc(transaction.begun_hlc);
    out.set_decided_hlc(transaction.decided_hlc);
    out.set_ended_hlc(transaction.ended_hlc);
    out.set_in_doubt_hlc(transaction.in_doubt_hlc);
    out.set_last_hlc(transaction.last_hlc);
    out.set_events(transaction.events);
    out.set_messages(transaction.messages);
    out.set_forced_writes(transaction.forced_writes);
    out.set_repeats(transaction.repeats);
    out.set_traced(transaction.traced);
    out.set_last_event(transaction.last_event);
    if (transaction.order) out.mutable_order()->ParseFromString(wire::encode_note(*transaction.order));
    for (const auto& branch : transaction.branches) branch_to_message(branch, *out.add_branches());
}

void to_message(const view::AccountRow& row, v1::AccountRow& out) {
    out.set_node(row.node.name());
    out.set_account(row.account);
    out.set_holder(row.holder);
    out.set_currency(row.currency.code());
    out.set_opening_minor(row.opening_minor);
    out.set_posted_minor(row.posted_minor);
    out.set_held_minor(row.held_minor);
    out.set_limit_minor(row.limit_minor);
    out.set_changed_hlc(row.changed_hlc);
    out.set_known_hlc(row.known_hlc);
    out.set_known_minor(row.known_minor);
    out.set_opened(row.opened);
}

void to_message(const view::Posting& posting, v1::Posting& out) {
    out.set_hlc(posting.hlc);
    to_message(posting.xid, *out.mutable_xid());
    out.set_amount_minor(posting.amount_minor);
    out.set_balance_minor(posting.balance_minor);
}

void to_message(const NodeFacts& facts, v1::NodeStatus& out) {
    out.set_node(facts.node.name());
    out.set_title(facts.title);
    out.set_bic(facts.bic);
    out.set_state(facts.state);
    out.set_coordinator(facts.coordinator);
    out.set_incarnation(facts.incarnation);
    out.set_address(facts.address);
    out.set_database(facts.database);
    out.set_last_lsn(facts.last_lsn);
    out.set_synced_lsn(facts.synced_lsn);
    out.set_forced_writes(facts.forced_writes);
    out.set_syncs(facts.syncs);
    out.set_checkpoint_syncs(facts.checkpoint_syncs);
    out.set_messages(facts.messages);
    out.set_in_doubt(facts.in_doubt);
    out.set_instances(facts.instances);
    out.set_problem(facts.problem);
}

void to_message(const ClusterFacts& facts, v1::ClusterInfo& out) {
    out.mutable_shape()->ParseFromString(wire::encode_shape(facts.shape));
    out.set_address(facts.address);
    out.set_data_directory(facts.data_directory);
    out.set_trace(facts.trace);
    out.set_faults_allowed(facts.faults_allowed);
    out.set_prepare_timeout_ms(facts.prepare_timeout_ms);
}

void to_message(const FaultFacts& facts, v1::Fault& out) {
    out.set_id(facts.id);
    out.set_rule(facts.rule);
    out.set_active(facts.active);
    out.set_hits(facts.hits);
    out.set_held(facts.held);
}

Result<events::PaymentPtr> payment_from(const v1::Payment& payment) {
    auto decoded = wire::decode_payment(payment.SerializeAsString());
    if (!decoded) return base::invalid_argument("payment." + decoded.error().message);
    if (decoded->idempotency_key.empty())
        return base::invalid_argument("payment.idempotency_key: empty; choose one per payment, so that a retry cannot pay twice");
    if (auto valid = events::validate(*decoded); !valid) return valid.error();
    for (const auto& from : decoded->legs)
        for (const auto& to : decoded->legs)
            if (from.kind == events::LegKind::debit && to.kind == events::LegKind::credit && from.node == to.node && from.account == to.account)
                return base::invalid_argument("payment.legs: account " + from.account + " at " + from.node.name() + " would pay itself; name another creditor");
    return events::PaymentPtr(std::make_shared<events::Payment>(std::move(*decoded)));
}

std::optional<events::ProtocolChoice> protocol_from(bool given, const v1::ProtocolChoice& protocol) {
    if (!given || protocol.name().empty()) return std::nullopt;
    return events::ProtocolChoice{protocol.name(), protocol.cooperative()};
}

Result<std::vector<events::AccountLine>> lines_from(const google::protobuf::RepeatedPtrField<v1::AccountLine>& lines) {
    std::vector<events::AccountLine> result;
    result.reserve(static_cast<std::size_t>(lines.size()));
    for (const auto& line : lines) {
        const std::string where = "lines[" + std::to_string(result.size()) + "].";
        auto currency = base::Currency::parse(line.currency());
        if (!currency) return base::invalid_argument(where + "currency: " + currency.error().message);
        if (line.account().empty() || line.account().size() > base::limits::text_bytes_max)
            return base::invalid_argument(where + "account: needs 1 to " + std::to_string(base::limits::text_bytes_max) + " bytes");
        if (line.holder().size() > base::limits::text_bytes_max)
            return base::invalid_argument(where + "holder: has at most " + std::to_string(base::limits::text_bytes_max) + " bytes");
        if (!base::valid_utf8(line.account()) || !base::valid_utf8(line.holder()))
            return base::invalid_argument(where + (base::valid_utf8(line.account()) ? "holder" : "account") + ": is not valid UTF-8");
        if (line.posted_minor() < 0) return base::invalid_argument(where + "posted_minor: an opening balance is not negative");
        result.push_back({line.account(), line.holder(), *currency, line.posted_minor(), line.limit_minor()});
    }
    return result;
}

}  // namespace indoubt::operators
