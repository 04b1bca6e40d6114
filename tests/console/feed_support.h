// SPDX-License-Identifier: GPL-3.0-or-later
// A feed on a live cluster, with everything a place is given, for tests of models and panes.
#pragma once
#include "feed/place.h"
#include "support/live_cluster.h"

namespace indoubt::tests {

class FedCluster {
  public:
    bool start() {
        if (!m_cluster.start()) return false;
        m_client = std::shared_ptr<client::OperatorClient>(std::shared_ptr<void>(), &m_cluster.client());
        m_executor.setClient(m_client);
        m_feed.attach(m_client);
        return QTest::qWaitFor([this] { return m_feed.view().nodes().size() == 4 && m_feed.view().account_count() >= 5; }, 10000);
    }
    ~FedCluster() {
        m_feed.detach();
        m_executor.setClient(nullptr);
    }
    base::Xid pay(const std::string& key, std::int64_t minor = 1000) {
        auto reply = m_cluster.client().submit(story_payment(key, minor, 10), std::nullopt, client::Wait::applied);
        return reply ? reply->xid : base::Xid{};
    }
    bool untilKnown(const base::Xid& xid, view::PaymentState state = view::PaymentState::committed) {
        return QTest::qWaitFor([&] {
            const auto t = m_feed.newest().find(xid);
            return t && t->state == state;
        }, 10000);
    }
    LiveCluster& cluster() { return m_cluster; }
    console::feed::Feed& feed() { return m_feed; }
    console::feed::Selection& selection() { return m_selection; }
    const console::feed::Context& context() const { return m_context; }
    console::feed::Session& session() { return m_session; }

  private:
    LiveCluster m_cluster;
    std::shared_ptr<client::OperatorClient> m_client;
    console::feed::Session m_session;
    console::feed::Selection m_selection;
    console::feed::CommandRegistry m_commands;
    console::feed::Navigator m_navigator;
    console::feed::Feed m_feed;
    console::feed::Executor m_executor;
    console::feed::Context m_context{&m_feed, &m_selection, &m_executor, &m_commands, &m_session, &m_navigator};
};

}  // namespace indoubt::tests
