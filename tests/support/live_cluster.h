// SPDX-License-Identifier: GPL-3.0-or-later
// A live cluster in a temporary directory, and a client to it, for tests. Its registry is the test's own.
#pragma once
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>
#include <functional>
#include <memory>
#include <mutex>

#include "client/operator_client.h"
#include "cluster/cluster.h"

namespace indoubt::tests {

inline events::Payment story_payment(const std::string& key, std::int64_t minor = 12000, std::int64_t fee = 60) {
    using namespace events;
    Payment payment;
    const Currency eur = Currency::of("EUR");
    payment.idempotency_key = key;
    payment.refs.reference = key;
    payment.refs.end_to_end_id = "E2E-" + key;
    payment.debtor = {"Mara Lindholm", "DE37900000010000471108", "HAFBDEH0XXX"};
    payment.creditor = {"Velo Atelier", "LU289990000000471200", "BLACLUL0XXX"};
    payment.amount = {minor, eur};
    payment.legs = {{NodeId::of("A"), LegKind::debit, payment.debtor.account, {minor, eur}},
                    {NodeId::of("B"), LegKind::credit, payment.creditor.account, {minor - fee, eur}},
                    {NodeId::of("C"), LegKind::fee, "NL36KSTL0000471300", {fee, eur}}};
    return payment;
}

// Folds what it is sent; thread-safe.
class FoldingSink : public client::EventSink {
  public:
    void events(std::vector<events::Event>&& batch) override {
        std::lock_guard lock(m_mutex);
        for (const auto& event : batch) m_view.fold(event);
        m_events.insert(m_events.end(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
    }
    void connection(const std::string& text) override {
        std::lock_guard lock(m_mutex);
        m_trouble = text;
    }
    view::View view() const {
        std::lock_guard lock(m_mutex);
        return m_view;
    }
    std::vector<events::Event> seen() const {
        std::lock_guard lock(m_mutex);
        return m_events;
    }
    std::string trouble() const {
        std::lock_guard lock(m_mutex);
        return m_trouble;
    }

  private:
    mutable std::mutex m_mutex;
    view::View m_view;
    std::vector<events::Event> m_events;
    std::string m_trouble;
};

class LiveCluster {
  public:
    LiveCluster() { qputenv("XDG_RUNTIME_DIR", m_directory.path().toUtf8()); }
    std::string path() const { return (m_directory.path() + "/data").toStdString(); }

    cluster::ClusterOptions options() const {
        cluster::ClusterOptions options;
        options.data_directory = path();
        options.inquiry_first_ms = 100;
        options.retry_first_ms = 50;
        return options;
    }
    base::Result<> start(cluster::ClusterOptions options) {
        auto started = cluster::Cluster::start(std::move(options));
        if (!started) return started.error();
        m_cluster = std::move(started).value();
        m_client = client::connect({{m_cluster->address(), m_cluster->token_file().string()}}).value();
        return base::Ok{};
    }
    base::Result<> start() { return start(options()); }
    void stop() {
        m_client.reset();
        m_cluster.reset();
    }
    client::OperatorClient& client() { return *m_client; }
    cluster::Cluster& cluster() { return *m_cluster; }

    view::TransactionPtr show(const base::Xid& xid) {
        auto shown = m_client->show(xid);
        return shown ? shown.value() : nullptr;
    }
    // Polls the service until the payment is as wanted, at most `ms`.
    bool until(const base::Xid& xid, const std::function<bool(const view::Transaction&)>& wanted, int ms = 5000) {
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < ms) {
            if (auto transaction = show(xid); transaction && wanted(*transaction)) return true;
            QTest::qWait(10);
        }
        return false;
    }
    std::int64_t posted(const std::string& account) {
        auto history = m_client->history(account);
        return history ? history->account.posted_minor : -1;
    }

  private:
    QTemporaryDir m_directory;
    std::unique_ptr<cluster::Cluster> m_cluster;
    std::unique_ptr<client::OperatorClient> m_client;
};

}  // namespace indoubt::tests
