// SPDX-License-Identifier: GPL-3.0-or-later
// Payments in: one call, or many in flight on one stream. Answers are put into the reply that goes out when the last write is
// done, so a busy stream sends few large replies and an idle one answers at once.
#include <chrono>
#include <memory>
#include <mutex>

#include "operator/convert.h"
#include "operator/reactors.h"

namespace indoubt::operators {
namespace {

constexpr std::size_t reply_bytes_max = 1u << 20;  // far from the 4 MiB that a caller takes

using Clock = std::chrono::steady_clock;

std::int64_t micros_since(Clock::time_point start) { return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count(); }

void fill(const Progress& progress, v1::SubmitReply& reply) {
    if (!progress.xid.empty()) to_message(progress.xid, *reply.mutable_xid());
    reply.set_outcome(static_cast<v1::Outcome>(progress.outcome));
    reply.set_refusal(static_cast<v1::Refusal>(progress.refusal));
    reply.set_text(progress.text);
    reply.set_duplicate(progress.duplicate);
    reply.set_applied(progress.stage == Progress::Stage::applied);
}

bool last_answer(const Progress& progress, v1::Wait wait) {
    switch (progress.stage) {
        case Progress::Stage::accepted: return wait == v1::WAIT_NONE;
        case Progress::Stage::decided: return wait != v1::WAIT_APPLIED;
        case Progress::Stage::applied:
        case Progress::Stage::failed: return true;
    }
    return true;
}

bool wanted(const Progress& progress, v1::Wait wait) {
    switch (progress.stage) {
        case Progress::Stage::accepted: return wait == v1::WAIT_NONE;
        case Progress::Stage::decided: return wait != v1::WAIT_NONE;
        default: return true;
    }
}

// One submit call. The reactor may be gone (cancelled) before the coordinator answers: both meet in this state.
class SubmitCall : public grpc::ServerUnaryReactor {
  public:
    SubmitCall(Host& host, const v1::SubmitRequest& request, v1::SubmitReply& reply) : m_shared(std::make_shared<Shared>()) {
        m_shared->reactor = this;
        m_shared->reply = &reply;
        m_shared->wait = request.wait();
        auto payment = payment_from(request.payment());
        if (!payment) {
            m_shared->finish(to_status(payment.error()));
            return;
        }
        auto accepted = host.submit(std::move(payment).value(), protocol_from(request.has_protocol(), request.protocol()),
                                    [shared = m_shared](const Progress& progress) { shared->progress(progress); });
        if (!accepted) m_shared->finish(to_status(accepted.error()));
    }
    void OnCancel() override { m_shared->finish({grpc::StatusCode::CANCELLED, "the caller gave up; the payment goes its way"}); }
    void OnDone() override { delete this; }

  private:
    struct Shared {
        std::mutex mutex;
        SubmitCall* reactor = nullptr;  // null: finished
        v1::SubmitReply* reply = nullptr;
        v1::Wait wait = v1::WAIT_DECIDED;
        Clock::time_point start = Clock::now();
        std::int64_t decided_us = 0;

        void progress(const Progress& progress) {
            {
                std::lock_guard lock(mutex);
                if (!reactor) return;
                if (progress.stage == Progress::Stage::decided) decided_us = micros_since(start);
                if (!last_answer(progress, wait)) return;
                if (progress.stage != Progress::Stage::failed || !progress.xid.empty()) {
                    fill(progress, *reply);
                    reply->set_decided_us(decided_us);
                    if (progress.stage == Progress::Stage::applied) reply->set_applied_us(micros_since(start));
                }
            }
            // An interrupted payment that has an XID is an answer (outcome unknown as yet), not an error.
            const bool failed = progress.stage == Progress::Stage::failed && progress.xid.empty();
            finish(failed ? to_status({progress.code, progress.text}) : grpc::Status::OK);
        }
        void finish(const grpc::Status& status) {
            SubmitCall* call = nullptr;
            {
                std::lock_guard lock(mutex);
                std::swap(call, reactor);
            }
            if (call) call->Finish(status);
        }
    };
    std::shared_ptr<Shared> m_shared;
};

class PayStream : public grpc::ServerBidiReactor<v1::PayRequest, v1::PayReply> {
  public:
    explicit PayStream(Host& host) : m_host(host), m_shared(std::make_shared<Shared>()) {
        m_shared->reactor = this;
        StartRead(&m_request);
    }
    void OnReadDone(bool ok) override {
        if (!ok) return m_shared->half_closed();
        for (const auto& item : m_request.items()) submit(item);
        StartRead(&m_request);
    }
    void OnWriteDone(bool ok) override { m_shared->written(ok); }
    void OnCancel() override { m_shared->finish(grpc::Status::CANCELLED); }
    void OnDone() override { delete this; }

  private:
    struct Shared {
        std::mutex mutex;
        PayStream* reactor = nullptr;  // null: finished
        v1::PayReply queued, writing;
        bool busy = false, closing = false;
        std::size_t open = 0;

        void answer(v1::PayResult&& result, bool last) {
            std::lock_guard lock(mutex);
            if (last) --open;
            if (!reactor) return;
            *queued.add_results() = std::move(result);
            write();
        }
        void written(bool ok) {
            std::lock_guard lock(mutex);
            busy = false;
            if (!reactor) return;
            if (!ok) return finish_locked(grpc::Status::CANCELLED);
            write();
        }
        void half_closed() {
            std::lock_guard lock(mutex);
            closing = true;
            if (reactor) write();
        }
        void write() {
            if (busy) return;
            if (queued.results_size() == 0) {
                if (closing && open == 0) finish_locked(grpc::Status::OK);
                return;
            }
            // A caller who reads slowly lets them pile up: in parts, or a message would pass the cap of what he can receive.
            int count = 0;
            for (std::size_t bytes = 0; count < queued.results_size() && bytes < reply_bytes_max; ++count) bytes += queued.results(count).ByteSizeLong();
            writing.Clear();
            for (int i = 0; i < count; ++i) writing.add_results()->Swap(queued.mutable_results(i));
            queued.mutable_results()->DeleteSubrange(0, count);
            busy = true;
            reactor->StartWrite(&writing);
        }
        void finish(const grpc::Status& status) {
            std::lock_guard lock(mutex);
            finish_locked(status);
        }
        void finish_locked(const grpc::Status& status) {
            PayStream* stream = nullptr;
            std::swap(stream, reactor);
            if (stream) stream->Finish(status);
        }
    };

    void submit(const v1::PayItem& item) {
        const auto start = Clock::now();
        const std::uint64_t id = item.id();
        const v1::Wait wait = item.wait();
        {
            std::lock_guard lock(m_shared->mutex);
            ++m_shared->open;
        }
        const auto refuse = [&](const base::Error& error) {
            v1::PayResult result;
            result.set_id(id);
            result.set_code(static_cast<std::uint32_t>(error.code));
            result.set_error(error.message);
            m_shared->answer(std::move(result), true);
        };
        auto payment = payment_from(item.payment());
        if (!payment) return refuse(payment.error());
        auto accepted = m_host.submit(std::move(payment).value(), protocol_from(item.has_protocol(), item.protocol()),
                                      [shared = m_shared, id, wait, start, decided_us = std::int64_t{0}, done = false](const Progress& progress) mutable {
                                          if (done || !wanted(progress, wait)) return;
                                          if (progress.stage == Progress::Stage::decided) decided_us = micros_since(start);
                                          done = last_answer(progress, wait);
                                          v1::PayResult result;
                                          result.set_id(id);
                                          fill(progress, *result.mutable_reply());
                                          result.mutable_reply()->set_decided_us(decided_us);
                                          if (progress.stage == Progress::Stage::applied) result.mutable_reply()->set_applied_us(micros_since(start));
                                          if (progress.stage == Progress::Stage::failed) {
                                              result.set_code(static_cast<std::uint32_t>(progress.code));
                                              result.set_error(progress.text);
                                          }
                                          shared->answer(std::move(result), done);
                                      });
        if (!accepted) refuse(accepted.error());
    }

    Host& m_host;
    std::shared_ptr<Shared> m_shared;
    v1::PayRequest m_request;
};

}  // namespace

grpc::ServerBidiReactor<v1::PayRequest, v1::PayReply>* make_pay_stream(Host& host) { return new PayStream(host); }

grpc::ServerUnaryReactor* make_submit(Host& host, const v1::SubmitRequest& request, v1::SubmitReply& reply) {
    return new SubmitCall(host, request, reply);
}

}  // namespace indoubt::operators
