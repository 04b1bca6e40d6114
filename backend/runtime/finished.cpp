// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/finished.h"

#include <algorithm>
#include <cstring>

namespace indoubt::runtime {

void FinishedXids::finish(const base::Xid& xid) {
    Source& source = m_sources[{xid.coordinator, xid.incarnation}];
    const std::uint64_t n = xid.counter;
    if (n < source.low) return;
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

std::vector<events::RecordPtr> FinishedXids::records() const {
    std::vector<events::RecordPtr> list;
    for (const auto& [key, source] : m_sources) {
        auto record = std::make_shared<events::Record>();
        record->kind = events::RecordKind::finished;
        record->node = key.first;
        record->incarnation = key.second;
        record->low_water = source.low;
        for (const auto& [first, last] : source.spans) record->spans.push_back({first, last});
        list.push_back(std::move(record));
    }
    return list;
}

void FinishedXids::restore(const events::Record& record) {
    Source& source = m_sources[{record.node, record.incarnation}];
    source.low = std::max(source.low, record.low_water);
    for (const auto& span : record.spans) source.spans.emplace(span.first, span.last);
}

std::uint64_t FinishedXids::hash() const {
    base::Hasher hasher;
    for (const auto& [key, source] : m_sources) {
        hasher.add(key.first.packed()).add(key.second).add(source.low);
        for (const auto& [first, last] : source.spans) hasher.add(first).add(last);
    }
    return hasher.value();
}

void KeyTable::put(const base::Digest128& key, const Entry& entry) { m_entries.insert_or_assign(key, entry); }

std::optional<KeyTable::Entry> KeyTable::find(const base::Digest128& key) const {
    const auto found = m_entries.find(key);
    if (found == m_entries.end()) return std::nullopt;
    return found->second;
}

void KeyTable::erase(const base::Digest128& key) { m_entries.erase(key); }

namespace {
constexpr std::size_t entry_bytes = 48;

void put_u64(char* at, std::uint64_t value) {
    for (int i = 0; i < 8; ++i) at[i] = static_cast<char>(value >> (8 * i) & 0xff);
}
std::uint64_t get_u64(const char* at) {
    std::uint64_t value = 0;
    for (int i = 7; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(at[i]);
    return value;
}
}  // namespace

std::string KeyTable::bytes() const {
    std::vector<std::pair<base::Digest128, Entry>> sorted(m_entries.begin(), m_entries.end());
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string text(sorted.size() * entry_bytes, '\0');
    char* at = text.data();
    for (const auto& [key, entry] : sorted) {
        put_u64(at, key.high);
        put_u64(at + 8, key.low);
        put_u64(at + 16, entry.xid.coordinator.packed());
        put_u64(at + 24, entry.xid.incarnation);
        put_u64(at + 32, entry.xid.counter);
        put_u64(at + 40, static_cast<std::uint64_t>(entry.decided_s));
        at += entry_bytes;
    }
    return text;
}

bool KeyTable::restore(std::string_view bytes, std::int64_t oldest_s) {
    if (bytes.size() % entry_bytes != 0) return false;
    m_entries.reserve(m_entries.size() + bytes.size() / entry_bytes);
    for (std::size_t i = 0; i < bytes.size(); i += entry_bytes) {
        const char* at = bytes.data() + i;
        Entry entry;
        entry.xid.coordinator = base::NodeId::from_packed(get_u64(at + 16));
        entry.xid.incarnation = static_cast<base::Incarnation>(get_u64(at + 24));
        entry.xid.counter = get_u64(at + 32);
        entry.decided_s = static_cast<std::int64_t>(get_u64(at + 40));
        if (entry.decided_s >= oldest_s) m_entries.insert_or_assign({get_u64(at), get_u64(at + 8)}, entry);
    }
    return true;
}

std::uint64_t KeyTable::hash() const {
    std::uint64_t sum = m_entries.size();  // order-free: the table is unordered
    for (const auto& [key, entry] : m_entries) sum += base::mix64(key.low ^ base::hash_value(entry.xid));
    return sum;
}

}  // namespace indoubt::runtime
