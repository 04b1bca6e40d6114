// SPDX-License-Identifier: GPL-3.0-or-later
#include "workload/traffic_run.h"

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "workload/generator.h"

namespace indoubt::workload {

using Clock = std::chrono::steady_clock;

struct TrafficRun::Shared {
    client::OperatorClient* client = nullptr;
    Options options;
    std::thread thread;
    mutable std::mutex mutex;
    std::condition_variable changed;
    TrafficCounts counts;
    double per_second = 0;
    bool stop = false, finished = false;

    void answered(const base::Result<client::SubmitReply>& reply) {
        const std::lock_guard lock(mutex);
        --counts.in_flight;
        if (!reply) {
            ++counts.failed;
            counts.problem = reply.error().message;
        } else {
            counts.problem.clear();
            ++(reply->outcome == events::Outcome::commit  ? counts.committed
               : reply->outcome == events::Outcome::abort ? counts.aborted
                                                          : counts.failed);
        }
        changed.notify_all();
    }

    base::Result<MorningTraffic> prepare() const {
        auto info = client->info();
        if (!info) return info.error();
        const std::string run =
            options.run.empty() ? std::to_string(std::chrono::system_clock::now().time_since_epoch().count() / 1'000'000'000) : options.run;
        MorningTraffic traffic(info->shape, options.seed, run);
        for (const auto& [node, lines] : traffic.accounts())
            if (auto opened = client->open_accounts(node, lines, "morning traffic"); !opened) return opened.error();
        return traffic;
    }

    // Waits until the next payment is due and there is room for it; false: stop.
    bool wait_for_turn(Clock::time_point& due) {
        std::unique_lock lock(mutex);
        for (;;) {
            if (stop || (options.payments_max > 0 && counts.sent >= options.payments_max)) return false;
            const auto now = Clock::now();
            if (counts.in_flight >= options.in_flight_max) {
                changed.wait(lock);
                due = std::max(due, Clock::now());  // what could not be sent is not made up for in a burst
            } else if (now < due) {
                changed.wait_until(lock, due);
            } else {
                due = std::max(due, now - std::chrono::milliseconds(200)) +
                      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1.0 / std::max(per_second, 0.01)));
                ++counts.sent;
                ++counts.in_flight;
                return true;
            }
        }
    }
};

TrafficRun::TrafficRun(client::OperatorClient& client, Options options) : m_shared(std::make_shared<Shared>()) {
    m_shared->client = &client;
    m_shared->per_second = options.per_second;
    m_shared->options = std::move(options);
    m_shared->thread = std::thread([shared = m_shared] {
        pthread_setname_np(pthread_self(), "traffic");
        auto traffic = shared->prepare();
        if (traffic) {
            const auto session = shared->client->submit_session();
            for (auto due = Clock::now(); shared->wait_for_turn(due);) {
                const std::int64_t now_ns =
                    std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
                session->submit(traffic->next(now_ns), client::Wait::decided, [shared](const auto& reply) { shared->answered(reply); });
            }
            std::unique_lock lock(shared->mutex);
            shared->changed.wait(lock, [&] { return shared->stop || shared->counts.in_flight == 0; });
        }
        const std::lock_guard lock(shared->mutex);
        if (!traffic) shared->counts.problem = traffic.error().message;
        shared->finished = true;
    });
}

TrafficRun::~TrafficRun() {
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->stop = true;
        m_shared->changed.notify_all();
    }
    m_shared->thread.join();
}

void TrafficRun::set_rate(double per_second) {
    const std::lock_guard lock(m_shared->mutex);
    m_shared->per_second = per_second;
    m_shared->changed.notify_all();
}

TrafficCounts TrafficRun::counts() const {
    const std::lock_guard lock(m_shared->mutex);
    return m_shared->counts;
}

bool TrafficRun::finished() const {
    const std::lock_guard lock(m_shared->mutex);
    return m_shared->finished;
}

}  // namespace indoubt::workload
