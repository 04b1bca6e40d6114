// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/quotient.h"

#include <algorithm>
#include <map>

#include "base/check.h"

namespace indoubt::simulation::explore {
namespace {

using base::mix64;

class Refining {
  public:
    explicit Refining(const Closure& closure) : m_from(closure), m_class(closure.node_of.size()), m_message(closure.place.size(), 0), m_set(closure.sets.size(), 0) {
        for (std::uint32_t node = 0; node < closure.nodes; ++node) m_states.emplace_back();
        for (std::uint32_t state = 0; state < m_class.size(); ++state) m_states[closure.node_of[state]].push_back(state);
    }

    Quotient go() {
        std::map<std::tuple<std::uint32_t, bool, std::uint32_t>, std::uint32_t> first;
        for (std::uint32_t state = 0; state < m_class.size(); ++state)
            m_class[state] = first.try_emplace({m_from.node_of[state], m_from.up[state], m_from.deeds[state]}, static_cast<std::uint32_t>(first.size())).first->second;
        m_classes = static_cast<std::uint32_t>(first.size());
        m_messages = 1;  // all of them nothing
        for (bool finer = true; finer;) {
            number_sets();
            const std::uint32_t states = m_classes, messages = m_messages;
            tell_messages_apart();
            number_sets();
            tell_states_apart();
            finer = m_classes != states || m_messages != messages;
        }
        number_sets();
        return built();
    }

  private:
    // Sets of messages as sets of classes, without nothing.
    std::vector<std::uint32_t> classes_of(const std::vector<std::uint32_t>& set) const {
        std::vector<std::uint32_t> classes;
        for (const std::uint32_t message : set)
            if (m_message[message] != 0) classes.push_back(m_message[message] - 1);
        std::sort(classes.begin(), classes.end());
        classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
        return classes;
    }

    void number_sets() {
        m_sets.clear();
        std::map<std::vector<std::uint32_t>, std::uint32_t> numbers;
        for (std::size_t set = 0; set < m_set.size(); ++set) {
            const auto [at, fresh] = numbers.try_emplace(classes_of(m_from.sets[set]), static_cast<std::uint32_t>(numbers.size()));
            if (fresh) m_sets.push_back(at->first);
            m_set[set] = at->second;
        }
    }

    std::uint64_t of_delivery(std::uint32_t state, std::uint32_t place) const {
        return std::uint64_t{m_class[m_from.next[state][place]]} << 32 | m_set[m_from.sends[state][place]];
    }
    std::uint64_t of_nothing(std::uint32_t state) const { return std::uint64_t{m_class[state]} << 32; }

    void tell_messages_apart() {
        std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint32_t> numbers;
        std::vector<std::uint32_t> finer(m_message.size(), 0);
        for (std::uint32_t node = 0; node < m_from.nodes; ++node) {
            const auto& inbox = m_from.inbox[node];
            std::vector<std::uint64_t> looks(inbox.size(), 0);
            std::vector<bool> nothing(inbox.size(), true);
            for (const std::uint32_t state : m_states[node])
                for (std::uint32_t place = 0; place < inbox.size(); ++place) {
                    const std::uint64_t does = of_delivery(state, place);
                    looks[place] += mix64(does + mix64(state + 1));
                    if (does != of_nothing(state)) nothing[place] = false;
                }
            for (std::uint32_t place = 0; place < inbox.size(); ++place) {
                if (nothing[place]) continue;
                const std::uint32_t message = inbox[place];
                const std::uint64_t mark = mix64(looks[place] + node);
                finer[message] = numbers.try_emplace({m_message[message] * 16 + node, mark}, static_cast<std::uint32_t>(numbers.size() + 1)).first->second;
            }
        }
        m_message = std::move(finer);
        m_messages = static_cast<std::uint32_t>(numbers.size() + 1);
    }

    std::vector<ClassEdge> own_of(std::uint32_t state) const {
        std::vector<ClassEdge> edges;
        for (const OwnEdge& edge : m_from.own[state]) {
            const bool idle = (edge.kind == EdgeKind::free || edge.kind == EdgeKind::sync_lazy) && m_class[edge.next] == m_class[state] && m_set[edge.sends] == 0;
            if (!idle) edges.push_back({edge.kind, 0, m_class[edge.next], m_set[edge.sends]});
        }
        std::sort(edges.begin(), edges.end());
        edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
        return edges;
    }

    void tell_states_apart() {
        std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint32_t> numbers;
        std::vector<std::uint32_t> finer(m_class.size());
        for (std::uint32_t state = 0; state < m_class.size(); ++state) {
            std::uint64_t looks = 0;
            const auto& inbox = m_from.inbox[m_from.node_of[state]];
            for (std::uint32_t place = 0; place < inbox.size(); ++place)
                if (const std::uint64_t does = of_delivery(state, place); does != of_nothing(state)) looks += mix64(does + mix64(m_message[inbox[place]] + 1));
            for (const ClassEdge& edge : own_of(state)) looks += mix64((std::uint64_t{edge.next} << 32 | edge.sends) + mix64(0x5eed00 + static_cast<std::uint64_t>(edge.kind)));
            finer[state] = numbers.try_emplace({m_class[state], looks}, static_cast<std::uint32_t>(numbers.size())).first->second;
        }
        m_class = std::move(finer);
        m_classes = static_cast<std::uint32_t>(numbers.size());
    }

    std::vector<ClassEdge> deliveries_of(std::uint32_t state) const {
        std::vector<ClassEdge> edges;
        const auto& inbox = m_from.inbox[m_from.node_of[state]];
        for (std::uint32_t place = 0; place < inbox.size(); ++place) {
            const std::uint64_t does = of_delivery(state, place);
            if (does == of_nothing(state)) continue;
            INDOUBT_CHECK(m_message[inbox[place]] != 0, "a message that is nothing changes nothing");
            edges.push_back({EdgeKind::free, m_message[inbox[place]] - 1, static_cast<std::uint32_t>(does >> 32), static_cast<std::uint32_t>(does)});
        }
        std::sort(edges.begin(), edges.end());
        edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
        return edges;
    }

    Quotient built() const {
        Quotient out;
        out.nodes = m_from.nodes;
        out.messages = m_messages - 1;
        out.sets = m_sets;
        out.node_of.assign(m_classes, UINT32_MAX);
        out.deeds.resize(m_classes);
        out.up.resize(m_classes);
        out.deliveries.resize(m_classes);
        out.own.resize(m_classes);
        for (std::uint32_t state = 0; state < m_class.size(); ++state) {
            const std::uint32_t it = m_class[state];
            std::vector<ClassEdge> deliveries = deliveries_of(state), own = own_of(state);
            if (out.node_of[it] == UINT32_MAX) {
                out.node_of[it] = m_from.node_of[state];
                out.deeds[it] = m_from.deeds[state];
                out.up[it] = m_from.up[state];
                out.deliveries[it] = std::move(deliveries);
                out.own[it] = std::move(own);
                // One message class, one effect: else two messages were taken for one.
                for (std::size_t i = 1; i < out.deliveries[it].size(); ++i)
                    INDOUBT_CHECK(out.deliveries[it][i].message != out.deliveries[it][i - 1].message, "messages of one class are taken alike");
                continue;
            }
            const bool same = out.node_of[it] == m_from.node_of[state] && out.deeds[it] == m_from.deeds[state] && out.up[it] == m_from.up[state] &&
                              out.deliveries[it] == deliveries && out.own[it] == own;
            INDOUBT_CHECK(same, "states of one class do the same");
        }
        out.addressee.resize(out.messages);
        out.class_of_message = m_message;
        out.example.resize(out.messages, UINT32_MAX);
        for (std::uint32_t message = 0; message < m_message.size(); ++message) {
            if (m_message[message] == 0) continue;
            std::uint32_t& example = out.example[m_message[message] - 1];
            if (example != UINT32_MAX) {
                check_alike(message, example);
                continue;
            }
            example = message;
            for (std::uint32_t node = 0; node < m_from.nodes; ++node)
                if (m_from.place[message] < m_from.inbox[node].size() && m_from.inbox[node][m_from.place[message]] == message) out.addressee[m_message[message] - 1] = node;
        }
        for (const std::uint32_t state : m_from.initial) out.initial.push_back(m_class[state]);
        out.initially_sent = classes_of(m_from.initially_sent);
        return out;
    }

    void check_alike(std::uint32_t a, std::uint32_t b) const {
        for (std::uint32_t node = 0; node < m_from.nodes; ++node) {
            const auto& inbox = m_from.inbox[node];
            if (m_from.place[a] >= inbox.size() || inbox[m_from.place[a]] != a) continue;
            INDOUBT_CHECK(m_from.place[b] < inbox.size() && inbox[m_from.place[b]] == b, "messages of one class go to one node");
            for (const std::uint32_t state : m_states[node]) INDOUBT_CHECK(of_delivery(state, m_from.place[a]) == of_delivery(state, m_from.place[b]), "messages of one class are taken alike");
        }
    }

    const Closure& m_from;
    std::vector<std::uint32_t> m_class, m_message, m_set;  // by state, message, set; message class 0 is nothing
    std::uint32_t m_classes = 0, m_messages = 0;
    std::vector<std::vector<std::uint32_t>> m_sets;
    std::vector<std::vector<std::uint32_t>> m_states;      // by node
};

}  // namespace

Quotient quotient_of(const Closure& closure) { return Refining(closure).go(); }

}  // namespace indoubt::simulation::explore
