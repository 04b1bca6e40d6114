// SPDX-License-Identifier: GPL-3.0-or-later
// Named threads that run jobs, in order where there is one. gRPC's own threads only enqueue here: a job may wait for a disk or a node.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace indoubt::operators {

class Worker {
  public:
    explicit Worker(const std::string& name, int threads = 1);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // After stop() a job is not run: false.
    bool run(std::function<void()> job);
    // Runs what is queued, then ends the threads.
    void stop();

  private:
    void loop();
    std::mutex m_mutex;
    std::condition_variable m_ready;
    std::deque<std::function<void()>> m_jobs;
    bool m_stopping = false;
    std::vector<std::thread> m_threads;
};

}  // namespace indoubt::operators
