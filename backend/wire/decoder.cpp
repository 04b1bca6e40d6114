// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/decoder.h"

namespace indoubt::wire {

bool valid_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const end = at + text.size();
    while (at < end) {
        std::uint64_t eight = 0;
        if (end - at >= 8 && (std::memcpy(&eight, at, 8), (eight & 0x8080808080808080ULL) == 0)) {
            at += 8;
            continue;
        }
        if (*at < 0x80) {
            ++at;
            continue;
        }
        const int more = *at >= 0xc2 && *at <= 0xdf ? 1 : (*at & 0xf0) == 0xe0 ? 2 : *at >= 0xf0 && *at <= 0xf4 ? 3 : 0;
        if (more == 0 || end - at <= more) return false;
        for (int i = 1; i <= more; ++i)
            if ((at[i] & 0xc0) != 0x80) return false;
        // Overlong forms, surrogates and what is past U+10FFFF.
        if ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f) || (*at == 0xf0 && at[1] < 0x90) || (*at == 0xf4 && at[1] > 0x8f)) return false;
        at += more + 1;
    }
    return true;
}

void Decoder::fail(const char* name, std::string what) {
    if (m_field != failed) {
        m_failure.path = name != nullptr ? name : "";
        m_failure.what = std::move(what);
    }
    m_field = failed;
}

bool Decoder::read_varint(std::uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        if (m_at == m_end) return false;
        const auto byte = static_cast<unsigned char>(*m_at++);
        if (shift == 63 && byte > 1) return false;
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

void Decoder::next() {
    if (m_at == m_end) {
        m_field = nothing;
        return;
    }
    std::uint64_t tag = 0;
    if (!read_varint(tag) || tag >> 3 == 0 || tag >> 32 != 0) return fail(nullptr, "is not a message: a field tag is broken");
    m_field = static_cast<std::uint32_t>(tag >> 3);
    m_wire = static_cast<std::uint32_t>(tag & 7);
}

void Decoder::skip() {
    std::uint64_t ignored = 0;
    std::string_view view;
    switch (m_wire) {
        case 0:
            if (!read_varint(ignored)) return fail(nullptr, "has a broken unknown field");
            return next();
        case 1:
        case 5: {
            const std::ptrdiff_t width = m_wire == 1 ? 8 : 4;
            if (m_end - m_at < width) return fail(nullptr, "has a broken unknown field");
            m_at += width;
            return next();
        }
        case 2:
            if (take_length(nullptr, view)) next();
            return;
        default: return fail(nullptr, "has an unknown field of wire type " + std::to_string(m_wire));
    }
}

bool Decoder::take_varint(const char* name, std::uint64_t& value) {
    if (m_wire != 0) {
        fail(name, "has the wrong wire type");
        return false;
    }
    if (!read_varint(value)) {
        fail(name, "is cut short");
        return false;
    }
    next();
    return m_field != failed;
}

bool Decoder::take_length(const char* name, std::string_view& value) {
    std::uint64_t length = 0;
    if (m_wire != 2) {
        fail(name, "has the wrong wire type");
        return false;
    }
    if (!read_varint(length) || length > static_cast<std::uint64_t>(m_end - m_at)) {
        fail(name, "is cut short");
        return false;
    }
    value = {m_at, static_cast<std::size_t>(length)};
    m_at += length;
    return true;
}

void Decoder::take_node(const char* name, base::NodeId& value) {
    std::string_view view;
    if (!take_length(name, view)) return;
    if (m_own) {
        value = base::NodeId::of(view);
    } else {
        auto parsed = base::NodeId::parse(view.substr(0, 9));
        if (!parsed.ok()) return fail(name, valid_utf8(view) ? parsed.error().message : "is no node name");
        value = *parsed;
    }
    next();
}

void Decoder::take_currency(const char* name, base::Currency& value) {
    std::string_view view;
    if (!take_length(name, view)) return;
    if (m_own) {
        value = base::Currency::of(view);
    } else {
        auto parsed = base::Currency::parse(view.substr(0, 4));
        if (!parsed.ok()) return fail(name, valid_utf8(view) ? parsed.error().message : "is no currency code");
        value = *parsed;
    }
    next();
}

void Decoder::take_text(const char* name, std::string& value, std::size_t most) {
    std::string_view view;
    if (!take_length(name, view)) return;
    if (!m_own) {
        if (view.size() > most) return fail(name, "has " + std::to_string(view.size()) + " bytes, at most " + std::to_string(most) + " are allowed");
        if (!valid_utf8(view)) return fail(name, "is not valid UTF-8");
    }
    value.assign(view);
    next();
}

}  // namespace indoubt::wire
