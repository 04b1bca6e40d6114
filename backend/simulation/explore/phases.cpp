// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/phases.h"

#include <map>
#include <tuple>

#include "simulation/explore/cluster_model.h"

namespace indoubt::simulation::explore {

namespace {

using commit::Phase;

class Collecting final : public Model {
  public:
    Collecting(const ClusterSetup& setup, const std::function<bool()>& go_on) : m_model(setup), m_go_on(go_on) {}
    std::map<std::tuple<bool, bool, Phase, Phase>, std::set<std::string>> arrows;  // coordinator, restarted, from, to

    std::size_t words() const override { return m_model.words(); }
    std::uint64_t memory_bytes() const override { return m_model.memory_bytes(); }
    // A diagram shows what the machines do, also where that breaks something.
    std::string violated(const std::uint32_t*) override { return {}; }

    void initial(Successors& out) override {
        m_model.initial(out);
        for (std::uint32_t node = 0; node < m_model.nodes(); ++node) {
            const LocalState& local = m_model.local(out.state(0), node);
            for (const Xid& xid : local.core->open())
                if (!(xid == Xid{})) m_xid = xid;
        }
        if (const auto* begun = machine(m_model.local(out.state(0), 0), true)) arrows[{true, false, Phase::none, begun->phase()}].insert("payment");
    }

    void successors(const std::uint32_t* state, Successors& out) override {
        if (m_go_on && !m_go_on()) return;
        const std::size_t old = out.size();
        m_model.successors(state, out);
        for (std::size_t i = old; i < out.size(); ++i) {
            const Action action = ClusterModel::unpack(out.action(i));
            if (action.move == Move::crash || !m_seen.insert({state[2 + action.node], out.action(i)}).second) continue;
            for (const bool coordinator : {true, false}) look(m_model.local(state, action.node), action, m_model.local(out.state(i), action.node), coordinator);
        }
    }

  private:
    const commit::Machine* machine(const LocalState& local, bool coordinator) const { return local.core ? local.core->instance(m_xid, coordinator) : nullptr; }

    static commit::Input input_of(const LocalState& before, const Action& action, const ClusterModel& model) {
        switch (action.move) {
            case Move::deliver: return model.message(action.with);
            case Move::vote: return commit::LocalVote{static_cast<events::Vote>(action.with)};
            case Move::suspect: return commit::Suspect{model.node(action.with)};
            default: return commit::Timeout{before.armed[action.with].kind};
        }
    }

    std::string word_of(const LocalState& before, const Action& action) const {
        switch (action.move) {
            case Move::deliver: return std::string(events::word(m_model.message(action.with).kind));
            case Move::vote: return "own vote " + std::string(events::word(static_cast<events::Vote>(action.with)));
            case Move::suspect: return "failure report";
            case Move::timer: return "time-out (" + std::string(commit::word(before.armed[action.with].kind)) + ")";
            case Move::restart: return "restart";
            default: return "record on disk";
        }
    }

    // A machine that has done its work is gone with that very step; its last phase is that of a copy that takes the same step.
    Phase last_phase(const commit::Machine& machine, const LocalState& before, const Action& action, const LocalState& after, bool coordinator) const {
        if (action.move != Move::sync && action.move != Move::restart) {
            const auto copy = machine.clone();
            commit::Effects effects;
            copy->step(input_of(before, action, m_model), effects);
            if (copy->phase() != machine.phase()) return copy->phase();
        }
        const std::uint32_t committed = coordinator ? led_commit | told_commit : std::uint32_t{did_commit}, aborted = coordinator ? led_abort | told_abort : std::uint32_t{did_abort};
        if ((after.deeds & committed) != 0) return Phase::committed;
        return (after.deeds & aborted) != 0 ? Phase::aborted : machine.phase();
    }

    static bool over(Phase phase) { return phase == Phase::committed || phase == Phase::aborted; }

    void look(const LocalState& before, const Action& action, const LocalState& after, bool coordinator) {
        const auto* old = machine(before, coordinator);
        const auto* now = machine(after, coordinator);
        if (!old && !now) return;
        const Phase from = old ? old->phase() : Phase::none;
        const Phase to = now ? now->phase() : over(from) ? from : last_phase(*old, before, action, after, coordinator);
        if (from == to) return;
        // A later life knows what its log says once its own first record is on disk.
        const bool restarted = !old && (action.move == Move::restart || action.move == Move::sync);
        arrows[{coordinator, restarted, from, to}].insert(restarted ? "restart" : word_of(before, action));
    }

    ClusterModel m_model;
    const std::function<bool()>& m_go_on;
    Xid m_xid;
    std::set<std::pair<std::uint32_t, std::uint32_t>> m_seen;  // a node's step, once
};

ClusterSetup small_cluster(const events::ProtocolChoice& choice, const commit::Protocol& protocol) {
    ClusterSetup setup;
    setup.protocol = choice;
    setup.crashes = setup.restarts = 1;
    setup.max_ballot = 2;
    setup.accurate_detector = !protocol.assumptions.empty();  // its machines are right under these alone
    return setup;
}

}  // namespace

base::Result<PhaseDiagram> phase_diagram(const PhaseWalk& walk, const std::function<bool()>& go_on) {
    const auto found = commit::find_protocol(walk.protocol.name);
    if (!found) return found.error();
    PhaseDiagram diagram;
    std::map<std::tuple<bool, bool, Phase, Phase>, std::set<std::string>> arrows;
    // One branch shows what a payment can do, read-only too; two what branches do to each other; more managers who takes over.
    ClusterSetup one = small_cluster(walk.protocol, **found), two = one, managers = one;
    one.participants = managers.participants = 1;
    one.read_only_votes = true;
    two.participants = 2;
    managers.faults = 1;
    std::vector<ClusterSetup> clusters{one, two};
    if ((*found)->opens || (*found)->make_group) clusters.push_back(managers);
    for (const ClusterSetup& setup : clusters) {
        Collecting model(setup, go_on);
        StateSet seen(model.words());
        Bounds bounds;
        bounds.states_max = walk.states_max;
        const Report report = search(model, bounds, seen);
        diagram.states += report.states;
        diagram.complete = diagram.complete && report.complete && (!go_on || go_on());
        for (auto& [arrow, inputs] : model.arrows) arrows[arrow].merge(inputs);
    }
    for (const auto& [arrow, inputs] : arrows) {
        const auto& [coordinator, restarted, from, to] = arrow;
        (coordinator ? diagram.coordinator : diagram.participant).push_back({from, to, restarted, inputs});
    }
    return diagram;
}

}  // namespace indoubt::simulation::explore
