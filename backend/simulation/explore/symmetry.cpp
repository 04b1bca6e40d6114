// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/symmetry.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

namespace indoubt::simulation::explore {
namespace {

constexpr std::uint32_t none = UINT32_MAX;

// One exchange of two participants, tried.
class Exchange {
  public:
    Exchange(const ClusterModel& model, const Quotient& quotient, std::uint32_t a, std::uint32_t b)
        : m_model(model), m_q(quotient), m_a(a), m_b(b) {}

    std::optional<Renaming> go() {
        m_out.node.resize(m_q.nodes);
        std::iota(m_out.node.begin(), m_out.node.end(), 0u);
        std::swap(m_out.node[m_a], m_out.node[m_b]);
        if (!guess_messages() || !find_classes() || !checked()) return {};
        return m_out;
    }
    const std::string& why() const { return m_why; }

  private:
    NodeId named(NodeId name) const {
        const NodeId a = m_model.node(m_a), b = m_model.node(m_b);
        return name == a ? b : name == b ? a : name;
    }
    // Without what only people read and what the addressee's name decides; lists of participants are sets.
    events::Message plain(events::Message message, bool renamed) const {
        message.text.clear();
        message.payment = nullptr;
        const auto as = [&](NodeId name) { return renamed ? named(name) : name; };
        message.from = as(message.from);
        message.to = as(message.to);
        const auto sorted = [&](std::vector<events::Enrolled>& list) {
            for (auto& one : list) one.node = as(one.node);
            std::sort(list.begin(), list.end(), [](const auto& x, const auto& y) { return x.node < y.node; });
        };
        sorted(message.enrolled);
        if (!message.agreement) return message;
        auto says = std::make_shared<events::Agreement>(*message.agreement);
        for (auto& vote : says->votes) vote.node = as(vote.node);
        std::sort(says->votes.begin(), says->votes.end(), [](const auto& x, const auto& y) { return x.node < y.node; });
        for (auto& entry : says->entries) sorted(entry.enrolled);
        message.agreement = std::move(says);
        return message;
    }

    bool guess_messages() {
        std::map<std::uint64_t, std::uint32_t> known;  // a guess may rest on a hash: it is checked
        for (std::uint32_t message = 0; message < m_q.class_of_message.size(); ++message)
            if (m_q.class_of_message[message] != 0) known.try_emplace(events::hash_value(plain(m_model.message(message), false)), m_q.class_of_message[message] - 1);
        m_out.message.resize(m_q.messages);
        std::vector<bool> taken(m_q.messages, false);
        for (std::uint32_t message = 0; message < m_q.messages; ++message) {
            const auto at = known.find(events::hash_value(plain(m_model.message(m_q.example[message]), true)));
            if (at == known.end()) return no("a message of one has no like with the other");
            if (taken[at->second]) return no("two messages of one are a single one with the other");
            taken[at->second] = true;
            m_out.message[message] = at->second;
        }
        return true;
    }

    std::vector<std::uint32_t> image(const std::vector<std::uint32_t>& set) const {
        std::vector<std::uint32_t> out;
        for (const std::uint32_t message : set) out.push_back(m_out.message[message]);
        std::sort(out.begin(), out.end());
        return out;
    }

    // Colours both copies of the quotient, as it is and renamed, until nothing more can be told apart.
    bool find_classes() {
        std::map<std::vector<std::uint32_t>, std::uint32_t> set_number;
        for (std::uint32_t set = 0; set < m_q.sets.size(); ++set) set_number.emplace(m_q.sets[set], set);
        for (const auto& set : m_q.sets) {
            const auto at = set_number.find(image(set));
            if (at == set_number.end()) return no("what one may say at once the other may not");
            m_set.push_back(at->second);
        }
        const std::size_t count = m_q.node_of.size();
        std::vector<std::uint32_t> colour(2 * count);
        std::map<std::vector<std::uint64_t>, std::uint32_t> numbers;
        for (std::uint32_t it = 0; it < 2 * count; ++it) {
            const std::uint32_t klass = it % count, node = m_q.node_of[klass];
            colour[it] = numbers.try_emplace({it < count ? node : m_out.node[node], m_q.deeds[klass], m_q.up[klass]}, static_cast<std::uint32_t>(numbers.size())).first->second;
        }
        for (std::size_t colours = 0; colours != numbers.size();) {
            colours = numbers.size();
            numbers.clear();
            std::vector<std::uint32_t> finer(2 * count);
            for (std::uint32_t it = 0; it < 2 * count; ++it) {
                const bool renamed = it >= count;
                const std::uint32_t klass = it % count;
                std::vector<std::uint64_t> looks;
                const auto add = [&](const ClassEdge& edge, bool delivery) {
                    const std::uint64_t label = delivery ? 16 + (renamed ? m_out.message[edge.message] : edge.message) : static_cast<std::uint64_t>(edge.kind);
                    looks.push_back(label << 48 | std::uint64_t{colour[edge.next + (renamed ? count : 0)]} << 20 | (renamed ? m_set[edge.sends] : edge.sends));
                };
                for (const ClassEdge& edge : m_q.deliveries[klass]) add(edge, true);
                for (const ClassEdge& edge : m_q.own[klass]) add(edge, false);
                std::sort(looks.begin(), looks.end());
                looks.erase(std::unique(looks.begin(), looks.end()), looks.end());
                looks.push_back(colour[it]);
                finer[it] = numbers.try_emplace(std::move(looks), static_cast<std::uint32_t>(numbers.size())).first->second;
            }
            colour = std::move(finer);
        }
        std::vector<std::uint32_t> plain_of(numbers.size(), none);
        for (std::uint32_t klass = 0; klass < count; ++klass) plain_of[colour[klass]] = klass;
        for (std::uint32_t klass = 0; klass < count; ++klass) m_out.klass.push_back(plain_of[colour[count + klass]]);
        if (std::count(m_out.klass.begin(), m_out.klass.end(), none) > 0) return no("a state of one has no like with the other");
        return true;
    }

    std::vector<ClassEdge> image(const std::vector<ClassEdge>& edges, bool deliveries) const {
        std::vector<ClassEdge> out;
        for (const ClassEdge& edge : edges) out.push_back({edge.kind, deliveries ? m_out.message[edge.message] : 0, m_out.klass[edge.next], m_set[edge.sends]});
        std::sort(out.begin(), out.end());
        return out;
    }

    bool checked() {
        std::vector<bool> taken(m_q.node_of.size(), false);
        for (std::uint32_t klass = 0; klass < m_q.node_of.size(); ++klass) {
            const std::uint32_t to = m_out.klass[klass];
            if (taken[to]) return no("two states of one are a single one with the other");
            taken[to] = true;
            const bool same = m_q.node_of[to] == m_out.node[m_q.node_of[klass]] && m_q.deeds[to] == m_q.deeds[klass] && m_q.up[to] == m_q.up[klass] &&
                              m_q.deliveries[to] == image(m_q.deliveries[klass], true) && m_q.own[to] == image(m_q.own[klass], false);
            if (!same) return no("one does what the other cannot");
        }
        for (std::uint32_t node = 0; node < m_q.nodes; ++node)
            if (m_q.initial[m_out.node[node]] != m_out.klass[m_q.initial[node]]) return no("they start unlike");
        if (image(m_q.initially_sent) != m_q.initially_sent) return no("what is under way at the start tells them apart");
        return true;
    }

    bool no(std::string why) {
        m_why = m_model.node(m_a).name() + " and " + m_model.node(m_b).name() + " are not alike: " + std::move(why);
        return false;
    }

    const ClusterModel& m_model;
    const Quotient& m_q;
    const std::uint32_t m_a, m_b;
    Renaming m_out;
    std::vector<std::uint32_t> m_set;  // image of a set
    std::string m_why;
};

Renaming then(const Renaming& first, const Renaming& second) {
    Renaming out = first;
    for (auto& node : out.node) node = second.node[node];
    for (auto& klass : out.klass) klass = second.klass[klass];
    for (auto& message : out.message) message = second.message[message];
    return out;
}

Renaming identity(const Quotient& quotient) {
    Renaming out;
    out.node.resize(quotient.nodes);
    out.klass.resize(quotient.node_of.size());
    out.message.resize(quotient.messages);
    std::iota(out.node.begin(), out.node.end(), 0u);
    std::iota(out.klass.begin(), out.klass.end(), 0u);
    std::iota(out.message.begin(), out.message.end(), 0u);
    return out;
}

}  // namespace

Symmetry symmetry_of(const ClusterModel& model, const Quotient& quotient) {
    Symmetry out;
    out.renamings.push_back(identity(quotient));
    std::vector<std::uint32_t> open;
    for (std::uint32_t node = 1; node < quotient.nodes; ++node)
        if (model.participates(node)) open.push_back(node);
    while (!open.empty()) {
        // Exchanges that hold make an equivalence: those alike to the first are alike to each other.
        std::vector<std::string> names{model.node(open.front()).name()};
        std::vector<std::uint32_t> others, group{open.front()};
        for (std::size_t i = 1; i < open.size(); ++i) {
            Exchange exchange(model, quotient, open.front(), open[i]);
            const auto renaming = exchange.go();
            if (!renaming) {
                out.refused.push_back(exchange.why());
                others.push_back(open[i]);
                continue;
            }
            names.push_back(model.node(open[i]).name());
            // Cosets: every arrangement of those found so far, and each with the new one in the place of any of them.
            const std::vector<Renaming> before = out.renamings;
            for (const std::uint32_t member : group) {
                const Renaming swap = member == open.front() ? *renaming : *Exchange(model, quotient, member, open[i]).go();
                for (const Renaming& one : before) out.renamings.push_back(then(one, swap));
            }
            group.push_back(open[i]);
        }
        if (names.size() > 1) out.alike.push_back(names);
        open = others;
    }
    return out;
}

}  // namespace indoubt::simulation::explore
