// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/gui_stats.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace indoubt::console::shell {

namespace {
using Clock = std::chrono::steady_clock;
constexpr auto knock_every = std::chrono::milliseconds(4);
constexpr std::size_t kept_max = 500'000;
std::int64_t threadCpuNs() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

double at(std::vector<float>& values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return static_cast<double>(values[std::min(values.size() - 1, static_cast<std::size_t>(static_cast<double>(values.size()) * share))]);
}

bool wanted() { return qEnvironmentVariableIntValue("INDOUBT_GUI_STATS") == 1; }
}  // namespace

GuiStats::GuiStats(QObject* parent) : QObject(parent) {
    if (wanted()) start();
}

GuiStats::~GuiStats() {
    m_stop = true;
    if (m_thread.joinable()) m_thread.join();
    if (wanted()) print();
}

void GuiStats::start() {
    if (m_thread.joinable()) return;
    m_thread = std::thread([this] {
        pthread_setname_np(pthread_self(), "gui-stats");
        run();
    });
}

void GuiStats::run() {
    auto printed = Clock::now();
    while (!m_stop) {
        std::this_thread::sleep_for(knock_every);
        if (wanted() && Clock::now() - printed > std::chrono::seconds(10)) {
            print();
            printed = Clock::now();
        }
        if (!m_open.exchange(false)) continue;
        const auto knocked = Clock::now();
        QMetaObject::invokeMethod(this, [this, knocked] {
            const float ms = std::chrono::duration<float, std::milli>(Clock::now() - knocked).count();
            {
                const std::lock_guard lock(m_mutex);
                const std::int64_t cpu = threadCpuNs();
                if (m_ms.size() < kept_max) {
                    m_ms.push_back(ms);
                    m_cpuMs.push_back(m_cpuNs ? static_cast<float>(cpu - m_cpuNs) / 1e6F : 0.0F);
                }
                m_cpuNs = cpu;
            }
            m_open = true;
        }, Qt::QueuedConnection);
    }
}

void GuiStats::clear() {
    const std::lock_guard lock(m_mutex);
    m_ms.clear();
    m_cpuMs.clear();
}

BusyStretches GuiStats::summary() const {
    std::vector<float> wall, cpu;
    {
        const std::lock_guard lock(m_mutex);
        wall = m_ms;
        cpu = m_cpuMs;
    }
    BusyStretches summary;
    summary.knocks = wall.size();
    summary.p50Ms = at(wall, 0.5);
    summary.p99Ms = at(wall, 0.99);
    summary.worstMs = at(wall, 1);
    summary.cpuP99Ms = at(cpu, 0.99);
    summary.cpuWorstMs = at(cpu, 1);
    return summary;
}

void GuiStats::print() const {
    const auto s = summary();
    std::fprintf(stderr, "gui thread busy: %zu knocks, p50 %.2f ms, p99 %.2f ms, worst %.2f ms; own work p99 %.2f ms, worst %.2f ms\n", s.knocks, s.p50Ms, s.p99Ms, s.worstMs, s.cpuP99Ms, s.cpuWorstMs);
}

}  // namespace indoubt::console::shell
