// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of an encoded event as they lie in its bytes, with the schema's names: for the Log's detail tree and for byte
// highlighting. It walks the bytes with the schema's descriptors, so that a field this program does not know still shows.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace indoubt::wire {

struct InspectedField {
    std::string path;            // "record.payment.legs[1].amount"
    std::string name;            // "amount"; "field 40" if the schema has none
    std::string value;           // readable: "120.00 EUR", "append", "7f3a..91c2", a UTC time; a summary, or empty, where there are parts
    std::string kind;            // "varint", "fixed64", "string", "bytes", "message", ...
    int number = 0;              // in the schema
    std::size_t offset = 0;      // first byte of its key
    std::size_t key_length = 0;  // key and length prefix
    std::size_t length = 0;      // all its bytes, key included
    int depth = 0;               // 0: of the event itself
    bool parts = false;          // the fields behind it with greater depth are its parts
};

// In the order of the bytes; parts follow their whole. Errors: INVALID_ARGUMENT with the offset at which the bytes make no sense.
base::Result<std::vector<InspectedField>> inspect_event(std::string_view bytes);

}  // namespace indoubt::wire
