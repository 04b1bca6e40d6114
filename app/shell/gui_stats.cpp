// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/gui_stats.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace indoubt::console::shell {

namespace {
using Clock = std::chrono::steady_clock;
constexpr auto knock_every = std::chrono::milliseconds(4);
constexpr std::size_t kept_max = 500'000;
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
                if (m_ms.size() < kept_max) m_ms.push_back(ms);
            }
            m_open = true;
        }, Qt::QueuedConnection);
    }
}

void GuiStats::clear() {
    const std::lock_guard lock(m_mutex);
    m_ms.clear();
}

BusyStretches GuiStats::summary() const {
    std::vector<float> sorted;
    {
        const std::lock_guard lock(m_mutex);
        sorted = m_ms;
    }
    BusyStretches summary;
    summary.knocks = sorted.size();
    if (sorted.empty()) return summary;
    std::sort(sorted.begin(), sorted.end());
    summary.p50Ms = static_cast<double>(sorted[sorted.size() / 2]);
    summary.p99Ms = static_cast<double>(sorted[std::min(sorted.size() - 1, sorted.size() * 99 / 100)]);
    summary.worstMs = static_cast<double>(sorted.back());
    return summary;
}

void GuiStats::print() const {
    const auto s = summary();
    std::fprintf(stderr, "gui thread busy: %zu knocks, p50 %.2f ms, p99 %.2f ms, worst %.2f ms\n", s.knocks, s.p50Ms, s.p99Ms, s.worstMs);
}

}  // namespace indoubt::console::shell
