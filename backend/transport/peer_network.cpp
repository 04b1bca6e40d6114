// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/peer_network.h"

#include <chrono>
#include <thread>

#include "transport/link.h"
#include "transport/peer_server.h"

namespace indoubt::transport {
namespace {
constexpr std::string_view socket_scheme = "unix:";
}

PeerNetwork::PeerNetwork(PeerSettings settings, Receiver& receiver) : m_settings(std::move(settings)), m_receiver(receiver) {}

base::Result<std::unique_ptr<PeerNetwork>> PeerNetwork::start(PeerSettings settings, Receiver& receiver) {
    if (!settings.listen.starts_with(socket_scheme))
        return base::invalid_argument("node " + settings.self.name() + " cannot listen on " + settings.listen + ": nodes meet on unix sockets only");
    std::unique_ptr<PeerNetwork> self(new PeerNetwork(std::move(settings), receiver));
    auto server = PeerServer::start(self->m_settings, receiver);
    if (!server) return server.error();
    self->m_server = std::move(server).value();
    self->m_address = self->m_server->address();
    return self;
}

PeerNetwork::~PeerNetwork() {
    if (stop()) return;
    for (auto& [node, link] : m_links)
        if (link.use_count() > 1) new std::shared_ptr<Link>(std::move(link));
}

void PeerNetwork::connect(base::NodeId node, const std::string& address, bool eager) {
    if (!address.starts_with(socket_scheme)) return m_receiver.rejected("node " + node.name() + " is not dialled at " + address + ": nodes meet on unix sockets only");
    auto link = std::make_shared<Link>(m_settings, m_receiver, node, address);
    m_links[node] = link;
    if (eager) link->dial();
}

void PeerNetwork::hurry(base::NodeId node) {
    if (auto found = m_links.find(node); found != m_links.end()) found->second->hurry();
}

void PeerNetwork::send(const events::Envelope& envelope) {
    auto found = m_links.find(envelope.message->to);
    if (found == m_links.end()) return;
    Link* link = found->second.get();
    link->queue(envelope);
    for (Link* touched : m_touched)
        if (touched == link) return;
    m_touched.push_back(link);
}

void PeerNetwork::flush() {
    for (Link* link : m_touched) link->flush();
    m_touched.clear();
}

bool PeerNetwork::stop(int deadline_ms) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(deadline_ms);
    if (!m_stopped) {
        m_stopped = true;
        for (auto& [node, link] : m_links) link->cancel();
        if (m_server) m_server->stop(0);  // none: it could not listen
    }
    for (auto& [node, link] : m_links) link->wait_idle(until);
    // A link owns its channel, and a channel whose last owner lets go on gRPC's callback thread takes down the completion queue
    // under that very thread: wait until the callbacks have let go, so that this thread is the last.
    bool alone = true;
    for (auto& [node, link] : m_links) {
        while (link.use_count() > 1 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(std::chrono::microseconds(50));
        alone = alone && link.use_count() == 1;
    }
    return alone;
}

}  // namespace indoubt::transport
