// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/executor.h"

namespace indoubt::console::feed {

Executor::Executor(QObject* parent) : QObject(parent) {
    // Few threads: a call mostly waits. One long call (an import) must not hold up a crash order.
    m_pool.setMaxThreadCount(4);
    m_pool.setObjectName(QStringLiteral("executor"));
}

Executor::~Executor() {
    setClient(nullptr);  // a call may have most of a minute left, and this is the GUI thread
    m_pool.waitForDone();
}

void Executor::setClient(std::shared_ptr<client::OperatorClient> client) {
    if (m_client && m_client != client) m_client->end_calls();
    m_client = std::move(client);
}

void Executor::begin(const QString& what) {
    if (what.isEmpty()) return;  // housekeeping of a pane: nobody waits for it
    ++m_running;
    emit started(what);
    emit runningChanged(m_running);
}

void Executor::finish(const QString& what) {
    if (what.isEmpty()) return;
    --m_running;
    emit finished(what);
    emit runningChanged(m_running);
}

void Executor::deliver(QObject* context, const QString& what, std::function<void()> call) {
    // Also without a cluster the answer comes later, never from within run(): callers need only one order of things.
    begin(what);
    QMetaObject::invokeMethod(this, [this, what, guard = QPointer<QObject>(context), call = std::move(call)] {
        finish(what);
        if (guard) call();
    }, Qt::QueuedConnection);
}

}  // namespace indoubt::console::feed
