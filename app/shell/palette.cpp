// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/palette.h"

#include <QCoreApplication>

#include "feed/wording.h"

namespace indoubt::console::shell {

namespace {
struct Palette {
    Q_DECLARE_TR_FUNCTIONS(Palette)
};
}  // namespace

QString PaymentProvider::heading() const { return Palette::tr("Payments"); }

QList<widgets::PaletteItem> PaymentProvider::search(const QString& query) {
    constexpr std::size_t most = 12;
    QList<widgets::PaletteItem> items;
    const QString text = query.trimmed();
    if (text.isEmpty()) return items;
    const auto& view = m_context.feed->view();
    for (const auto& xid : view.search(text.toStdString(), most)) {
        const auto t = view.find(xid);
        if (!t) continue;
        widgets::PaletteItem item;
        item.id = feed::qs(xid.text());
        item.text = feed::referenceText(*t);
        item.detail = QStringLiteral("%1  %2  %3").arg(t->payment ? feed::amountText(t->payment->amount.minor, t->payment->amount.currency) : QString(), feed::partiesText(*t), feed::stateWord(*t));
        item.glyph = theme::stateGlyph(feed::stateOf(*t));
        items << item;
    }
    return items;
}

void PaymentProvider::choose(const QString& id) {
    const auto xid = base::Xid::parse(id.toStdString());
    if (!xid.ok()) return;
    // What is stuck wants the Desk; what is settled wants to be looked at.
    const auto t = m_context.feed->newest().find(*xid);
    const bool stuck = t && t->stuck(m_context.feed->liveHlc());
    m_context.navigator->openPayment(stuck ? QStringLiteral("desk") : QStringLiteral("timeline"), *xid);
}

QString CommandProvider::heading() const { return Palette::tr("Actions"); }

QList<widgets::PaletteItem> CommandProvider::search(const QString&) {
    QList<widgets::PaletteItem> items;
    for (const auto& command : m_context.commands->list()) {
        widgets::PaletteItem item;
        item.id = command.id;
        item.text = command.text;
        item.detail = command.detail;
        item.key = command.key;
        item.glyph = command.glyph;
        item.why = command.whyNot ? command.whyNot() : QString();
        item.enabled = item.why.isEmpty();
        items << item;
    }
    return items;
}

void CommandProvider::choose(const QString& id) { m_context.commands->run(id); }

}  // namespace indoubt::console::shell
