// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/link.h"

#include <chrono>

#include "indoubt/v1/peer_service.grpc.pb.h"
#include "transport/channel.h"
#include "wire/checksum.h"

namespace indoubt::transport {
namespace {
constexpr auto redial_after = std::chrono::milliseconds(20);
constexpr auto redial_after_refusal = std::chrono::milliseconds(500);
}  // namespace

// One stream. Lives until gRPC says it is done. The hold keeps OnDone away while the loop thread may still start a write.
class LinkCall : public grpc::ClientBidiReactor<v1::Frame, v1::Frame> {
  public:
    explicit LinkCall(std::shared_ptr<Link> link) : m_link(std::move(link)), m_stub(v1::Peer::NewStub(m_link->m_channel)) {}

    void start() {
        const PeerSettings& settings = m_link->settings();
        auto* hello = m_out.mutable_hello();
        hello->set_node(settings.self.name());
        hello->set_incarnation(settings.incarnation);
        hello->set_token(settings.token);
        hello->set_cluster(settings.cluster);
        hello->set_version(1);
        hello->set_to(m_link->peer().name());
        m_context.set_wait_for_ready(true);
        m_stub->async()->Link(&m_context, this);
        AddHold();
        StartWrite(&m_out);
        StartRead(&m_in);
        StartCall();
    }

    void write(std::string&& envelopes) {
        m_out.Clear();
        m_out.set_checksum(wire::crc32c(envelopes));
        m_out.set_envelopes(std::move(envelopes));
        StartWrite(&m_out);
    }

    void cancel() { m_context.TryCancel(); }

    void OnReadDone(bool ok) override {
        if (!ok) return m_link->failing(*this);
        if (!m_in.has_hello() || m_in.hello().node() != m_link->peer().name()) {
            m_context.TryCancel();
            return m_link->failing(*this);
        }
        if (!m_link->greeted(*this, m_in.hello().incarnation())) return m_link->failing(*this);  // cancelled meanwhile: let go, or it never ends
        StartRead(&m_in);  // nothing more comes: its end tells that the peer is gone
    }
    void OnWriteDone(bool ok) override {
        if (!ok) return m_link->failing(*this);
        m_link->wrote(*this);
    }
    void OnDone(const grpc::Status& status) override {
        const bool refused = status.error_code() == grpc::StatusCode::UNAUTHENTICATED || status.error_code() == grpc::StatusCode::FAILED_PRECONDITION;
        auto link = std::move(m_link);
        link->done(*this, status.error_message(), refused);
        delete this;
    }

    bool m_released = false;  // guarded by the link's mutex

  private:
    std::shared_ptr<Link> m_link;
    std::unique_ptr<v1::Peer::Stub> m_stub;
    grpc::ClientContext m_context;
    v1::Frame m_out, m_in;
};

Link::Link(const PeerSettings& settings, Receiver& receiver, base::NodeId peer, const std::string& address)
    : m_settings(settings), m_receiver(receiver), m_peer(peer), m_channel(open_channel(address, Use::link)) {}

Link::~Link() = default;

void Link::dial() {
    LinkCall* call = nullptr;
    {
        std::lock_guard lock(m_mutex);
        if (m_cancelled || m_call) return;
        m_call = call = new LinkCall(shared_from_this());
        m_writing = true;  // the handshake
    }
    call->start();
    std::lock_guard lock(m_mutex);
    if (m_cancelled && m_call == call) call->cancel();
}

void Link::hurry() {
    std::lock_guard lock(m_mutex);
    if (m_cancelled) return;
    transport::hurry(*m_channel);
    if (m_waiting) m_alarm.Cancel();
}

void Link::queue(const events::Envelope& envelope) {
    std::lock_guard lock(m_mutex);
    if (m_up) m_outbox.push(envelope);
}

void Link::flush() {
    bool idle = false;
    {
        std::lock_guard lock(m_mutex);
        if (m_up) write_next();
        idle = !m_call && !m_waiting;
    }
    if (idle) dial();
}

void Link::write_next() {
    if (m_writing || m_outbox.empty() || m_call->m_released) return;
    m_writing = true;
    m_call->write(m_outbox.pop());
}

bool Link::greeted(LinkCall& call, base::Incarnation incarnation) {
    {
        std::lock_guard lock(m_mutex);
        if (m_cancelled || m_call != &call || call.m_released) return false;
        m_up = true;
    }
    m_receiver.connected(m_peer, incarnation);
    return true;
}

void Link::wrote(LinkCall& call) {
    std::lock_guard lock(m_mutex);
    if (m_call != &call) return;
    m_writing = false;
    if (m_up) write_next();
}

void Link::failing(LinkCall& call) {
    {
        std::lock_guard lock(m_mutex);
        if (call.m_released) return;
        call.m_released = true;
        m_up = false;
        m_outbox.clear();
    }
    call.RemoveHold();
}

void Link::done(LinkCall& call, const std::string& why, bool refused) {
    bool again = false;
    {
        std::lock_guard lock(m_mutex);
        if (m_call == &call) m_call = nullptr;
        m_up = m_writing = false;
        m_outbox.clear();
        again = !m_cancelled;
        if (again) {
            m_waiting = true;
            // The alarm keeps its callback after it ran: the link that owns the alarm must not be kept alive by it.
            m_alarm.Set(std::chrono::system_clock::now() + (refused ? redial_after_refusal : redial_after), [self = shared_from_this()](bool) mutable {
                const std::shared_ptr<Link> link = std::move(self);
                {
                    std::lock_guard guard(link->m_mutex);
                    link->m_waiting = false;
                }
                link->dial();
            });
        }
        m_idle.notify_all();
    }
    if (refused && again) m_receiver.rejected("node " + m_peer.name() + " refuses the link: " + why);
}

void Link::cancel() {
    std::lock_guard lock(m_mutex);
    m_cancelled = true;
    m_outbox.clear();
    if (m_call) m_call->cancel();
    if (m_waiting) m_alarm.Cancel();
}

bool Link::wait_idle(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(m_mutex);
    return m_idle.wait_until(lock, until, [this] { return m_call == nullptr; });
}

}  // namespace indoubt::transport
