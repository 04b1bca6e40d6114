// SPDX-License-Identifier: GPL-3.0-or-later
#include "money/accounts_model.h"

#include <QElapsedTimer>

#include "feed/wording.h"
#include "widgets/amount.h"
#include "widgets/roles.h"

namespace indoubt::console::money {

using feed::qs;
using widgets::Tone;

namespace {

// What has been applied of payments that are not yet applied everywhere: money "under way". A heuristic or damaged one counts
// for as long as the view keeps it open.
std::map<base::Currency, std::int64_t> underWay(const view::View& view) {
    std::map<base::Currency, std::int64_t> sum;
    for (const auto& xid : view.open_transactions()) {
        const auto t = view.find(xid);
        if (!t || !t->payment) continue;
        for (const auto& leg : t->payment->legs) {
            const auto* branch = t->branch(leg.node);
            if (branch && branch->phase == view::BranchPhase::committed) sum[leg.amount.currency] += leg.signed_minor();
        }
    }
    return sum;
}

}  // namespace

AccountScan scanAccounts(const view::View& view, const QString& words, bool masked) {
    QElapsedTimer timer;
    timer.start();
    AccountScan scan;
    const QStringList parts = words.toCaseFolded().split(u' ', Qt::SkipEmptyParts);
    for (const auto& row : view.accounts()) {
        scan.sums.posted[row.currency] += row.posted_minor;
        scan.sums.held[row.currency] += row.held_minor;
        scan.sums.off[row.currency] += row.posted_minor - row.opening_minor;
        ++scan.sums.accounts;
        bool all = true;
        if (!parts.isEmpty()) {
            const QString shown = masked ? qs(events::mask_account(row.account)) : qs(row.account);
            const QString hay = QStringLiteral("%1 %2 %3 %4").arg(qs(row.node.name()), shown, qs(row.holder), qs(row.currency.code())).toCaseFolded();
            const QString bare = QString(hay).remove(u' ');
            for (const auto& part : parts) all = all && (part == QLatin1String("held") ? row.held_minor != 0 : hay.contains(part) || bare.contains(part));
        }
        if (all) scan.keys.push_back({row.node, row.account});
    }
    scan.sums.underWay = underWay(view);
    for (const auto& [currency, minor] : scan.sums.underWay) scan.sums.off[currency] -= minor;
    scan.tookMs = timer.elapsed();
    return scan;
}

AccountsModel::AccountsModel(const feed::Context& context, QObject* parent) : QAbstractTableModel(parent), m_context(context) {}

void AccountsModel::setFilter(const QString& words) {
    m_filter = words.trimmed();
    m_pauseMs = 0;
    refresh();
}

void AccountsModel::refresh() {
    if (m_scanning) {
        m_again = true;
        return;
    }
    if (m_since.isValid() && m_since.elapsed() < m_pauseMs) return;
    m_scanning = true;
    auto work = [view = m_context.feed->view(), words = m_filter, masked = !m_context.session->unmasked()] { return scanAccounts(view, words, masked); };
    m_context.executor->background(this, {}, work, [this](const AccountScan& scan) { take(scan); });
}

void AccountsModel::take(const AccountScan& scan) {
    m_scanning = false;
    m_since.start();
    m_pauseMs = std::max<qint64>(900, scan.tookMs * 20);  // at most a twentieth of a core
    m_sums = scan.sums;
    // What was half applied when the console began to watch cannot be told from a loss: it is the zero line.
    if (!m_based && m_sums.accounts > 0) {
        m_based = true;
        m_baseline = m_sums.off;
    }
    for (auto& [currency, off] : m_sums.off) {
        const auto base = m_baseline.find(currency);
        if (base != m_baseline.end()) off -= base->second;
    }
    if (scan.keys != m_keys) {
        beginResetModel();
        m_keys = scan.keys;
        endResetModel();
    } else {
        repaintAll();
    }
    emit scanned();
    if (m_again) {
        m_again = false;
        refresh();
    }
}

void AccountsModel::repaintAll() {
    if (rowCount()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

const AccountKey* AccountsModel::keyAt(int row) const { return row < 0 || row >= rowCount() ? nullptr : &m_keys[static_cast<std::size_t>(row)]; }

int AccountsModel::rowOf(base::NodeId node, const std::string& account) const {
    const auto it = std::find(m_keys.begin(), m_keys.end(), AccountKey{node, account});
    return it == m_keys.end() ? -1 : static_cast<int>(it - m_keys.begin());
}

int AccountsModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_keys.size()); }
int AccountsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant AccountsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return int((section >= Posted ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case Node: return QString();
        case Account: return tr("account");
        case Holder: return tr("holder");
        case Currency: return tr("currency");
        case Posted: return tr("posted");
        case Held: return tr("on hold");
        case Available: return tr("available");
        case Changed: return tr("changed");
        default: return {};
    }
}

QVariant AccountsModel::text(const view::AccountRow& row, int column) const {
    switch (column) {
        case Node: return feed::nodeTitle(m_context.feed->view(), row.node);
        case Account: return feed::accountText(row.account, *m_context.session);
        case Holder: return qs(row.holder);
        case Currency: return qs(row.currency.code());
        case Posted: return feed::amountText(row.posted_minor, row.currency);
        case Held: return feed::amountText(row.held_minor, row.currency);
        case Available: return feed::amountText(row.posted_minor - row.held_minor, row.currency);
        case Changed: return row.changed_hlc ? feed::timeText(row.changed_hlc, m_context.session->zone(), feed::Precision::Seconds) : QString();
        default: return {};
    }
}

QVariant AccountsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const AccountKey& key = m_keys[static_cast<std::size_t>(index.row())];
    const auto row = m_context.feed->view().account(key.node, key.account);
    if (!row) return role == Qt::DisplayRole && index.column() == Account ? QVariant(feed::accountText(key.account, *m_context.session)) : QVariant();
    const int column = index.column();
    switch (role) {
        case Qt::DisplayRole: return text(*row, column);
        case Qt::TextAlignmentRole: return int((column >= Posted ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        case widgets::PlateRole: return column == Node ? QVariant(qs(row->node.name())) : QVariant();
        case widgets::ToneRole:
            if (column == Account) return int(Tone::Mono);
            if (column == Changed) return int(Tone::MonoMuted);
            if (column == Holder) return int(Tone::Reference);
            if (column == Currency || column == Node) return int(Tone::Muted);
            return int(Tone::Text);
        case widgets::AmountRole: {
            const auto amount = [&](std::int64_t minor) { return QVariant::fromValue(widgets::Amount{minor, qs(row->currency.code()), row->currency.minor_digits()}); };
            if (column == Posted) return amount(row->posted_minor);
            if (column == Held) return amount(row->held_minor);
            if (column == Available) return amount(row->posted_minor - row->held_minor);
            return {};
        }
        default: return {};
    }
}

}  // namespace indoubt::console::money
