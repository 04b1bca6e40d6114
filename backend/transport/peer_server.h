// SPDX-License-Identifier: GPL-3.0-or-later
// A node's listening side: accepts the streams of its peers, checks their handshake and decodes their frames. Internal to transport.
#pragma once
#include <grpcpp/server.h>

#include <memory>
#include <string>

#include "transport/peer_network.h"

namespace indoubt::transport {

class PeerServer {
  public:
    static base::Result<std::unique_ptr<PeerServer>> start(const PeerSettings& settings, Receiver& receiver);
    ~PeerServer();
    const std::string& address() const { return m_address; }
    void stop(int deadline_ms);

  private:
    class Service;
    PeerServer();
    std::unique_ptr<Service> m_service;
    std::unique_ptr<grpc::Server> m_server;
    std::string m_address;
};

}  // namespace indoubt::transport
