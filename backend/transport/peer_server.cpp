// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/peer_server.h"

#include <unistd.h>

#include <atomic>
#include <chrono>

#include "indoubt/v1/peer_service.grpc.pb.h"
#include "security/token.h"
#include "transport/channel.h"
#include "wire/checksum.h"
#include "wire/codec.h"

namespace indoubt::transport {

class PeerServer::Service : public v1::Peer::CallbackService {
  public:
    Service(const PeerSettings& settings, Receiver& receiver) : m_settings(settings), m_receiver(receiver) {}
    grpc::ServerBidiReactor<v1::Frame, v1::Frame>* Link(grpc::CallbackServerContext*) override { return new Accepted(*this); }

    const PeerSettings m_settings;
    Receiver& m_receiver;

  private:
    // One stream of one peer. Finish is called once, by whoever sees the end first.
    class Accepted : public grpc::ServerBidiReactor<v1::Frame, v1::Frame> {
      public:
        explicit Accepted(Service& service) : m_service(service) { StartRead(&m_in); }

        void OnReadDone(bool ok) override {
            if (!ok) return end(grpc::Status::OK);
            grpc::Status status = m_greeted ? frame() : hello();
            if (!status.ok()) {
                m_service.m_receiver.rejected(status.error_message());
                return end(status);
            }
            StartRead(&m_in);
        }
        void OnWriteDone(bool) override {}
        void OnCancel() override { end({grpc::StatusCode::CANCELLED, "the link was closed"}); }
        void OnDone() override { delete this; }

      private:
        grpc::Status hello() {
            const PeerSettings& own = m_service.m_settings;
            if (!m_in.has_hello()) return {grpc::StatusCode::FAILED_PRECONDITION, "the first frame of a link must be a hello"};
            const auto& given = m_in.hello();
            if (!security::same_token(given.token(), own.token)) return {grpc::StatusCode::UNAUTHENTICATED, "a peer without this cluster's token"};
            if (given.cluster() != own.cluster)
                return {grpc::StatusCode::FAILED_PRECONDITION, "node " + given.node() + " belongs to the cluster '" + given.cluster() + "'"};
            if (given.version() != 1) return {grpc::StatusCode::FAILED_PRECONDITION, "node " + given.node() + " speaks another version"};
            if (given.to() != own.self.name())
                return {grpc::StatusCode::FAILED_PRECONDITION, "this is node " + own.self.name() + ", not " + given.to()};
            auto peer = base::NodeId::parse(given.node());
            if (!peer) return {grpc::StatusCode::FAILED_PRECONDITION, peer.error().message};
            m_peer = *peer;
            m_greeted = true;
            auto* answer = m_out.mutable_hello();
            answer->set_node(own.self.name());
            answer->set_incarnation(own.incarnation);
            answer->set_cluster(own.cluster);
            answer->set_version(1);
            answer->set_to(given.node());
            StartWrite(&m_out);
            return grpc::Status::OK;
        }

        grpc::Status frame() {
            if (wire::crc32c(m_in.envelopes()) != m_in.checksum())
                return {grpc::StatusCode::DATA_LOSS, "a damaged frame from node " + m_peer.name()};
            auto envelopes = wire::decode_envelopes(m_in.envelopes());
            if (!envelopes) return {grpc::StatusCode::DATA_LOSS, "a frame from node " + m_peer.name() + " that cannot be read: " + envelopes.error().message};
            for (const auto& envelope : *envelopes)
                if (envelope.message->from != m_peer || envelope.message->to != m_service.m_settings.self)
                    return {grpc::StatusCode::FAILED_PRECONDITION, "node " + m_peer.name() + " speaks for another node"};
            m_service.m_receiver.received(std::move(*envelopes));
            return grpc::Status::OK;
        }

        void end(const grpc::Status& status) {
            if (!m_ended.exchange(true)) Finish(status);
        }

        Service& m_service;
        base::NodeId m_peer;
        bool m_greeted = false;
        std::atomic<bool> m_ended{false};
        v1::Frame m_in, m_out;
    };
};

namespace {
// Linked plugins (reflection) add themselves to every server, with threads of their own; between nodes nobody asks them.
class NoPlugins : public grpc::ServerBuilderOption {
  public:
    void UpdateArguments(grpc::ChannelArguments* arguments) override { arguments->SetInt(GRPC_ARG_MINIMAL_STACK, 1); }
    void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override { plugins->clear(); }
};
}  // namespace

PeerServer::PeerServer() = default;

base::Result<std::unique_ptr<PeerServer>> PeerServer::start(const PeerSettings& settings, Receiver& receiver) {
    std::unique_ptr<PeerServer> self(new PeerServer);
    self->m_service = std::make_unique<Service>(settings, receiver);
    grpc::ServerBuilder builder;
    int port = 0;
    if (auto listening = listen_on(builder, settings.listen, &port); !listening) return listening.error();
    builder.SetOption(std::make_unique<NoPlugins>());
    builder.RegisterService(self->m_service.get());
    self->m_server = builder.BuildAndStart();
    if (!self->m_server) return base::unavailable("node " + settings.self.name() + " cannot listen on " + settings.listen);
    self->m_address = bound_address(settings.listen, port);
    return self;
}

void PeerServer::stop(int deadline_ms) {
    if (!m_server) return;
    // A deadline in the past or near: idle streams would hold an unbounded shutdown for ever.
    m_server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(deadline_ms));
    m_server.reset();
}

PeerServer::~PeerServer() { stop(0); }

}  // namespace indoubt::transport
