// SPDX-License-Identifier: GPL-3.0-or-later
#include <deque>
#include <mutex>

#include "operator/reactors.h"
#include "wire/codec.h"

namespace indoubt::operators {
namespace {

class Watcher : public grpc::ServerWriteReactor<v1::WatchReply> {
  public:
    Watcher(Hub& hub, const v1::WatchRequest& request) : m_hub(hub), m_packed(request.packed()) {
        const bool resumes = request.resume_epoch() == hub.epoch() && request.resume_index() <= hub.next_index();
        m_cursor = resumes ? request.resume_index() : hub.cursor_of_tail(request.tail());
        m_fresh = !resumes;
        m_listener = hub.add_listener([this] { pump(); });
        pump();
    }

    void OnWriteDone(bool ok) override {
        {
            std::lock_guard lock(m_mutex);
            m_writing = false;
            if (!ok) return finish(grpc::Status::CANCELLED);
        }
        pump();
    }
    void OnCancel() override {
        std::lock_guard lock(m_mutex);
        finish(grpc::Status::CANCELLED);
    }
    void OnDone() override {
        m_hub.remove_listener(m_listener);
        delete this;
    }

  private:
    void pump() {
        std::lock_guard lock(m_mutex);
        if (m_writing || m_finished) return;
        if (!m_first_told.empty()) {
            send(std::move(m_first_told.front()));
            m_first_told.pop_front();
            return;
        }
        Hub::Slice slice = m_hub.read(m_cursor);
        if (slice.ended) return finish({grpc::StatusCode::UNAVAILABLE, "the cluster has stopped"});
        if (slice.events == 0 && slice.restated.empty() && m_greeted) return;
        std::string encoded;
        if (slice.lost > 0 && !m_fresh) wire::add_event_to_batch(encoded, gap(slice));
        m_first_told.assign(std::make_move_iterator(slice.restated.begin()), std::make_move_iterator(slice.restated.end()));
        encoded += slice.encoded;
        m_live_hlc = slice.live_hlc;
        m_next = slice.next;
        m_fresh = false;
        send(std::move(encoded));
    }

    void send(std::string&& encoded) {  // m_mutex held
        // Whoever breaks off while the state is told has not got what precedes the cursor: it starts over.
        if (m_first_told.empty()) m_cursor = m_next;
        m_reply.Clear();
        if (m_packed) m_reply.mutable_batch()->set_packed(std::move(encoded));
        else m_reply.mutable_batch()->ParseFromString(encoded);
        m_reply.set_epoch(m_hub.epoch());
        m_reply.set_index(m_cursor);
        m_reply.set_live_hlc(m_live_hlc);
        m_greeted = true;
        m_writing = true;
        StartWrite(&m_reply);
    }

    static events::Event gap(const Hub::Slice& slice) {
        auto note = std::make_shared<events::Note>();
        note->count = slice.lost;
        note->text = std::to_string(slice.lost) + " events were left out: this viewer fell behind; the state is told anew";
        events::Event event;
        event.kind = events::EventKind::gap;
        event.hlc = event.at_ns = slice.live_hlc;
        event.node = base::NodeId::of("hub");
        event.payload = std::shared_ptr<const events::Note>(std::move(note));
        return event;
    }

    void finish(const grpc::Status& status) {  // m_mutex held
        if (m_finished || (m_writing && status.ok())) return;
        m_finished = true;
        Finish(status);
    }

    Hub& m_hub;
    const bool m_packed;
    std::mutex m_mutex;
    std::uint64_t m_cursor = 0, m_next = 0, m_listener = 0;
    std::int64_t m_live_hlc = 0;
    std::deque<std::string> m_first_told;  // the state before what is kept, batch by batch
    bool m_writing = false, m_finished = false, m_greeted = false, m_fresh = true;
    v1::WatchReply m_reply;
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchReply>* make_watcher(Hub& hub, const v1::WatchRequest& request) { return new Watcher(hub, request); }

}  // namespace indoubt::operators
