// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/way.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace indoubt::simulation::explore {
namespace {

using State = std::vector<std::uint32_t>;

State start_of(ClusterModel& model) {
    Successors out(model.words());
    model.initial(out);
    return {out.state(0), out.state(0) + model.words()};
}

bool step(ClusterModel& model, State& state, std::uint32_t action) {
    Successors out(model.words());
    model.successors(state.data(), out);
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (out.action(i) != action) continue;
        state.assign(out.state(i), out.state(i) + model.words());
        return true;
    }
    return false;
}

// Messages by kind and link, each that differs once, in the order in which they were first sent.
class Sent {
  public:
    explicit Sent(const ClusterModel& model) : m_model(model) {}
    void add(const std::vector<std::uint32_t>& messages) {
        for (const std::uint32_t message : messages) {
            auto& list = m_lists[key(message)];
            if (std::find(list.begin(), list.end(), message) == list.end()) list.push_back(message);
        }
    }
    std::size_t which(std::uint32_t message) {
        const auto& list = m_lists[key(message)];
        return static_cast<std::size_t>(std::find(list.begin(), list.end(), message) - list.begin()) + 1;
    }

  private:
    std::tuple<events::MessageKind, NodeId, NodeId> key(std::uint32_t number) const {
        const events::Message& message = m_model.message(number);
        return {message.kind, message.from, message.to};
    }
    const ClusterModel& m_model;
    std::map<std::tuple<events::MessageKind, NodeId, NodeId>, std::vector<std::uint32_t>> m_lists;
};

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string move_text(const ClusterModel& model, const LocalState& local, const Action& action, std::size_t which) {
    const std::string node = "node: " + quoted(model.node(action.node).name());
    switch (action.move) {
        case Move::deliver: {
            const events::Message& message = model.message(action.with);
            return "deliver { message: " + quoted(events::word(message.kind)) + " from: " + quoted(message.from.name()) + " to: " + quoted(message.to.name()) +
                   (which > 1 ? " which: " + std::to_string(which) : "") + " }";
        }
        case Move::timer: {
            const ArmedTimer& timer = local.armed[action.with];
            return "timer { " + node + " kind: " + quoted(commit::word(timer.kind)) + (timer.coordinator ? " coordinator: true" : "") + (timer.xid.empty() ? " group: true" : "") + " }";
        }
        case Move::vote: return "vote { " + node + " vote: " + quoted(events::word(static_cast<events::Vote>(action.with))) + " }";
        case Move::sync: return "sync: " + quoted(model.node(action.node).name());
        case Move::crash:
            if (action.with > crash_lost) return "crash { " + node + " lost: " + std::to_string(action.with - crash_lost) + " }";
            return "crash { " + node + (action.with > 0 ? " kept: " + std::to_string(action.with) : "") + " }";
        case Move::restart: return "restart: " + quoted(model.node(action.node).name());
        case Move::suspect: return "report { " + node + " down: " + quoted(model.node(action.with).name()) + " }";
    }
    return {};
}

std::string amount_text(std::int64_t minor) { return quoted(std::to_string(minor / 100) + (minor % 100 < 10 ? ".0" : ".") + std::to_string(minor % 100)); }

}  // namespace

std::optional<Broken> follow(ClusterModel& model, const std::vector<std::uint32_t>& way) {
    State state = start_of(model);
    for (std::size_t i = 0; i < way.size(); ++i) {
        if (!step(model, state, way[i])) return {};
        if (std::string broken = model.violated(state.data()); !broken.empty()) return Broken{std::move(broken), i + 1};
    }
    return {};
}

std::vector<std::uint32_t> shortened(ClusterModel& model, std::vector<std::uint32_t> way, const std::string& invariant) {
    const auto still = [&](std::vector<std::uint32_t>& shorter) {
        const auto broken = follow(model, shorter);
        if (!broken || broken->invariant != invariant) return false;
        shorter.resize(broken->after);
        return true;
    };
    still(way);
    for (bool shrinks = true; shrinks;) {
        shrinks = false;
        for (std::size_t i = way.size(); i-- > 0 && !shrinks;) {
            std::vector<std::uint32_t> one = way;
            one.erase(one.begin() + static_cast<std::ptrdiff_t>(i));
            if (still(one)) way = std::move(one), shrinks = true;
        }
        for (std::size_t i = way.size(); i-- > 0 && !shrinks;)
            for (std::size_t j = i; j-- > 0 && !shrinks;) {
                std::vector<std::uint32_t> two = way;
                two.erase(two.begin() + static_cast<std::ptrdiff_t>(i));
                two.erase(two.begin() + static_cast<std::ptrdiff_t>(j));
                if (still(two)) way = std::move(two), shrinks = true;
            }
    }
    return way;
}

std::string scenario_text(ClusterModel& model, const std::vector<std::uint32_t>& way, const std::string& invariant) {
    const ClusterSetup& setup = model.setup();
    const auto protocol = commit::find_protocol(setup.protocol.name);
    if (!protocol || (*protocol)->make_group) return {};
    std::string text = "# Written by: indoubtctl explore --protocol " + setup.protocol.name + "\n";
    text += "name: " + quoted(setup.protocol.name + ": " + invariant + " is broken") + "\n";
    text += "story: " + quoted("An exploration found this way of " + std::to_string(way.size()) + " steps to break " + invariant + ". Nothing happens here but what is listed.") + "\n";
    text += "protocol: " + quoted(setup.protocol.name) + "\n";
    if (setup.protocol.cooperative) text += "cooperative: true\n";
    text += "coordinator: " + quoted(model.node(0).name()) + "\n";
    if (setup.faults > 0) text += "faults: " + std::to_string(setup.faults) + "\n";
    if (setup.colocated) text += "colocated: true\n";
    for (std::uint32_t node = 0; node < model.nodes(); ++node) {
        if (!model.participates(node)) continue;
        text += "participants { node: " + quoted(model.node(node).name());
        for (const auto& line : accounts_of(model.node(node)))
            text += " accounts { account: " + quoted(line.account) + " holder: " + quoted(line.holder) + " currency: " + quoted(line.currency.code()) + " balance: " + amount_text(line.posted_minor) + " }";
        text += " }\n";
    }
    const events::PaymentPtr payment = model.payment();
    text += "steps { pay { reference: \"explored\" debtor: " + quoted(payment->debtor.name) + " creditor: " + quoted(payment->creditor.name) + " currency: \"EUR\"\n";
    for (const auto& leg : payment->legs)
        text += "  legs { kind: " + quoted(events::word(leg.kind)) + " node: " + quoted(leg.node.name()) + " account: " + quoted(leg.account) + " amount: " + amount_text(leg.amount.minor) + " }\n";
    text += "} }\n";

    State state = start_of(model);
    Sent sent(model);
    sent.add(model.first_sent());
    for (const std::uint32_t packed : way) {
        const Action action = ClusterModel::unpack(packed);
        const std::uint32_t local = state[2 + action.node];
        const std::size_t which = action.move == Move::deliver ? sent.which(action.with) : 1;
        text += "moves { " + move_text(model, model.local_state(local), action, which) + " }\n";
        sent.add(model.compute(local, action).sent);
        if (!step(model, state, packed)) return {};
    }
    return text;
}

}  // namespace indoubt::simulation::explore
