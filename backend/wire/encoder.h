// SPDX-License-Identifier: GPL-3.0-or-later
// Writes structs in the protobuf wire format straight into a string: no generated object in between, one pass, canonical
// bytes (fields ascending, shortest varints), as a generated class would write them. Internal to wire/.
// Format: https://protobuf.dev/programming-guides/encoding
#pragma once
#include <cstring>
#include <string>

#include "wire/fields.h"

namespace indoubt::wire {

class Encoder {
  public:
    static constexpr bool fills = false;

    // Appends to `out`; it is complete once the Encoder is gone.
    explicit Encoder(std::string& out) : m_out(out), m_at(out.size()) { m_out.resize(m_at + 512); }
    ~Encoder() { m_out.resize(m_at); }
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;

    template <class T>
    void body(const T& value) { fields::visit(*this, value); }

    // A nested message. Its length is not known before: one byte is kept for it, and long bodies move up.
    template <class T>
    void nested(std::uint32_t number, const T& value) {
        room(8);
        tag(number, 2);
        const std::size_t length_at = m_at++;
        fields::visit(*this, value);
        close(length_at);
    }

    template <class E>
    void kind(std::uint32_t number, const char*, const E& value, int) { varint_field(number, static_cast<std::uint64_t>(value)); }
    template <class E>
    void optional_kind(std::uint32_t number, const char*, const E& value, int, bool always) {
        if (always || value != E{1}) varint_field(number, static_cast<std::uint64_t>(value));
    }
    template <class E>
    void word(std::uint32_t number, const char*, const E& value, int) { varint_field(number, static_cast<std::uint64_t>(value)); }
    void number(std::uint32_t number, const char*, std::uint64_t value) { varint_field(number, value); }
    void plain(std::uint32_t number, const char*, std::int64_t value) { varint_field(number, static_cast<std::uint64_t>(value)); }
    void zigzag(std::uint32_t number, const char*, std::int64_t value) {
        varint_field(number, static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
    }
    void fixed(std::uint32_t number, const char*, std::int64_t value) { fixed_field(number, static_cast<std::uint64_t>(value)); }
    void fixed(std::uint32_t number, const char*, std::uint64_t value) { fixed_field(number, value); }
    void flag(std::uint32_t number, const char*, bool value) { varint_field(number, value ? 1 : 0); }

    void node(std::uint32_t number, const char*, base::NodeId value) {
        if (value.empty()) return;
        const std::uint64_t big = __builtin_bswap64(value.packed());  // first character first
        const int length = 8 - __builtin_ctzll(value.packed()) / 8;
        room(12);
        tag(number, 2);
        m_out[m_at++] = static_cast<char>(length);
        std::memcpy(&m_out[m_at], &big, 8);
        m_at += static_cast<std::size_t>(length);
    }
    void currency(std::uint32_t number, const char*, base::Currency value) {
        if (value.empty()) return;
        room(8);
        tag(number, 2);
        m_out[m_at++] = 3;
        for (int shift = 16; shift >= 0; shift -= 8) m_out[m_at++] = static_cast<char>(value.packed() >> shift & 0xff);
    }
    void name(std::uint32_t number, const char*, const std::string& value) { string_field(number, value); }
    void text(std::uint32_t number, const char*, const std::string& value) { string_field(number, value); }
    void bytes(std::uint32_t number, const char*, const std::string& value) { string_field(number, value); }

    template <class T>
    void part(std::uint32_t number, const char*, const T& value, bool always = false) {
        if (always || !(value == T{})) nested(number, value);
    }
    template <class T>
    void list(std::uint32_t number, const char*, const std::vector<T>& values, std::size_t) {
        for (const T& value : values) nested(number, value);
    }
    template <class T>
    void shared(std::uint32_t number, const char*, const std::shared_ptr<const T>& value) {
        if (value) nested(number, *value);
    }
    template <class T>
    void payload(std::uint32_t number, const char*, const events::Payload& payload) {
        if (auto* value = std::get_if<std::shared_ptr<const T>>(&payload); value && *value) nested(number, **value);
    }

  private:
    void room(std::size_t bytes) {
        if (m_out.size() - m_at < bytes) m_out.resize(m_out.size() + std::max(bytes, m_out.size() / 2));
    }
    void varint(std::uint64_t value) {
        while (value >= 0x80) {
            m_out[m_at++] = static_cast<char>(value | 0x80);
            value >>= 7;
        }
        m_out[m_at++] = static_cast<char>(value);
    }
    void tag(std::uint32_t number, std::uint32_t wire_type) { varint(number << 3 | wire_type); }
    void varint_field(std::uint32_t number, std::uint64_t value) {
        if (value == 0) return;
        room(16);
        tag(number, 0);
        varint(value);
    }
    void fixed_field(std::uint32_t number, std::uint64_t value) {
        if (value == 0) return;
        room(16);
        tag(number, 1);
        std::memcpy(&m_out[m_at], &value, 8);  // little-endian machines only; codec.cpp asserts it
        m_at += 8;
    }
    void string_field(std::uint32_t number, const std::string& value) {
        if (value.empty()) return;
        room(16 + value.size());
        tag(number, 2);
        varint(value.size());
        std::memcpy(&m_out[m_at], value.data(), value.size());
        m_at += value.size();
    }
    void close(std::size_t length_at) {
        const std::size_t length = m_at - length_at - 1;
        if (length < 0x80) {
            m_out[length_at] = static_cast<char>(length);
            return;
        }
        std::size_t extra = 0;
        for (std::size_t rest = length >> 7; rest != 0; rest >>= 7) ++extra;
        room(extra);
        std::memmove(&m_out[length_at + 1 + extra], &m_out[length_at + 1], length);
        m_at = length_at;
        varint(length);
        m_at += length;
    }

    std::string& m_out;
    std::size_t m_at;  // everything behind it is room to write
};

}  // namespace indoubt::wire
