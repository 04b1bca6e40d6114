// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/facts.h"

#include <QCoreApplication>

#include "feed/wording.h"

namespace indoubt::console::log {
namespace {

using events::EventKind;
using feed::countText;
using feed::qs;
using theme::Glyph;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Facts)
};
feed::Zone zoneOf(const feed::Session* session) { return session ? session->zone() : feed::Zone::Utc; }
QString id(base::NodeId node) { return qs(node.name()); }

QString account(const std::string& text, const feed::Session* session) {
    return session ? feed::accountText(text, *session) : qs(events::mask_account(text));
}

// Collects the lines of one event.
class Lines {
  public:
    Lines(const events::Event& event, const FactContext& context) : e(event), c(context) {}

    QList<Fact> run() {
        identity();
        if (e.record())
            record(*e.record());
        else if (e.message())
            message(*e.message());
        else if (e.note())
            note(*e.note());
        leadsTo();
        return std::move(out);
    }

  private:
    void heading(const QString& name, const QString& value, bool closed = false) {
        Fact fact;
        fact.name = name;
        fact.value = value;
        fact.heading = true;
        fact.closed = closed;
        out << fact;
    }
    Fact& row(const QString& name, const QString& value, const QString& path = {}, const QString& filter = {}) {
        Fact fact;
        fact.name = name;
        fact.value = value;
        fact.path = path;
        fact.filter = filter;
        out << fact;
        return out.back();
    }
    void rowIf(const QString& name, const QString& value, const QString& path = {}, const QString& filter = {}) {
        if (!value.isEmpty()) row(name, value, path, filter);
    }

    QString nodeText(base::NodeId node) const {
        const view::NodeRow* known = c.view ? c.view->node(node) : nullptr;
        return known && !known->title.empty() ? Words::tr("%1, %2").arg(id(node), qs(known->title)) : id(node);
    }
    QString eventText(const events::EventRef& ref) const {
        const QString number = c.number ? c.number(ref) : QString(), title = c.title ? c.title(ref) : QString();
        if (title.isEmpty()) return Words::tr("%1 event %2, not traced").arg(id(ref.node), countText(ref.seq));
        return number.isEmpty() ? title : number + QLatin1Char(' ') + title;
    }

    void identity() {
        if (c.short_identity)
            heading(Words::tr("Event %1, %2").arg((c.number ? c.number(e.ref()) : QString()).remove(QLatin1Char('#')), titleText(e)), {});
        else
            heading(Words::tr("Event"), Words::tr("%1 at %2").arg(titleText(e), id(e.node)));
        row(Words::tr("node"), Words::tr("%1, incarnation %2").arg(nodeText(e.node)).arg(e.incarnation), QStringLiteral("node"),
            QStringLiteral("node:") + id(e.node));
        QString order = Words::tr("seq %1").arg(countText(e.seq));
        if (e.lsn) order += Words::tr(", record %1").arg(countText(e.lsn));
        row(Words::tr("order"), order, QStringLiteral("seq"));
        const QString time = feed::timeText(e.at_ns, zoneOf(c.session));
        row(Words::tr("time"),
            Words::tr("%1 %2 %3, %4's clock")
                .arg(time, QStringLiteral("%1").arg(e.at_ns / 1000 % 1000, 3, 10, QLatin1Char('0')),
                     feed::offsetText(e.at_ns, zoneOf(c.session)), id(e.node)),
            QStringLiteral("at_ns"));
        const std::int64_t off = e.at_ns - e.hlc;
        if (std::abs(off) >= 1'000'000)
            row(Words::tr("hybrid time"),
                Words::tr("%1, so %2's clock is %3 %4")
                    .arg(hybridText(e.hlc, zoneOf(c.session)), id(e.node), feed::ageText(std::abs(off)),
                         off > 0 ? Words::tr("ahead") : Words::tr("behind")),
                QStringLiteral("hlc"));
        for (std::size_t i = 0; i < e.causes.size(); ++i)
            row(e.causes.size() == 1 ? Words::tr("cause")
                : i == 0             ? Words::tr("causes")
                                     : QString(),
                eventText(e.causes[i]), QStringLiteral("causes[%1]").arg(i))
                .link = e.causes[i];
        if (!e.xid.empty()) {
            const bool branch = e.node != e.xid.coordinator;
            row(Words::tr("xid"),
                branch ? Words::tr("%1, branch of %2").arg(qs(e.xid.short_text()), id(e.node))
                       : Words::tr("%1, at its coordinator").arg(qs(e.xid.short_text())),
                QStringLiteral("xid"), QStringLiteral("xid:") + qs(e.xid.short_text()));
        }
        if (e.fault != 0) row(Words::tr("fault"), Words::tr("rule %1 struck here").arg(e.fault), QStringLiteral("fault"));
        if (!e.peer.empty()) row(Words::tr("peer"), nodeText(e.peer), QStringLiteral("peer"));
    }

    void enrolled(const std::vector<events::Enrolled>& list, const QString& path) {
        QStringList names;
        for (const events::Enrolled& one : list)
            names << Words::tr("%1 %2").arg(id(one.node), one.updater ? Words::tr("updater") : Words::tr("reader"));
        rowIf(Words::tr("enrolled"), names.join(QStringLiteral(", ")), path);
    }

    void payment(const events::PaymentPtr& p, const QString& path) {
        if (!p) return;
        QString refs = qs(events::best_reference(*p));
        if (!p->refs.end_to_end_id.empty() && p->refs.end_to_end_id != p->refs.reference)
            refs += Words::tr(", e2e %1").arg(qs(p->refs.end_to_end_id));
        row(Words::tr("payment"), refs, path, QStringLiteral("ref:") + qs(events::best_reference(*p)));
        if (p->amount.minor)
            row(Words::tr("amount"), feed::amountText(p->amount.minor, p->amount.currency), path + QStringLiteral(".amount"));
        if (!p->debtor.name.empty() || !p->creditor.name.empty())
            row(Words::tr("parties"), Words::tr("%1 → %2").arg(qs(p->debtor.name), qs(p->creditor.name)), path + QStringLiteral(".debtor"));
        for (std::size_t i = 0; i < p->legs.size(); ++i) {
            const events::Leg& leg = p->legs[i];
            const bool takes = leg.kind == events::LegKind::debit;
            row(Words::tr("leg"),
                Words::tr("%1 %2 %3 %4 at %5")
                    .arg(qs(events::word(leg.kind)), feed::amountText(leg.amount.minor, leg.amount.currency),
                         takes ? Words::tr("from") : Words::tr("to"), account(leg.account, c.session), id(leg.node)),
                path + QStringLiteral(".legs[%1]").arg(i));
        }
        rowIf(Words::tr("remark"), qs(p->remark), path + QStringLiteral(".remark"));
    }

    void order(const events::OperatorNote& o, const QString& path) {
        row(Words::tr("ordered by"), qs(o.actor), path, QStringLiteral("by:") + qs(o.actor));
        rowIf(Words::tr("order"), qs(o.action), path + QStringLiteral(".action"));
        rowIf(Words::tr("reason"), qs(o.reason), path + QStringLiteral(".reason"));
        rowIf(Words::tr("ticket"), qs(o.ticket), path + QStringLiteral(".ticket"));
    }

    void record(const events::Record& r) {
        const QString at = QStringLiteral("record");
        heading(Words::tr("Record"),
                Words::tr("%1, %2").arg(qs(events::word(r)), r.forced ? Words::tr("forced") : Words::tr("lazy: with the next group")));
        if (e.lsn) row(Words::tr("number"), Words::tr("%1 in %2's log").arg(countText(e.lsn), id(e.node)), QStringLiteral("lsn"));
        payment(r.payment, at + QStringLiteral(".payment"));
        enrolled(r.enrolled, at + QStringLiteral(".enrolled"));
        if (r.outcome != events::Outcome::none) row(Words::tr("outcome"), qs(events::word(r.outcome)), at + QStringLiteral(".outcome"));
        if (r.refusal != events::Refusal::none) row(Words::tr("reason"), qs(events::word(r.refusal)), at + QStringLiteral(".refusal"));
        rowIf(Words::tr("in words"), qs(r.text), at + QStringLiteral(".text"));
        if (r.heuristic != events::Heuristic::none)
            row(Words::tr("heuristic"), qs(events::word(r.heuristic)), at + QStringLiteral(".heuristic"));
        rowIf(Words::tr("key"), qs(r.idempotency_key), at + QStringLiteral(".idempotency_key"));
        if (r.proof_lsn)
            row(Words::tr("proof"), Words::tr("record %1 of %2").arg(countText(r.proof_lsn), id(e.xid.coordinator)),
                at + QStringLiteral(".proof_lsn"));
        if (r.order) order(*r.order, at + QStringLiteral(".order"));
        if (r.kind == events::RecordKind::incarnation)
            row(Words::tr("incarnation"), QString::number(r.incarnation), at + QStringLiteral(".incarnation"));
        if (r.shape)
            row(Words::tr("cluster"),
                Words::tr("%1, %2, %3 nodes").arg(qs(r.shape->name), qs(r.shape->environment)).arg(r.shape->members.size()),
                at + QStringLiteral(".shape"));
        if (!r.accounts.empty()) {
            row(Words::tr("accounts"), countText(r.accounts.size()), at + QStringLiteral(".accounts"));
            constexpr std::size_t shown = 20;
            for (std::size_t i = 0; i < std::min(shown, r.accounts.size()); ++i) {
                const events::AccountLine& line = r.accounts[i];
                row({},
                    Words::tr("%1 %2 %3")
                        .arg(account(line.account, c.session), qs(line.holder), feed::amountText(line.posted_minor, line.currency)),
                    at + QStringLiteral(".accounts[%1]").arg(i));
            }
            if (r.accounts.size() > shown) row({}, Words::tr("and %1 more").arg(countText(r.accounts.size() - shown)));
        }
        if (!r.bytes.empty()) row(Words::tr("bytes"), countText(r.bytes.size()), at + QStringLiteral(".bytes"));
    }

    void message(const events::Message& m) {
        const QString at = QStringLiteral("message");
        heading(Words::tr("Message"),
                Words::tr("%1, %2 to %3%4")
                    .arg(qs(events::word(m.kind)), id(m.from), id(m.to), m.repeat ? Words::tr(", sent before") : QString()));
        payment(m.payment, at + QStringLiteral(".payment"));
        enrolled(m.enrolled, at + QStringLiteral(".enrolled"));
        if (m.kind == events::MessageKind::prepare)
            row(Words::tr("protocol"), qs(m.protocol.name) + (m.protocol.cooperative ? Words::tr(", cooperative termination") : QString()),
                at + QStringLiteral(".protocol"));
        if (m.refusal != events::Refusal::none) row(Words::tr("reason"), qs(events::word(m.refusal)), at + QStringLiteral(".refusal"));
        rowIf(Words::tr("in words"), qs(m.text), at + QStringLiteral(".text"));
        if (m.proof_lsn)
            row(Words::tr("proves"), Words::tr("record %1 of %2").arg(countText(m.proof_lsn), id(m.from)),
                at + QStringLiteral(".proof_lsn"));
        if (m.presumed)
            row(Words::tr("presumed"), Words::tr("answered from no information: unknown means abort"), at + QStringLiteral(".presumed"));
        if (m.knowledge != events::Knowledge::unknown)
            row(Words::tr("knows"), qs(events::word(m.knowledge)), at + QStringLiteral(".knowledge"));
        if (m.heuristic != events::Heuristic::none)
            row(Words::tr("heuristic"), qs(events::word(m.heuristic)), at + QStringLiteral(".heuristic"));
        if (m.to_incarnation)
            row(Words::tr("for"), Words::tr("incarnation %1 of %2").arg(m.to_incarnation).arg(id(m.to)),
                at + QStringLiteral(".to_incarnation"));
        if (e.kind == EventKind::drop || e.kind == EventKind::hold)
            row(Words::tr("model"), e.kind == EventKind::drop ? Words::tr("within the model: loss") : Words::tr("within the model: delay"));
    }

    void note(const events::Note& n) {
        const QString at = QStringLiteral("note");
        const qsizetype before = out.size();
        heading(Words::tr("Note"), {});
        rowIf(Words::tr("in words"), qs(n.text), at + QStringLiteral(".text"));
        if (!n.account.empty())
            row(Words::tr("account"), account(n.account, c.session), at + QStringLiteral(".account"),
                QStringLiteral("account:") + qs(n.account));
        if (!n.amount.currency.empty())
            row(Words::tr("amount"), feed::amountText(n.amount.minor, n.amount.currency, e.kind == EventKind::apply),
                at + QStringLiteral(".amount"));
        if (e.kind == EventKind::apply)
            row(Words::tr("balance"), feed::amountText(n.balance_minor, n.amount.currency), at + QStringLiteral(".balance_minor"));
        if (n.held_minor) row(Words::tr("on hold"), feed::amountText(n.held_minor, n.amount.currency), at + QStringLiteral(".held_minor"));
        if (n.vote != events::Vote::none) row(Words::tr("vote"), qs(events::word(n.vote)), at + QStringLiteral(".vote"));
        if (n.outcome != events::Outcome::none) row(Words::tr("outcome"), qs(events::word(n.outcome)), at + QStringLiteral(".outcome"));
        if (n.refusal != events::Refusal::none) row(Words::tr("reason"), qs(events::word(n.refusal)), at + QStringLiteral(".refusal"));
        if (n.heuristic != events::Heuristic::none)
            row(Words::tr("heuristic"), qs(events::word(n.heuristic)), at + QStringLiteral(".heuristic"));
        if (!n.other.empty())
            row(Words::tr("behind"), qs(n.other.short_text()), at + QStringLiteral(".other"),
                QStringLiteral("xid:") + qs(n.other.short_text()));
        if (n.count)
            row(e.kind == EventKind::restart ? Words::tr("records replayed")
                : e.kind == EventKind::sync  ? Words::tr("records")
                                             : Words::tr("count"),
                countText(n.count), at + QStringLiteral(".count"));
        if (n.duration_ns) row(Words::tr("took"), feed::ageText(n.duration_ns), at + QStringLiteral(".duration_ns"));
        payment(n.payment, at + QStringLiteral(".payment"));
        enrolled(n.enrolled, at + QStringLiteral(".enrolled"));
        if (n.order) order(*n.order, at + QStringLiteral(".order"));
        if (out.size() == before + 1) out.removeLast();
    }

    void leadsTo() {
        if (c.effects.empty()) return;
        heading(Words::tr("Leads to"), c.effects.size() == 1 ? Words::tr("1 event") : Words::tr("%1 events").arg(c.effects.size()),
                !c.short_identity && c.effects.size() > 6);
        for (const events::EventRef& effect : c.effects) row(id(effect.node), eventText(effect)).link = effect;
    }

    const events::Event& e;
    const FactContext& c;
    QList<Fact> out;
};

}  // namespace

QList<Fact> factsOf(const events::Event& event, const FactContext& context) { return Lines(event, context).run(); }

QString titleText(const events::Event& event) { return qs(events::title(event)); }

// The kind and what it is about; free text stands in the column beside it.
QString kindText(const events::Event& event) {
    QString title = titleText(event);
    const events::Note* note = event.note();
    if (!note) return title;
    if (note->order)
        if (const auto by = title.indexOf(QStringLiteral(" by ")); by > 0) title.truncate(by);
    const QString text = note->text.empty() ? note->refusal == events::Refusal::none ? QString() : qs(events::word(note->refusal)) : qs(note->text);
    if (text.isEmpty() || !title.endsWith(text) || title.size() <= text.size() + 1) return title;
    title.chop(text.size());
    while (title.endsWith(u' ') || title.endsWith(u':')) title.chop(1);
    return title;
}

QString hybridText(std::int64_t hlc, feed::Zone zone) {
    return feed::timeText(hlc, zone) + QStringLiteral(".%1").arg(hlc / 1000 % 1000, 3, 10, QLatin1Char('0'));
}

QString onDiskText(const events::Event& e) {
    switch (e.kind) {
        case EventKind::append:
            return e.durable ? Words::tr("forced, syncing") : e.record() && e.record()->forced ? Words::tr("forced, from the log") : Words::tr("lazy");
        case EventKind::durable:
            return Words::tr("forced");
        case EventKind::sync:
            if (!e.note()) return {};
            return e.note()->count == 1 ? Words::tr("1 record, %1").arg(feed::ageText(e.note()->duration_ns))
                                        : Words::tr("%1 records, %2").arg(e.note()->count).arg(feed::ageText(e.note()->duration_ns));
        default:
            return {};
    }
}

static QString byText(const events::OperatorNote& order) {
    return order.reason.empty() ? Words::tr("by %1").arg(qs(order.actor)) : Words::tr("by %1: %2").arg(qs(order.actor), qs(order.reason));
}

QString detailText(const events::Event& e, const feed::Session* session) {
    QStringList parts;
    if (e.lsn && e.kind != EventKind::sync) parts << Words::tr("record %1").arg(countText(e.lsn));
    if (const events::Record* r = e.record()) {
        if (e.kind == EventKind::append && !r->forced) parts << Words::tr("with the next group");
        if (!r->text.empty())
            parts << qs(r->text);
        else if (r->refusal != events::Refusal::none)
            parts << Words::tr("reason \"%1\"").arg(qs(events::word(r->refusal)));
        if (!r->accounts.empty()) parts << Words::tr("%1 accounts").arg(countText(r->accounts.size()));
        if (r->order) parts << byText(*r->order);
    } else if (const events::Message* m = e.message()) {
        if (m->proof_lsn) parts << Words::tr("proves record %1 of %2").arg(countText(m->proof_lsn)).arg(id(m->from));
        if (m->presumed) parts << Words::tr("presumed");
        if (!m->text.empty())
            parts << Words::tr("reason \"%1\"").arg(qs(m->text));
        else if (m->refusal != events::Refusal::none)
            parts << Words::tr("reason \"%1\"").arg(qs(events::word(m->refusal)));
        if (m->kind == events::MessageKind::prepare && m->to_incarnation) parts << Words::tr("for incarnation %1").arg(m->to_incarnation);
        if (m->repeat) parts << Words::tr("sent before");
    } else if (const events::Note* n = e.note()) {
        // Titles of ledger events name the account already, masked.
        const bool ledger = e.kind == EventKind::lock || e.kind == EventKind::unlock || e.kind == EventKind::wait ||
                            e.kind == EventKind::apply || e.kind == EventKind::undo;
        if (!n->account.empty() && !ledger) parts << account(n->account, session);
        if (!n->amount.currency.empty() && n->amount.minor && e.kind != EventKind::unlock)
            parts << feed::amountText(n->amount.minor, n->amount.currency, e.kind == EventKind::apply);
        if (e.kind == EventKind::apply) parts << Words::tr("balance %1").arg(feed::amountText(n->balance_minor, n->amount.currency));
        if (!n->other.empty()) parts << Words::tr("behind %1").arg(qs(n->other.short_text()));
        if (!n->text.empty())
            parts << qs(n->text);
        else if (n->refusal != events::Refusal::none)
            parts << Words::tr("reason \"%1\"").arg(qs(events::word(n->refusal)));
        if (e.kind == EventKind::restart && n->text.find(std::to_string(n->count)) == std::string::npos) parts << Words::tr("%1 records replayed").arg(countText(n->count));
        if (e.kind == EventKind::gap) parts << (n->text.find("folded") != std::string::npos ? Words::tr("%1 events").arg(countText(n->count)) : Words::tr("%1 events missing").arg(countText(n->count)));
        if (e.kind == EventKind::vote && n->vote == events::Vote::yes) parts << Words::tr("in doubt from the durable record on");
        if (n->order) parts << byText(*n->order);
    }
    return parts.join(QStringLiteral(", "));
}

Glyph eventGlyph(const events::Event& e) {
    switch (e.kind) {
        case EventKind::submit:
            return Glyph::Play;
        case EventKind::send:
            return Glyph::Send;
        case EventKind::receive:
            return Glyph::Receive;
        case EventKind::drop:
            return Glyph::Lost;
        case EventKind::append:
            if (!e.durable && e.record() && e.record()->forced) return Glyph::Durable;  // from a log: it is there
            return e.durable ? Glyph::Syncing : Glyph::LazyWrite;
        case EventKind::durable:
        case EventKind::sync:
            return Glyph::Durable;
        case EventKind::vote:
            if (e.note() && e.note()->vote == events::Vote::no) return Glyph::VoteNo;
            return e.note() && e.note()->vote == events::Vote::read_only ? Glyph::VoteReadOnly : Glyph::VoteYes;
        case EventKind::decide:
        case EventKind::answer:
            if (e.note() && e.note()->outcome == events::Outcome::commit) return Glyph::Committed;
            return e.note() && e.note()->outcome == events::Outcome::abort ? Glyph::Aborted : Glyph::Dot;
        case EventKind::lock:
        case EventKind::unlock:
            return Glyph::Lock;
        case EventKind::wait:
            return Glyph::Clock;
        case EventKind::timer:
            return Glyph::Clock;
        case EventKind::crash:
            return Glyph::Crash;
        case EventKind::restart:
            return Glyph::Restart;
        case EventKind::fault_on:
        case EventKind::fault_off:
            return Glyph::FaultTag;
        case EventKind::order:
        case EventKind::approval:
            return Glyph::Person;
        case EventKind::heuristic:
            return Glyph::Heuristic;
        case EventKind::damage:
            return Glyph::Damage;
        case EventKind::suspend:
            return Glyph::Suspended;
        case EventKind::resume:
            return Glyph::Play;
        case EventKind::hold:
        case EventKind::release:
            return Glyph::HeldBack;
        case EventKind::ask:
            return Glyph::Undetermined;
        case EventKind::end:
            return Glyph::Check;
        case EventKind::apply:
        case EventKind::undo:
            return Glyph::Dot;
        default:
            return Glyph::None;
    }
}

}  // namespace indoubt::console::log
