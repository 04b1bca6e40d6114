// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/acts.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>

#include "base/utf8.h"
#include "operator/convert.h"
#include "operator/coverage.h"
#include "operator/orders.h"
#include "runtime/faults.h"

namespace indoubt::operators {
namespace {

using grpc::Status;

constexpr auto order_answer_most = std::chrono::seconds(5);
constexpr auto accounts_answer_most = std::chrono::seconds(60);
constexpr int open_lines_max = 200000;

Result<> fits(const char* field, const std::string& text, std::size_t most) {
    if (text.size() > most) return base::invalid_argument(std::string(field) + ": has " + std::to_string(text.size()) + " bytes, at most " + std::to_string(most) + " are allowed");
    if (!base::valid_utf8(text)) return base::invalid_argument(std::string(field) + ": is not valid UTF-8");
    return base::Ok{};
}

// What is written into a log stays there and is read by every viewer, within these bounds: what is beyond them is refused here, never cut.
template <class Request>
Result<events::OperatorNote> note_of(const Request& request, std::string action) {
    events::OperatorNote note;
    note.actor = request.actor().empty() ? "somebody" : request.actor();
    note.action = std::move(action);
    note.idempotency_key = request.idempotency_key();
    if (auto actor = fits("actor", note.actor, base::limits::text_bytes_max); !actor) return actor.error();
    if constexpr (requires { request.reason(); }) {
        note.reason = request.reason();
        if (auto reason = fits("reason", note.reason, base::limits::reason_bytes_max); !reason) return reason.error();
    }
    if constexpr (requires { request.ticket(); }) {
        note.ticket = request.ticket();
        if (auto ticket = fits("ticket", note.ticket, base::limits::text_bytes_max); !ticket) return ticket.error();
    }
    if (auto key = fits("idempotency_key", note.idempotency_key, base::limits::text_bytes_max); !key) return key.error();
    return note;
}

Status no_faults(const Host& host) {
    return {grpc::StatusCode::PERMISSION_DENIED, "faults cannot be injected in the environment '" + host.facts().shape.environment +
                                                     "'; they need a sandbox or a drill"};
}

// A callback that may come twice (the answer, then the end of the node's life) and the future of its first call.
struct FirstAnswer {
    std::future<runtime::OutAnswer> future;
    AnswerCallback callback;
};
FirstAnswer first_answer() {
    auto promise = std::make_shared<std::promise<runtime::OutAnswer>>();
    FirstAnswer made{promise->get_future(), {}};
    made.callback = [promise, told = std::make_shared<std::atomic<bool>>(false)](const runtime::OutAnswer& answer) {
        if (!told->exchange(true)) promise->set_value(answer);
    };
    return made;
}

// What keeps an order from being final: nobody knows whether it was carried out, or its node could not be reached.
bool may_be_repeated(base::ErrorCode code) { return code == base::ErrorCode::deadline_exceeded || code == base::ErrorCode::unavailable; }

struct Sent {
    OrderStep step;
    std::future<runtime::OutAnswer> answer;
    std::optional<base::Error> error;  // it did not leave
};

Sent send(Host& host, const events::OperatorNote& by, const view::Transaction& transaction, const OrderStep& step) {
    auto note = std::make_shared<events::OperatorNote>(by);
    note->action = std::string(commit::word(step.kind));
    runtime::OperatorOrder order;
    order.xid = transaction.xid;
    order.kind = step.kind;
    order.note = std::move(note);
    order.proof_lsn = step.proof_lsn;
    order.proof_node = step.proof_node;
    for (const auto& part : transaction.branches)
        if (part.enrolled) order.enrolled.push_back({part.node, part.updater, 0});
    auto first = first_answer();
    auto sent = host.order(step.node, std::move(order), std::move(first.callback));
    return {step, std::move(first.future), sent ? std::nullopt : std::optional(sent.error())};
}

std::optional<base::Error> outcome_of(Sent& sent, std::chrono::steady_clock::time_point until) {
    if (sent.error) return sent.error;
    if (sent.answer.wait_until(until) != std::future_status::ready)
        return base::Error{base::ErrorCode::deadline_exceeded, "node " + sent.step.node.name() + " took the order and has not answered; look again before repeating it"};
    const auto answer = sent.answer.get();
    if (answer.code == base::ErrorCode::ok) return std::nullopt;
    return base::Error{answer.code, answer.text};
}

// Who, when and why, in the log of one node that is up: the coordinator, or a branch of the payment. No machine hears of it.
Status remark(Host& host, const v1::OrderRequest& request, const events::OperatorNote& by, v1::OrderReply& reply) {
    const bool of_payment = request.action() != v1::ORDER_ACTION_UNMASK;
    const char* action = request.action() == v1::ORDER_ACTION_NOTE ? "note" : request.action() == v1::ORDER_ACTION_CLAIM ? "claim" : "unmask";
    if (request.action() == v1::ORDER_ACTION_NOTE && request.reason().empty()) return to_status(base::invalid_argument("reason: a note needs words"));
    Xid xid;
    view::TransactionPtr transaction;
    if (of_payment) {
        auto named = own_xid(host, request.xid());
        if (!named) return to_status(named.error());
        xid = *named;
        host.hub().catch_up();
        transaction = host.hub().with_view([&](const view::View& view) { return view.find(xid); });
        if (!transaction) return to_status(base::not_found("no payment " + xid.short_text() + " is known here"));
    }
    const auto facts = host.nodes();
    const auto fits = [&](const NodeFacts& node) {
        return node.state == "up" && (!transaction || node.coordinator || (transaction->branch(node.node) && transaction->branch(node.node)->enrolled));
    };
    auto node = std::find_if(facts.begin(), facts.end(), [&](const NodeFacts& one) { return one.coordinator && fits(one); });
    if (node == facts.end()) node = std::find_if(facts.begin(), facts.end(), fits);
    if (node == facts.end()) return to_status(base::unavailable("no node that could write it down is up; start one first"));
    auto note = std::make_shared<events::OperatorNote>(by);
    note->action = action;
    auto first = first_answer();
    if (auto sent = host.remark(node->node, xid, std::move(note), std::move(first.callback)); !sent) return to_status(sent.error());
    if (first.future.wait_for(order_answer_most) != std::future_status::ready)
        return {grpc::StatusCode::DEADLINE_EXCEEDED, "node " + node->node.name() + " has not written it down yet; look again before repeating it"};
    const auto answer = first.future.get();
    if (answer.code != base::ErrorCode::ok) return to_status({answer.code, answer.text});
    reply.set_text("done: written down at " + node->node.name());
    host.hub().catch_up();
    cover(host, node->node, *reply.mutable_coverage());
    return Status::OK;
}

}  // namespace

Status order(Host& host, const v1::OrderRequest& request, v1::OrderReply& reply) {
    if (request.action() == v1::ORDER_ACTION_UNSPECIFIED || !v1::OrderAction_IsValid(request.action()))
        return to_status(base::invalid_argument("action: name what to do"));
    if (request.actor().empty()) return to_status(base::invalid_argument("actor: an order needs a name that stands for it"));
    const auto note = note_of(request, {});
    if (!note) return to_status(note.error());
    if (request.action() >= v1::ORDER_ACTION_NOTE) return remark(host, request, *note, reply);
    auto xid = own_xid(host, request.xid());
    if (!xid) return to_status(xid.error());
    std::optional<NodeId> branch;
    if (!request.branch().empty()) {
        auto named = node_named(request.branch(), "branch");
        if (!named) return to_status(named.error());
        branch = *named;
    }
    const auto action = static_cast<Action>(request.action());
    host.hub().catch_up();
    const auto transaction = host.hub().with_view([&](const view::View& view) { return view.find(*xid); });
    if (!transaction) return to_status(base::not_found("no payment " + xid->short_text() + " is known here"));
    auto plan = plan_order(action, branch, request.reason(), *transaction, host.nodes());
    if (!plan) return to_status(plan.error());

    // All leave before any is waited for. What cannot leave does not take back what has left.
    std::vector<Sent> sent;
    for (const auto& step : plan->steps) sent.push_back(send(host, *note, *transaction, step));
    std::vector<OrderStep> done;
    std::string refused;
    std::optional<base::Error> worst;
    std::vector<NodeId> concerned = plan->missed;
    const auto until = std::chrono::steady_clock::now() + order_answer_most;
    for (auto& one : sent) {
        concerned.push_back(one.step.node);
        const auto error = outcome_of(one, until);
        if (!error) {
            done.push_back(one.step);
            continue;
        }
        refused += "; " + one.step.node.name() + ": " + error->message;
        if (!worst || (may_be_repeated(error->code) && !may_be_repeated(worst->code))) worst = error;
    }
    if (done.empty()) return to_status(sent.size() == 1 ? *worst : base::Error{worst->code, refused.substr(2)});
    reply.set_text(done_text(action, done) + refused);
    host.hub().catch_up();
    cover(host, concerned, *reply.mutable_coverage());
    return Status::OK;
}

Status control_node(Host& host, const v1::ControlNodeRequest& request, v1::ControlNodeReply& reply) {
    if (request.action() == v1::NODE_ACTION_UNSPECIFIED || !v1::NodeAction_IsValid(request.action()))
        return to_status(base::invalid_argument("action: one of start, stop, crash, restart, pause, resume"));
    auto node = node_named(request.node(), "node");
    if (!node) return to_status(node.error());
    const auto action = static_cast<NodeAction>(request.action());
    static constexpr const char* words[] = {"", "start", "stop", "crash", "restart", "pause", "resume"};
    const auto note = note_of(request, words[static_cast<int>(action)]);
    if (!note) return to_status(note.error());
    const bool breaks = action == NodeAction::crash || action == NodeAction::pause;
    if (breaks && !host.facts().faults_allowed) return no_faults(host);
    auto facts = host.control(*node, action, *note);
    if (!facts) return to_status(facts.error());
    host.hub().catch_up();
    to_message(*facts, *reply.mutable_node());
    cover(host, *node, *reply.mutable_coverage());
    return Status::OK;
}

Status open_accounts(Host& host, const v1::OpenAccountsRequest& request, v1::OpenAccountsReply& reply) {
    auto node = node_named(request.node(), "node");
    if (!node) return to_status(node.error());
    if (request.lines_size() > open_lines_max) return to_status(base::invalid_argument("lines: at most " + std::to_string(open_lines_max)));
    const auto note = note_of(request, "open accounts");
    if (!note) return to_status(note.error());
    auto lines = lines_from(request.lines());
    if (!lines) return to_status(lines.error());
    auto first = first_answer();
    auto sent = host.open_accounts(*node, std::move(lines).value(), *note, std::move(first.callback));
    if (!sent) return to_status(sent.error());
    if (first.future.wait_for(accounts_answer_most) != std::future_status::ready)
        return {grpc::StatusCode::DEADLINE_EXCEEDED, "node " + node->name() + " has not answered; the same call again opens only what is missing"};
    const auto answer = first.future.get();
    if (answer.code != base::ErrorCode::ok) return to_status({answer.code, answer.text});
    reply.set_opened(std::strtoull(answer.text.c_str(), nullptr, 10));
    host.hub().catch_up();
    cover(host, *node, *reply.mutable_coverage());
    return Status::OK;
}

Status add_fault(Host& host, const v1::AddFaultRequest& request, v1::AddFaultReply& reply) {
    if (!host.facts().faults_allowed) return no_faults(host);
    const auto note = note_of(request, "add fault");
    if (!note) return to_status(note.error());
    if (auto rule = fits("rule", request.rule(), runtime::fault_rule_bytes_max); !rule) return to_status(rule.error());
    auto fault = host.add_fault(request.rule(), *note);
    if (!fault) return to_status(fault.error());
    to_message(*fault, *reply.mutable_fault());
    cover(host, *reply.mutable_coverage());
    return Status::OK;
}

Status clear_faults(Host& host, const v1::ClearFaultsRequest& request, v1::ClearFaultsReply& reply) {
    if (!host.facts().faults_allowed) return no_faults(host);
    const auto note = note_of(request, "clear faults");
    if (!note) return to_status(note.error());
    auto cleared = host.clear_faults(request.has_id() ? std::optional<std::uint64_t>(request.id()) : std::nullopt, *note);
    if (!cleared) return to_status(cleared.error());
    reply.set_cleared(*cleared);
    cover(host, *reply.mutable_coverage());
    return Status::OK;
}

}  // namespace indoubt::operators
