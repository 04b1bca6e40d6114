// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/palette.h"

#include <QCoreApplication>
#include <algorithm>

#include "feed/wording.h"
#include "view/search.h"

namespace indoubt::console::shell {

namespace {
struct Palette {
    Q_DECLARE_TR_FUNCTIONS(Palette)
};
}  // namespace

PaymentProvider::PaymentProvider(const feed::Context& context) : m_context(context) {
    m_pause.setSingleShot(true);
    m_pause.setInterval(250);
    connect(&m_pause, &QTimer::timeout, this, &PaymentProvider::askLogs);
}

QString PaymentProvider::heading() const { return Palette::tr("Payments"); }

widgets::PaletteItem PaymentProvider::itemOf(const view::Transaction& t) const {
    widgets::PaletteItem item;
    item.id = feed::qs(t.xid.text());
    item.text = feed::referenceText(t);
    // One reference may have been paid twice: when it began and the xid tell them apart.
    item.detail = QStringLiteral("%1  %2  %3  %4  %5")
                      .arg(t.payment ? feed::amountText(t.payment->amount.minor, t.payment->amount.currency) : QString(), feed::partiesText(t), feed::stateWord(t),
                           t.begun_hlc ? feed::timeText(t.begun_hlc, m_context.session->zone(), feed::Precision::Seconds) : QString(), feed::qs(t.xid.short_text()));
    item.glyph = theme::stateGlyph(feed::stateOf(t));
    return item;
}

QList<widgets::PaletteItem> PaymentProvider::search(const QString& query) {
    constexpr std::size_t most = 12;
    QList<widgets::PaletteItem> items;
    const QString text = query.simplified();
    m_wanted = text;
    m_pause.stop();
    if (text.isEmpty()) return items;
    const auto say = [&](const QString& words) {
        widgets::PaletteItem item;
        item.text = words;
        item.enabled = false;
        items << item;
    };
    const auto& view = m_context.feed->view();
    auto here = view.search(text.toStdString(), most + 1);
    addByHolder(text, most + 1, here);
    for (const auto& xid : here)
        if (const auto t = view.find(xid); t && items.size() < static_cast<int>(most)) items << itemOf(*t);
    if (here.size() > most) {
        say(Palette::tr("More than %1; type on to narrow them").arg(most));
        return items;
    }
    if (!m_context.executor->hasClient()) return items;
    if (m_answered != text) {
        say(Palette::tr("Searching the logs..."));
        m_pause.start();
        return items;
    }
    for (const auto& t : m_found)
        if (!view.find(t->xid) && items.size() < static_cast<int>(2 * most)) items << itemOf(*t);
    if (!m_trouble.isEmpty()) say(Palette::tr("The logs could not be searched: %1").arg(m_trouble));
    return items;
}

// A payment may name an account and no person: whoever holds it is meant by the name as well.
void PaymentProvider::addByHolder(const QString& text, std::size_t most, std::vector<base::Xid>& found) const {
    constexpr std::size_t accounts_most = 5000, holders_most = 3;  // with every letter typed: what takes longer is left to the filter
    const auto& view = m_context.feed->view();
    if (text.size() < 3 || found.size() >= most || view.account_count() > accounts_most) return;
    std::vector<std::string> held;
    view.visit_accounts({}, {}, [&](const view::AccountRow& row) {
        if (feed::qs(row.holder).contains(text, Qt::CaseInsensitive)) held.push_back(row.account);
        return held.size() < holders_most;
    });
    for (const auto& account : held)
        for (const auto& xid : view.search(account, most))
            if (found.size() < most && std::find(found.begin(), found.end(), xid) == found.end()) found.push_back(xid);
}

void PaymentProvider::askLogs() {
    if (m_asking || m_wanted.isEmpty()) return;
    m_asking = true;
    constexpr std::size_t looked_at_most = 200;
    m_context.executor->run(this, {}, [filter = view::SearchQuery::as_filter(m_wanted.toStdString())](client::OperatorClient& client) { return client.list(filter, looked_at_most); },
                            [this, asked = m_wanted](const base::Result<client::TransactionList>& answer) {
                                m_asking = false;
                                m_answered = asked;
                                m_found.clear();
                                m_trouble = answer.ok() ? QString() : feed::errorText(answer.error());
                                // The filter's free text is wider than what is asked here.
                                const view::SearchQuery query(asked.toStdString());
                                if (answer.ok())
                                    for (const auto& t : answer->transactions)
                                        if (t && query.fits(*t)) m_found.push_back(t);
                                if (m_wanted != asked && !m_wanted.isEmpty()) m_pause.start();
                                emit changed();
                            });
}

void PaymentProvider::choose(const QString& id) {
    const auto xid = base::Xid::parse(id.toStdString());
    if (!xid.ok()) return;
    // What needs a person wants the Desk; what is settled wants to be looked at.
    const auto t = m_context.feed->newest().find(*xid);
    const bool person = t && (t->stuck(m_context.feed->liveHlc()) || t->state == view::PaymentState::blocked || t->forced_open() || t->damage_open());
    m_context.navigator->openPayment(person ? QStringLiteral("desk") : QStringLiteral("timeline"), *xid);
}

QString CommandProvider::heading() const { return Palette::tr("Actions"); }

QList<widgets::PaletteItem> CommandProvider::search(const QString& query) {
    QList<widgets::PaletteItem> items;
    auto commands = m_context.commands->list();
    // Unasked, what one does comes before how a diagram is drawn.
    if (query.trimmed().isEmpty()) std::stable_partition(commands.begin(), commands.end(), [](const auto& command) { return !command.id.startsWith(QLatin1String("timeline.")); });
    for (const auto& command : commands) {
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
