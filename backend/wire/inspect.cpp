// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/inspect.h"

#include <google/protobuf/descriptor.h>

#include <ctime>
#include <map>

#include "base/utf8.h"
#include "indoubt/v1/event.pb.h"
#include "wire/decoder.h"

namespace indoubt::wire {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::string utc_text(std::int64_t ns) {
    std::int64_t fraction_ns = ns % 1'000'000'000;
    if (fraction_ns < 0) fraction_ns += 1'000'000'000;  // before 1970 too, it counts forward
    const auto seconds = static_cast<std::time_t>(ns / 1'000'000'000 - (ns % 1'000'000'000 < 0 ? 1 : 0));
    std::tm parts{};
    if (gmtime_r(&seconds, &parts) == nullptr) return std::to_string(ns) + " ns";
    char text[48];
    const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
    const std::string fraction = std::to_string(fraction_ns);
    return std::string(text, size) + "." + std::string(9 - fraction.size(), '0') + fraction + " UTC";
}

template <class T>
bool decoded(std::string_view bytes, T& value) {
    Failure failure;
    Decoder decoder(bytes, failure, true);
    return decoder.body(value);
}

// The words of the screens, where events/ has them; else the schema's.
std::string enum_text(const google::protobuf::EnumDescriptor& type, std::uint64_t value) {
    const std::string& name = type.name();
    const auto as = [&]<class E>(E, int most) { return value <= static_cast<std::uint64_t>(most) ? std::string(events::word(static_cast<E>(value))) : std::string(); };
    std::string word;
    if (name == "EventKind") word = as(events::EventKind{}, events::event_kinds);
    else if (name == "MessageKind") word = as(events::MessageKind{}, 11);
    else if (name == "RecordKind") word = as(events::RecordKind{}, 15);
    else if (name == "LegKind") word = as(events::LegKind{}, 4);
    else if (name == "Vote") word = as(events::Vote{}, 3);
    else if (name == "Outcome") word = as(events::Outcome{}, 2);
    else if (name == "Heuristic") word = as(events::Heuristic{}, 4);
    else if (name == "Refusal") word = as(events::Refusal{}, 15);
    else if (name == "Knowledge") word = as(events::Knowledge{}, 4);
    return word.empty() ? "unknown value " + std::to_string(value) : word;
}

// One line for a message that people know as one thing.
std::string summary(const Descriptor& type, std::string_view bytes) {
    if (type.name() == "Xid") {
        base::Xid xid;
        if (decoded(bytes, xid)) return xid.text();
    } else if (type.name() == "Amount") {
        base::Amount amount;
        if (decoded(bytes, amount)) return base::text(amount, true);
    } else if (type.name() == "EventRef") {
        events::EventRef ref;
        if (decoded(bytes, ref)) return ref.node.name() + " " + std::to_string(ref.incarnation) + "/" + std::to_string(ref.seq);
    } else if (type.name() == "Record") {
        events::Record record;
        if (decoded(bytes, record)) return events::word(record);
    } else if (type.name() == "Message") {
        events::Message message;
        if (decoded(bytes, message)) return std::string(events::word(message.kind)) + " from " + message.from.name() + " to " + message.to.name();
    } else if (type.name() == "Payment") {
        events::Payment payment;
        if (decoded(bytes, payment)) return events::best_reference(payment);
    }
    return {};
}

std::string quoted_bytes(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes.substr(0, 32)) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 0xf];
    }
    return bytes.size() > 32 ? text + " .. (" + std::to_string(bytes.size()) + " bytes)" : text;
}

class Walk {
  public:
    Walk(std::string_view bytes, std::vector<InspectedField>& fields) : m_bytes(bytes), m_fields(fields) {}

    // False: m_at is where the bytes make no sense.
    bool message(const Descriptor* type, std::size_t end, const std::string& path, int depth) {
        std::map<int, int> seen;  // of each repeated field
        while (m_at < end) {
            const std::size_t from = m_at;
            std::uint64_t tag = 0;
            if (!varint(tag, end) || tag >> 3 == 0 || tag >> 3 > 0x1fffffff) return m_at = from, false;
            const auto* field = type != nullptr ? type->FindFieldByNumber(static_cast<int>(tag >> 3)) : nullptr;
            InspectedField out;
            out.number = static_cast<int>(tag >> 3);
            out.name = field != nullptr ? field->name() : "field " + std::to_string(out.number);
            out.path = path.empty() ? out.name : path + "." + out.name;
            if (field != nullptr && field->is_repeated()) out.path += "[" + std::to_string(seen[out.number]++) + "]";
            out.offset = from;
            out.depth = depth;
            if (!value(field, static_cast<int>(tag & 7), end, std::move(out))) return false;
        }
        return true;
    }
    std::size_t at() const { return m_at; }

  private:
    bool varint(std::uint64_t& value, std::size_t end) {
        value = 0;
        for (int shift = 0; shift < 70 && m_at < end; shift += 7) {
            const auto byte = static_cast<unsigned char>(m_bytes[m_at++]);
            value |= shift < 64 ? static_cast<std::uint64_t>(byte & 0x7f) << shift : 0;
            if (byte < 0x80) return true;
        }
        return false;
    }

    bool value(const FieldDescriptor* field, int wire_type, std::size_t end, InspectedField out) {
        const std::size_t from = out.offset;
        const auto put = [&](std::size_t key_end) -> InspectedField& {
            out.key_length = key_end - from;
            out.length = m_at - from;
            return m_fields.emplace_back(out);
        };
        if (wire_type == 0) {
            const std::size_t key_end = m_at;
            std::uint64_t raw = 0;
            if (!varint(raw, end)) return false;
            out.kind = "varint";
            out.value = varint_text(field, raw);
            put(key_end);
            return true;
        }
        if (wire_type == 1 || wire_type == 5) {
            const std::size_t key_end = m_at, width = wire_type == 1 ? 8 : 4;
            if (end - m_at < width) return false;
            std::uint64_t raw = 0;
            std::memcpy(&raw, m_bytes.data() + m_at, width);
            m_at += width;
            out.kind = wire_type == 1 ? "fixed64" : "fixed32";
            const bool time = field != nullptr && field->type() == FieldDescriptor::TYPE_SFIXED64;  // every sfixed64 of the schema is one
            out.value = time ? utc_text(static_cast<std::int64_t>(raw)) : std::to_string(raw);
            put(key_end);
            return true;
        }
        std::uint64_t length = 0;
        if (wire_type != 2 || !varint(length, end) || length > end - m_at) return false;
        const std::size_t key_end = m_at, inner_end = m_at + static_cast<std::size_t>(length);
        const std::string_view inner = m_bytes.substr(m_at, static_cast<std::size_t>(length));
        m_at = inner_end;
        if (field != nullptr && field->type() == FieldDescriptor::TYPE_MESSAGE) {
            out.kind = "message";
            out.value = summary(*field->message_type(), inner);
            out.parts = !inner.empty();
            const std::string path = out.path;
            const int depth = out.depth;
            put(key_end);
            m_at = key_end;
            return message(field->message_type(), inner_end, path, depth + 1);
        }
        const bool text = field != nullptr ? field->type() == FieldDescriptor::TYPE_STRING : base::valid_utf8(inner);
        out.kind = text ? "string" : "bytes";
        out.value = text && base::valid_utf8(inner) ? std::string(inner) : quoted_bytes(inner);
        put(key_end);
        return true;
    }

    static std::string varint_text(const FieldDescriptor* field, std::uint64_t raw) {
        if (field == nullptr) return std::to_string(raw);
        switch (field->type()) {
            case FieldDescriptor::TYPE_BOOL: return raw != 0 ? "true" : "false";
            case FieldDescriptor::TYPE_ENUM: return enum_text(*field->enum_type(), raw);
            case FieldDescriptor::TYPE_SINT64: return std::to_string(static_cast<std::int64_t>(raw >> 1 ^ (~(raw & 1) + 1)));
            case FieldDescriptor::TYPE_INT64: return std::to_string(static_cast<std::int64_t>(raw));
            default: return std::to_string(raw);
        }
    }

    std::string_view m_bytes;
    std::vector<InspectedField>& m_fields;
    std::size_t m_at = 0;
};

}  // namespace

base::Result<std::vector<InspectedField>> inspect_event(std::string_view bytes) {
    std::vector<InspectedField> fields;
    Walk walk(bytes, fields);
    if (!walk.message(v1::Event::descriptor(), bytes.size(), "", 0))
        return base::invalid_argument("the bytes make no sense from offset " + std::to_string(walk.at()) + " on");
    return fields;
}

}  // namespace indoubt::wire
