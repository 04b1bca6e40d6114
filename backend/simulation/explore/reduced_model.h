// SPDX-License-Identifier: GPL-3.0-or-later
// The same cluster as cluster_model.h, with far fewer states and the same verdicts:
//   - local states that nothing can tell apart are one, messages that all take alike are one, and those nobody reacts to are none (quotient.h);
//   - a dead message is dropped: one that its addressee ignores in its present state and in all that can come of it;
//   - what a node can say without changing (repeat itself, answer again) is taken as said: more messages under way only
//     ever allow more, so a state and the one where this was said decide and break the same things;
//   - participants that are interchangeable are renamed to the least of all arrangements (symmetry.h).
// Each can be switched off; the tests compare. Not for an accurate detector, whose links are no set of messages.
#pragma once
#include <optional>

#include "simulation/explore/symmetry.h"

namespace indoubt::simulation::explore {

struct Reductions {
    bool symmetry = true;
    bool dead_messages = true;
    bool said = true;  // what a node can say without changing is taken as said
};

class ReducedModel final : public Model {
  public:
    // `model` outlives this one. `closure` is finished.
    ReducedModel(ClusterModel& model, const Closure& closure, const Reductions& reductions) : ReducedModel(model, quotient_of(closure), reductions) {}
    ReducedModel(ClusterModel& model, Quotient&& quotient, const Reductions& reductions);
    static bool fits(const Quotient& quotient);  // else its states are too wide for their packing

    std::size_t words() const override { return m_mask_words + m_local_words + 1; }
    void initial(Successors& out) override;
    void successors(const std::uint32_t* state, Successors& out) override;
    std::string violated(const std::uint32_t* state) override;
    std::uint64_t memory_bytes() const override { return m_model.memory_bytes(); }

    const Quotient& quotient() const { return m_q; }
    const Symmetry& symmetry() const { return m_symmetry; }
    // How many states without symmetry this one stands for.
    std::uint32_t orbit(const std::uint32_t* state) const;
    std::uint32_t klass(const std::uint32_t* state, std::uint32_t node) const;
    std::uint32_t deeds(const std::uint32_t* state, std::uint32_t node) const { return m_q.deeds[klass(state, node)]; }
    bool up(const std::uint32_t* state, std::uint32_t node) const { return m_q.up[klass(state, node)]; }

  private:
    using Mask = std::vector<std::uint32_t>;
    struct Level { std::vector<Mask> live; };  // by class: messages that can still matter
    struct Speech { std::uint32_t message; std::uint32_t sends; };

    std::uint32_t level_of(std::uint32_t budget) const { return (budget % 16 > 0 ? 1u : 0u) + (budget / 16 > 0 ? 2u : 0u); }
    void find_live(std::uint32_t level);
    void settle(std::uint32_t* state) const;
    void arrange(std::uint32_t* state) const;
    void rename(const std::uint32_t* state, const Renaming& renaming, std::uint32_t* out) const;
    void set_klass(std::uint32_t* state, std::uint32_t node, std::uint32_t klass) const;
    void move(const std::uint32_t* state, std::uint32_t action, std::uint32_t node, const ClassEdge& edge, std::uint32_t budget, Successors& out) const;
    bool says(const ClassEdge& edge, std::uint32_t klass) const { return edge.next == klass && m_reductions.said; }

    ClusterModel& m_model;
    const Reductions m_reductions;
    const Quotient m_q;
    const Symmetry m_symmetry;
    std::uint32_t m_mask_words, m_local_words;
    std::vector<Mask> m_set_masks;
    std::vector<Mask> m_answers;                     // by class: messages that make it say something and stay as it is
    std::vector<Mask> m_unasked;                     // by class: what it may say at any time
    std::vector<std::vector<Speech>> m_speeches;     // by class, sorted by message
    Level m_levels[4];                               // by what is left: nothing, crashes, restarts, both
};

}  // namespace indoubt::simulation::explore
