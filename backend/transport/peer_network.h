// SPDX-License-Identifier: GPL-3.0-or-later
// A node's side of the peer network, for one incarnation: its gRPC server and its links to the other nodes.
// One stream per ordered pair carries this node's messages; the peer's come on the stream that the peer opened.
// What was queued while the last frame was written goes in the next one. A broken link drops what it had queued (the
// protocols cope), and is dialled again with a small back-off; each new link starts with a handshake.
//
// A link shows the cluster's token before the other side has shown anything. So nodes meet on unix sockets, in a directory that only
// their owner may enter, and nowhere else: a TCP port is anybody's while its node is down.
//
// Threads: send() and flush() on the node's loop thread; Receiver is called on library threads and must only enqueue;
// start and connect before that thread runs, hurry on any thread, stop when it has ended. After stop() returned no Receiver call runs or will run.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/ports.h"

namespace indoubt::transport {

class Receiver {
  public:
    virtual ~Receiver() = default;
    virtual void received(std::vector<events::Envelope>&& envelopes) = 0;
    virtual void connected(base::NodeId node, base::Incarnation incarnation) = 0;  // this node's link to `node` is up
    virtual void rejected(const std::string& why) = 0;                               // for the log: a bad peer or frame
};

struct PeerSettings {
    base::NodeId self;
    base::Incarnation incarnation = 0;
    std::string cluster;  // nodes of another cluster are refused
    std::string token;
    std::string listen;   // "unix:PATH"
};

class Link;
class PeerServer;

class PeerNetwork : public ports::Network {
  public:
    // Listens. Errors: as transport::listen_on, invalid_argument for anything but a unix socket, unavailable when the server does not start.
    static base::Result<std::unique_ptr<PeerNetwork>> start(PeerSettings settings, Receiver& receiver);
    ~PeerNetwork() override;

    const std::string& address() const { return m_address; }

    // Where a peer listens; any other place than a unix socket is rejected and never dialled. `eager`: dial now; else with the first message to it.
    void connect(base::NodeId node, const std::string& address, bool eager);
    // It is known to be up (again): dial now instead of after the back-off.
    void hurry(base::NodeId node);

    void send(const events::Envelope& envelope) override;
    // Writes what was sent since the last flush: called once after each batch of inputs, so that a batch makes one frame.
    void flush();

    // Resets every stream, drops what was not written. Returns within `deadline_ms`, with no reaction running and nobody else
    // holding a link; false: a callback has not let go in time, ask again. A link that is held even when this goes is left to its callback
    // for ever: to leak it is better than to take down a queue under the thread that works on it.
    bool stop(int deadline_ms = 500);

  private:
    PeerNetwork(PeerSettings settings, Receiver& receiver);
    PeerSettings m_settings;
    Receiver& m_receiver;
    std::string m_address;
    std::unique_ptr<PeerServer> m_server;
    std::map<base::NodeId, std::shared_ptr<Link>> m_links;
    std::vector<Link*> m_touched;  // links with something queued since the last flush
    bool m_stopped = false;
};

}  // namespace indoubt::transport
