// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/log_language.h"

#include <QCoreApplication>
#include <QPointer>

#include "feed/feed.h"
#include "feed/filter_language.h"
#include "feed/wording.h"
#include "view/filter.h"

namespace indoubt::console::log {

LogLanguage::LogLanguage(const feed::Context& context, std::function<void()> counted)
    : m_context(context), m_counted(std::move(counted)), m_base(feed::paymentFilterLanguage(context)), m_life(std::make_shared<QObject>()) {
    m_pool.setMaxThreadCount(1);
}

LogLanguage::~LogLanguage() {
    m_life.reset();
    m_pool.waitForDone();
}

widgets::FilterVerdict LogLanguage::check(const QString& text) const { return m_base->check(text); }

widgets::CompletionList LogLanguage::complete(const QString& text, int cursor) const {
    widgets::CompletionList list = m_base->complete(text, cursor);
    const std::string utf8 = text.toStdString();
    const auto raw = view::complete_filter(utf8, static_cast<std::size_t>(text.left(cursor).toUtf8().size()), &m_context.feed->view());
    const QString field = feed::qs(raw.field);
    if (list.items.isEmpty() || (field != QLatin1String("kind") && field != QLatin1String("node"))) return list;
    // The rest of the filter is the text without the term that is being written.
    int from = list.replaces.from;
    while (from > 0 && !text[from - 1].isSpace() && text[from - 1] != QLatin1Char('(')) --from;
    int to = list.replaces.from + list.replaces.length;
    while (to < text.size() && !text[to].isSpace() && text[to] != QLatin1Char(')')) ++to;
    const QString rest = (text.left(from) + text.mid(to)).trimmed(), key = field + QLatin1Char('\n') + rest;
    list.right = QCoreApplication::translate("log", "matches with the rest of the filter");
    const bool known = m_counts.key == key;
    if (known)
        for (widgets::Completion& item : list.items) item.count = m_counts.of.value(item.text, 0);
    if (!known || m_counts.events != m_context.feed->shownEvents()) count(key, field, rest);
    return list;
}

void LogLanguage::count(const QString& key, const QString& field, const QString& rest) const {
    if (m_asked == key) return;  // under way
    m_asked = key;
    view::Filter filter;
    view::FilterError error;
    if (!view::Filter::parse(rest.toStdString(), filter, error)) filter = {};
    auto rows = std::make_shared<view::EventRows>(m_context.feed->rows());
    auto view = std::make_shared<view::View>(m_context.feed->view());
    const std::int64_t now = m_context.feed->nowHlc();
    const quint64 shown = std::min<quint64>(m_context.feed->shownEvents(), rows->size());
    const std::weak_ptr<QObject> life = m_life;
    m_pool.start([this, rows, view, filter, now, shown, key, field, life] {
        view::FilterContext context;
        context.view = view.get();
        context.now_hlc = now;
        view::EventMatcher matcher(filter, *rows, context);
        const bool all = filter.empty(), byKind = field == QLatin1String("kind");
        std::vector<qint64> kinds(events::event_kinds + 1), nodes(256);
        rows->scan(0, shown, [&](std::size_t, view::RowId id, const view::EventRow& row) {
            if (all || matcher.matches(id, row)) byKind ? ++kinds[static_cast<std::size_t>(row.kind)] : ++nodes[row.node];
            return !life.expired();
        });
        auto counts = std::make_shared<Counts>();
        counts->key = key;
        counts->events = shown;
        for (std::size_t k = 1; byKind && k < kinds.size(); ++k)
            counts->of.insert(feed::qs(events::word(static_cast<events::EventKind>(k))), kinds[k]);
        for (std::size_t n = 0; !byKind && n < rows->nodes().size(); ++n)
            counts->of.insert(QString::fromStdString(rows->nodes()[n].name()), nodes[n]);
        const auto alive = life.lock();
        if (!alive) return;
        QMetaObject::invokeMethod(
            alive.get(),
            [this, counts] {
                m_counts = *counts;
                m_asked.clear();
                m_counted();
            },
            Qt::QueuedConnection);
    });
}

}  // namespace indoubt::console::log
