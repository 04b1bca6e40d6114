// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/log_filter.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QThread>

namespace indoubt::console::log {
namespace {
constexpr std::size_t firstPage = 1u << 15, page = 1u << 18;
constexpr int firstScreenMs = 40;  // so long the worker gathers before it shows a first part
constexpr std::size_t screenRows = 60;
}  // namespace

LogFilter::LogFilter(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(1);
    m_pool.setObjectName(QStringLiteral("log filter"));
}

LogFilter::~LogFilter() {
    cancel();
    m_pool.waitForDone();
}

void LogFilter::cancel() {
    m_generation->fetch_add(1);
    m_running = false;
}

void LogFilter::start(FilterJob job) {
    const quint64 generation = m_generation->fetch_add(1) + 1;
    m_running = true;
    const auto send = [this, guard = QPointer<LogFilter>(this), current = m_generation](FilterPart result) {
        auto shared = std::make_shared<FilterPart>(std::move(result));
        QMetaObject::invokeMethod(
            this,
            [this, guard, current, shared] {
                if (!guard || shared->generation != current->load()) return;
                if (shared->last) m_running = false;
                emit part(*shared);
            },
            Qt::QueuedConnection);
    };
    m_pool.start([job = std::make_shared<FilterJob>(std::move(job)), generation, current = m_generation, send] {
        QThread::currentThread()->setObjectName(QStringLiteral("log filter"));
        view::FilterContext context;
        context.view = &job->view;
        context.now_hlc = job->now_hlc;
        context.zone_offset_s = job->zone_offset_s;
        context.actor = job->actor;
        view::EventMatcher matcher(job->filter, job->rows, context);
        QElapsedTimer clock;
        clock.start();
        FilterPart next;
        next.generation = generation;
        next.whole = job->whole;
        next.first = true;
        std::size_t at = job->from;
        while (at < job->to) {
            if (current->load() != generation) return;
            const std::size_t end = std::min(job->to, at + (at == job->from ? firstPage : page));
            job->rows.scan(at, end, [&](std::size_t, view::RowId id, const view::EventRow& row) {
                if (matcher.matches(id, row)) next.matches.push_back(id);
                return true;
            });
            at = end;
            if (next.first && at < job->to && clock.elapsed() >= firstScreenMs && next.matches.size() >= screenRows) {
                FilterPart shown = next;
                shown.rows = job->rows;
                shown.scanned = at;
                send(std::move(shown));
                next.matches.clear();
                next.first = false;
            }
        }
        next.rows = job->rows;
        next.scanned = job->to;
        next.last = true;
        send(std::move(next));
    });
}

}  // namespace indoubt::console::log
