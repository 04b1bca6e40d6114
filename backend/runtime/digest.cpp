// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/digest.h"

#include <openssl/evp.h>

#include <charconv>
#include <cstdio>
#include <string>

namespace indoubt::runtime {

namespace {

base::Digest128 sha256(std::string_view text) {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);  // a fetch at each call costs more than the digest
    unsigned char bytes[EVP_MAX_MD_SIZE];
    INDOUBT_CHECK(algorithm && EVP_Digest(text.data(), text.size(), bytes, nullptr, algorithm, nullptr) == 1, "OpenSSL offers SHA-256");
    base::Digest128 digest;
    for (int i = 0; i < 8; ++i) {
        digest.high = digest.high << 8 | bytes[i];
        digest.low = digest.low << 8 | bytes[8 + i];
    }
    return digest;
}

// Lengths and fixed widths keep the parts apart: no two payments have one text.
class Text {
  public:
    Text& add(std::string_view part) {
        add(static_cast<std::uint64_t>(part.size()));
        m_text.append(part);
        return *this;
    }
    Text& add(std::uint64_t number) {
        for (int i = 0; i < 8; ++i) m_text.push_back(static_cast<char>(number >> (8 * i) & 0xff));
        return *this;
    }
    Text& add(const events::Amount& amount) { return add(static_cast<std::uint64_t>(amount.minor)).add(amount.currency.packed()); }
    const std::string& text() const { return m_text; }

  private:
    std::string m_text;
};

}  // namespace

base::Digest128 key_digest(std::string_view idempotency_key) { return sha256(idempotency_key); }

base::Digest128 payment_digest(const events::Payment& payment) {
    Text text;
    text.add(payment.amount).add(payment.debtor.account).add(payment.creditor.account);
    text.add(payment.refs.reference).add(payment.refs.end_to_end_id).add(payment.refs.instruction_id);
    for (const auto& leg : payment.legs) text.add(leg.node.packed()).add(static_cast<std::uint64_t>(leg.kind)).add(leg.account).add(leg.amount);
    return sha256(text.text());
}

std::string digest_text(const base::Digest128& digest) {
    char text[33];
    std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(digest.high), static_cast<unsigned long long>(digest.low));
    return text;
}

std::optional<base::Digest128> digest_from(std::string_view text) {
    base::Digest128 digest;
    if (text.size() != 32) return std::nullopt;
    const auto half = [&](std::size_t from, std::uint64_t& value) {
        const auto [end, error] = std::from_chars(text.data() + from, text.data() + from + 16, value, 16);
        return error == std::errc{} && end == text.data() + from + 16;
    };
    if (!half(0, digest.high) || !half(16, digest.low)) return std::nullopt;
    return digest;
}

}  // namespace indoubt::runtime
