// SPDX-License-Identifier: GPL-3.0-or-later
// One node's outgoing link to one peer: dials, shakes hands, writes frames, dials again. Internal to transport.
#pragma once
#include <grpcpp/alarm.h>
#include <grpcpp/channel.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "transport/outbox.h"
#include "transport/peer_network.h"

namespace indoubt::transport {

class LinkCall;

class Link : public std::enable_shared_from_this<Link> {
  public:
    Link(const PeerSettings& settings, Receiver& receiver, base::NodeId peer, const std::string& address);
    ~Link();

    void dial();   // no effect while a stream is up or under way
    void hurry();
    void queue(const events::Envelope& envelope);  // loop thread; dropped while the link is down
    void flush();                                   // loop thread
    void cancel();                                  // no stream after this
    bool wait_idle(std::chrono::steady_clock::time_point until);

    base::NodeId peer() const { return m_peer; }
    const PeerSettings& settings() const { return m_settings; }

  private:
    friend class LinkCall;
    bool greeted(LinkCall& call, base::Incarnation incarnation);
    void wrote(LinkCall& call);
    void failing(LinkCall& call);  // no more writes on this stream
    void done(LinkCall& call, const std::string& why, bool refused);
    void write_next();             // m_mutex held

    const PeerSettings m_settings;
    Receiver& m_receiver;
    const base::NodeId m_peer;
    std::mutex m_mutex;
    std::condition_variable m_idle;
    std::shared_ptr<grpc::Channel> m_channel;
    grpc::Alarm m_alarm;
    LinkCall* m_call = nullptr;  // owned by itself; reset in done()
    bool m_up = false;           // the peer has answered the handshake
    bool m_writing = false;
    bool m_cancelled = false;
    bool m_waiting = false;      // the alarm is set
    Outbox m_outbox;
};

}  // namespace indoubt::transport
