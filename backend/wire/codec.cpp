// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/codec.h"

#include <bit>

#include "wire/decoder.h"
#include "wire/encoder.h"

namespace indoubt::wire {

static_assert(std::endian::native == std::endian::little, "fixed64 fields are copied as they lie in memory");

namespace {

template <class T>
void append(std::string& out, const T& value) {
    Encoder encoder(out);
    encoder.body(value);
}

template <class T>
std::string encode(const T& value) {
    std::string out;
    append(out, value);
    return out;
}

template <class T>
void add(std::string& batch, const T& value) {
    Encoder encoder(batch);
    encoder.nested(1, value);
}

template <class T>
Result<T> decode(std::string_view bytes, const char* what, Origin origin) {
    Failure failure;
    Decoder decoder(bytes, failure, origin == Origin::own);
    T value;
    if (decoder.body(value)) return value;
    failure.inside(what);
    return base::invalid_argument(failure.path + " " + failure.what);
}

template <class T>
Result<T> decode_bounded(std::string_view bytes, const char* what) {
    if (bytes.size() > base::limits::message_bytes_max)
        return base::invalid_argument(std::string(what) + " has " + std::to_string(bytes.size()) + " bytes, at most " +
                                      std::to_string(base::limits::message_bytes_max) + " are allowed");
    return decode<T>(bytes, what, Origin::stranger);
}

}  // namespace

std::string encode_event(const events::Event& event) { return encode(event); }
void append_event(std::string& out, const events::Event& event) { append(out, event); }
Result<events::Event> decode_event(std::string_view bytes, Origin origin) { return decode<events::Event>(bytes, "event", origin); }

std::string encode_record(const events::Record& record) { return encode(record); }
void append_record(std::string& out, const events::Record& record) { append(out, record); }
Result<events::Record> decode_record(std::string_view bytes, Origin origin) { return decode<events::Record>(bytes, "record", origin); }

std::string encode_message(const events::Message& message) { return encode(message); }
void append_message(std::string& out, const events::Message& message) { append(out, message); }
Result<events::Message> decode_message(std::string_view bytes) { return decode_bounded<events::Message>(bytes, "message"); }

std::string encode_envelope(const events::Envelope& envelope) { return encode(envelope); }
void append_envelope(std::string& out, const events::Envelope& envelope) { append(out, envelope); }
Result<events::Envelope> decode_envelope(std::string_view bytes) { return decode_bounded<events::Envelope>(bytes, "envelope"); }

std::string encode_payment(const events::Payment& payment) { return encode(payment); }
void append_payment(std::string& out, const events::Payment& payment) { append(out, payment); }
Result<events::Payment> decode_payment(std::string_view bytes) { return decode_bounded<events::Payment>(bytes, "payment"); }

std::string encode_shape(const events::ClusterShape& shape) { return encode(shape); }
Result<events::ClusterShape> decode_shape(std::string_view bytes, Origin origin) { return decode<events::ClusterShape>(bytes, "shape", origin); }
std::string encode_note(const events::OperatorNote& note) { return encode(note); }
Result<events::OperatorNote> decode_note(std::string_view bytes, Origin origin) { return decode<events::OperatorNote>(bytes, "order", origin); }

void add_event_to_batch(std::string& batch, const events::Event& event) { add(batch, event); }

void add_encoded_event_to_batch(std::string& batch, std::string_view event) {
    batch += '\x0a';  // field 1, length-delimited
    for (std::size_t rest = event.size();; rest >>= 7) {
        batch += static_cast<char>(rest >= 0x80 ? rest | 0x80 : rest);
        if (rest < 0x80) break;
    }
    batch += event;
}

Result<std::vector<events::Event>> decode_events(std::string_view batch, Origin origin) {
    auto decoded = decode<fields::Batch<events::Event>>(batch, "batch", origin);
    if (!decoded.ok()) return decoded.error();
    return std::move(decoded->items);
}

namespace {

constexpr std::string_view unreadable = "this event cannot be read: ";

// The next event's bytes; false: there is none, or (`batch` is not empty) the framing is broken.
bool take_encoded(std::string_view& batch, std::string_view& event) {
    if (batch.size() < 2 || batch[0] != '\x0a') return false;
    std::uint64_t length = 0;
    std::size_t at = 1;
    for (int shift = 0;; shift += 7) {
        if (at == batch.size() || shift > 56) return false;
        const auto byte = static_cast<unsigned char>(batch[at++]);
        length |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) break;
    }
    if (length > batch.size() - at) return false;
    event = batch.substr(at, length);
    batch.remove_prefix(at + length);
    return true;
}

events::Event in_place_of(std::string_view bytes, const base::Error& why, const events::Event* before) {
    events::Event gap;
    if (auto head = decode<fields::EventHead>(bytes, "event", Origin::stranger); head && !head->node.empty()) {
        gap.node = head->node;
        gap.incarnation = head->incarnation;
        gap.seq = head->seq;
        gap.lsn = head->lsn;
        gap.at_ns = head->at_ns;
        gap.hlc = head->hlc;
        gap.xid = head->xid;
    } else {
        gap.node = before ? before->node : base::NodeId::of("hub");
        gap.at_ns = gap.hlc = before ? before->hlc : 0;
    }
    auto note = std::make_shared<events::Note>();
    note->count = 1;
    note->text = std::string(unreadable) + why.message;
    gap.kind = events::EventKind::gap;
    gap.payload = std::shared_ptr<const events::Note>(std::move(note));
    return gap;
}

}  // namespace

Result<std::vector<events::Event>> decode_events_with_gaps(std::string_view batch) {
    auto whole = decode_events(batch);
    if (whole.ok()) return whole;
    std::vector<events::Event> events;
    for (std::string_view bytes; take_encoded(batch, bytes);) {
        auto event = decode_event(bytes);
        events.push_back(event.ok() ? std::move(event).value() : in_place_of(bytes, event.error(), events.empty() ? nullptr : &events.back()));
    }
    if (!batch.empty()) return whole.error();
    return events;
}

bool is_unreadable(const events::Event& event) {
    return event.kind == events::EventKind::gap && event.note() && event.note()->text.starts_with(unreadable);
}

void add_envelope_to_batch(std::string& batch, const events::Envelope& envelope) { add(batch, envelope); }

Result<std::vector<events::Envelope>> decode_envelopes(std::string_view batch) {
    auto decoded = decode<fields::Batch<events::Envelope>>(batch, "batch", Origin::stranger);
    if (!decoded.ok()) return decoded.error();
    return std::move(decoded->items);
}

void add_record_to_batch(std::string& batch, const events::Record& record) { add(batch, record); }

std::string encode_records(std::span<const events::RecordPtr> records) {
    std::string batch;
    for (const events::RecordPtr& record : records) add(batch, *record);
    return batch;
}

Result<std::vector<events::RecordPtr>> decode_records(std::string_view batch, Origin origin) {
    auto decoded = decode<fields::Batch<events::Record>>(batch, "batch", origin);
    if (!decoded.ok()) return decoded.error();
    std::vector<events::RecordPtr> records;
    records.reserve(decoded->items.size());
    for (events::Record& record : decoded->items) records.push_back(std::make_shared<const events::Record>(std::move(record)));
    return records;
}

}  // namespace indoubt::wire
