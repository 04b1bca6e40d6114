// SPDX-License-Identifier: GPL-3.0-or-later
// The codec: structs of events/ to and from the bytes that proto/indoubt/v1/event.proto describes. No generated code passes
// through here or its callers: it writes and reads the wire format itself, because a payment crosses it some thirty times.
//
// Encoding cannot fail. Decoding takes bytes from anyone: anything wrong is INVALID_ARGUMENT with the path of the field
// ("record.payment.legs[2].amount.currency is no ..."), bounded by base/limits.h. Pure functions: any thread.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"

namespace indoubt::wire {

using base::Result;

// Whose bytes. `own`: written by this program and behind a good checksum; lengths are still checked, spellings and bounds
// were when they came in. A log must be readable even where a bound was tightened since.
enum class Origin : std::uint8_t { stranger, own };

std::string encode_event(const events::Event& event);
void append_event(std::string& out, const events::Event& event);
Result<events::Event> decode_event(std::string_view bytes, Origin origin = Origin::stranger);

std::string encode_record(const events::Record& record);
void append_record(std::string& out, const events::Record& record);
Result<events::Record> decode_record(std::string_view bytes, Origin origin = Origin::stranger);

std::string encode_message(const events::Message& message);
void append_message(std::string& out, const events::Message& message);
Result<events::Message> decode_message(std::string_view bytes);  // at most message_bytes_max

std::string encode_envelope(const events::Envelope& envelope);
void append_envelope(std::string& out, const events::Envelope& envelope);
Result<events::Envelope> decode_envelope(std::string_view bytes);  // at most message_bytes_max

std::string encode_payment(const events::Payment& payment);
void append_payment(std::string& out, const events::Payment& payment);
Result<events::Payment> decode_payment(std::string_view bytes);

std::string encode_shape(const events::ClusterShape& shape);
Result<events::ClusterShape> decode_shape(std::string_view bytes, Origin origin = Origin::stranger);
std::string encode_note(const events::OperatorNote& note);
Result<events::OperatorNote> decode_note(std::string_view bytes, Origin origin = Origin::stranger);

// Batches grow one by one in a reused buffer: `clear()` it, add, send. The bytes are those of EventBatch, EnvelopeBatch and
// RecordBatch; batches joined end to end are one batch.
void add_event_to_batch(std::string& batch, const events::Event& event);
void add_encoded_event_to_batch(std::string& batch, std::string_view event);  // bytes of encode_event
Result<std::vector<events::Event>> decode_events(std::string_view batch, Origin origin = Origin::stranger);
// For a viewer: where an event cannot be read stands one of kind gap instead, at its place, that says why; the others are told all
// the same. An error only where nobody can see where one event ends and the next begins.
Result<std::vector<events::Event>> decode_events_with_gaps(std::string_view batch);
bool is_unreadable(const events::Event& event);  // such a gap

void add_envelope_to_batch(std::string& batch, const events::Envelope& envelope);
Result<std::vector<events::Envelope>> decode_envelopes(std::string_view batch);  // at most batch_messages_max

void add_record_to_batch(std::string& batch, const events::Record& record);
std::string encode_records(std::span<const events::RecordPtr> records);
Result<std::vector<events::RecordPtr>> decode_records(std::string_view batch, Origin origin = Origin::own);

}  // namespace indoubt::wire
