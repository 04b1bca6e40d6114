// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/drill.h"

#include <QUuid>

#include "feed/wording.h"
#include "shell/story.h"

namespace indoubt::console::shell {

Drill::Drill(const feed::Context& context, QObject* parent) : QObject(parent), m_context(context) {
    context.commands->add(this, {QStringLiteral("drill.stuck"), tr("Drill: settle a stuck payment"), tr("T crashes with its decision untold"), {}, theme::Glyph::Desk, [this] { begin(); },
                                 [this] {
                                     if (!m_context.session->faultsAllowed()) return tr("not in production");
                                     if (m_context.feed->isPast()) return tr("this is the past, read only");
                                     if (m_context.feed->outOfTouch()) return tr("no contact with the cluster");
                                     return storyAccounts(m_context.feed->newest()) ? QString() : tr("it needs the accounts of the story");
                                 }});
}

void Drill::begin() {
    const auto accounts = storyAccounts(m_context.feed->newest());
    if (!accounts) return;
    const QString reference = QStringLiteral("DRILL-%1").arg(++m_number, 2, 10, QLatin1Char('0'));
    auto payment = storyPayment(*accounts, m_context.feed->newest(), reference, "drill-" + QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString());
    payment.remark = "drill";
    auto work = [payment, actor = m_context.session->actor()](client::OperatorClient& c) -> base::Result<base::Xid> {
        const auto fault = c.add_fault("crash after force COMMIT at T", actor);
        if (!fault.ok()) return fault.error();
        const auto reply = c.submit(payment, std::nullopt, client::Wait::none);
        if (!reply.ok()) return reply.error();
        return reply->xid;
    };
    m_context.executor->run(this, tr("drill"), work, [this, reference](const base::Result<base::Xid>& xid) {
        if (!xid.ok()) {
            m_context.navigator->say(feed::errorText(xid.error()), true);
            return;
        }
        m_context.selection->selectPayment(*xid);
        m_context.navigator->say(tr("%1 is on its way into trouble: T crashes with its decision on disk.").arg(reference));
    });
}

}  // namespace indoubt::console::shell
