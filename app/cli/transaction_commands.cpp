// SPDX-License-Identifier: GPL-3.0-or-later
// tx list|show|timeline|abort|resolve|forget|retry|refuse|deliver|note|claim.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "commit/cost.h"
#include "event_queue.h"
#include "events/stake.h"
#include "json.h"
#include "render.h"
#include "view/timeline_model.h"

namespace indoubt::cli {

namespace {

constexpr std::uint64_t kBesideMost = 100'000;  // newest events searched for what happened to nodes

struct Options {
    std::string filter, reference, branch, reason, ticket, key;
    bool commit = false, rollback = false;
    std::size_t limit = 100;
};

base::Result<base::Xid> find(client::OperatorClient& client, const std::string& reference) {
    if (reference.empty()) return base::invalid_argument("name the payment: by its XID, whole or short (7f3a..91c2), or by any reference that fits one payment only");
    return client.resolve_reference(reference);
}

// Who was not reached, and how it is with each: the coverage does not say, the cluster does.
view::LostNodes lost_of(client::OperatorClient& client, const client::Coverages& coverage) {
    view::LostNodes lost;
    for (const auto& one : coverage)
        if (!one.reached) lost.push_back({one.node, "is not reached"});
    if (lost.empty()) return lost;
    const auto info = client.info();
    for (auto& one : lost)
        for (const auto& node : info ? info->nodes : std::vector<client::NodeStatus>{})
            if (node.node == one.node && node.state != "up" && node.state != "unreachable") one.how = "is " + node.state;
    return lost;
}

std::string amounts(const events::Sums& sums) {
    std::vector<std::string> parts;
    for (const auto& [currency, minor] : sums) parts.push_back(money(minor, currency));
    return join(parts, " and ");
}

// How the decision is known: the coordinator's COMMIT is on its disk, or a branch has carried it out, or the coordinator decided
// ABORT, which stands without a record. A branch's own refusal may not be on disk yet and proves nothing here.
struct Proof {
    events::Outcome outcome = events::Outcome::none;
    std::string text;
};
Proof proof_of(const view::Transaction& tx) {
    const std::string coordinator = tx.xid.coordinator.name();
    if (tx.decision == events::Outcome::commit && tx.decision_durable) return {tx.decision, "COMMIT is on disk at " + coordinator};
    if (tx.decision == events::Outcome::abort && tx.decision_durable) return {tx.decision, coordinator + " decided ABORT"};
    for (const auto& branch : tx.branches)
        if (branch.updater && branch.heuristic == events::Heuristic::none && branch.phase == view::BranchPhase::committed)
            return {events::Outcome::commit, branch.node.name() + " has heard COMMIT"};
    return {};
}

// What forcing this outcome at this branch means by what is known just before it. Read before: afterwards it is too late to know.
struct Consequence {
    Proof proof;
    events::Sums stake;
    bool commit = false;
    base::NodeId branch;

    bool contradicts() const { return proof.outcome == (commit ? events::Outcome::abort : events::Outcome::commit); }
    std::string text() const {
        const std::string stakes = stake.empty() ? "an amount that is not known here" : amounts(stake);
        const char* other = commit ? "ABORT" : "COMMIT";
        if (proof.outcome == events::Outcome::none)
            return "No decision is known from any disk. If it was, or becomes, " + std::string(other) + ", " + branch.name() +
                   " contradicts it: " + stakes + " at stake.";
        return contradicts() ? proof.text + ": what was forced at " + branch.name() + " contradicts it, " + stakes + " at stake."
                             : proof.text + ": what was forced at " + branch.name() + " agrees with it.";
    }
};

std::string parties(const events::Payment& payment) {
    const auto name = [](const events::Party& party) { return party.name.empty() ? events::mask_account(party.account) : party.name; };
    return name(payment.debtor) + " -> " + name(payment.creditor);
}

void list(Context& context, const Options& options) {
    auto* client = context.client();
    if (!client) return;
    auto found = client->list(options.filter, options.limit);
    if (!context.take(found)) return;
    const auto lost = lost_of(*client, found->coverage);
    if (context.json) {
        Json rows = Json::array();
        for (const auto& tx : found->transactions) rows.push_back(to_json(*tx, found->now_hlc, lost));
        return context.print({{"transactions", rows}, {"matched", found->matched}, {"complete", found->complete}, {"coverage", to_json(found->coverage)}});
    }
    Table table({{"PAYMENT"},
                 {"REFERENCE", Align::left, 24},
                 {"PARTIES", Align::left, 44},
                 {"AMOUNT", Align::right},
                 {"STATE"},
                 {"AGE", Align::right},
                 {"ON HOLD", Align::right},
                 {"CAUSE", Align::left, 70}});
    for (const auto& tx : found->transactions) {
        static const events::Payment none;
        const auto& payment = tx->payment ? *tx->payment : none;
        const std::string forced = tx->heuristic == events::Heuristic::none ? "" : " H:" + std::string(events::word(tx->heuristic));
        table.row({tx->xid.short_text(), events::best_reference(payment), parties(payment),
                   money(payment.amount.minor, payment.amount.currency),
                   state_colour(std::string(view::word(tx->state))) + forced + (tx->damage ? " DAMAGE" : ""),
                   age(found->now_hlc - tx->begun_hlc), tx->held_minor() ? money(tx->held_minor(), payment.amount.currency) : "-",
                   tx->open() || tx->reason.empty() ? view::why(*tx, lost) : tx->reason});
    }
    if (table.empty())
        fmt::print("{}\n", options.filter.empty() ? "No payments yet. Make one: indoubtctl submit --first" : "No payment matches.");
    else
        table.print();
    if (found->matched > found->transactions.size())
        fmt::print("{} of {}; --limit shows more\n", count_text(found->transactions.size()), count_text(found->matched));
    const bool all_reached = std::all_of(found->coverage.begin(), found->coverage.end(), [](const auto& one) { return one.reached; });
    if (!found->complete && all_reached)
        context.message("The nodes' logs could not be searched to the end in time: older payments may be missing. Ask again in a few seconds, or name one by a reference.");
    if (const std::string missing = missing_coverage(found->coverage); !missing.empty()) context.message(missing);
}

void print_head(const view::Transaction& tx, std::int64_t now_hlc, const view::LostNodes& lost) {
    static const events::Payment none;
    const auto& payment = tx.payment ? *tx.payment : none;
    fmt::print("{}  {}  {}  {}\n", events::best_reference(payment), money(payment.amount.minor, payment.amount.currency), parties(payment),
               state_colour(std::string(view::word(tx.state))) + (tx.damage ? "  DAMAGE" : ""));
    fmt::print("{}  {}{}  begun {}{}\n", tx.xid.text(), tx.protocol.name, tx.protocol.cooperative ? " (cooperative)" : "",
               local_time(tx.begun_hlc), tx.open() ? ", " + age(now_hlc - tx.begun_hlc) + " ago" : "");
    if (!tx.reason.empty()) fmt::print("aborted because: {}\n", tx.reason);
    if (const std::string cause = view::why(tx, lost); !cause.empty()) fmt::print("{}\n", cause);
    const bool waits = std::any_of(tx.branches.begin(), tx.branches.end(), [](const auto& branch) { return branch.phase == view::BranchPhase::prepared; });
    if (const Proof proof = proof_of(tx); waits && proof.outcome != events::Outcome::none)
        fmt::print("{}: what is still in doubt can be told so, which forces nothing: indoubtctl tx deliver {}\n", proof.text, tx.xid.short_text());
    if (!payment.remark.empty()) fmt::print("{}\n", payment.remark);
    const std::pair<const char*, const std::string*> refs[] = {{"end-to-end id", &payment.refs.end_to_end_id},
                                                               {"instruction id", &payment.refs.instruction_id},
                                                               {"UETR", &payment.refs.uetr},
                                                               {"message id", &payment.refs.message_id},
                                                               {"payment information id", &payment.refs.payment_information_id},
                                                               {"file", &payment.refs.file},
                                                               {"key", &payment.idempotency_key}};
    for (const auto& [name, value] : refs)
        if (!value->empty()) fmt::print("  {:<22} {}\n", name, *value);
}

// Who has done what about it, and why: orders, notes, claims.
void print_orders(client::OperatorClient& client, const base::Xid& xid) {
    Table table({{"WHEN"}, {"WHO"}, {"DID"}, {"AT"}, {"WHY", Align::left, 90}, {"CASE"}});
    const auto events = client.timeline(xid);
    if (!events) return;
    for (const auto& event : *events)
        if (const auto* record = event.record(); event.kind == events::EventKind::append && record && record->kind == events::RecordKind::order && record->order)
            table.row({local_time(event.at_ns), record->order->actor, record->order->action, event.node.name(), record->order->reason, record->order->ticket});
    if (table.empty()) return;
    fmt::print("\n");
    table.print();
}

void show(Context& context, const Options& options) {
    auto* client = context.client();
    if (!client) return;
    auto xid = find(*client, options.reference);
    if (!context.take(xid)) return;
    client::Coverages coverage;
    auto found = client->show(*xid, &coverage);
    if (!context.take(found)) return;
    const view::Transaction& tx = **found;
    const auto lost = lost_of(*client, coverage);
    if (context.json) return context.print(with_coverage(detail_json(tx, now_ns(), lost), coverage));
    print_head(tx, now_ns(), lost);
    if (tx.payment) {
        Table legs({{"LEG"}, {"NODE"}, {"ACCOUNT"}, {"AMOUNT", Align::right}});
        for (const auto& leg : tx.payment->legs)
            legs.row({std::string(events::word(leg.kind)), leg.node.name(), leg.account,
                      money(leg.kind == events::LegKind::check ? leg.amount.minor : leg.signed_minor(), leg.amount.currency)});
        fmt::print("\n");
        legs.print();
    }
    Table branches({{"BRANCH"}, {"STATE"}, {"VOTE"}, {"ON HOLD", Align::right}, {"FORCED"}, {"ACK"}, {"WHY", Align::left, 90}});
    for (const auto& branch : tx.branches) {
        branches.row({branch.node.name(), view::blocked(tx, branch) ? state_colour("blocked") : std::string(branch.state()),
                      std::string(events::word(branch.vote)),
                      branch.held_minor && tx.payment ? money(branch.held_minor, tx.payment->amount.currency) : "-",
                      branch.heuristic == events::Heuristic::none ? "-" : std::string(events::word(branch.heuristic)),
                      acknowledged(tx, branch) ? "yes" : "-", view::why(tx, branch, lost)});
    }
    fmt::print("\n");
    branches.print();
    if (tx.order) print_orders(*client, *xid);
    if (const std::string missing = missing_coverage(coverage); !missing.empty()) context.message(missing);
}

void timeline(Context& context, const Options& options) {
    auto* client = context.client();
    if (!client) return;
    auto xid = find(*client, options.reference);
    if (!context.take(xid)) return;
    client::Coverages coverage;
    auto events = client->timeline(*xid, &coverage);
    if (!context.take(events)) return;
    tell_unreadable(context, *events);
    if (context.json) {
        Json list = Json::array();
        for (const auto& event : *events) list.push_back(to_json(event));
        return context.print(with_coverage({{"xid", xid->text()}, {"events", list}}, coverage));
    }
    // What happened to whole nodes meanwhile belongs to the picture: who was down, suspended or cut off.
    if (!events->empty()) {
        const std::int64_t begin = events->front().hlc, end = events->back().hlc;
        auto beside = recent_events(*client, kBesideMost, [&](const events::Event& event) {
            return event.xid.empty() && event.hlc >= begin && event.hlc <= end && event.kind != events::EventKind::balance;
        });
        std::move(beside.begin(), beside.end(), std::back_inserter(*events));
    }
    view::TimelineOptions how;
    std::size_t managers = 1;
    if (auto info = client->info()) {
        for (const auto& member : info->shape.members) how.titles.emplace_back(member.node, member.title);
        managers = info->shape.managers().size();
    }
    how.bill = [managers](const std::string& protocol, std::uint32_t n, std::uint32_t noes, std::uint32_t readers) {
        const auto due = commit::cost_seen(protocol, n, managers, noes, readers);
        return due ? view::TimelineBill{due->messages, due->forced_writes, due->delays.value_or(0)} : view::TimelineBill{};
    };
    fmt::print("{}\n", view::render_text(view::make_timeline(*xid, std::move(*events), how), terminal_width()));
    if (const std::string missing = missing_coverage(coverage); !missing.empty()) context.message(missing);
}

void order(Context& context, const Options& options, client::Action action) {
    auto* client = context.client();
    if (!client) return;
    auto xid = find(*client, options.reference);
    if (!context.take(xid)) return;
    client::OrderRequest request;
    request.xid = *xid;
    request.action = action;
    if (!options.branch.empty()) {
        auto node = base::NodeId::parse(options.branch);
        if (!context.take(node)) return;
        request.branch = *node;
    }
    request.actor = context.actor;
    request.reason = options.reason;
    request.ticket = options.ticket;
    request.idempotency_key = options.key.empty() ? Context::new_key() : options.key;
    std::optional<Consequence> consequence;
    if ((action == client::Action::resolve_commit || action == client::Action::resolve_rollback) && request.branch) {
        if (auto before = client->show(*xid)) {
            const view::Transaction& tx = **before;
            consequence = {proof_of(tx), tx.payment ? events::stake_of(*tx.payment, *request.branch) : events::Sums{},
                           action == client::Action::resolve_commit, *request.branch};
        }
    }
    auto reply = client->order(request);
    if (!context.take(reply)) return;
    if (context.json) {
        Json document{{"xid", xid->text()}, {"text", reply->text}, {"idempotency_key", request.idempotency_key}};
        if (consequence) {
            document["known_decision"] = consequence->proof.outcome == events::Outcome::none     ? Json()
                                         : consequence->proof.outcome == events::Outcome::commit ? Json("COMMIT")
                                                                                                 : Json("ABORT");
            document["contradicts"] = consequence->contradicts();
            document["consequence"] = consequence->text();
        }
        document["coverage"] = to_json(reply->coverage);
        return context.print(document);
    }
    fmt::print("{}  {}\n", xid->short_text(), reply->text);
    if (consequence) fmt::print("{}\n", consequence->text());
    if (const std::string missing = missing_coverage(reply->coverage); !missing.empty()) context.message(missing);
}

CLI::App* on_payment(CLI::App* tx, const std::shared_ptr<Options>& options, const char* name, const char* help) {
    auto* command = tx->add_subcommand(name, help);
    command->add_option("payment", options->reference, "its xid (whole or as shown), or any reference that fits one payment only")
        ->required()
        ->type_name("XID");
    return command;
}

void add_order(CLI::App* tx, Context& context, const std::shared_ptr<Options>& options, const char* name, const char* help,
               client::Action action, bool branch) {
    auto* command = on_payment(tx, options, name, help);
    if (branch) command->add_option("--branch", options->branch, "the participant")->required()->type_name("NODE");
    command->add_option("--reason", options->reason, "why; it is recorded")->type_name("TEXT");
    command->add_option("--ticket", options->ticket, "the case it belongs to");
    command->add_option("--key", options->key, "idempotency key of the order (default: a new one)");
    command->callback([&context, options, action] { order(context, *options, action); });
}

void add_resolve(CLI::App* tx, Context& context, const std::shared_ptr<Options>& options) {
    auto* command =
        on_payment(tx, options, "resolve", "force an outcome at one branch without its coordinator: cannot be undone, only compensated");
    auto* commit = command->add_flag("--commit", options->commit, "post the branch");
    auto* rollback = command->add_flag("--rollback", options->rollback, "release the branch");
    commit->excludes(rollback);
    command->add_option("--branch", options->branch, "the participant where it happens")->required()->type_name("NODE");
    command->add_option("--reason", options->reason, "why; it is recorded with your name")->required()->type_name("TEXT");
    command->add_option("--ticket", options->ticket, "the case it belongs to");
    command->add_option("--key", options->key, "idempotency key of the order (default: a new one)");
    command->callback([&context, options] {
        if (!options->commit && !options->rollback) return context.fail(base::invalid_argument("say which way: --commit or --rollback"));
        order(context, *options, options->commit ? client::Action::resolve_commit : client::Action::resolve_rollback);
    });
}

}  // namespace

void add_transaction_commands(CLI::App& app, Context& context) {
    auto* tx = app.add_subcommand("tx", "payments: list, show, timeline, and what an operator may do about them");
    tx->require_subcommand(1);
    auto options = std::make_shared<Options>();

    auto* all = tx->add_subcommand("list", "payments, newest first");
    all->add_option("--filter", options->filter, "for example: state:in-doubt,blocked age>30s node:B")->type_name("EXPR");
    all->add_option("--limit", options->limit, "at most so many rows")->capture_default_str()->check(CLI::Range(1, 100'000));
    all->callback([&context, options] { list(context, *options); });

    on_payment(tx, options, "show", "one payment: references, legs, branches, who waits for what")->callback([&context, options] {
        show(context, *options);
    });
    on_payment(tx, options, "timeline", "every event of one payment, in causal order, a column per node")->callback([&context, options] {
        timeline(context, *options);
    });

    add_order(tx, context, options, "abort", "abort at the coordinator: safe, and refused once it has decided", client::Action::abort,
              false);
    add_resolve(tx, context, options);
    add_order(tx, context, options, "forget", "drop a finished branch that an operator had forced; one that contradicts the decision needs --reason", client::Action::forget, true);
    add_order(tx, context, options, "retry", "ask the coordinator again, or send its decision again", client::Action::retry, false);
    add_order(tx, context, options, "refuse", "have a branch that has not voted force its refusal", client::Action::refuse, true);
    auto* note = on_payment(tx, options, "note", "write a remark on a payment into the log, under your name; nothing else happens");
    note->add_option("words", options->reason, "the remark")->required()->type_name("TEXT");
    note->add_option("--ticket", options->ticket, "the case it belongs to");
    note->add_option("--key", options->key, "idempotency key of the order (default: a new one)");
    note->callback([&context, options] { order(context, *options, client::Action::note); });
    on_payment(tx, options, "claim", "say that you work on a payment; nothing else happens")->callback([&context, options] { order(context, *options, client::Action::claim); });
    add_order(tx, context, options, "deliver", "pass a decision that is proved on to the branches that lack it", client::Action::deliver,
              false);
}

}  // namespace indoubt::cli
