// SPDX-License-Identifier: GPL-3.0-or-later
// One named thread that runs jobs in order. gRPC's own threads only enqueue here: a job may wait for a disk or a node.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace indoubt::operators {

class Worker {
  public:
    explicit Worker(std::string name);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // After stop() a job is not run: false.
    bool run(std::function<void()> job);
    // Runs what is queued, then ends the thread.
    void stop();

  private:
    void loop();
    std::mutex m_mutex;
    std::condition_variable m_ready;
    std::deque<std::function<void()>> m_jobs;
    bool m_stopping = false;
    std::thread m_thread;
};

}  // namespace indoubt::operators
