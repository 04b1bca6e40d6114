// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/traffic.h"

#include <QThreadPool>
#include <QTimer>
#include <algorithm>

#include "feed/wording.h"
#include "workload/traffic_run.h"

namespace indoubt::console::shell {

namespace {
constexpr double rate_least = 1, rate_most = 5000;
}

Traffic::Traffic(const feed::Context& context, QObject* parent) : QObject(parent), m_context(context) {
    auto* commands = context.commands;
    const auto sandbox = [this]() -> QString {
        if (!m_client) return tr("no cluster");
        return m_context.session->environment() == theme::Environment::Production ? tr("not in production") : QString();
    };
    commands->add(this, {QStringLiteral("traffic.start"), tr("Generate traffic"), tr("a morning's payments, 20 a second"), {}, theme::Glyph::Play, [this] { start(m_rate); },
                         [this, sandbox] { return running() ? tr("it runs") : sandbox(); }});
    commands->add(this, {QStringLiteral("traffic.morning"), tr("A morning's traffic: 2,000 payments"), tr("40 a second"), {}, theme::Glyph::Watch, [this] { start(40, 2000); },
                         [this, sandbox] { return running() ? tr("it runs") : sandbox(); }});
    commands->add(this, {QStringLiteral("traffic.stop"), tr("Stop the traffic"), {}, {}, theme::Glyph::Pause, [this] { stop(); }, [this] { return running() ? QString() : tr("it does not run"); }});
    commands->add(this, {QStringLiteral("traffic.faster"), tr("Traffic: twice as many payments"), {}, {}, theme::Glyph::ChevronUp, [this] { setRate(m_rate * 2); }, [this] { return running() ? QString() : tr("it does not run"); }});
    commands->add(this, {QStringLiteral("traffic.slower"), tr("Traffic: half as many payments"), {}, {}, theme::Glyph::ChevronDown, [this] { setRate(m_rate / 2); }, [this] { return running() ? QString() : tr("it does not run"); }});
    connect(context.feed, &feed::Feed::secondPassed, this, [this] {
        if (!m_run) return;
        const auto counts = m_run->counts();
        if (!counts.problem.empty() && !m_saidProblem) m_context.navigator->say(tr("Traffic: %1").arg(feed::qs(counts.problem)), true);
        m_saidProblem = !counts.problem.empty();
        if (m_run->finished()) {
            m_context.navigator->say(tr("The traffic is done: %1 committed, %2 aborted.").arg(feed::countText(counts.committed), feed::countText(counts.aborted)));
            stop();
        }
    });
}

Traffic::~Traffic() {
    m_run.reset();
}

void Traffic::setClient(std::shared_ptr<client::OperatorClient> client) {
    stop();
    m_client = std::move(client);
}

void Traffic::start(double perSecond, quint64 paymentsMost) {
    if (!m_client || m_run) return;
    m_rate = std::clamp(perSecond, rate_least, rate_most);
    workload::TrafficRun::Options options;
    options.per_second = m_rate;
    options.payments_max = paymentsMost;
    m_run = std::make_shared<workload::TrafficRun>(*m_client, options);
    m_saidProblem = false;
    m_context.navigator->say(tr("Traffic: %1 payments a second.").arg(m_rate));
    emit changed();
}

void Traffic::stop() {
    if (!m_run) return;
    // Its destructor waits for its thread; the client must live until then.
    QThreadPool::globalInstance()->start([run = std::move(m_run), client = m_client]() mutable { run.reset(); });
    m_run.reset();
    emit changed();
}

void Traffic::setRate(double perSecond) {
    if (!m_run) return;
    m_rate = std::clamp(perSecond, rate_least, rate_most);
    m_run->set_rate(m_rate);
    m_context.navigator->say(tr("Traffic: %1 payments a second.").arg(m_rate));
    emit changed();
}

}  // namespace indoubt::console::shell
