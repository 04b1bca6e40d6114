// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/scenario_plan.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>

#include "indoubt/v1/scenario.pb.h"
#include "simulation/shape.h"

namespace indoubt::simulation {

namespace {

using base::invalid_argument;
using base::Result;
constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t longest_ms = 3'600'000;

// The parser's first complaint, with its place.
class Complaint final : public google::protobuf::io::ErrorCollector {
  public:
    void AddError(int line, google::protobuf::io::ColumnNumber column, const std::string& message) override {
        if (text.empty()) text = "line " + std::to_string(line + 1) + ", column " + std::to_string(column + 1) + ": " + message;
    }
    std::string text;
};

base::Error in(const std::string& where, const base::Error& error) { return {error.code, where + ": " + error.message}; }

class Planner {
  public:
    Planner(const v1::Scenario& file, const ScenarioOptions& options) : m_file(file), m_options(options) {}

    Result<ScenarioPlan> plan(const std::string& name) {
        m_plan.name = m_file.name().empty() ? name : m_file.name();
        m_plan.story = m_file.story();
        for (auto step : {&Planner::cluster, &Planner::steps, &Planner::moves, &Planner::expectations})
            if (auto done = (this->*step)(); !done) return done.error();
        return std::move(m_plan);
    }

  private:
    Result<NodeId> member(const std::string& name) const {
        const auto node = NodeId::parse(name);
        if (!node) return node.error();
        const auto& members = m_plan.setup.members;
        bool spare = false;
        for (std::uint32_t i = 2; i <= 2 * m_plan.setup.faults + 1; ++i) spare = spare || name == m_plan.setup.coordinator.name() + std::to_string(i);
        if (!spare && std::none_of(members.begin(), members.end(), [&](const auto& m) { return m.node == *node; })) return invalid_argument("no node is named \"" + name + "\" in this scenario");
        return *node;
    }

    Result<> cluster() {
        WorldSetup& setup = m_plan.setup;
        setup.name = m_plan.name;
        setup.seed = m_options.seed.value_or(m_file.seed() == 0 ? 1 : m_file.seed());
        setup.protocol.name = m_options.protocol.value_or(m_file.protocol().empty() ? "2pc-pa" : m_file.protocol());
        setup.protocol.cooperative = m_file.cooperative();
        const auto protocol = commit::find_protocol(setup.protocol.name);
        if (!protocol) return protocol.error();
        const auto coordinator = NodeId::parse(m_file.coordinator().empty() ? "T" : m_file.coordinator());
        if (!coordinator) return in("coordinator", coordinator.error());
        setup.coordinator = *coordinator;
        setup.members.push_back({*coordinator, "Coordinator", ""});
        if (m_file.participants().empty()) return invalid_argument("participants: a scenario needs at least one");
        if (m_file.participants_size() > base::limits::participants_max) return invalid_argument("participants: at most " + std::to_string(base::limits::participants_max));
        for (const auto& participant : m_file.participants()) {
            const auto node = NodeId::parse(participant.node());
            if (!node) return in("participants", node.error());
            if (member(participant.node())) return invalid_argument("participants: \"" + participant.node() + "\" is there twice");
            setup.participants.push_back(*node);
            setup.members.push_back({*node, participant.title(), participant.bic()});
            auto opened = accounts(*node, participant.accounts());
            if (!opened) return in("participant " + participant.node(), opened.error());
            m_plan.accounts.push_back(std::move(opened).value());
        }
        if (m_file.faults() > 2) return invalid_argument("faults: 0 to 2");
        setup.faults = m_file.faults();
        const auto& timers = m_file.timers();
        const auto set = [](std::int64_t& value, std::int64_t given) { value = given > 0 ? given : value; };
        set(setup.prepare_timeout_ms, timers.prepare_timeout_ms());
        set(setup.lock_timeout_ms, timers.lock_timeout_ms());
        set(setup.inquiry_first_ms, timers.inquiry_first_ms());
        set(setup.retry_first_ms, timers.retry_first_ms());
        for (const std::int64_t us : {m_file.network().latency_us(), m_file.network().jitter_us(), m_file.disk().sync_us(), m_file.disk().jitter_us()})
            if (us < 0 || us > longest_ms * 1000) return invalid_argument("network and disk: times lie between 0 and an hour");
        if (m_file.network().latency_us() > 0) m_plan.latency_ns = m_file.network().latency_us() * 1000;
        m_plan.jitter_ns = m_file.network().jitter_us() * 1000;
        if (m_file.disk().sync_us() > 0) m_plan.sync_ns = m_file.disk().sync_us() * 1000;
        m_plan.sync_jitter_ns = m_file.disk().jitter_us() * 1000;
        m_plan.loss = m_file.network().loss_per_thousand();
        m_plan.duplicate = m_file.network().duplicate_per_thousand();
        m_plan.reorder = m_file.network().reorder_per_thousand();
        if (std::max({m_plan.loss, m_plan.duplicate, m_plan.reorder}) > 1000) return invalid_argument("network: a rate is at most 1000 per thousand");
        if (m_file.stop_at_ms() < 0 || m_file.stop_at_ms() > longest_ms) return invalid_argument("stop_at_ms: between 0 and an hour");
        m_plan.stop_at_ns = m_file.stop_at_ms() * ms;
        return base::Ok{};
    }

    Result<PlannedAccounts> accounts(NodeId node, const google::protobuf::RepeatedPtrField<v1::Scenario::Account>& given) {
        std::vector<events::AccountLine> lines;
        for (const auto& account : given) {
            const auto currency = base::Currency::parse(account.currency());
            if (!currency) return in("account " + account.account(), currency.error());
            if (account.account().empty() || account.account().size() > base::limits::text_bytes_max)
                return invalid_argument("an account name has 1 to " + std::to_string(base::limits::text_bytes_max) + " bytes");
            if (m_currencies.contains({node, account.account()})) return invalid_argument("account " + account.account() + " is there twice");
            events::AccountLine line{account.account(), account.holder(), *currency, 0, -1};
            for (const auto& [text, minor] : {std::pair{&account.balance(), &line.posted_minor}, {&account.limit(), &line.limit_minor}}) {
                if (text->empty()) continue;
                const auto amount = base::parse_amount(*text, *currency);
                if (!amount) return in("account " + account.account(), amount.error());
                *minor = amount->minor;
            }
            m_currencies[{node, account.account()}] = *currency;
            lines.push_back(std::move(line));
        }
        return PlannedAccounts{node, std::move(lines)};
    }

    Result<> steps() {
        int number = 0;
        for (const auto& step : m_file.steps()) {
            ++number;
            const std::string where = "step " + std::to_string(number);
            if (step.at_ms() < 0 || step.at_ms() > longest_ms) return invalid_argument(where + ": at_ms lies between 0 and an hour");
            auto act = act_of(step);
            if (!act) return in(where, act.error());
            m_plan.steps.push_back({step.at_ms() * ms, std::move(act).value()});
        }
        std::stable_sort(m_plan.steps.begin(), m_plan.steps.end(), [](const auto& a, const auto& b) { return a.at_ns < b.at_ns; });
        return base::Ok{};
    }

    Result<> moves() {
        if (m_file.moves().empty()) {
            if (m_file.colocated()) return invalid_argument("colocated: only where everything happens by moves");
            return base::Ok{};
        }
        WorldSetup& setup = m_plan.setup;
        setup.by_hand = true;
        const auto count = static_cast<std::uint32_t>(m_file.participants_size());
        if (m_file.colocated() && count < 2 * setup.faults + 1) return invalid_argument("colocated: each of the 2F+1 managers needs a participant's node");
        setup.shape = std::make_shared<const events::ClusterShape>(make_shape({setup.protocol, count, setup.faults, m_file.colocated()}));
        for (const NodeId node : setup.participants)
            if (!setup.shape->participates(node)) return invalid_argument("moves: the participants are named A, B, C...");
        int number = 0;
        for (const auto& given : m_file.moves()) {
            ++number;
            auto planned = move_of(given);
            if (!planned) return in("move " + std::to_string(number), planned.error());
            m_plan.moves.push_back(std::move(planned).value());
        }
        return base::Ok{};
    }

    Result<PlannedMove> move_of(const v1::Scenario::Move& given) const {
        using Given = v1::Scenario::Move;
        PlannedMove move;
        std::string node, other;
        bool known = true;
        switch (given.what_case()) {
            case Given::kDeliver:
                move.kind = PlannedMove::Kind::deliver;
                node = given.deliver().to();
                other = given.deliver().from();
                move.which = std::max(given.deliver().which(), 1u);
                known = named(given.deliver().message(), events::message_kinds, move.message);
                if (!known) return invalid_argument("no message is named \"" + given.deliver().message() + "\"");
                break;
            case Given::kTimer:
                move.kind = PlannedMove::Kind::timer;
                node = given.timer().node();
                move.coordinator = given.timer().coordinator();
                move.group = given.timer().group();
                known = named(given.timer().kind(), static_cast<int>(commit::TimerKind::collect), move.timer);
                if (!known) return invalid_argument("no timer is named \"" + given.timer().kind() + "\"");
                break;
            case Given::kVote:
                move.kind = PlannedMove::Kind::vote;
                node = given.vote().node();
                known = named(given.vote().vote(), static_cast<int>(events::Vote::read_only), move.vote);
                if (!known) return invalid_argument("a vote is YES, NO or READ-ONLY, not \"" + given.vote().vote() + "\"");
                break;
            case Given::kSync:
                node = given.sync();
                break;
            case Given::kCrash:
                move.kind = PlannedMove::Kind::crash;
                node = given.crash().node();
                move.kept = given.crash().kept();
                move.lost = given.crash().lost();
                break;
            case Given::kRestart:
                move.kind = PlannedMove::Kind::restart;
                node = given.restart();
                break;
            case Given::kReport:
                move.kind = PlannedMove::Kind::report;
                node = given.report().node();
                other = given.report().down();
                break;
            case Given::WHAT_NOT_SET: return invalid_argument("says nothing to do: give it deliver, timer, vote, sync, crash, restart or report");
        }
        for (const auto& [name, into] : {std::pair{&node, &move.node}, {&other, &move.other}}) {
            if (name->empty() && into == &move.other) continue;
            const auto found = member(*name);
            if (!found) return found.error();
            *into = *found;
        }
        return move;
    }

    // The kind, from 1 on, that bears this name.
    template <class Kind>
    static bool named(const std::string& name, int kinds, Kind& into) {
        for (int kind = 1; kind <= kinds; ++kind) {
            using events::word;
            using commit::word;
            if (name.empty() || word(static_cast<Kind>(kind)) != name) continue;
            into = static_cast<Kind>(kind);
            return true;
        }
        return false;
    }

    Result<decltype(PlannedStep::act)> act_of(const v1::Scenario::Step& step) {
        using Step = v1::Scenario::Step;
        using Act = decltype(PlannedStep::act);
        const auto node_act = [&](const std::string& name, NodeAct::Kind kind) -> Result<Act> {
            const auto node = member(name);
            if (!node) return node.error();
            return Act(NodeAct{kind, *node});
        };
        switch (step.what_case()) {
            case Step::kPay: {
                auto payment = payment_of(step.pay());
                if (!payment) return payment.error();
                return Act(std::move(payment).value());
            }
            case Step::kFault: {
                auto rule = runtime::parse_fault(step.fault());
                if (!rule) return rule.error();
                for (const NodeId named : {rule->at, rule->from, rule->to})
                    if (const auto known = member(named.name()); !named.empty() && !known) return in("fault", known.error());
                return Act(std::move(rule).value());
            }
            case Step::kHeal: return Act(Heal{});
            case Step::kCrash: return node_act(step.crash(), NodeAct::Kind::crash);
            case Step::kRestart: return node_act(step.restart(), NodeAct::Kind::restart);
            case Step::kPause: return node_act(step.pause(), NodeAct::Kind::pause);
            case Step::kResume: return node_act(step.resume(), NodeAct::Kind::resume);
            case Step::kOrder: {
                auto order = order_of(step.order());
                if (!order) return order.error();
                return Act(std::move(order).value());
            }
            case Step::kOpen: {
                const auto node = member(step.open().node());
                if (!node) return node.error();
                if (*node == m_plan.setup.coordinator || step.open().accounts().empty()) return invalid_argument("open: names a participant and at least one account");
                auto opened = accounts(*node, step.open().accounts());
                if (!opened) return opened.error();
                return Act(std::move(opened).value());
            }
            case Step::WHAT_NOT_SET: break;
        }
        return invalid_argument("says nothing to do: give it pay, fault, heal, crash, restart, pause, resume, order or open");
    }

    Result<events::PaymentPtr> payment_of(const v1::Scenario::Pay& pay) {
        auto payment = std::make_shared<events::Payment>();
        payment->refs.reference = pay.reference();
        payment->idempotency_key = pay.idempotency_key().empty() ? pay.reference() : pay.idempotency_key();
        if (payment->idempotency_key.empty()) return invalid_argument("pay: a payment needs a reference");
        payment->debtor.name = pay.debtor();
        payment->creditor.name = pay.creditor();
        for (const auto& given : pay.legs()) {
            events::Leg leg;
            bool known = false;
            for (const auto kind : {events::LegKind::debit, events::LegKind::credit, events::LegKind::fee, events::LegKind::check}) {
                if (events::word(kind) != given.kind()) continue;
                leg.kind = kind;
                known = true;
            }
            if (!known) return invalid_argument("pay: a leg is debit, credit, fee or check, not \"" + given.kind() + "\"");
            const auto node = member(given.node());
            if (!node) return in("pay", node.error());
            const auto currency = base::Currency::parse(given.currency().empty() ? pay.currency() : given.currency());
            if (!currency) return in("pay", currency.error());
            const auto amount = base::parse_amount(given.amount(), *currency);
            if (!amount) return in("pay", amount.error());
            leg.node = *node;
            leg.account = given.account();
            leg.amount = *amount;
            if (leg.kind == events::LegKind::debit) {
                payment->debtor.account = leg.account;
                // The first debit names the payment's currency; what the payer gives in another one is no part of this sum.
                if (payment->amount.currency.empty()) payment->amount.currency = *currency;
                if (payment->amount.currency == *currency && !base::add_minor(payment->amount.minor, amount->minor)) return invalid_argument("pay: the debits are too large");
            }
            if (leg.kind == events::LegKind::credit) payment->creditor.account = leg.account;
            payment->legs.push_back(std::move(leg));
        }
        if (payment->amount.currency.empty() && !payment->legs.empty()) payment->amount = {0, payment->legs.front().amount.currency};
        if (auto valid = events::validate(*payment); !valid) return in("pay " + pay.reference(), valid.error());
        m_references.push_back(pay.reference());
        return events::PaymentPtr(std::move(payment));
    }

    Result<PlannedOrder> order_of(const v1::Scenario::Order& given) const {
        static const std::pair<const char*, commit::OrderKind> actions[] = {
            {"abort", commit::OrderKind::abort},   {"commit", commit::OrderKind::force_commit}, {"rollback", commit::OrderKind::force_rollback},
            {"forget", commit::OrderKind::forget}, {"retry", commit::OrderKind::retry},         {"refuse", commit::OrderKind::refuse}};
        PlannedOrder order;
        order.reference = given.reference();
        const auto node = member(given.node().empty() ? m_plan.setup.coordinator.name() : given.node());
        if (!node) return in("order", node.error());
        order.node = *node;
        const auto action = std::find_if(std::begin(actions), std::end(actions), [&](const auto& entry) { return given.action() == entry.first; });
        if (action == std::end(actions)) return invalid_argument("order: the action is abort, commit, rollback, forget, retry or refuse, not \"" + given.action() + "\"");
        order.kind = action->second;
        order.note.actor = given.actor().empty() ? "ana" : given.actor();
        order.note.reason = given.reason();
        return order;
    }

    Result<> expectations() {
        int number = 0;
        for (const auto& given : m_file.expect()) {
            const std::string where = "expectation " + std::to_string(++number);
            PlannedExpectation expectation{given.reference(), given.outcome(), given.state(), given.blocked(), given.heuristic(), given.refusal(), given.account(), given.order_refused(), {}, {}, {}, {}};
            if (!given.reference().empty() && std::find(m_references.begin(), m_references.end(), given.reference()) == m_references.end())
                return invalid_argument(where + ": no payment has the reference \"" + given.reference() + "\"");
            for (const auto& [field, word, words] : {std::tuple{"outcome", &given.outcome(), "committed aborted in-doubt mixed"},
                                                     {"state", &given.state(), "none active prepared committed aborted forgotten"},
                                                     {"blocked", &given.blocked(), "yes no"},
                                                     {"heuristic", &given.heuristic(), "none commit rollback mixed hazard"}}) {
                if (!word->empty() && (" " + std::string(words) + " ").find(" " + *word + " ") == std::string::npos)
                    return invalid_argument(where + ": " + field + " is one of: " + words + "; not \"" + *word + "\"");
            }
            if (!given.node().empty()) {
                const auto node = member(given.node());
                if (!node) return in(where, node.error());
                expectation.node = *node;
            }
            if (given.has_cost()) expectation.cost = checks::Cost{given.cost().messages(), given.cost().delays(), given.cost().forced_writes()};
            if (!given.account().empty()) {
                const auto currency = m_currencies.find({expectation.node, given.account()});
                if (currency == m_currencies.end()) return invalid_argument(where + ": there is no account \"" + given.account() + "\" at \"" + given.node() + "\"");
                for (const auto& [text, amount] : {std::pair{&given.balance(), &expectation.balance}, {&given.on_hold(), &expectation.on_hold}}) {
                    if (text->empty()) continue;
                    const auto parsed = base::parse_amount(*text, currency->second);
                    if (!parsed) return in(where, parsed.error());
                    *amount = *parsed;
                }
            } else if (given.reference().empty()) {
                return invalid_argument(where + ": names neither a payment nor an account");
            }
            m_plan.expectations.push_back(std::move(expectation));
        }
        return base::Ok{};
    }

    const v1::Scenario& m_file;
    const ScenarioOptions& m_options;
    ScenarioPlan m_plan;
    std::map<std::pair<NodeId, std::string>, base::Currency> m_currencies;
    std::vector<std::string> m_references;
};

}  // namespace

Result<ScenarioPlan> parse_scenario(std::string_view textproto, const std::string& name, const ScenarioOptions& options) {
    if (textproto.size() > 4u << 20) return invalid_argument("the scenario is larger than 4 MiB");
    v1::Scenario file;
    google::protobuf::TextFormat::Parser parser;
    Complaint complaint;
    parser.RecordErrorsTo(&complaint);
    if (!parser.ParseFromString(std::string(textproto), &file)) return invalid_argument(name + ": " + complaint.text);
    auto plan = Planner(file, options).plan(name);
    if (!plan) return in(name, plan.error());
    return plan;
}

}  // namespace indoubt::simulation
