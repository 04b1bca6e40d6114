// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/cluster_commands.h"

#include <QUuid>

#include "desk/force_dialog.h"
#include "feed/wording.h"

namespace indoubt::console::shell {

using client::NodeAction;
using feed::qs;

ClusterCommands::ClusterCommands(const feed::Context& context, QObject* parent) : QObject(parent), m_context(context) {
    connect(context.feed, &feed::Feed::arrived, this, &ClusterCommands::follow);
    auto* commands = context.commands;
    commands->add(this, {QStringLiteral("fault.clear"), tr("Heal all: take away every fault"), tr("held messages go on"), QStringLiteral("Ctrl+Shift+H"), theme::Glyph::FaultTag,
                         [this] {
                             m_context.executor->run(this, tr("heal all"), [actor = m_context.session->actor()](client::OperatorClient& c) { return c.clear_faults(std::nullopt, actor); },
                                                     [this](const base::Result<std::size_t>& answer) {
                                                         if (!answer.ok()) m_context.navigator->say(feed::errorText(answer.error()), true);
                                                         else m_context.navigator->say(*answer == 0 ? tr("There was no fault.") : feed::counted(*answer, tr("1 fault taken away."), tr("%1 faults taken away.")));
                                                     });
                         },
                         [this] { return past(); }});
    commands->add(this, {QStringLiteral("cause.retry"), tr("Ask again: everything that is stuck"), tr("forces nothing"), {}, theme::Glyph::Send, [this] { retryStuck(); }, [this] { return past(); }});
    const auto selected = [this] { return m_context.selection->xid().empty() ? tr("no payment is selected") : past(); };
    commands->add(this, {QStringLiteral("payment.retry"), tr("Ask the coordinator again for the selected payment"), {}, {}, theme::Glyph::Send,
                         [this] { order(m_context.selection->xid(), client::Action::retry, tr("asked again from the console")); }, selected});
    commands->add(this, {QStringLiteral("payment.abort"), tr("Abort the selected payment at the coordinator"), tr("safe while it collects votes"), {}, theme::Glyph::Aborting,
                         [this] { confirmAbort(m_context.selection->xid()); },
                         [this, selected] {
                             const auto t = m_context.feed->view().find(m_context.selection->xid());
                             return t && !t->open() ? tr("it is %1").arg(feed::stateWord(*t)) : selected();
                         }});
}

QString ClusterCommands::past() const {
    if (m_context.feed->isPast()) return tr("this is the past, read only");
    if (m_context.feed->outOfTouch()) return tr("no contact with the cluster");
    return m_context.executor->hasClient() ? QString() : tr("no cluster");
}

void ClusterCommands::follow() {
    std::vector<base::NodeId> nodes;
    for (const auto& row : m_context.feed->newest().nodes()) nodes.push_back(row.node);
    if (nodes == m_nodes) return;
    m_nodes = nodes;
    for (const auto& row : m_context.feed->newest().nodes()) addNode(row);
}

void ClusterCommands::addNode(const view::NodeRow& row) {
    const base::NodeId node = row.node;
    const QString id = qs(node.name()), title = row.title.empty() ? id : qs(row.title);
    const auto state = [this, node] {
        const auto* now = m_context.feed->newest().node(node);
        return now ? now->state : view::NodeState::unknown;
    };
    const auto add = [&](const char* word, const QString& text, theme::Glyph glyph, NodeAction action, const QString& done, std::function<QString()> whyNot) {
        m_context.commands->add(this, {QStringLiteral("node.%1.%2").arg(QLatin1String(word), id), text.arg(id), title, {}, glyph,
                                       [this, node, action, done, id] { actOnNode(node, action, done.arg(id)); },
                                       [this, whyNot] {
                                           const QString gone = past();
                                           return gone.isEmpty() ? whyNot() : gone;
                                       }});
    };
    using view::NodeState;
    const auto sandbox = [this] { return m_context.session->faultsAllowed() ? QString() : tr("not in production"); };
    add("crash", tr("Crash %1"), theme::Glyph::Crash, NodeAction::crash, tr("%1 has crashed: what it had not synced is gone."),
        [=, this] { return !sandbox().isEmpty() ? sandbox() : state() == NodeState::down ? tr("it is down") : QString(); });
    add("restart", tr("Restart %1"), theme::Glyph::Restart, NodeAction::restart, tr("%1 is back and has read its log."), [=] { return state() == NodeState::up ? tr("it is up") : QString(); });
    add("pause", tr("Suspend %1"), theme::Glyph::Suspended, NodeAction::pause, tr("%1 is suspended."),
        [=, this] { return !sandbox().isEmpty() ? sandbox() : state() != NodeState::up ? tr("it is not up") : QString(); });
    add("resume", tr("Resume %1"), theme::Glyph::Play, NodeAction::resume, tr("%1 goes on."), [=] { return state() != NodeState::suspended ? tr("it is not suspended") : QString(); });
}

void ClusterCommands::actOnNode(base::NodeId node, NodeAction action, const QString& done) {
    m_context.executor->run(this, done, [node, action, actor = m_context.session->actor()](client::OperatorClient& c) { return c.node(node, action, actor); },
                            [this, done](const base::Result<client::NodeStatus>& answer) {
                                if (answer.ok()) m_context.navigator->say(done);
                                else m_context.navigator->say(feed::errorText(answer.error()), true);
                            });
}

// The same dialog as on the Desk: bound to its xid, and the reason is the person's own.
void ClusterCommands::confirmAbort(const base::Xid& xid) {
    auto* dialog = new desk::AbortDialog(m_context, xid, qobject_cast<QWidget*>(parent()));
    connect(dialog, &desk::AbortDialog::confirmed, this, [this, xid](const QString& reason) { order(xid, client::Action::abort, reason); });
    dialog->open();
}

void ClusterCommands::order(const base::Xid& xid, client::Action action, const QString& reason) {
    client::OrderRequest request;
    request.xid = xid;
    request.action = action;
    request.actor = m_context.session->actor();
    request.reason = reason.toStdString();
    request.idempotency_key = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    m_context.executor->run(this, reason, [request](client::OperatorClient& c) { return c.order(request); },
                            [this](const base::Result<client::OrderReply>& answer) {
                                if (answer.ok()) m_context.navigator->say(qs(answer->text));
                                else m_context.navigator->say(feed::errorText(answer.error()), true);
                            });
}

void ClusterCommands::retryStuck() {
    constexpr std::size_t most = 1000;  // in one go; the rest is asked by the branches' own timers
    std::vector<base::Xid> stuck;
    for (const auto& cause : m_context.feed->newest().causes(m_context.feed->liveHlc()))
        for (const auto& xid : cause.payments)
            if (stuck.size() < most) stuck.push_back(xid);
    if (stuck.empty()) {
        m_context.navigator->say(tr("Nothing is stuck."));
        return;
    }
    struct Sum {
        std::size_t asked = 0, refused = 0;
        std::string why;
    };
    auto all = [stuck, actor = m_context.session->actor()](client::OperatorClient& c) -> base::Result<Sum> {
        Sum sum;
        for (const auto& xid : stuck) {
            client::OrderRequest request;
            request.xid = xid;
            request.actor = actor;
            request.reason = "asked again, all that is stuck";
            request.idempotency_key = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
            const auto answer = c.order(request);
            if (answer.ok()) {
                ++sum.asked;
                continue;
            }
            ++sum.refused;
            sum.why = answer.error().message;
            // Nobody there: the next ones would only wait for the same deadline.
            if (answer.error().code == base::ErrorCode::unavailable || answer.error().code == base::ErrorCode::deadline_exceeded) return answer.error();
        }
        return sum;
    };
    m_context.executor->run(this, tr("ask again"), all, [this](const base::Result<Sum>& answer) {
        if (!answer.ok()) m_context.navigator->say(feed::errorText(answer.error()), true);
        else if (answer->refused) m_context.navigator->say(tr("Asked for %1; %2 not possible: %3").arg(answer->asked).arg(answer->refused).arg(qs(answer->why)), true);
        else m_context.navigator->say(feed::counted(answer->asked, tr("Asked again for 1 payment."), tr("Asked again for %1 payments.")));
    });
}

}  // namespace indoubt::console::shell
