// SPDX-License-Identifier: GPL-3.0-or-later
// Digests that decide whether money moves: SHA-256, cut to 128 bits. Keys and payments come from foreign files and clients, so a
// mixer that anybody can collide would let one payment swallow another.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "events/payment.h"

namespace indoubt::runtime {

base::Digest128 key_digest(std::string_view idempotency_key);

// What makes a payment this one and no other: the money, the accounts, and the references that a customer quotes. Not what may
// differ when it is sent again: the remark, the due time, the file's name and ids, a UETR made anew, the spelling of a name.
base::Digest128 payment_digest(const events::Payment& payment);

// 32 hexadecimal digits, and back; none: not of that form.
std::string digest_text(const base::Digest128& digest);
std::optional<base::Digest128> digest_from(std::string_view text);

}  // namespace indoubt::runtime
