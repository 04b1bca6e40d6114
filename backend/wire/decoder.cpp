// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/decoder.h"

#include "base/utf8.h"

namespace indoubt::wire {

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
        if (!parsed.ok()) return fail(name, base::valid_utf8(view) ? parsed.error().message : "is no node name");
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
        // Withdrawn from ISO 4217: nothing new is in them, and what was is still told.
        const bool withdrawn = view == "ANG" || view == "ZWL";
        const base::Result<base::Currency> parsed = withdrawn ? base::Currency::of(view) : base::Currency::parse(view.substr(0, 4));
        if (!parsed.ok()) return fail(name, base::valid_utf8(view) ? parsed.error().message : "is no currency code");
        value = *parsed;
    }
    next();
}

void Decoder::take_text(const char* name, std::string& value, std::size_t most) {
    std::string_view view;
    if (!take_length(name, view)) return;
    if (!m_own) {
        if (view.size() > most) return fail(name, "has " + std::to_string(view.size()) + " bytes, at most " + std::to_string(most) + " are allowed");
        if (!base::valid_utf8(view)) return fail(name, "is not valid UTF-8");
    }
    value.assign(view);
    next();
}

}  // namespace indoubt::wire
