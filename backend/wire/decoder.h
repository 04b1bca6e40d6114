// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the protobuf wire format straight into structs. Bytes may come from anyone: every length is checked before it is
// used, and the first thing wrong is kept with the path of its field. Fields that come in ascending order, as every encoder
// writes them, need one pass over the list; any other order is read too. Unknown fields are skipped: newer peers may add some.
// Internal to wire/.
#pragma once
#include <cstring>
#include <string>
#include <string_view>

#include "wire/fields.h"

namespace indoubt::wire {

struct Failure {
    std::string path;  // "record.payment.legs[2].amount"
    std::string what;
    void inside(const char* field) { path = path.empty() ? field : path.front() == '[' ? field + path : std::string(field) + "." + path; }
    void inside(std::size_t index) { path = "[" + std::to_string(index) + "]" + (path.empty() ? "" : "." + path); }
};

class Decoder {
  public:
    static constexpr bool fills = true;
    static constexpr std::size_t free_text_bytes_max = 8 * base::limits::reason_bytes_max;  // reasons, and what nodes say about them

    // `own`: our own bytes behind a good checksum; bounds and spellings were checked when they came in.
    Decoder(std::string_view bytes, Failure& failure, bool own) : m_at(bytes.data()), m_end(bytes.data() + bytes.size()), m_failure(failure), m_own(own) {}

    template <class T>
    bool body(T& value) {
        fields::blank(value);
        next();
        while (m_field != nothing && m_field != failed) {
            const char* const before = m_at;
            fields::visit(*this, value);
            if (m_at == before && m_field != nothing && m_field != failed) skip();
        }
        if (m_field == failed) return false;
        if (const char* name = fields::missing(value)) fail(name, "is missing");
        return m_field != failed;
    }

    template <class E>
    void kind(std::uint32_t number, const char* name, E& value, int most) {
        while (m_field == number) enumeration(name, value, 1, most);
    }
    template <class E>
    void optional_kind(std::uint32_t number, const char* name, E& value, int most, bool) { kind(number, name, value, most); }
    template <class E>
    void word(std::uint32_t number, const char* name, E& value, int most) {
        while (m_field == number) enumeration(name, value, 0, most);
    }
    void number(std::uint32_t number, const char* name, std::uint64_t& value) {
        while (m_field == number) take_varint(name, value);
    }
    void number(std::uint32_t number, const char* name, std::uint32_t& value) {
        while (m_field == number) {
            std::uint64_t wide = 0;
            if (!take_varint(name, wide)) return;
            if (wide > 0xffffffffu) return fail(name, "does not fit in 32 bits");
            value = static_cast<std::uint32_t>(wide);
        }
    }
    void plain(std::uint32_t number, const char* name, std::int64_t& value) {
        while (m_field == number) {
            std::uint64_t raw = 0;
            if (take_varint(name, raw)) value = static_cast<std::int64_t>(raw);
        }
    }
    void zigzag(std::uint32_t number, const char* name, std::int64_t& value) {
        while (m_field == number) {
            std::uint64_t raw = 0;
            if (take_varint(name, raw)) value = static_cast<std::int64_t>(raw >> 1 ^ (~(raw & 1) + 1));
        }
    }
    template <class T>
    void fixed(std::uint32_t number, const char* name, T& value) {
        static_assert(sizeof(T) == 8);
        while (m_field == number) {
            if (m_wire != 1) return fail(name, "has the wrong wire type");
            if (m_end - m_at < 8) return fail(name, "is cut short");
            std::memcpy(&value, m_at, 8);
            m_at += 8;
            next();
        }
    }
    void flag(std::uint32_t number, const char* name, bool& value) {
        while (m_field == number) {
            std::uint64_t raw = 0;
            if (take_varint(name, raw)) value = raw != 0;
        }
    }
    void node(std::uint32_t number, const char* name, base::NodeId& value) {
        while (m_field == number) take_node(name, value);
    }
    void currency(std::uint32_t number, const char* name, base::Currency& value) {
        while (m_field == number) take_currency(name, value);
    }
    void name(std::uint32_t number, const char* name, std::string& value) {
        while (m_field == number) take_text(name, value, base::limits::text_bytes_max);
    }
    void text(std::uint32_t number, const char* name, std::string& value) {
        while (m_field == number) take_text(name, value, free_text_bytes_max);
    }
    void bytes(std::uint32_t number, const char* name, std::string& value) {
        while (m_field == number) {
            std::string_view view;
            if (!take_length(name, view)) return;
            value.assign(view);
            next();
        }
    }

    template <class T>
    void part(std::uint32_t number, const char* name, T& value, bool = false) {
        while (m_field == number) {
            value = T{};
            if (take_nested(name, value)) next();
        }
    }
    template <class T>
    void list(std::uint32_t number, const char* name, std::vector<T>& values, std::size_t most) {
        while (m_field == number) {
            if (values.size() >= most) return fail(name, "has more than " + std::to_string(most) + " entries");
            if (!take_nested(nullptr, values.emplace_back())) {
                m_failure.inside(values.size() - 1);
                m_failure.inside(name);
                return;
            }
            next();
        }
    }
    template <class T>
    void shared(std::uint32_t number, const char* name, std::shared_ptr<const T>& value) {
        while (m_field == number) {
            auto fresh = std::make_shared<T>();
            if (!take_nested(name, *fresh)) return;
            value = std::move(fresh);
            next();
        }
    }
    template <class T>
    void payload(std::uint32_t number, const char* name, events::Payload& payload) {
        std::shared_ptr<const T> value;
        shared(number, name, value);
        if (value) payload = std::move(value);
    }

  private:
    static constexpr std::uint32_t nothing = 0;            // no field number is 0
    static constexpr std::uint32_t failed = 0xffffffffu;   // nor this

    void next();
    void skip();
    void fail(const char* name, std::string what);
    bool read_varint(std::uint64_t& value);
    bool take_varint(const char* name, std::uint64_t& value);
    bool take_length(const char* name, std::string_view& value);  // leaves next() to the caller
    void take_node(const char* name, base::NodeId& value);
    void take_currency(const char* name, base::Currency& value);
    void take_text(const char* name, std::string& value, std::size_t most);

    template <class E>
    void enumeration(const char* name, E& value, int least, int most) {
        std::uint64_t raw = 0;
        if (!take_varint(name, raw)) return;
        if (raw < static_cast<std::uint64_t>(least) || raw > static_cast<std::uint64_t>(most))
            return fail(name, "has the unknown value " + std::to_string(raw) + "; this program knows " + std::to_string(least) + " to " + std::to_string(most));
        value = static_cast<E>(raw);
    }
    template <class T>
    bool take_nested(const char* name, T& value) {
        std::string_view inner;
        if (!take_length(name, inner)) return false;
        Decoder decoder(inner, m_failure, m_own);
        if (decoder.body(value)) return true;
        if (name != nullptr) m_failure.inside(name);
        m_field = failed;
        return false;
    }

    const char* m_at;
    const char* m_end;
    std::uint32_t m_field = nothing;
    std::uint32_t m_wire = 0;
    Failure& m_failure;
    bool m_own;
};

}  // namespace indoubt::wire
