// SPDX-License-Identifier: GPL-3.0-or-later
// Encoded messages that wait for the stream, cut into frames at append time: a frame has at most batch_messages_max
// messages and stays well below gRPC's receive cap of 4 MiB. Not thread-safe: the link guards it.
#pragma once
#include <deque>
#include <string>

#include "base/limits.h"
#include "events/message.h"

namespace indoubt::transport {

class Outbox {
  public:
    // False: full (the peer does not keep up); the message is lost, as on any network.
    bool push(const events::Envelope& envelope);
    bool empty() const { return m_messages == 0; }
    // The next frame's bytes, at most `frame_bytes_max` and never empty.
    std::string pop();
    void clear();

    static constexpr std::size_t frame_bytes_max = 1u << 20;
    static constexpr std::size_t messages_max = base::limits::mailbox_inputs_max;

  private:
    struct Chunk {
        std::string bytes;
        std::size_t messages = 0;
    };
    std::deque<Chunk> m_chunks;
    std::size_t m_messages = 0;
};

}  // namespace indoubt::transport
