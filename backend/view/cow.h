// SPDX-License-Identifier: GPL-3.0-or-later
// Copy-on-write containers of the fold: a copy shares every chunk, and a write clones only the chunk it touches, so a view
// with 200,000 payments is copied in well under a millisecond and a keyframe costs what changed since the last one.
// One writer per container object; copies may be read and written on other threads (chunks are shared by counted pointers).
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/hash.h"

namespace indoubt::view {

// True when nobody else can reach what `pointer` owns. The fence orders our writes after the last reads of an owner that has
// just let go on another thread.
template <class T>
bool sole_owner(const std::shared_ptr<T>& pointer) {
    if (pointer.use_count() != 1) return false;
#if defined(__SANITIZE_THREAD__)
    const std::shared_ptr<T> probe = pointer;  // its release does what the fence does, in a way the sanitizer understands
#else
    std::atomic_thread_fence(std::memory_order_acquire);
#endif
    return true;
}

// The one way to write through a shared pointer: clones when anyone else holds it.
template <class T>
T& own(std::shared_ptr<T>& pointer) {
    if (!sole_owner(pointer)) pointer = std::make_shared<T>(*pointer);
    return *pointer;
}

// A deque of values in chunks of N; grows at the back, shrinks at the front.
template <class T, std::size_t N>
class CowDeque {
  public:
    std::size_t size() const { return m_end - m_begin; }
    bool empty() const { return m_end == m_begin; }
    const T& operator[](std::size_t index) const {
        const std::size_t place = m_begin + index;
        return (*m_chunks[place / N])[place % N];
    }
    const T& back() const { return (*this)[size() - 1]; }
    T& edit(std::size_t index) {
        const std::size_t place = m_begin + index;
        return own(m_chunks[place / N])[place % N];
    }
    void push_back(T value) {
        if (m_end == m_chunks.size() * N) m_chunks.push_back(std::make_shared<Chunk>());
        own(m_chunks[m_end / N])[m_end % N] = std::move(value);
        ++m_end;
    }
    void pop_front() {
        if (++m_begin < N) return;
        m_chunks.erase(m_chunks.begin());
        m_begin -= N;
        m_end -= N;
    }

  private:
    using Chunk = std::array<T, N>;
    std::vector<std::shared_ptr<Chunk>> m_chunks;
    std::size_t m_begin = 0, m_end = 0;
};

// From a 64-bit hash to a number; several numbers may share a hash, so the caller's predicate has the last word.
class CowIndex {
  public:
    static constexpr std::uint64_t none = ~std::uint64_t{0};

    template <class Is>
    std::uint64_t find(std::uint64_t hash, Is&& is) const {
        const auto& shard = m_shards[hash % shards];
        if (!shard || shard->cells.empty()) return none;
        const std::size_t mask = shard->cells.size() - 1;
        for (std::size_t i = home(hash, mask);; i = (i + 1) & mask) {
            const Slot& slot = shard->cells[i];
            if (slot.value == none) return none;
            if (slot.hash == hash && is(slot.value)) return slot.value;
        }
    }
    void insert(std::uint64_t hash, std::uint64_t value) {
        Shard& shard = edit(hash);
        if ((shard.used + 1) * 4 > shard.cells.size() * 3) grow(shard);
        place(shard, {hash, value});
        ++shard.used;
    }
    void erase(std::uint64_t hash, std::uint64_t value) {
        Shard& shard = edit(hash);
        if (shard.cells.empty()) return;
        const std::size_t mask = shard.cells.size() - 1;
        std::size_t hole = home(hash, mask);
        while (shard.cells[hole].value != none && !(shard.cells[hole].hash == hash && shard.cells[hole].value == value)) hole = (hole + 1) & mask;
        if (shard.cells[hole].value == none) return;
        // Backward shift: whatever follows and would be found from the hole moves into it, so no tombstones build up.
        for (std::size_t i = (hole + 1) & mask; shard.cells[i].value != none; i = (i + 1) & mask) {
            const std::size_t wanted = home(shard.cells[i].hash, mask);
            if (((i - wanted) & mask) < ((i - hole) & mask)) continue;
            shard.cells[hole] = shard.cells[i];
            hole = i;
        }
        shard.cells[hole].value = none;
        --shard.used;
    }

  private:
    static constexpr std::size_t shards = 4096;
    struct Slot { std::uint64_t hash = 0, value = none; };
    struct Shard {
        std::vector<Slot> cells;  // a power of two, at most three quarters full
        std::size_t used = 0;
    };
    static std::size_t home(std::uint64_t hash, std::size_t mask) { return hash / shards & mask; }
    Shard& edit(std::uint64_t hash) {
        auto& shard = m_shards[hash % shards];
        if (!shard) shard = std::make_shared<Shard>();
        return own(shard);
    }
    static void place(Shard& shard, Slot slot) {
        const std::size_t mask = shard.cells.size() - 1;
        std::size_t i = home(slot.hash, mask);
        while (shard.cells[i].value != none) i = (i + 1) & mask;
        shard.cells[i] = slot;
    }
    static void grow(Shard& shard) {
        std::vector<Slot> old(shard.cells.empty() ? 8 : shard.cells.size() * 2);
        old.swap(shard.cells);
        for (const Slot& slot : old)
            if (slot.value != none) place(shard, slot);
    }
    std::vector<std::shared_ptr<Shard>> m_shards = std::vector<std::shared_ptr<Shard>>(shards);
};

}  // namespace indoubt::view
