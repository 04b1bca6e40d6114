// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/watch.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

#include "client/convert.h"

namespace indoubt::client {
namespace {
using namespace std::chrono_literals;
constexpr auto again_first = 100ms;
constexpr auto again_most = 2000ms;

// A frame of which nothing can be read: it will not be sent again, and nobody shall take what came for all there is.
events::Event missing(std::uint64_t count, std::int64_t hlc, const std::string& why) {
    auto note = std::make_shared<events::Note>();
    note->count = count;
    note->text = why;
    events::Event gap;
    gap.node = base::NodeId::of("hub");
    gap.hlc = gap.at_ns = hlc;
    gap.kind = events::EventKind::gap;
    gap.payload = std::shared_ptr<const events::Note>(std::move(note));
    return gap;
}
}  // namespace

WatchThread::WatchThread(std::shared_ptr<Target> target, EventSink& sink, std::uint64_t tail) : m_target(std::move(target)), m_sink(sink), m_tail(tail) {
    m_thread = std::thread([this] {
        pthread_setname_np(pthread_self(), "watch");
        run();
    });
}

WatchThread::~WatchThread() {
    {
        std::lock_guard lock(m_mutex);
        m_stopping = true;
        if (m_context) m_context->TryCancel();
    }
    m_changed.notify_all();
    m_thread.join();
}

void WatchThread::run() {
    auto wait = again_first;
    for (;;) {
        const auto began = std::chrono::steady_clock::now();
        read();
        if (std::chrono::steady_clock::now() - began > again_most) wait = again_first;
        std::unique_lock lock(m_mutex);
        if (m_changed.wait_for(lock, wait, [this] { return m_stopping; })) return;
        wait = std::min(wait * 2, std::chrono::milliseconds(again_most));
    }
}

void WatchThread::read() {
    grpc::ClientContext context;
    const auto trouble = [&](const std::string& text) {
        std::unique_lock lock(m_mutex);
        if (m_stopping) return;
        lock.unlock();
        if (m_told && text == m_trouble) return;
        m_told = true;
        m_trouble = text;
        m_sink.connection(text);
    };
    if (auto signed_in = m_target->sign(context); !signed_in) return trouble(signed_in.error().message);
    {
        std::lock_guard lock(m_mutex);
        if (m_stopping) return;
        m_context = &context;
    }
    v1::WatchRequest request;
    request.set_tail(m_tail);
    request.set_resume_epoch(m_epoch);
    request.set_resume_index(m_index);
    request.set_packed(true);
    auto reader = m_target->stub().Watch(&context, request);
    v1::WatchReply reply;
    while (reader->Read(&reply)) {
        trouble({});
        deliver(reply);
    }
    const grpc::Status status = reader->Finish();
    {
        std::lock_guard lock(m_mutex);
        m_context = nullptr;
    }
    if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED) m_target->forget_token();
    trouble(m_target->error(status).message);
}

bool WatchThread::known_before(const events::Event& event) const {
    auto found = m_before.find({event.node, event.incarnation});
    return found != m_before.end() && event.seq <= found->second;
}

void WatchThread::deliver(const v1::WatchReply& reply) {
    if (reply.epoch() != m_epoch) {
        // Another stream of events: the service began anew and tells its state from the start. What is known already is left out.
        m_before = m_seen;
        m_epoch = reply.epoch();
    }
    const std::uint64_t count = reply.index() > m_index ? reply.index() - m_index : 1;
    m_index = reply.index();
    auto events = events_of(reply.batch());
    if (!events) events = std::vector{missing(count, reply.live_hlc(), events.error().message)};
    if (!m_before.empty()) std::erase_if(*events, [this](const events::Event& event) { return event.seq != 0 && known_before(event); });
    for (const auto& event : *events) {
        auto& seen = m_seen[{event.node, event.incarnation}];
        seen = std::max(seen, event.seq);
    }
    if (!events->empty()) m_sink.events(std::move(events).value());
}

}  // namespace indoubt::client
