// SPDX-License-Identifier: GPL-3.0-or-later
// What a cell of the payments list says. Made when asked: only the visible rows cost anything.
#include "feed/cause_words.h"
#include "feed/wording.h"
#include "watch/payments_model.h"
#include "widgets/amount.h"
#include "widgets/roles.h"

namespace indoubt::console::watch {

using feed::qs;
using widgets::Tone;

namespace {

widgets::Amount amountOf(std::int64_t minor, base::Currency currency) { return {minor, qs(currency.code()), currency.minor_digits()}; }

int toneOf(int column, const view::Transaction& t, std::int64_t now) {
    switch (column) {
        case PaymentsModel::Started:
        case PaymentsModel::XidColumn:
        case PaymentsModel::Uetr:
        case PaymentsModel::DebtorAccount:
        case PaymentsModel::CreditorAccount: return int(Tone::MonoMuted);
        case PaymentsModel::Reference: return int(Tone::Reference);
        case PaymentsModel::Due: {
            const std::int64_t due = t.payment ? t.payment->due_at_ns : 0;
            return int(t.open() && due && due - now < 3'600'000'000'000 ? Tone::Reference : Tone::Muted);
        }
        case PaymentsModel::Waiting:
        case PaymentsModel::LastEvent: return int(Tone::Muted);
        default: return int(Tone::Text);
    }
}

QString ofPayment(const events::Payment& payment, int column, const feed::Session& session) {
    switch (column) {
        case PaymentsModel::EndToEnd: return qs(payment.refs.end_to_end_id);
        case PaymentsModel::Instruction: return qs(payment.refs.instruction_id);
        case PaymentsModel::Uetr: return qs(payment.refs.uetr);
        case PaymentsModel::MessageId: return qs(payment.refs.message_id);
        case PaymentsModel::PaymentInformation: return qs(payment.refs.payment_information_id);
        case PaymentsModel::File: return qs(payment.refs.file);
        case PaymentsModel::DebtorAccount: return feed::accountText(payment.debtor.account, session);
        case PaymentsModel::CreditorAccount: return feed::accountText(payment.creditor.account, session);
        case PaymentsModel::Remark: return qs(payment.remark);
        default: return {};
    }
}

}  // namespace

QVariant PaymentsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) {
        const bool right = section == Age || section == Amount || section == OnHold || section == Due || section == Waiting;
        return int((right && !(section == Due && m_order == Order::ByCause) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role == Qt::AccessibleTextRole && section == Votes) return tr("votes");
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Started: return tr("started");
        case State: return tr("state");
        case Age: return m_order == Order::ByCause ? tr("age") : tr("took, age");
        case Reference: return tr("reference");
        case XidColumn: return tr("xid");
        case Parties: return tr("debtor → creditor");
        case Amount: return tr("amount");
        case Votes: return participants().join(u' ');
        case OnHold: return tr("on hold");
        case Due: return tr("due");
        case Waiting: return tr("waiting");
        case LastEvent: return m_order == Order::ByCause ? tr("advice") : tr("last event");
        case EndToEnd: return tr("end-to-end id");
        case Instruction: return tr("instruction id");
        case Uetr: return tr("UETR");
        case MessageId: return tr("message id");
        case PaymentInformation: return tr("payment information id");
        case File: return tr("file");
        case DebtorAccount: return tr("debtor's account");
        case CreditorAccount: return tr("creditor's account");
        case Remark: return tr("remark");
        case Protocol: return tr("protocol");
        case Claimed: return tr("claimed by");
        default: return {};
    }
}

QVariant PaymentsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Row& row = m_rows[static_cast<std::size_t>(rowIndex(index.row()))];
    if (row.xid.empty()) return groupData(row, index.column(), role);
    const auto transaction = m_context.feed->view().find(row.xid);
    if (!transaction) return {};
    return cell(*transaction, index.column(), role);
}

QVariant PaymentsModel::groupData(const Row& row, int column, int role) const {
    const Group& group = m_groups[static_cast<std::size_t>(row.group)];
    if (column != 0) return {};
    switch (role) {
        case Qt::DisplayRole:
        case widgets::GroupRole: return group.title;
        case widgets::TailRole: return group.tail;
        case widgets::GlyphRole: return int(group.glyph);
        case widgets::GroupOpenRole: return !m_closed.contains(group.key.toStdString());
        default: return {};
    }
}

QVariant PaymentsModel::cell(const view::Transaction& t, int column, int role) const {
    const auto& feed = *m_context.feed;
    switch (role) {
        case Qt::DisplayRole: return text(t, column);
        case Qt::TextAlignmentRole:
            return int((column == Age || column == OnHold || column == Waiting || (column == Due && m_order == Order::NewestFirst) || column == Amount ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        case Qt::ToolTipRole:
            if (column == XidColumn) return qs(t.xid.text());
            if (column == LastEvent && !t.reason.empty()) return qs(t.reason);
            if (column == Parties && t.payment) return QStringLiteral("%1 → %2").arg(feed::accountText(t.payment->debtor.account, *m_context.session), feed::accountText(t.payment->creditor.account, *m_context.session));
            return {};
        case widgets::ToneRole: return toneOf(column, t, feed.nowHlc());
        case widgets::StateRole: return column == State ? QVariant(int(feed::stateOf(t))) : QVariant();
        case widgets::FaultRole: return {};
        case widgets::AmountRole:
            if (!t.payment) return {};
            if (column == Amount) return QVariant::fromValue(amountOf(t.payment->amount.minor, t.payment->amount.currency));
            if (column == OnHold) return QVariant::fromValue(amountOf(t.held_minor(), t.payment->amount.currency));
            return {};
        case widgets::VotesRole: {
            if (column != Votes) return {};
            widgets::Votes votes;
            for (const auto& node : m_participants) votes << feed::voteGlyph(t, node);
            return QVariant::fromValue(votes);
        }
        default: return {};
    }
}

QVariant PaymentsModel::text(const view::Transaction& t, int column) const {
    const auto& feed = *m_context.feed;
    const auto& session = *m_context.session;
    const std::int64_t now = feed.nowHlc();
    switch (column) {
        case Started: return t.begun_hlc ? feed::timeText(t.begun_hlc, session.zone()) : QString();
        case State: return feed::stateWord(t);
        case Age: return t.begun_hlc ? feed::ageText(t.age_ns(now)) : QString();
        case Reference: return feed::referenceText(t);
        case XidColumn: return qs(t.xid.short_text());
        case Parties: return feed::partiesText(t);
        case Amount: return t.payment ? feed::amountText(t.payment->amount.minor, t.payment->amount.currency) : QString();
        case Votes: {
            QStringList votes;
            for (const auto& b : t.branches)
                votes << QStringLiteral("%1 %2").arg(qs(b.node.name()), b.vote == events::Vote::none ? tr("none") : qs(events::word(b.vote)));
            return votes.join(QStringLiteral(", "));
        }
        case OnHold: return t.payment ? feed::amountText(t.held_minor(), t.payment->amount.currency) : QString();
        case Due:
            if (!t.payment || t.payment->due_at_ns == 0) return QString();
            // How long is left matters where one works through the list, and only for what is still open.
            return m_order == Order::ByCause ? feed::dueText(t.payment->due_at_ns, now, session.zone())
                                             : feed::dueText(t.payment->due_at_ns, t.open() ? now : t.payment->due_at_ns, session.zone()).section(QStringLiteral(", "), 0, 0);
        case Waiting: return QString::number(feed.view().waiting_behind(t.xid).size());
        case LastEvent: return m_order == Order::ByCause ? feed::adviceWord(feed.view(), t) : qs(t.last_event);
        case Protocol: return qs(t.protocol.name);
        case Claimed: return qs(t.claimed_by);
        default: return t.payment ? ofPayment(*t.payment, column, session) : QString();
    }
}

}  // namespace indoubt::console::watch
