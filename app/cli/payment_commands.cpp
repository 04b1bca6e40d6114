// SPDX-License-Identifier: GPL-3.0-or-later
// submit, traffic.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "json.h"
#include "payments.h"
#include "render.h"
#include "workload/text.h"
#include "workload/traffic_run.h"

namespace indoubt::cli {

namespace {

struct SubmitOptions {
    events::Payment payment;
    std::string amount, currency = "EUR", fee, protocol, wait = "decided";
    std::string from_node, to_node, fee_account, fee_node;
    bool cooperative = false, first = false;
};

// The participant that owns an account: named, or asked of the cluster.
base::Result<base::NodeId> owner_of(client::OperatorClient& client, const std::string& account, const std::string& named) {
    if (!named.empty()) return base::NodeId::parse(named);
    auto found = client.history(account);
    if (found) return found->account.node;
    if (found.error().code == base::ErrorCode::not_found)
        return base::not_found("no participant has the account " + account +
                               "; see `indoubtctl account list`, or name the participant with --from-node, --to-node or --fee-node");
    return found.error();
}

base::Result<> add_leg(client::OperatorClient& client, events::Payment& payment, events::LegKind kind, const std::string& account,
                       const std::string& node, events::Amount amount) {
    auto owner = owner_of(client, account, node);
    if (!owner) return owner.error();
    payment.legs.push_back({*owner, kind, account, amount});
    return base::Ok{};
}

// The accounts of the tour, found by whom they belong to.
base::Result<> fill_first_payment(client::OperatorClient& client, SubmitOptions& options) {
    const auto account_of = [&](const std::string& holder) -> base::Result<view::AccountRow> {
        auto found = client.accounts(holder, 100);
        if (!found) return found.error();
        for (const auto& row : found->accounts)
            if (row.holder == holder) return row;
        return base::failed_precondition("--first pays from the sandbox's own accounts, and this cluster has none of " + holder);
    };
    auto mara = account_of("Mara Lindholm");
    if (!mara) return mara.error();
    auto shop = account_of("Velo Atelier");
    if (!shop) return shop.error();
    options.payment.debtor.account = mara->account;
    options.payment.debtor.name = mara->holder;
    options.payment.creditor.account = shop->account;
    options.payment.creditor.name = shop->holder;
    options.amount = "120.00";
    options.currency = "EUR";
    if (options.payment.refs.reference.empty()) options.payment.refs.reference = "INV-2042";
    auto fees = client.accounts("fees", 100);
    if (!fees) return fees.error();
    for (const auto& row : fees->accounts)
        if (row.node != mara->node && row.node != shop->node && row.holder.find("fees") != row.holder.npos &&
            row.currency == base::Currency::of("EUR")) {
            options.fee = "0.60";
            options.fee_account = row.account;
            break;
        }
    return base::Ok{};
}

base::Result<> complete(client::OperatorClient& client, SubmitOptions& options) {
    if (options.first) {
        if (auto filled = fill_first_payment(client, options); !filled) return filled;
    }
    events::Payment& payment = options.payment;
    if (payment.debtor.account.empty() || payment.creditor.account.empty() || options.amount.empty())
        return base::invalid_argument(
            "say who pays whom how much: --from ACCOUNT --to ACCOUNT --amount 120.00 (or --first for the first payment of the tour)");
    payment.debtor.account = workload::compact_account(payment.debtor.account);
    payment.creditor.account = workload::compact_account(payment.creditor.account);
    auto currency = base::Currency::parse(options.currency);
    if (!currency) return base::invalid_argument("--currency: " + currency.error().message);
    auto amount = base::parse_amount(options.amount, *currency);
    if (!amount) return base::invalid_argument("--amount: " + amount.error().message);
    if (amount->minor <= 0) return base::invalid_argument("--amount: a payment moves more than nothing");
    payment.amount = *amount;
    if (payment.idempotency_key.empty()) payment.idempotency_key = Context::new_key();

    events::Amount credited = *amount;
    std::optional<events::Amount> fee;
    if (!options.fee.empty()) {
        auto parsed = base::parse_amount(options.fee, *currency);
        if (!parsed) return base::invalid_argument("--fee: " + parsed.error().message);
        if (options.fee_account.empty()) return base::invalid_argument("--fee needs --fee-account, the account that takes it");
        if (parsed->minor >= amount->minor) return base::invalid_argument("--fee: the fee is not less than the amount");
        fee = *parsed;
        credited.minor -= fee->minor;
    }
    if (auto added = add_leg(client, payment, events::LegKind::debit, payment.debtor.account, options.from_node, *amount); !added)
        return added;
    if (auto added = add_leg(client, payment, events::LegKind::credit, payment.creditor.account, options.to_node, credited); !added)
        return added;
    if (fee) {
        if (auto added =
                add_leg(client, payment, events::LegKind::fee, workload::compact_account(options.fee_account), options.fee_node, *fee);
            !added)
            return added;
    }
    return events::validate(payment);
}

base::Result<client::Wait> wait_of(const std::string& word) {
    if (word == "none") return client::Wait::none;
    if (word == "decided") return client::Wait::decided;
    if (word == "applied") return client::Wait::applied;
    return base::invalid_argument("--wait: \"" + word + "\"; choose none, decided or applied");
}

void submit(Context& context, SubmitOptions options) {
    auto wait = wait_of(options.wait);
    if (!context.take(wait)) return;
    auto* client = context.client();
    if (!client) return;
    auto completed = complete(*client, options);
    if (!context.take(completed)) return;
    std::optional<events::ProtocolChoice> protocol;
    if (!options.protocol.empty() || options.cooperative)
        protocol = events::ProtocolChoice{options.protocol.empty() ? "2pc-pa" : options.protocol, options.cooperative};
    auto reply = client->submit(options.payment, protocol, *wait);
    if (!context.take(reply)) return;
    const bool undecided = reply->outcome == events::Outcome::none && *wait != client::Wait::none;  // it was waited for, in vain
    if (reply->outcome == events::Outcome::abort || undecided) context.fail_expectation();
    const char* outcome = reply->outcome == events::Outcome::commit  ? "committed"
                          : reply->outcome == events::Outcome::abort ? "aborted"
                                                                     : "in-doubt";
    if (context.json)
        return context.print({{"xid", reply->xid.text()},
                              {"outcome", outcome},
                              {"applied", reply->applied},
                              {"duplicate", reply->duplicate},
                              {"refusal", std::string(events::word(reply->refusal))},
                              {"reason", reply->text},
                              {"idempotency_key", options.payment.idempotency_key},
                              {"decided_us", reply->decided_us},
                              {"applied_us", reply->applied_us}});
    fmt::print("{}  {}  {}\n", reply->xid.short_text(), money(options.payment.amount.minor, options.payment.amount.currency),
               reply->outcome == events::Outcome::none ? "not decided" : state_colour(outcome));
    if (!reply->text.empty()) fmt::print("{}\n", reply->text);
    if (reply->duplicate) fmt::print("This key was used before: nothing was paid again.\n");
    if (reply->outcome == events::Outcome::none)
        fmt::print("Not decided yet. Look again with: indoubtctl tx show {}\n", reply->xid.short_text());
    if (reply->decided_us > 0)
        fmt::print("decided after {:.1f} ms{}\n", static_cast<double>(reply->decided_us) / 1000.0,
                   reply->applied_us > 0
                       ? fmt::format(", applied everywhere after {:.1f} ms", static_cast<double>(reply->applied_us) / 1000.0)
                       : "");
}

void add_submit(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("submit", "make one payment");
    auto options = std::make_shared<SubmitOptions>();
    auto& payment = options->payment;
    command->add_option("--from", payment.debtor.account, "account that pays")->type_name("ACCOUNT");
    command->add_option("--to", payment.creditor.account, "account that receives")->type_name("ACCOUNT");
    command->add_option("--amount", options->amount, "what is paid, such as 120.00")->type_name("DECIMAL");
    command->add_option("--currency", options->currency, "ISO 4217 code")->capture_default_str();
    command->add_option("--fee", options->fee, "part of the amount that goes to --fee-account")->type_name("DECIMAL");
    command->add_option("--fee-account", options->fee_account, "account that takes the fee")->type_name("ACCOUNT");
    command->add_option("--from-node", options->from_node, "participant of the paying account (default: asked of the cluster)")
        ->type_name("NODE");
    command->add_option("--to-node", options->to_node, "participant of the receiving account")->type_name("NODE");
    command->add_option("--fee-node", options->fee_node, "participant of the fee account")->type_name("NODE");
    command->add_option("--from-name", payment.debtor.name, "who pays");
    command->add_option("--to-name", payment.creditor.name, "who receives");
    command->add_option("--reference", payment.refs.reference, "what the parties quote, such as INV-2042");
    command->add_option("--end-to-end-id", payment.refs.end_to_end_id, "reference that travels to the receiver");
    command->add_option("--instruction-id", payment.refs.instruction_id, "reference between payer and bank");
    command->add_option("--uetr", payment.refs.uetr, "unique end-to-end transaction reference");
    command->add_option("--key", payment.idempotency_key, "idempotency key: the same key never pays twice (default: a new one)");
    command->add_option("--protocol", options->protocol, "how it commits (default: the cluster's)")->type_name("NAME");
    command->add_flag("--cooperative", options->cooperative, "branches in doubt may ask each other");
    command->add_option("--wait", options->wait, "until when: none, decided, applied")->capture_default_str();
    auto* first = command->add_flag("--first", options->first,
                                    "the first payment of the tour: Mara Lindholm pays Velo Atelier 120.00 EUR, 0.60 of it a fee");
    for (const char* given : {"--from", "--to", "--amount", "--fee", "--fee-account", "--from-node", "--to-node", "--fee-node", "--from-name", "--to-name"})
        first->excludes(command->get_option(given));
    command->callback([&context, options] { submit(context, *options); });
}

std::sig_atomic_t g_interrupted = 0;

void traffic(Context& context, const workload::TrafficRun::Options& options, double seconds) {
    auto* client = context.client();
    if (!client) return;
    std::signal(SIGINT, [](int) { g_interrupted = 1; });
    std::signal(SIGTERM, [](int) { g_interrupted = 1; });
    workload::TrafficCounts counts;
    {
        workload::TrafficRun run(*client, options);
        const auto start = std::chrono::steady_clock::now();
        auto shown = start;
        for (;;) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            counts = run.counts();
            const auto now = std::chrono::steady_clock::now();
            const bool over = seconds > 0 && now - start > std::chrono::duration<double>(seconds);
            if (now - shown > std::chrono::seconds(2)) {
                shown = now;
                context.message(fmt::format("{} sent, {} committed, {} aborted, {} under way{}{}", counts.sent, counts.committed,
                                            counts.aborted, counts.in_flight, counts.failed > 0 ? fmt::format(", {} without an answer", counts.failed) : "", counts.problem.empty() ? "" : "; " + counts.problem));
            }
            if (over || g_interrupted || run.finished()) break;
        }
    }
    if (counts.sent == 0 && !counts.problem.empty()) return context.fail({base::ErrorCode::unavailable, counts.problem});
    if (context.json)
        return context.print({{"sent", counts.sent},
                              {"committed", counts.committed},
                              {"aborted", counts.aborted},
                              {"failed", counts.failed},
                              {"in_flight", counts.in_flight}});
    fmt::print("{} payments sent: {} committed, {} aborted, {} without an answer\n", counts.sent, counts.committed, counts.aborted,
               counts.failed + counts.in_flight);
}

void add_traffic(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("traffic", "a morning's payments between named parties, at a steady rate, until stopped");
    auto options = std::make_shared<workload::TrafficRun::Options>();
    auto seconds = std::make_shared<double>(0);
    command->add_option("--rate", options->per_second, "payments per second")->capture_default_str()->check(CLI::Range(0.01, 100'000.0));
    command->add_option("--seconds", *seconds, "stop after so long (default: Ctrl+C)");
    command->add_option("--count", options->payments_max, "stop after so many payments");
    command->add_option("--seed", options->seed, "the same seed gives the same payments")->capture_default_str();
    command->callback([&context, options, seconds] { traffic(context, *options, *seconds); });
}

}  // namespace

void add_payment_commands(CLI::App& app, Context& context) {
    add_submit(app, context);
    add_import(app, context);
    add_traffic(app, context);
}

}  // namespace indoubt::cli
