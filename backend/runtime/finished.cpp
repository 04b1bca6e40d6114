// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/finished.h"

#include <algorithm>

namespace indoubt::runtime {

namespace {

void put_u64(std::string& to, std::uint64_t value) {
    for (int i = 0; i < 8; ++i) to.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

std::uint64_t take_u64(std::string_view& from) {
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;) value = value << 8 | static_cast<unsigned char>(from[i]);
    from.remove_prefix(8);
    return value;
}

base::Xid within_cluster(const base::Xid& xid) { return {xid.coordinator, xid.incarnation, xid.counter}; }

}  // namespace

void FinishedXids::learn(Source& source, std::uint64_t n, events::Knowledge knowledge) {
    if (knowledge == events::Knowledge::unknown || n < source.low) return;
    auto& known = source.known;
    if (!known.empty() && n >= source.known_from + known.size() + outcomes_max) known.clear();  // all of it is too old now
    if (known.empty()) source.known_from = n;
    if (n < source.known_from) {
        const std::uint64_t more = source.known_from - n;
        if (more + known.size() > outcomes_max) return;
        known.insert(known.begin(), static_cast<std::size_t>(more), std::uint8_t{0});
        source.known_from = n;
    }
    const auto at = static_cast<std::size_t>(n - source.known_from);
    if (at >= known.size()) known.resize(at + 1);
    known[at] = static_cast<std::uint8_t>(knowledge);
    while (known.size() > outcomes_max) {
        known.pop_front();
        ++source.known_from;
    }
}

void FinishedXids::finish(const base::Xid& xid, events::Knowledge knowledge, events::Heuristic heuristic) {
    Source& source = m_sources[{xid.coordinator, xid.incarnation}];
    const std::uint64_t n = xid.counter;
    if (heuristic != events::Heuristic::none) {
        m_forced.insert_or_assign(within_cluster(xid), heuristic);
        if (m_forced.size() > forced_max) m_forced.erase(m_forced.begin());
    }
    if (n < source.low) return;
    learn(source, n, knowledge);
    auto& spans = source.spans;
    auto after = spans.upper_bound(n);
    if (after != spans.begin()) {
        auto before = std::prev(after);
        if (before->second >= n) return;
        if (before->second + 1 == n) {
            before->second = n;
            if (after != spans.end() && after->first == n + 1) {
                before->second = after->second;
                spans.erase(after);
            }
            return;
        }
    }
    if (after != spans.end() && after->first == n + 1) {
        const std::uint64_t last = after->second;
        spans.erase(after);
        spans.emplace(n, last);
        return;
    }
    spans.emplace(n, n);
}

void FinishedXids::low_water(base::NodeId coordinator, base::Incarnation incarnation, std::uint64_t counter) {
    Source& source = m_sources[{coordinator, incarnation}];
    if (counter <= source.low) return;
    source.low = counter;
    while (!source.known.empty() && source.known_from < counter) {
        source.known.pop_front();
        ++source.known_from;
    }
    if (source.known.empty()) source.known_from = 0;  // one form for "nothing"
    auto& spans = source.spans;
    while (!spans.empty() && spans.begin()->second < counter) spans.erase(spans.begin());
    if (!spans.empty() && spans.begin()->first < counter) {
        const std::uint64_t last = spans.begin()->second;
        spans.erase(spans.begin());
        spans.emplace(counter, last);
    }
}

bool FinishedXids::contains(const base::Xid& xid) const {
    const auto found = m_sources.find({xid.coordinator, xid.incarnation});
    if (found == m_sources.end()) return false;
    if (xid.counter < found->second.low) return true;
    const auto& spans = found->second.spans;
    auto after = spans.upper_bound(xid.counter);
    return after != spans.begin() && std::prev(after)->second >= xid.counter;
}

events::Knowledge FinishedXids::knowledge(const base::Xid& xid) const {
    const auto found = m_sources.find({xid.coordinator, xid.incarnation});
    if (found == m_sources.end()) return events::Knowledge::unknown;
    const Source& source = found->second;
    const bool inside = xid.counter >= source.known_from && xid.counter - source.known_from < source.known.size();
    return inside ? static_cast<events::Knowledge>(source.known[static_cast<std::size_t>(xid.counter - source.known_from)]) : events::Knowledge::unknown;
}

events::Heuristic FinishedXids::heuristic(const base::Xid& xid) const {
    const auto found = m_forced.find(within_cluster(xid));
    return found == m_forced.end() ? events::Heuristic::none : found->second;
}

// Beside mark and spans, in `bytes`: known_from, their number, a byte each; then counter and byte of each forced branch.
std::vector<events::RecordPtr> FinishedXids::records() const {
    std::vector<events::RecordPtr> list;
    for (const auto& [key, source] : m_sources) {
        auto record = std::make_shared<events::Record>();
        record->kind = events::RecordKind::finished;
        record->node = key.first;
        record->incarnation = key.second;
        record->low_water = source.low;
        for (const auto& [first, last] : source.spans) record->spans.push_back({first, last});
        put_u64(record->bytes, source.known_from);
        put_u64(record->bytes, source.known.size());
        record->bytes.append(source.known.begin(), source.known.end());
        const base::Xid least{key.first, key.second, 0};
        for (auto at = m_forced.lower_bound(least); at != m_forced.end() && at->first.coordinator == key.first && at->first.incarnation == key.second; ++at) {
            put_u64(record->bytes, at->first.counter);
            record->bytes.push_back(static_cast<char>(at->second));
        }
        list.push_back(std::move(record));
    }
    return list;
}

void FinishedXids::restore(const events::Record& record) {
    Source& source = m_sources[{record.node, record.incarnation}];
    source.low = std::max(source.low, record.low_water);
    for (const auto& span : record.spans) source.spans.emplace(span.first, span.last);
    std::string_view bytes = record.bytes;
    if (bytes.size() < 16) return;  // of an older program: nothing of how they ended
    source.known_from = take_u64(bytes);
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(take_u64(bytes), bytes.size()));
    source.known.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    for (bytes.remove_prefix(count); bytes.size() >= 9; bytes.remove_prefix(1)) {
        const std::uint64_t counter = take_u64(bytes);
        m_forced.insert_or_assign(base::Xid{record.node, record.incarnation, counter}, static_cast<events::Heuristic>(bytes.front()));
    }
}

std::uint64_t FinishedXids::hash() const {
    base::Hasher hasher;
    for (const auto& [key, source] : m_sources) {
        hasher.add(key.first.packed()).add(key.second).add(source.low);
        for (const auto& [first, last] : source.spans) hasher.add(first).add(last);
        hasher.add(source.known_from);
        for (const std::uint8_t known : source.known) hasher.add(known);
    }
    for (const auto& [xid, heuristic] : m_forced) hasher.add(base::hash_value(xid)).add(static_cast<std::uint64_t>(heuristic));
    return hasher.value();
}

}  // namespace indoubt::runtime
