// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes: decoding never crashes, an error names what is wrong, and what is accepted is a value that survives another trip.
#include <cstdlib>

#include "wire/codec.h"
#include "wire/inspect.h"

using namespace indoubt;

namespace {

void must(bool good) {
    if (!good) std::abort();
}

template <class T>
void error_is_told(const base::Result<T>& result) {
    must(result.ok() || (result.error().code == base::ErrorCode::invalid_argument && !result.error().message.empty()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto event = wire::decode_event(bytes);
    error_is_told(event);
    if (event.ok()) {
        const auto again = wire::decode_event(wire::encode_event(*event));
        must(again.ok() && events::same_content(*event, *again));
        must(wire::inspect_event(bytes).ok());
    } else {
        error_is_told(wire::inspect_event(bytes));
    }
    (void)wire::decode_event(bytes, wire::Origin::own);

    const auto message = wire::decode_message(bytes);
    error_is_told(message);
    if (message.ok()) {
        const auto again = wire::decode_message(wire::encode_message(*message));
        must(again.ok() && *again == *message);
    }
    const auto payment = wire::decode_payment(bytes);
    error_is_told(payment);
    if (payment.ok()) {
        const auto again = wire::decode_payment(wire::encode_payment(*payment));
        must(again.ok() && *again == *payment);
    }
    const auto record = wire::decode_record(bytes);
    error_is_told(record);
    if (record.ok()) {
        const auto again = wire::decode_record(wire::encode_record(*record));
        must(again.ok() && *again == *record);
    }
    error_is_told(wire::decode_envelopes(bytes));
    error_is_told(wire::decode_events(bytes));
    error_is_told(wire::decode_events_with_gaps(bytes));
    error_is_told(wire::decode_records(bytes, wire::Origin::stranger));
    return 0;
}
