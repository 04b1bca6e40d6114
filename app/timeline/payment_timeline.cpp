// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline/payment_timeline.h"

#include "commit/cost.h"
#include "feed/feed.h"
#include "timeline/scene_builder.h"

namespace indoubt::console::timeline {

PaymentTimeline::PaymentTimeline(const feed::Context& context, QObject* parent)
    : QObject(parent), m_context(context), m_model(std::make_shared<view::TimelineModel>()), m_scene(std::make_shared<Scene>()) {
    connect(context.feed, &feed::Feed::advanced, this, [this](const feed::FeedDelta& delta) {
        if (concerns(delta)) rebuild();
    });
    connect(context.feed, &feed::Feed::secondPassed, this, [this] {
        if (m_scene->open || (!m_xid.empty() && m_context.feed->isLive() && transaction() && transaction()->open())) rebuild();
    });
    connect(context.session, &feed::Session::preferencesChanged, this, &PaymentTimeline::rebuild);
}

view::TransactionPtr PaymentTimeline::transaction() const { return m_xid.empty() ? nullptr : m_context.feed->view().find(m_xid); }

void PaymentTimeline::setPayment(const base::Xid& xid) {
    if (xid == m_xid) return;
    m_xid = xid;
    if (!xid.empty()) m_context.feed->wantTrace(xid);
    rebuild();
}

void PaymentTimeline::setActive(bool active) {
    m_active = active;
    if (active && m_stale) rebuild();
}

bool PaymentTimeline::concerns(const feed::FeedDelta& delta) const {
    if (m_xid.empty()) return false;
    if (delta.reset || delta.reordered || std::find(delta.changed.begin(), delta.changed.end(), m_xid) != delta.changed.end()) return true;
    // What befalls a node befalls the payment that waits for it.
    bool node = false;
    const view::EventRows& rows = m_context.feed->rows();
    const auto end = std::min<quint64>(delta.endRow, rows.size());
    if (!m_scene->open) return false;
    rows.scan(delta.firstRow, end, [&](std::size_t, view::RowId, const view::EventRow& row) {
        using events::EventKind;
        node = row.kind == EventKind::crash || row.kind == EventKind::restart || row.kind == EventKind::suspend ||
               row.kind == EventKind::resume;
        return !node;
    });
    return node;
}

void PaymentTimeline::rebuild() {
    if (!m_active) {
        m_stale = true;
        return;
    }
    m_stale = false;
    auto model = std::make_shared<view::TimelineModel>();
    if (!m_xid.empty()) {
        const feed::Feed& feed = *m_context.feed;
        const view::EventRows& rows = feed.rows();
        std::vector<events::Event> events = view::timeline_events(rows, m_xid);
        if (feed.isPast()) {
            // A cut is a count of events in the one order: what comes behind it has not happened yet.
            const quint64 shown = feed.shownEvents();
            if (shown == 0)
                events.clear();
            else if (shown < rows.size()) {
                const events::Position last = rows.position(rows.row(rows.at(shown - 1)));
                std::erase_if(events, [&](const events::Event& e) { return events::position(e) > last; });
            }
        }
        view::TimelineOptions options;
        const view::TransactionPtr tx = transaction();
        if (tx && tx->open()) options.now_hlc = feed.nowHlc();
        for (const view::NodeRow& node : feed.view().nodes()) options.titles.emplace_back(node.node, node.title);
        const std::size_t managers = feed.view().shape() ? feed.view().shape()->managers().size() : 1;
        options.bill = [managers](const std::string& protocol, std::uint32_t n, std::uint32_t noes, std::uint32_t readers) {
            const auto due = commit::cost_seen(protocol, n, managers, noes, readers);
            return due ? view::TimelineBill{due->messages, due->forced_writes, due->delays.value_or(0)} : view::TimelineBill{};
        };
        if (!events.empty()) *model = view::make_timeline(m_xid, std::move(events), options);
    }
    m_scene = buildScene(*model, m_context.session);
    m_model = std::move(model);
    emit changed();
}

}  // namespace indoubt::console::timeline
