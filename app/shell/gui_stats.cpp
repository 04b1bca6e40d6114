// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/gui_stats.h"

#include <QAbstractEventDispatcher>
#include <algorithm>
#include <cstdio>

namespace indoubt::console::shell {

namespace {
constexpr std::size_t kept_max = 200'000;
}

GuiStats::GuiStats(QObject* parent) : QObject(parent) {
    m_clock.start();
    auto* dispatcher = QAbstractEventDispatcher::instance();
    connect(dispatcher, &QAbstractEventDispatcher::awake, this, [this] { m_awakeNs = m_clock.nsecsElapsed(); });
    connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, this, [this] {
        if (m_awakeNs < 0) return;
        if (m_ms.size() >= kept_max) m_ms.erase(m_ms.begin(), m_ms.begin() + kept_max / 2);
        m_ms.push_back(static_cast<float>(m_clock.nsecsElapsed() - m_awakeNs) / 1e6F);
        m_awakeNs = -1;
    });
    if (!wanted()) return;
    m_print.setInterval(10'000);
    connect(&m_print, &QTimer::timeout, this, &GuiStats::print);
    m_print.start();
}

GuiStats::~GuiStats() {
    if (wanted()) print();
}

bool GuiStats::wanted() { return qEnvironmentVariableIntValue("INDOUBT_GUI_STATS") == 1; }
void GuiStats::clear() { m_ms.clear(); }

BusyStretches GuiStats::summary() const {
    BusyStretches summary;
    auto sorted = m_ms;
    summary.turns = sorted.size();
    if (sorted.empty()) return summary;
    std::sort(sorted.begin(), sorted.end());
    summary.p50Ms = static_cast<double>(sorted[sorted.size() / 2]);
    summary.p99Ms = static_cast<double>(sorted[std::min(sorted.size() - 1, sorted.size() * 99 / 100)]);
    summary.worstMs = static_cast<double>(sorted.back());
    return summary;
}

void GuiStats::print() const {
    const auto s = summary();
    std::fprintf(stderr, "gui busy stretches: %zu, p50 %.2f ms, p99 %.2f ms, worst %.2f ms\n", s.turns, s.p50Ms, s.p99Ms, s.worstMs);
}

}  // namespace indoubt::console::shell
