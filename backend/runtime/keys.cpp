// SPDX-License-Identifier: GPL-3.0-or-later
// Packed form, little-endian words: a mark of 8 bytes, then key (2 words), coordinator, incarnation and cluster (the upper half,
// empty in an older form), counter, ended_s, payment (2 words) for each. The older form has neither mark nor payment, and its length tells it apart.
#include "runtime/keys.h"

#include <algorithm>

namespace indoubt::runtime {

namespace {

constexpr std::string_view mark = "keys-v2\n";
constexpr std::size_t old_entry_bytes = 48, entry_bytes = 64;
constexpr std::size_t record_entries = 16384;  // a megabyte each: no record is too large to write or to read

void put_u64(std::string& to, std::uint64_t value) {
    for (int i = 0; i < 8; ++i) to.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

std::uint64_t get_u64(const char* at) {
    std::uint64_t value = 0;
    for (int i = 7; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(at[i]);
    return value;
}

void pack(const base::Digest128& key, const KeyTable::Entry& entry, bool old, std::string& to) {
    put_u64(to, key.high);
    put_u64(to, key.low);
    put_u64(to, entry.xid.coordinator.packed());
    put_u64(to, std::uint64_t{entry.xid.cluster} << 32 | entry.xid.incarnation);
    put_u64(to, entry.xid.counter);
    put_u64(to, static_cast<std::uint64_t>(entry.ended_s));
    if (old) return;
    put_u64(to, entry.payment.high);
    put_u64(to, entry.payment.low);
}

}  // namespace

void KeyTable::put(const base::Digest128& key, const Entry& entry) { m_entries.insert_or_assign(key, entry); }

std::optional<KeyTable::Entry> KeyTable::find(const base::Digest128& key) const {
    const auto found = m_entries.find(key);
    return found == m_entries.end() ? std::nullopt : std::optional(found->second);
}

std::optional<KeyTable::Entry> KeyTable::find_old(std::string_view key) const {
    if (m_old.empty()) return std::nullopt;
    const auto found = m_old.find(base::digest128(key));
    return found == m_old.end() ? std::nullopt : std::optional(found->second);
}

void KeyTable::expire(std::int64_t oldest_s) {
    const auto over = [oldest_s](const auto& item) { return item.second.ended_s < oldest_s; };
    absl::erase_if(m_entries, over);
    absl::erase_if(m_old, over);
}

std::vector<std::pair<base::Digest128, KeyTable::Entry>> KeyTable::sorted() const {
    std::vector<std::pair<base::Digest128, Entry>> list(m_entries.begin(), m_entries.end());
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    return list;
}

std::vector<events::RecordPtr> KeyTable::records() const {
    std::vector<events::RecordPtr> list;
    std::shared_ptr<events::Record> record;
    for (const bool old : {false, true}) {
        std::size_t left = 0;
        for (const auto& [key, entry] : old ? m_old : m_entries) {
            if (left == 0) {
                record = std::make_shared<events::Record>();
                record->kind = events::RecordKind::keys;
                if (!old) record->bytes = mark;
                list.push_back(record);
                left = record_entries;
            }
            pack(key, entry, old, record->bytes);
            --left;
        }
    }
    return list;
}

bool KeyTable::restore(const events::Record& record) {
    std::string_view bytes = record.bytes;
    const bool old = !bytes.starts_with(mark);
    if (!old) bytes.remove_prefix(mark.size());
    const std::size_t each = old ? old_entry_bytes : entry_bytes;
    if (bytes.size() % each != 0) return false;
    Entries& entries = old ? m_old : m_entries;
    for (; !bytes.empty(); bytes.remove_prefix(each)) {
        const char* at = bytes.data();
        Entry entry;
        entry.xid.coordinator = base::NodeId::from_packed(get_u64(at + 16));
        entry.xid.incarnation = static_cast<base::Incarnation>(get_u64(at + 24));
        entry.xid.cluster = static_cast<std::uint32_t>(get_u64(at + 24) >> 32);
        entry.xid.counter = get_u64(at + 32);
        entry.ended_s = static_cast<std::int64_t>(get_u64(at + 40));
        if (!old) entry.payment = {get_u64(at + 48), get_u64(at + 56)};
        entries.insert_or_assign({get_u64(at), get_u64(at + 8)}, entry);
    }
    return true;
}

std::uint64_t KeyTable::hash() const {
    std::uint64_t sum = size();  // order-free: the tables are unordered
    for (const Entries* entries : {&m_entries, &m_old})
        for (const auto& [key, entry] : *entries) sum += base::mix64(key.low ^ base::hash_value(entry.xid) ^ entry.payment.low);
    return sum;
}

}  // namespace indoubt::runtime
