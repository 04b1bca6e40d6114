// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/wording.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <algorithm>
#include <cmath>

namespace indoubt::console::feed {

namespace {

constexpr std::int64_t ms_ns = 1'000'000, s_ns = 1'000'000'000;

struct Wording {
    Q_DECLARE_TR_FUNCTIONS(Wording)
};

QDateTime at(std::int64_t utcNs, Zone zone) {
    const auto utc = QDateTime::fromMSecsSinceEpoch(utcNs / ms_ns, Qt::UTC);
    return zone == Zone::Utc ? utc : utc.toLocalTime();
}

// One decimal below 100, none from there on: "5.8", "41", "312".
QString shortNumber(double value, bool decimal) {
    return decimal && value < 99.95 ? QString::number(value, 'f', value == std::floor(value) ? 0 : 1) : QString::number(std::floor(value), 'f', 0);
}

}  // namespace

QString timeText(std::int64_t utcNs, Zone zone, Precision precision) {
    const QDateTime time = at(utcNs, zone);
    const QDateTime now = zone == Zone::Utc ? QDateTime::currentDateTimeUtc() : QDateTime::currentDateTime();
    const QString clock = time.toString(precision == Precision::Minutes   ? QStringLiteral("HH:mm")
                                        : precision == Precision::Seconds ? QStringLiteral("HH:mm:ss")
                                                                          : QStringLiteral("HH:mm:ss.zzz"));
    if (time.date() == now.date()) return clock;
    return QLocale::c().toString(time.date(), time.date().year() == now.date().year() ? QStringLiteral("d MMM") : QStringLiteral("d MMM yyyy")) +
           QStringLiteral(", ") + clock;
}

int offsetMinutes(std::int64_t utcNs, Zone zone) { return at(utcNs, zone).offsetFromUtc() / 60; }

QString offsetText(std::int64_t utcNs, Zone zone) {
    const int minutes = offsetMinutes(utcNs, zone);
    return QStringLiteral("%1%2:%3").arg(minutes < 0 ? QChar(u'−') : QChar(u'+')).arg(std::abs(minutes) / 60, 2, 10, QLatin1Char('0')).arg(std::abs(minutes) % 60, 2, 10, QLatin1Char('0'));
}

QString zoneText(std::int64_t utcNs, Zone zone) {
    return zone == Zone::Utc ? QStringLiteral("+00:00 UTC") : Wording::tr("%1 local").arg(offsetText(utcNs, zone));
}

QString dueText(std::int64_t dueNs, std::int64_t nowNs, Zone zone) {
    if (dueNs == 0) return {};
    const QDateTime due = at(dueNs, zone), now = at(nowNs, zone);
    if (dueNs < nowNs) return Wording::tr("past %1").arg(timeText(dueNs, zone, Precision::Minutes));
    const QString clock = due.toString(QStringLiteral("HH:mm"));
    if (dueNs - nowNs < 3600 * s_ns) return Wording::tr("%1, in %2 min").arg(clock).arg((dueNs - nowNs) / (60 * s_ns));
    if (due.date() == now.date()) return clock;
    return QLocale::c().toString(due.date(), QStringLiteral("d MMM"));
}

QString ageText(std::int64_t ns) {
    ns = std::max<std::int64_t>(ns, 0);
    if (ns < ms_ns) return Wording::tr("%1 µs").arg(ns / 1000);
    if (ns < s_ns) return Wording::tr("%1 ms").arg(shortNumber(static_cast<double>(ns) / ms_ns, true));
    if (ns < 60 * s_ns) return Wording::tr("%1 s").arg(shortNumber(static_cast<double>(ns) / s_ns, ns < 10 * s_ns));
    const std::int64_t seconds = ns / s_ns;
    if (seconds < 3600) return seconds % 60 ? Wording::tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60) : Wording::tr("%1 min").arg(seconds / 60);
    if (seconds < 86400) return Wording::tr("%1 h %2 min").arg(seconds / 3600).arg(seconds % 3600 / 60);
    return Wording::tr("%1 d %2 h").arg(seconds / 86400).arg(seconds % 86400 / 3600);
}

QString stateAgeText(const view::Transaction& t, std::int64_t nowHlc) {
    if (!t.open()) return Wording::tr("after %1").arg(ageText(t.age_ns(nowHlc)));
    const std::int64_t age = nowHlc - (t.in_doubt_hlc ? t.in_doubt_hlc : t.begun_hlc);
    return ageText(age < s_ns ? age : age / s_ns * s_ns);  // what goes on ticks in whole seconds
}

QString countText(std::uint64_t count) { return QLocale(QLocale::English).toString(static_cast<qulonglong>(count)); }

QString counted(std::uint64_t count, const QString& one, const QString& many) { return count == 1 ? one : many.arg(countText(count)); }

QString amountText(std::int64_t minor, base::Currency currency, bool sign) {
    QString number = qs(base::decimal_text(minor, currency.minor_digits(), true));
    if (number.startsWith(u'-')) number[0] = QChar(u'−');
    else if (sign && minor > 0) number.prepend(u'+');
    return number + u' ' + qs(currency.code());
}

QString amountsText(const std::map<base::Currency, std::int64_t>& minor) {
    QStringList parts;
    // The account currency of most payments first would need counts; EUR first is what a reader of this cluster expects.
    const auto euro = base::Currency::of("EUR");
    if (const auto it = minor.find(euro); it != minor.end()) parts << amountText(it->second, euro);
    for (const auto& [currency, value] : minor)
        if (currency != euro) parts << amountText(value, currency);
    return parts.isEmpty() ? QStringLiteral("0") : parts.join(QStringLiteral(", "));
}

theme::PaymentState stateOf(const view::Transaction& t) {
    using P = theme::PaymentState;
    if (t.damage) return P::Damage;
    if (t.heuristic != events::Heuristic::none) return P::Heuristic;
    switch (t.state) {
        case view::PaymentState::active: return P::Active;
        case view::PaymentState::preparing: return P::Preparing;
        case view::PaymentState::in_doubt: return P::InDoubt;
        case view::PaymentState::blocked: return P::Blocked;
        case view::PaymentState::committing: return P::Committing;
        case view::PaymentState::committed: return P::Committed;
        case view::PaymentState::aborting: return P::Aborting;
        case view::PaymentState::aborted: return P::Aborted;
    }
    return P::Active;
}

QString stateWord(const view::Transaction& t) {
    if (t.damage) return Wording::tr("damage");
    if (t.heuristic != events::Heuristic::none) return Wording::tr("heuristic %1").arg(qs(events::word(t.heuristic)));
    return theme::stateWord(stateOf(t));
}

theme::Glyph voteGlyph(const view::Transaction& t, base::NodeId node) {
    const view::Branch* branch = t.branch(node);
    if (!branch) return theme::Glyph::VoteNotEnrolled;
    switch (branch->vote) {
        case events::Vote::yes: return theme::Glyph::VoteYes;
        case events::Vote::no: return theme::Glyph::VoteNo;
        case events::Vote::read_only: return theme::Glyph::VoteReadOnly;
        case events::Vote::none: break;
    }
    return theme::Glyph::VotePending;
}

QString accountText(std::string_view account, const Session& session) {
    return session.unmasked() ? qs(account) : qs(events::mask_account(account));
}

QString partiesText(const view::Transaction& t) {
    if (!t.payment) return Wording::tr("not seen yet");
    const auto name = [](const events::Party& party) { return party.name.empty() ? qs(events::mask_account(party.account)) : qs(party.name); };
    return name(t.payment->debtor) + QStringLiteral(" → ") + name(t.payment->creditor);
}

QString referenceText(const view::Transaction& t) {
    if (t.payment) {
        const std::string& best = events::best_reference(*t.payment);
        if (!best.empty()) return qs(best);
    }
    return qs(t.xid.short_text());
}

QString nodeTitle(const view::View& view, base::NodeId node) {
    const view::NodeRow* row = view.node(node);
    return row && !row->title.empty() ? qs(row->title) : qs(node.name());
}

QString errorText(const base::Error& error) {
    QString message = qs(error.message);
    if (!message.isEmpty()) message[0] = message[0].toUpper();
    if (!message.endsWith(u'.')) message += u'.';
    return message;
}

QString ticketText(const view::View& view, const view::Transaction& t, std::int64_t nowHlc, const Session& session) {
    const auto time = [&session](std::int64_t hlc) { return hlc ? timeText(hlc, session.zone()) : Wording::tr("not yet"); };
    QStringList lines;
    lines << Wording::tr("Payment %1").arg(referenceText(t)) << Wording::tr("XID %1").arg(qs(t.xid.text())) << Wording::tr("Parties: %1").arg(partiesText(t));
    if (t.payment) {
        lines << Wording::tr("Amount: %1").arg(amountText(t.payment->amount.minor, t.payment->amount.currency));
        const auto& refs = t.payment->refs;
        for (const auto& [name, value] : {std::pair{Wording::tr("End-to-end id"), &refs.end_to_end_id}, {Wording::tr("Instruction id"), &refs.instruction_id}, {Wording::tr("UETR"), &refs.uetr},
                                          {Wording::tr("Message id"), &refs.message_id}, {Wording::tr("File"), &refs.file}})
            if (!value->empty()) lines << QStringLiteral("%1: %2").arg(name, qs(*value));
        if (t.payment->due_at_ns) lines << Wording::tr("Due: %1").arg(dueText(t.payment->due_at_ns, nowHlc, session.zone()));
    }
    lines << (t.open() ? Wording::tr("State: %1, started %2, %3 ago").arg(stateWord(t), time(t.begun_hlc), ageText(t.age_ns(nowHlc)))
                       : Wording::tr("State: %1 after %3, started %2").arg(stateWord(t), time(t.begun_hlc), ageText(t.age_ns(nowHlc))));
    if (!t.reason.empty()) lines << Wording::tr("Reason: %1").arg(qs(t.reason));
    lines << Wording::tr("Evidence as of %1 (%2):").arg(time(nowHlc), zoneText(nowHlc, session.zone()));
    const view::NodeRow* coordinator = view.node(t.xid.coordinator);
    lines << QStringLiteral("  %1: %2").arg(nodeTitle(view, t.xid.coordinator),
                                            t.decision_durable ? Wording::tr("%1 on disk, record %2, %3").arg(qs(events::word(t.decision))).arg(t.decision_lsn).arg(time(t.decided_hlc))
                                            : coordinator && coordinator->state == view::NodeState::down ? Wording::tr("does not answer since %1").arg(time(coordinator->since_hlc))
                                                                                                           : Wording::tr("no decision seen"));
    for (const auto& b : t.branches) {
        QString says = qs(b.state());
        if (b.decided_lsn) says += Wording::tr(", record %1, %2").arg(b.decided_lsn).arg(time(b.decided_hlc));
        else if (b.prepared_lsn) says += Wording::tr(", record %1, %2").arg(b.prepared_lsn).arg(time(b.prepared_hlc));
        if (b.held_minor && t.payment) says += Wording::tr(", on hold %1").arg(amountText(b.held_minor, t.payment->amount.currency));
        lines << QStringLiteral("  %1: %2").arg(nodeTitle(view, b.node), says);
    }
    lines << Wording::tr("Cluster: %1").arg(session.cluster());
    return lines.join(u'\n') + u'\n';
}

}  // namespace indoubt::console::feed
