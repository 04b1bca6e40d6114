// SPDX-License-Identifier: GPL-3.0-or-later
// Explicit-state search, breadth first: every reachable state of a model once, and for a violation a shortest way to it.
// A model is anything with states of a fixed number of 32-bit words: the real cores (cluster_model.h), or a specification
// that checks this search itself (spec_models.h). Single-threaded; `progress` may cancel.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "simulation/explore/state_set.h"

namespace indoubt::simulation::explore {

// What a step can lead to: rows of one state each, with the action's number (meaningful to the model alone).
class Successors {
  public:
    explicit Successors(std::size_t words) : m_words(words) {}
    void clear() { m_rows.clear(); m_actions.clear(); }
    // Room for one more state, filled by the caller.
    std::uint32_t* add(std::uint32_t action) {
        m_actions.push_back(action);
        m_rows.resize(m_rows.size() + m_words);
        return m_rows.data() + m_rows.size() - m_words;
    }
    // Takes back all but the first so many.
    void drop(std::size_t size) {
        m_actions.resize(size);
        m_rows.resize(size * m_words);
    }
    std::size_t size() const { return m_actions.size(); }
    const std::uint32_t* state(std::size_t i) const { return m_rows.data() + i * m_words; }
    std::uint32_t action(std::size_t i) const { return m_actions[i]; }

  private:
    std::size_t m_words;
    std::vector<std::uint32_t> m_rows, m_actions;
};

class Model {
  public:
    virtual ~Model() = default;
    virtual std::size_t words() const = 0;
    virtual void initial(Successors& out) = 0;
    virtual void successors(const std::uint32_t* state, Successors& out) = 0;
    // The invariant this state breaks; empty: none.
    virtual std::string violated(const std::uint32_t* state) = 0;
    // Memory of the model's own tables, for the bound below.
    virtual std::uint64_t memory_bytes() const { return 0; }
};

struct Bounds {
    std::uint64_t states_max = 400'000'000;
    std::uint64_t memory_bytes_max = 20ull << 30;
    std::size_t violations_max = 1;  // the search ends once so many were found
};

struct Progress { std::uint64_t states = 0, generated = 0, waiting = 0, memory_bytes = 0; std::uint32_t depth = 0; };

struct Found {
    std::string invariant;
    std::uint32_t state = 0;
    std::vector<std::uint32_t> actions;  // a shortest way
};

struct Report {
    std::uint64_t states = 0;     // distinct
    std::uint64_t generated = 0;  // transitions taken, to old and new states
    std::uint64_t memory_bytes = 0;
    std::uint32_t depth = 0;      // of the deepest state expanded
    double seconds = 0;
    bool complete = false;        // every reachable state was expanded
    std::string stopped;          // why not, in words
    std::vector<Found> violations;
};

// `progress` is called every 65,536 states; false cancels. `seen` keeps every state afterwards, for questions about all of them.
Report search(Model& model, const Bounds& bounds, StateSet& seen, const std::function<bool(const Progress&)>& progress = {});

}  // namespace indoubt::simulation::explore
