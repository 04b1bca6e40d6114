// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/session.h"

#include <grpcpp/support/client_callback.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "client/convert.h"

namespace indoubt::client {
namespace {

constexpr int items_per_request_max = 256;

class Session;

// One stream; the session opens another when this one broke.
class PayCall : public grpc::ClientBidiReactor<v1::PayRequest, v1::PayReply> {
  public:
    PayCall(Session& session, Target& target) : m_session(session), m_target(target) {}
    bool start();
    void write(v1::PayRequest&& request) {
        m_request.Swap(&request);
        StartWrite(&m_request);
    }
    void half_close() { StartWritesDone(); }
    void cancel() { m_context.TryCancel(); }
    void OnReadDone(bool ok) override;
    void OnWriteDone(bool ok) override;
    void OnDone(const grpc::Status& status) override;

    bool m_released = false;  // guarded by the session

  private:
    Session& m_session;
    Target& m_target;
    grpc::ClientContext m_context;
    v1::PayRequest m_request;
    v1::PayReply m_reply;
};

class Session : public SubmitSession {
  public:
    explicit Session(std::shared_ptr<Target> target) : m_target(std::move(target)) {}

    ~Session() override {
        std::unique_lock lock(m_mutex);
        m_closing = true;
        if (m_call) m_call->cancel();
        m_idle.wait(lock, [this] { return m_call == nullptr && m_ending == 0; });
    }

    void submit(const events::Payment& payment, Wait wait, Done done) override {
        std::unique_lock lock(m_mutex);
        if (m_closing) {
            lock.unlock();
            return done(base::unavailable("the session is being closed"));
        }
        if (!m_call) {
            auto* call = new PayCall(*this, *m_target);
            if (!call->start()) {
                delete call;
                lock.unlock();
                grpc::ClientContext context;  // for its message
                auto reason = m_target->sign(context);
                return done(reason ? base::unavailable("the stream to " + m_target->name() + " did not open") : reason.error());
            }
            m_call = call;
        }
        const std::uint64_t id = m_next++;
        m_waiting.emplace(id, Waiting{wait, std::move(done)});
        auto* item = m_queued.add_items();
        item->set_id(id);
        item->set_wait(static_cast<v1::Wait>(wait));
        to_message(payment, *item->mutable_payment());
        if (m_reading != std::this_thread::get_id()) write_next();
    }

    // Only the stream's reads take entries out while it lives, and a map's nodes do not move when others are added: callbacks run
    // without the lock, and may submit.
    //
    // What is submitted from those callbacks leaves in one request when the last of them has run: clients that answer an answer
    // with their next payment would each cost a message of their own.
    void read(const v1::PayReply& reply) {
        const auto here = std::this_thread::get_id();
        if (reply.results_size() > 1) {
            std::lock_guard lock(m_mutex);
            m_reading = here;
        }
        for (const auto& result : reply.results()) {
            const bool failed = result.code() != 0;
            Waiting* waiting = nullptr;
            std::unordered_map<std::uint64_t, Waiting>::node_type last;
            {
                std::lock_guard lock(m_mutex);
                auto found = m_waiting.find(result.id());
                if (found == m_waiting.end()) continue;
                waiting = &found->second;
                if (failed || result.reply().applied() || waiting->wait != Wait::applied) {
                    last = m_waiting.extract(found);
                    waiting = &last.mapped();
                }
            }
            if (failed) waiting->done(base::Error{static_cast<base::ErrorCode>(result.code()), result.error()});
            else waiting->done(from_message(result.reply()));
        }
        std::lock_guard lock(m_mutex);
        m_reading = {};
        write_next();
    }

    void wrote(PayCall& call) {
        std::lock_guard lock(m_mutex);
        if (m_call != &call) return;
        m_writing = false;
        write_next();
    }

    void failing(PayCall& call) {
        {
            std::lock_guard lock(m_mutex);
            if (call.m_released) return;
            call.m_released = true;
        }
        call.RemoveHold();
    }

    void done(PayCall& call, const grpc::Status& status) {
        if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED) m_target->forget_token();
        std::unordered_map<std::uint64_t, Waiting> lost;
        {
            // From here on nobody finds this call: whoever submits next, also from an answer below, opens another.
            std::lock_guard lock(m_mutex);
            m_call = nullptr;
            ++m_ending;
            lost.swap(m_waiting);
            m_queued.Clear();
            m_writing = false;
        }
        const base::Error error = m_target->error(status);
        for (auto& [id, waiting] : lost) waiting.done(error);
        // The call holds its channel. It goes while the session's target still holds it too: a channel whose last owner lets go on
        // gRPC's own callback thread takes down the completion queue under that thread.
        delete &call;
        std::lock_guard lock(m_mutex);
        --m_ending;
        m_idle.notify_all();
    }

  private:
    struct Waiting {
        Wait wait;
        Done done;
    };
    void write_next() {
        if (m_writing || m_queued.items_size() == 0 || !m_call || m_call->m_released) return;
        m_writing = true;
        v1::PayRequest request;
        if (m_queued.items_size() <= items_per_request_max) {
            request.Swap(&m_queued);
        } else {
            for (int i = 0; i < items_per_request_max; ++i) request.add_items()->Swap(m_queued.mutable_items(i));
            m_queued.mutable_items()->DeleteSubrange(0, items_per_request_max);
        }
        m_call->write(std::move(request));
    }

    std::shared_ptr<Target> m_target;
    std::mutex m_mutex;
    std::condition_variable m_idle;
    PayCall* m_call = nullptr;   // the stream that is open
    std::thread::id m_reading;   // the thread in read(), while what it submits is held together
    int m_ending = 0;            // streams that are over and not yet gone
    bool m_writing = false, m_closing = false;
    std::uint64_t m_next = 1;
    v1::PayRequest m_queued;
    std::unordered_map<std::uint64_t, Waiting> m_waiting;
};

bool PayCall::start() {
    if (!m_target.sign(m_context)) return false;
    m_target.stub().async()->Pay(&m_context, this);
    AddHold();
    StartRead(&m_reply);
    StartCall();
    return true;
}

void PayCall::OnReadDone(bool ok) {
    if (!ok) return m_session.failing(*this);
    m_session.read(m_reply);
    StartRead(&m_reply);
}

void PayCall::OnWriteDone(bool ok) {
    if (!ok) return m_session.failing(*this);
    m_session.wrote(*this);
}

void PayCall::OnDone(const grpc::Status& status) {
    m_session.done(*this, status);  // deletes this
}

}  // namespace

std::unique_ptr<SubmitSession> make_session(std::shared_ptr<Target> target) { return std::make_unique<Session>(std::move(target)); }

}  // namespace indoubt::client
