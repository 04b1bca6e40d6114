// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/outbox.h"

#include "base/check.h"
#include "wire/codec.h"

namespace indoubt::transport {

bool Outbox::push(const events::Envelope& envelope) {
    if (m_messages >= messages_max) return false;
    if (m_chunks.empty() || m_chunks.back().messages >= base::limits::batch_messages_max || m_chunks.back().bytes.size() >= frame_bytes_max)
        m_chunks.emplace_back();
    Chunk& chunk = m_chunks.back();
    wire::add_envelope_to_batch(chunk.bytes, envelope);
    ++chunk.messages;
    ++m_messages;
    return true;
}

std::string Outbox::pop() {
    INDOUBT_CHECK(!m_chunks.empty(), "pop of an empty outbox");
    std::string bytes = std::move(m_chunks.front().bytes);
    m_messages -= m_chunks.front().messages;
    m_chunks.pop_front();
    return bytes;
}

void Outbox::clear() {
    m_chunks.clear();
    m_messages = 0;
}

}  // namespace indoubt::transport
