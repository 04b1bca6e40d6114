// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/scenario.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

#include "simulation/labels.h"
#include "simulation/scenario_judge.h"
#include "simulation/scenario_plan.h"
#include "simulation/seed.h"

namespace indoubt::simulation {

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t longest_ns = 60'000 * ms;

// One run of the plan. The world stays, so that the judge can look at it.
class Play {
  public:
    explicit Play(const ScenarioPlan& plan) : m_plan(plan), m_world(plan.setup) {}

    base::Result<> run() {
        m_world.network().latency_ns = m_plan.latency_ns;
        m_world.network().jitter_ns = m_plan.jitter_ns;
        for (const NodeId node : m_world.nodes()) {
            m_world.disk(node).sync_ns = m_plan.sync_ns;
            m_world.disk(node).sync_jitter_ns = m_plan.sync_jitter_ns;
            m_world.start(node);
        }
        if (!m_world.run_until_quiet(longest_ns)) return base::data_loss(m_world.problem());
        for (const auto& [node, lines] : m_plan.accounts)
            if (!lines.empty()) m_world.open_accounts(node, lines);
        if (!m_world.run_until_quiet(m_world.now_ns() + longest_ns)) return base::data_loss(m_world.problem());
        if (!m_plan.moves.empty()) return by_hand();
        m_world.network().loss_per_thousand = m_plan.loss;
        m_world.network().duplicate_per_thousand = m_plan.duplicate;
        m_world.network().reorder_per_thousand = m_plan.reorder;
        const std::int64_t begin = (m_world.now_ns() / (100 * ms) + 1) * 100 * ms;
        std::int64_t last = begin;
        for (const PlannedStep& step : m_plan.steps) {
            last = begin + step.at_ns;
            m_world.scheduler().at(last, [this, &step] { take(step); });
        }
        m_last_step_ns = last;
        const bool well = m_plan.stop_at_ns > 0 ? m_world.run_until(begin + m_plan.stop_at_ns) : m_world.run_until_quiet(last + longest_ns);
        if (!well) return base::data_loss(m_world.problem());
        return base::Ok{};
    }

    checks::CheckContext context() {
        checks::CheckContext context;
        context.managers = m_world.managers();
        context.labels = label_branches(m_world);
        context.liveness_bound_ns = longest_ns;
        const bool all_up = std::all_of(m_world.nodes().begin(), m_world.nodes().end(), [&](NodeId n) { return m_world.up(n) && !m_world.suspended(n); });
        const auto rules = m_world.faults().list();
        const bool healed = std::none_of(rules.begin(), rules.end(), [&](const auto& rule) { return rule.active() || m_world.faults().held(rule.id) > 0; });
        // By hand it ends in the midst of things, and nobody has promised that they go on.
        if (m_plan.moves.empty() && all_up && healed && m_world.scheduler().idle()) context.healed_hlc = epoch_ns + m_last_step_ns;
        return context;
    }

    World& world() { return m_world; }
    std::vector<std::string> remarks;
    std::map<std::string, Xid> payments;                  // reference -> the XID of its last submit
    std::map<std::string, std::string> orders_refused;    // reference -> the last answer that turned one away

  private:
    // A millisecond each, so that the order shows; nothing but what was asked for happens in between.
    base::Result<> by_hand() {
        m_world.take_over();
        for (const PlannedStep& step : m_plan.steps) take(step);
        for (const PlannedMove& move : m_plan.moves) {
            if (!m_world.run_until(m_world.now_ns() + ms)) return base::data_loss(m_world.problem());
            if (!take(move)) remark("move " + std::to_string(&move - m_plan.moves.data() + 1) + " cannot be made: " + move.node.name() + " is not in that state");
        }
        if (!m_world.run_until(m_world.now_ns() + ms)) return base::data_loss(m_world.problem());
        m_last_step_ns = m_world.now_ns();
        return base::Ok{};
    }

    bool take(const PlannedMove& move) {
        const Xid xid = payments.empty() || move.group ? Xid{} : payments.begin()->second;
        switch (move.kind) {
            case PlannedMove::Kind::deliver: {
                const auto envelope = under_way(move);
                return envelope && m_world.hand_over(*envelope);
            }
            case PlannedMove::Kind::timer: return m_world.time_out(move.node, xid, move.coordinator, move.timer);
            case PlannedMove::Kind::vote: return m_world.vote(move.node, xid, move.vote);
            case PlannedMove::Kind::sync: return m_world.sync_now(move.node);
            case PlannedMove::Kind::crash: return m_world.cut_power(move.node, move.kept, move.lost);
            case PlannedMove::Kind::restart:
                if (m_world.up(move.node)) return false;
                m_world.start(move.node);
                return true;
            case PlannedMove::Kind::report: return m_world.report_down(move.node, move.other);
        }
        return false;
    }

    // What only people read, or only orders rest on, makes no message another one.
    std::optional<events::Envelope> under_way(const PlannedMove& move) {
        std::vector<events::Message> differ;
        for (const events::Envelope& envelope : m_world.network().under_way) {
            const events::Message& sent = *envelope.message;
            if (sent.kind != move.message || sent.from != move.other || sent.to != move.node) continue;
            events::Message plain = sent;
            plain.text.clear();
            plain.refusal = events::Refusal::none;
            plain.proof_lsn = 0;
            plain.repeat = false;
            if (std::find(differ.begin(), differ.end(), plain) != differ.end()) continue;
            differ.push_back(std::move(plain));
            if (differ.size() == move.which) return envelope;
        }
        return {};
    }

    void remark(const std::string& text) { remarks.push_back("at " + std::to_string(m_world.now_ns() / ms) + " ms: " + text); }

    void take(const PlannedStep& step) {
        std::visit([this](const auto& act) { take(act); }, step.act);
    }
    void take(const events::PaymentPtr& payment) {
        const std::string reference = payment->refs.reference;
        const std::size_t before = m_world.trace().size();
        const bool taken = m_world.submit(payment, std::nullopt, [this, reference](const runtime::OutAnswer& answer) {
            if (answer.code != base::ErrorCode::ok) remark(reference + " is turned away: " + answer.text);
            else if (answer.duplicate) remark(reference + " was paid before: " + std::string(events::word(answer.outcome)));
        });
        if (!taken) return remark(reference + " finds " + m_world.coordinator().name() + " down");
        for (std::size_t i = before; i < m_world.trace().size(); ++i)
            if (m_world.trace()[i].kind == events::EventKind::submit) payments[reference] = m_world.trace()[i].xid;
    }
    void take(const runtime::FaultRule& rule) {
        const std::uint64_t id = m_world.faults().add(rule);
        m_world.notice(rule.at.empty() ? m_world.coordinator() : rule.at, {true, id, rule.text});
    }
    void take(const Heal&) {
        for (const auto& rule : m_world.faults().clear(std::nullopt)) {
            m_world.notice(rule.at.empty() ? m_world.coordinator() : rule.at, {false, rule.id, rule.text});
        }
        m_world.release_held(std::nullopt);
        m_world.network().heal();
    }
    void take(const NodeAct& act) {
        const bool up = m_world.up(act.node);
        switch (act.kind) {
            case NodeAct::Kind::crash:
                if (!up) return remark(act.node.name() + " is down already");
                return m_world.crash(act.node, "by the scenario");
            case NodeAct::Kind::restart:
                if (up) return remark(act.node.name() + " is up already");
                return m_world.start(act.node);
            case NodeAct::Kind::pause: return m_world.suspend(act.node);
            case NodeAct::Kind::resume: return m_world.resume(act.node);
        }
    }
    void take(const PlannedAccounts& opened) {
        if (!m_world.open_accounts(opened.node, opened.lines)) remark("the accounts find " + opened.node.name() + " down");
    }
    void take(const PlannedOrder& planned) {
        const auto payment = payments.find(planned.reference);
        if (payment == payments.end()) return remark("an order names " + planned.reference + ", which was never submitted");
        runtime::OperatorOrder order;
        order.xid = payment->second;
        order.kind = planned.kind;
        order.note = std::make_shared<const events::OperatorNote>(planned.note);
        for (const Event& event : m_world.trace())
            if (event.kind == events::EventKind::submit && event.xid == order.xid && event.note()) order.enrolled = event.note()->enrolled;
        const std::string what = std::string(commit::word(planned.kind)) + " of " + planned.reference + " at " + planned.node.name();
        const bool taken = m_world.order(planned.node, std::move(order), [this, what, reference = planned.reference](const runtime::OutAnswer& answer) {
            orders_refused.erase(reference);
            if (answer.code == base::ErrorCode::ok) return;
            orders_refused[reference] = answer.text;
            remark(what + " is turned away: " + answer.text);
        });
        if (!taken) remark(what + " finds it down");
    }

    const ScenarioPlan& m_plan;
    World m_world;
    std::int64_t m_last_step_ns = 0;
};

}  // namespace

base::Result<ScenarioResult> run_scenario(std::string_view textproto, const std::string& name, const ScenarioOptions& options) {
    const auto plan = parse_scenario(textproto, name, options);
    if (!plan) return plan.error();
    Play play(*plan);
    if (auto ran = play.run(); !ran) return ran.error();
    Play again(*plan);
    if (auto ran = again.run(); !ran) return ran.error();

    ScenarioResult result;
    result.scenario = plan->name;
    result.story = plan->story;
    result.protocol = plan->setup.protocol.name;
    result.seed = plan->setup.seed;
    result.remarks = play.remarks;
    result.trace_hash = trace_hash(play.world().trace());
    checks::CheckContext context = play.context();
    context.trace_hashes = {result.trace_hash, trace_hash(again.world().trace())};
    result.invariants = checks::check_all(play.world().trace(), context);
    result.trace = play.world().trace();
    std::stable_sort(result.trace.begin(), result.trace.end(), [](const auto& a, const auto& b) { return events::position(a) < events::position(b); });
    judge(*plan, play.world(), play.payments, play.orders_refused, result);
    return result;
}

base::Result<ScenarioResult> run_scenario_file(const std::string& path, const ScenarioOptions& options) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    if (!file) return base::not_found("cannot read the scenario " + path);
    std::string name = path.substr(path.find_last_of('/') + 1);
    return run_scenario(text.str(), name, options);
}

bool ScenarioResult::good() const {
    return std::all_of(invariants.begin(), invariants.end(), [](const auto& check) { return check.holds; }) &&
           std::all_of(expectations.begin(), expectations.end(), [](const auto& expectation) { return expectation.holds; });
}

}  // namespace indoubt::simulation
