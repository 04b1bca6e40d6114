// SPDX-License-Identifier: GPL-3.0-or-later
// Runs calls to the cluster off the GUI thread and brings the answer back to it. A call may block up to its deadline; the GUI
// thread never does. `done` runs on the GUI thread, and only while `context` still lives.
//
//     executor.run(this, tr("crash T"), [](client::OperatorClient& c) { return c.node(t, NodeAction::crash, actor); },
//                  [this](const base::Result<client::NodeStatus>& answer) { ... });
#pragma once
#include <QObject>
#include <QPointer>
#include <QString>
#include <QThreadPool>
#include <functional>
#include <memory>
#include <type_traits>

#include "client/operator_client.h"

namespace indoubt::console::feed {

class Executor : public QObject {
    Q_OBJECT
  public:
    explicit Executor(QObject* parent = nullptr);
    ~Executor() override;  // ends the calls under way; their answers are dropped

    // Null: no cluster; every call answers UNAVAILABLE at once, also those under way. The client that goes takes no more calls.
    void setClient(std::shared_ptr<client::OperatorClient> client);
    bool hasClient() const { return m_client != nullptr; }
    int running() const { return m_running; }

    // `call(client::OperatorClient&)` returns a base::Result<...>; `done` takes that result.
    template <class Call, class Done>
    void run(QObject* context, const QString& what, Call call, Done done) {
        using Answer = std::invoke_result_t<Call, client::OperatorClient&>;
        auto client = m_client;
        if (!client) {
            deliver(context, what, [done] { done(Answer(base::unavailable("no cluster is connected"))); });
            return;
        }
        begin(what);
        m_pool.start([this, what, client, call, done, guard = QPointer<QObject>(context)] {
            auto answer = std::make_shared<Answer>(call(*client));
            QMetaObject::invokeMethod(this, [this, what, guard, done, answer] {
                finish(what);
                if (guard) done(*answer);
            }, Qt::QueuedConnection);
        });
    }
    // Any other slow work (reading a file, counting; empty `what`: not announced): `work()` on a worker, `done(result)` on the GUI thread.
    template <class Work, class Done>
    void background(QObject* context, const QString& what, Work work, Done done) {
        using Answer = std::invoke_result_t<Work>;
        begin(what);
        m_pool.start([this, what, work, done, guard = QPointer<QObject>(context)] {
            auto answer = std::make_shared<Answer>(work());
            QMetaObject::invokeMethod(this, [this, what, guard, done, answer] {
                finish(what);
                if (guard) done(*answer);
            }, Qt::QueuedConnection);
        });
    }

  signals:
    void started(const QString& what);
    void finished(const QString& what);
    void runningChanged(int calls);

  private:
    void begin(const QString& what);
    void finish(const QString& what);
    void deliver(QObject* context, const QString& what, std::function<void()> call);
    std::shared_ptr<client::OperatorClient> m_client;
    QThreadPool m_pool;
    int m_running = 0;
};

}  // namespace indoubt::console::feed
