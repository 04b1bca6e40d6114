// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/worker.h"

#include <pthread.h>

namespace indoubt::operators {

Worker::Worker(const std::string& name, int threads) {
    for (int i = 0; i < threads; ++i)
        m_threads.emplace_back([this, name] {
            pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
            loop();
        });
}

Worker::~Worker() { stop(); }

bool Worker::run(std::function<void()> job) {
    {
        std::lock_guard lock(m_mutex);
        if (m_stopping) return false;
        m_jobs.push_back(std::move(job));
    }
    m_ready.notify_one();
    return true;
}

void Worker::stop() {
    {
        std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_ready.notify_all();
    for (auto& thread : m_threads)
        if (thread.joinable()) thread.join();
}

void Worker::loop() {
    for (;;) {
        std::function<void()> job;
        {
            std::unique_lock lock(m_mutex);
            m_ready.wait(lock, [this] { return m_stopping || !m_jobs.empty(); });
            if (m_jobs.empty()) return;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        job();
    }
}

}  // namespace indoubt::operators
