// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/explore/reduced_model.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace indoubt::simulation::explore {
namespace {

constexpr std::uint32_t crash_unit = 1, restart_unit = 16;
constexpr std::size_t words_max = 64;

bool has(const std::uint32_t* mask, std::uint32_t bit) { return (mask[bit / 32] >> (bit % 32) & 1) != 0; }
void put(std::uint32_t* mask, std::uint32_t bit) { mask[bit / 32] |= 1u << (bit % 32); }

}  // namespace

bool ReducedModel::fits(const Quotient& quotient) { return quotient.node_of.size() < 0x10000 && (quotient.messages + 31) / 32 + (quotient.nodes + 1) / 2 + 1 <= words_max; }

ReducedModel::ReducedModel(ClusterModel& model, Quotient&& quotient, const Reductions& reductions)
    : m_model(model), m_reductions(reductions), m_q(std::move(quotient)), m_symmetry(reductions.symmetry ? symmetry_of(model, m_q) : Symmetry{}),
      m_mask_words((m_q.messages + 31) / 32), m_local_words((m_q.nodes + 1) / 2) {
    INDOUBT_CHECK(!model.setup().accurate_detector, "a cluster whose messages are a set");
    INDOUBT_CHECK(fits(m_q), "states that fit their packing");
    for (const auto& set : m_q.sets) {
        Mask mask(m_mask_words, 0);
        for (const std::uint32_t message : set) put(mask.data(), message);
        m_set_masks.push_back(std::move(mask));
    }
    const std::size_t classes = m_q.node_of.size();
    m_answers.assign(classes, Mask(m_mask_words, 0));
    m_unasked.assign(classes, Mask(m_mask_words, 0));
    m_speeches.resize(classes);
    for (std::uint32_t it = 0; it < classes; ++it) {
        for (const ClassEdge& edge : m_q.deliveries[it]) {
            if (!says(edge, it)) continue;
            put(m_answers[it].data(), edge.message);
            m_speeches[it].push_back({edge.message, edge.sends});
        }
        for (const ClassEdge& edge : m_q.own[it])
            if (edge.kind == EdgeKind::free && says(edge, it))
                for (std::uint32_t word = 0; word < m_mask_words; ++word) m_unasked[it][word] |= m_set_masks[edge.sends][word];
    }
    for (std::uint32_t level = 0; level < 4; ++level) find_live(level);
}

// A message can still matter to a state that reacts to it, and to any that can become such a one.
void ReducedModel::find_live(std::uint32_t level) {
    auto& live = m_levels[level].live;
    live.assign(m_q.node_of.size(), Mask(m_mask_words, 0));
    for (std::uint32_t it = 0; it < live.size(); ++it)
        for (const ClassEdge& edge : m_q.deliveries[it]) put(live[it].data(), edge.message);
    for (bool grows = true; grows;) {
        grows = false;
        for (std::uint32_t it = static_cast<std::uint32_t>(live.size()); it-- > 0;) {
            const auto join = [&](std::uint32_t next) {
                for (std::uint32_t word = 0; word < m_mask_words; ++word) {
                    const std::uint32_t joined = live[it][word] | live[next][word];
                    grows = grows || joined != live[it][word];
                    live[it][word] = joined;
                }
            };
            for (const ClassEdge& edge : m_q.deliveries[it]) join(edge.next);
            for (const ClassEdge& edge : m_q.own[it]) {
                if (edge.kind == EdgeKind::crash && (level & 1) == 0) continue;
                if (edge.kind == EdgeKind::restart && (level & 2) == 0) continue;
                join(edge.next);
            }
        }
    }
}

std::uint32_t ReducedModel::klass(const std::uint32_t* state, std::uint32_t node) const {
    return state[m_mask_words + node / 2] >> (16 * (node % 2)) & 0xffff;
}

void ReducedModel::set_klass(std::uint32_t* state, std::uint32_t node, std::uint32_t klass) const {
    std::uint32_t& word = state[m_mask_words + node / 2];
    const std::uint32_t shift = 16 * (node % 2);
    word = (word & ~(0xffffu << shift)) | klass << shift;
}

// Takes as said what can be said by now, and drops what is dead.
void ReducedModel::settle(std::uint32_t* state) const {
    if (m_reductions.said) {
        for (bool grows = true; grows;) {
            grows = false;
            const auto say = [&](const Mask& mask) {
                for (std::uint32_t word = 0; word < m_mask_words; ++word) {
                    grows = grows || (mask[word] & ~state[word]) != 0;
                    state[word] |= mask[word];
                }
            };
            for (std::uint32_t node = 0; node < m_q.nodes; ++node) {
                const std::uint32_t it = klass(state, node);
                say(m_unasked[it]);
                for (const Speech& speech : m_speeches[it])
                    if (has(state, speech.message)) say(m_set_masks[speech.sends]);
            }
        }
    }
    if (!m_reductions.dead_messages) return;
    const auto& live = m_levels[level_of(state[words() - 1])].live;
    for (std::uint32_t word = 0; word < m_mask_words; ++word) {
        std::uint32_t kept = 0;
        for (std::uint32_t node = 0; node < m_q.nodes; ++node) kept |= live[klass(state, node)][word];
        state[word] &= kept;
    }
}

void ReducedModel::rename(const std::uint32_t* state, const Renaming& renaming, std::uint32_t* out) const {
    std::fill(out, out + m_mask_words, 0u);
    for (std::uint32_t word = 0; word < m_mask_words; ++word)
        for (std::uint32_t bits = state[word]; bits != 0; bits &= bits - 1) put(out, renaming.message[32 * word + static_cast<std::uint32_t>(__builtin_ctz(bits))]);
    std::fill(out + m_mask_words, out + m_mask_words + m_local_words, 0u);
    for (std::uint32_t node = 0; node < m_q.nodes; ++node) set_klass(out, renaming.node[node], renaming.klass[klass(state, node)]);
    out[words() - 1] = state[words() - 1];
}

void ReducedModel::arrange(std::uint32_t* state) const {
    std::array<std::uint32_t, words_max> least, other;
    std::copy(state, state + words(), least.begin());
    for (std::size_t i = 1; i < m_symmetry.renamings.size(); ++i) {
        rename(state, m_symmetry.renamings[i], other.data());
        if (std::lexicographical_compare(other.begin(), other.begin() + static_cast<std::ptrdiff_t>(words()), least.begin(), least.begin() + static_cast<std::ptrdiff_t>(words()))) std::copy(other.begin(), other.begin() + static_cast<std::ptrdiff_t>(words()), least.begin());
    }
    std::copy(least.begin(), least.begin() + static_cast<std::ptrdiff_t>(words()), state);
}

std::uint32_t ReducedModel::orbit(const std::uint32_t* state) const {
    std::uint32_t same = 0;
    std::array<std::uint32_t, words_max> other;
    const auto group = static_cast<std::uint32_t>(std::max<std::size_t>(m_symmetry.renamings.size(), 1));
    for (const Renaming& renaming : m_symmetry.renamings) {
        rename(state, renaming, other.data());
        if (std::equal(state, state + words(), other.begin())) ++same;
    }
    return group / std::max(same, 1u);
}

void ReducedModel::initial(Successors& out) {
    std::uint32_t* state = out.add(0);
    std::fill(state, state + words(), 0u);
    for (const std::uint32_t message : m_q.initially_sent) put(state, message);
    for (std::uint32_t node = 0; node < m_q.nodes; ++node) set_klass(state, node, m_q.initial[node]);
    state[words() - 1] = m_model.setup().crashes * crash_unit + m_model.setup().restarts * restart_unit;
    settle(state);
    arrange(state);
}

void ReducedModel::move(const std::uint32_t* state, std::uint32_t action, std::uint32_t node, const ClassEdge& edge, std::uint32_t budget, Successors& out) const {
    const std::size_t before = out.size();
    std::uint32_t* next = out.add(action);
    std::copy(state, state + words(), next);
    for (std::uint32_t word = 0; word < m_mask_words; ++word) next[word] |= m_set_masks[edge.sends][word];
    set_klass(next, node, edge.next);
    next[words() - 1] = budget;
    settle(next);
    arrange(next);
    if (std::equal(next, next + words(), state)) out.drop(before);
}

void ReducedModel::successors(const std::uint32_t* state, Successors& out) {
    std::array<std::uint32_t, words_max> from;  // `out` may move what it holds
    std::copy(state, state + words(), from.begin());
    const std::uint32_t budget = from[words() - 1];
    for (std::uint32_t node = 0; node < m_q.nodes; ++node) {
        const std::uint32_t it = klass(from.data(), node);
        for (const ClassEdge& edge : m_q.deliveries[it])
            if (has(from.data(), edge.message) && !says(edge, it)) move(from.data(), pack_action({Move::deliver, node, edge.message}), node, edge, budget, out);
        for (std::uint32_t i = 0; i < m_q.own[it].size(); ++i) {
            const ClassEdge& edge = m_q.own[it][i];
            std::uint32_t left = budget;
            if ((edge.kind == EdgeKind::crash || edge.kind == EdgeKind::sync_lazy) && budget % 16 == 0) continue;
            if (edge.kind == EdgeKind::restart && budget / 16 == 0) continue;
            if (edge.kind == EdgeKind::free && says(edge, it)) continue;
            if (edge.kind == EdgeKind::crash) left -= crash_unit;
            if (edge.kind == EdgeKind::restart) left -= restart_unit;
            const Move kind = edge.kind == EdgeKind::crash ? Move::crash : edge.kind == EdgeKind::restart ? Move::restart : Move::timer;
            move(from.data(), pack_action({kind, node, i}), node, edge, left, out);
        }
    }
}

std::string ReducedModel::violated(const std::uint32_t* state) {
    std::array<std::uint32_t, 16> all{};
    for (std::uint32_t node = 0; node < m_q.nodes; ++node) all[node] = deeds(state, node);
    return m_model.broken_by(all.data());
}

}  // namespace indoubt::simulation::explore
