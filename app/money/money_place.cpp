// SPDX-License-Identifier: GPL-3.0-or-later
#include "money/money_place.h"

#include <QHBoxLayout>
#include <QSettings>
#include <QSplitter>
#include <QUuid>
#include <QVBoxLayout>

#include "feed/wording.h"
#include "money/accounts_model.h"
#include "money/list_model.h"
#include "theme/metrics.h"
#include "widgets/cards.h"
#include "widgets/data_table.h"
#include "widgets/delegates.h"
#include "widgets/filter_field.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"

namespace indoubt::console::money {

using feed::qs;
using widgets::Tone;

namespace {

QVariant amount(std::int64_t minor, base::Currency currency) { return QVariant::fromValue(widgets::Amount{minor, qs(currency.code()), currency.minor_digits()}); }
Cell money(std::int64_t minor, base::Currency currency, bool sign = false) { return {feed::amountText(minor, currency, sign), Tone::Text, true, amount(minor, currency), {}, {}}; }

QWidget* column(std::initializer_list<QWidget*> parts, QWidget* parent) {
    auto* box = new QWidget(parent);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    for (auto* part : parts) layout->addWidget(part, qobject_cast<widgets::DataTable*>(part) ? 1 : 0);
    return box;
}

}  // namespace

MoneyPlace::MoneyPlace(const feed::Context& context, QWidget* parent) : Place(context, parent) {
    setObjectName(QStringLiteral("moneyPlace"));
    auto* left = new QSplitter(Qt::Vertical, this);
    left->setObjectName(QStringLiteral("moneyLeft"));
    left->addWidget(makeAccounts());
    left->addWidget(makeSums());
    left->setStretchFactor(0, 1);
    left->setCollapsible(0, false);
    left->setSizes({560, 156});
    auto* right = new QSplitter(Qt::Vertical, this);
    right->setObjectName(QStringLiteral("moneyRight"));
    right->addWidget(makeHolds());
    right->addWidget(makeHistory());
    right->setSizes({340, 376});
    auto* both = new QSplitter(Qt::Horizontal, this);
    both->setObjectName(QStringLiteral("moneySplitter"));
    both->addWidget(left);
    both->addWidget(right);
    both->setStretchFactor(0, 3);
    both->setStretchFactor(1, 2);
    both->setSizes({812, 556});
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(both);

    connect(context.feed, &feed::Feed::advanced, this, [this](const feed::FeedDelta& delta) {
        m_dirty = true;
        if (delta.reset && isVisible()) refresh();
    });
    connect(context.feed, &feed::Feed::secondPassed, this, [this] {
        if (isVisible()) refresh();
    });
    connect(context.selection, &feed::Selection::accountChanged, this, &MoneyPlace::showHistory);
    connect(context.session, &feed::Session::preferencesChanged, this, [this] {
        m_unmask->setChecked(this->context().session->unmasked());
        if (isVisible()) refresh();
    });
}

QWidget* MoneyPlace::makeAccounts() {
    m_accounts = new AccountsModel(context(), this);
    m_accountsHead = new widgets::PaneHead(tr("Accounts"), this);
    m_accountsHead->setRemark(tr("of every participant"));
    m_unmask = new QCheckBox(tr("Show names and accounts in full"), this);
    m_unmask->setObjectName(QStringLiteral("unmask"));
    m_unmask->setChecked(context().session->unmasked());
    m_accountsHead->addRight(m_unmask);
    connect(m_unmask, &QCheckBox::clicked, this, &MoneyPlace::setUnmasked);

    m_field = new widgets::FilterField(this);
    m_field->setObjectName(QStringLiteral("accountsFilter"));
    m_field->setAccessibleName(tr("Filter accounts"));
    m_field->setFieldHint(tr("node, account, holder, currency; held"));
    m_field->setKeyHintText(QStringLiteral("Ctrl F"));
    connect(m_field, &widgets::FilterField::filterChanged, m_accounts, &AccountsModel::setFilter);
    auto* row = new QWidget(this);
    row->setFixedHeight(theme::grid::filterRow - 1);  // and the rule below it
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(theme::grid::pad, 0, theme::grid::pad, 0);
    line->addWidget(m_field);

    m_accountsTable = new widgets::DataTable(this);
    m_accountsTable->setObjectName(QStringLiteral("accountsTable"));
    m_accountsTable->setAccessibleName(tr("Accounts"));
    m_accountsTable->setModel(m_accounts);
    m_accountsTable->setStretchMinimum(108);
    m_accountsTable->setColumns({36, 178, -1, 0, 136, 104, 136, 76});
    m_accountsTable->setColumnHidden(AccountsModel::Currency, true);  // every amount says it
    m_accountsTable->setItemDelegateForColumn(AccountsModel::Node, new widgets::PlateDelegate(m_accountsTable));
    m_accountsTable->setItemDelegateForColumn(AccountsModel::Posted, new widgets::AmountDelegate(m_accountsTable));
    m_accountsTable->setItemDelegateForColumn(AccountsModel::Held, new widgets::AmountDelegate(m_accountsTable, true, true));
    m_accountsTable->setItemDelegateForColumn(AccountsModel::Available, new widgets::AmountDelegate(m_accountsTable));
    connect(m_accountsTable, &widgets::DataTable::rowChosen, this, [this](const QModelIndex& index) {
        if (const auto* key = m_accounts->keyAt(index.row())) selection().selectAccount(key->node, qs(key->account));
    });
    connect(m_accounts, &AccountsModel::scanned, this, &MoneyPlace::showSums);
    return column({m_accountsHead, row, new widgets::Rule(Qt::Horizontal, false, this), m_accountsTable}, this);
}

QWidget* MoneyPlace::makeSums() {
    m_sumsModel = new ListModel({tr("currency"), tr("posted"), tr("on hold"), tr("under way"), tr("difference"), {}}, {false, true, true, true, true, false}, this);
    m_sumsHead = new widgets::PaneHead(tr("Sums"), this);
    m_sumsHead->setRemark(tr("per currency, all participants"));
    m_sumsTable = new widgets::DataTable(this);
    m_sumsTable->setObjectName(QStringLiteral("sumsTable"));
    m_sumsTable->setAccessibleName(tr("Sums per currency"));
    m_sumsTable->setModel(m_sumsModel);
    m_sumsTable->setStretchMinimum(100);
    m_sumsTable->setColumns({72, 136, 116, 116, 116, -1});
    for (const int c : {1, 2, 3, 4}) m_sumsTable->setItemDelegateForColumn(c, new widgets::AmountDelegate(m_sumsTable, true, c > 1));
    return column({m_sumsHead, m_sumsTable}, this);
}

QWidget* MoneyPlace::makeHolds() {
    m_holdsModel = new ListModel({{}, tr("account"), tr("held by"), tr("amount"), tr("for"), tr("waiting")}, {false, false, false, true, true, false}, this);
    m_holdsHead = new widgets::PaneHead(tr("Holds and locks"), this);
    m_holdsHead->setRemark(tr("who waits for whom"));
    m_holdsTable = new widgets::DataTable(this);
    m_holdsTable->setObjectName(QStringLiteral("holdsTable"));
    m_holdsTable->setAccessibleName(tr("Holds and locks"));
    m_holdsTable->setModel(m_holdsModel);
    m_holdsTable->setStretchMinimum(48);
    m_holdsTable->setColumns({32, 104, 108, 116, 76, -1});
    m_holdsTable->setItemDelegateForColumn(0, new widgets::PlateDelegate(m_holdsTable));
    m_holdsTable->setItemDelegateForColumn(3, new widgets::AmountDelegate(m_holdsTable));
    m_noHolds = new widgets::EmptyState(m_holdsTable->viewport());
    m_noHolds->setText(tr("Nothing is on hold."), tr("A payment holds its money from the vote to the decision: milliseconds, when all is well."));
    m_noHolds->followParent(8, 100);
    const auto choose = [this](const QModelIndex& index) {
        if (const auto* line = m_holdsModel->line(index.row())) {
            selection().selectPayment(line->xid);
            selection().selectAccount(line->node, qs(line->account));
        }
    };
    connect(m_holdsTable, &widgets::DataTable::rowChosen, this, choose);
    connect(m_holdsTable, &widgets::DataTable::rowActivated, this, [this](const QModelIndex& index) {
        if (const auto* line = m_holdsModel->line(index.row())) context().navigator->openPayment(QStringLiteral("timeline"), line->xid);
    });
    return column({m_holdsHead, m_holdsTable}, this);
}

QWidget* MoneyPlace::makeHistory() {
    m_historyModel = new ListModel({tr("booked"), tr("reference"), tr("with"), tr("amount"), tr("balance")}, {false, false, false, true, true}, this);
    m_historyHead = new widgets::PaneHead(tr("History"), this);
    m_historyHead->setRemark(tr("of the chosen account"));
    m_historyTable = new widgets::DataTable(this);
    m_historyTable->setObjectName(QStringLiteral("accountHistoryTable"));
    m_historyTable->setAccessibleName(tr("Account history"));
    m_historyTable->setModel(m_historyModel);
    m_historyTable->setStretchMinimum(72);
    m_historyTable->setColumns({74, 108, -1, 118, 120});
    m_historyTable->setItemDelegateForColumn(3, new widgets::AmountDelegate(m_historyTable, true, false, true));
    m_historyTable->setItemDelegateForColumn(4, new widgets::AmountDelegate(m_historyTable));
    m_noHistory = new widgets::EmptyState(m_historyTable->viewport());
    m_noHistory->followParent(8, 100);
    connect(m_historyTable, &widgets::DataTable::rowChosen, this, [this](const QModelIndex& index) {
        if (const auto* line = m_historyModel->line(index.row()); line && !line->xid.empty()) selection().selectPayment(line->xid);
    });
    connect(m_historyTable, &widgets::DataTable::rowActivated, this, [this](const QModelIndex& index) {
        if (const auto* line = m_historyModel->line(index.row()); line && !line->xid.empty()) context().navigator->openPayment(QStringLiteral("timeline"), line->xid);
    });
    return column({m_historyHead, m_historyTable}, this);
}

// Below the design's width the lists leave out or shorten what can be read elsewhere, and do not scroll sideways.
void MoneyPlace::resizeEvent(QResizeEvent* event) {
    Place::resizeEvent(event);
    const int width = event->size().width();
    const bool narrow = width < 1300, wide = width >= 1600;
    m_accountsTable->setColumnHidden(AccountsModel::Changed, !wide);  // a name is read before a time is
    const bool small = width < 1060;
    const int amount = narrow ? 116 : 136;
    m_accountsTable->setColumnHidden(AccountsModel::Available, small);  // posted less what is on hold
    m_accountsTable->setColumns({36, 178, -1, 0, amount, small ? 106 : narrow ? 100 : 104, amount, wide ? 76 : 0});
    m_sumsTable->setColumns(small ? QList<int>{72, 136, 112, 112, -1, 0} : QList<int>{72, 136, 116, 116, 116, -1});
    m_sumsTable->setColumnHidden(5, small);  // the head says it
    m_holdsTable->setColumnHidden(1, small);
    m_holdsTable->setColumns({32, 104, narrow ? 100 : 108, narrow ? 104 : 116, 88, -1});
    m_historyTable->setColumnHidden(2, small);
    m_historyTable->setColumns(small ? QList<int>{74, -1, 0, 100, 108} : QList<int>{74, narrow ? 100 : 108, -1, narrow ? 108 : 118, narrow ? 112 : 120});
}

void MoneyPlace::activate() {
    m_dirty = true;
    refresh();
}

void MoneyPlace::refresh() {
    m_accounts->refresh();
    if (!m_dirty && feed().isPast()) return;
    m_dirty = false;
    m_accounts->repaintAll();
    showHolds();
    showHistory();
}

void MoneyPlace::showHolds() {
    const auto& view = feed().view();
    const std::int64_t now = feed().nowHlc();
    std::vector<Line> lines;
    std::size_t waiting = 0;
    constexpr std::size_t most = 2000;  // longest held first; the head says how many there are
    auto locks = view.locks();
    std::sort(locks.begin(), locks.end(), [](const view::LockRow& a, const view::LockRow& b) { return a.since_hlc < b.since_hlc; });
    for (const auto& lock : locks) {
        waiting += lock.waiters.size();
        if (lines.size() >= most) continue;
        const auto holder = view.find(lock.holder);
        QStringList waiters;
        for (const auto& xid : lock.waiters)
            if (const auto t = view.find(xid)) waiters << feed::referenceText(*t);
        Line line;
        line.xid = lock.holder;
        line.node = lock.node;
        line.account = lock.account;
        line.cells = {{feed::nodeTitle(view, lock.node), Tone::Muted, false, {}, qs(lock.node.name()), {}},
                      {qs(events::mask_account(lock.account)), Tone::Mono},  // short: the list at the left has it in full
                      {holder ? feed::referenceText(*holder) : qs(lock.holder.short_text()), Tone::Reference},
                      money(lock.amount.minor, lock.amount.currency),
                      {feed::ageText(now - lock.since_hlc), Tone::Muted, true},
                      {waiters.isEmpty() ? QString() : waiters.join(QStringLiteral(" → ")), Tone::Text, false, {}, {}, {}, waiters.isEmpty() ? theme::Glyph::None : theme::Glyph::Lock}};
        lines.push_back(std::move(line));
    }
    m_holdsHead->setRight(locks.size() > most ? tr("%1 held, the oldest %2 shown; %3 wait").arg(locks.size()).arg(most).arg(waiting) : tr("%1 held, %2 wait").arg(locks.size()).arg(waiting));
    m_noHolds->setVisible(lines.empty());
    m_holdsModel->setLines(std::move(lines));
}

void MoneyPlace::showHistory() {
    const auto& view = feed().view();
    const auto node = selection().node();
    const std::string account = selection().account().toStdString();
    const auto row = account.empty() ? std::nullopt : view.account(node, account);
    std::vector<Line> lines;
    m_noHistory->setVisible(true);
    if (!row) {
        m_historyHead->setRight({});
        m_noHistory->setText(tr("No account is chosen."), tr("Choose one to see every booking with its running balance."));
        m_historyModel->setLines({});
        return;
    }
    const auto postings = view.postings(node, account);
    for (auto it = postings.rbegin(); it != postings.rend(); ++it) {
        const auto t = view.find(it->xid);
        Line line;
        line.xid = it->xid;
        QString other;
        if (t && t->payment) other = qs(it->amount_minor < 0 ? t->payment->creditor.name : t->payment->debtor.name);
        line.cells = {{feed::timeText(it->hlc, context().session->zone(), feed::Precision::Seconds), Tone::MonoMuted}, {t ? feed::referenceText(*t) : qs(it->xid.short_text()), Tone::Reference}, {other},
                      money(it->amount_minor, row->currency), money(it->balance_minor, row->currency)};
        lines.push_back(std::move(line));
    }
    const std::int64_t before = postings.empty() ? row->posted_minor : postings.front().balance_minor - postings.front().amount_minor;
    Line opening;
    opening.sum = true;
    opening.cells = {{tr("before"), Tone::Muted}, {}, {postings.empty() ? tr("none seen yet") : tr("as first seen"), Tone::Muted}, {}, money(before, row->currency)};
    lines.push_back(std::move(opening));
    m_historyHead->setRemark(QStringLiteral("%1  %2").arg(feed::accountText(account, *context().session), qs(row->holder)));
    m_historyHead->setRight(feed::counted(postings.size(), tr("1 booking"), tr("%1 bookings")));
    m_noHistory->setVisible(false);
    m_historyModel->setLines(std::move(lines));
}

void MoneyPlace::showSums() {
    const Sums& sums = m_accounts->sums();
    std::vector<Line> lines;
    bool agree = true;
    for (const auto& [currency, posted] : sums.posted) {
        const auto value = [&currency](const std::map<base::Currency, std::int64_t>& map) {
            const auto it = map.find(currency);
            return it == map.end() ? std::int64_t{0} : it->second;
        };
        const std::int64_t off = value(sums.off), way = value(sums.underWay);
        agree = agree && off == 0;
        Line line;
        line.cells = {{qs(currency.code()), Tone::Reference}, money(posted, currency), money(value(sums.held), currency), money(way, currency), money(off, currency),
                      {off != 0 ? (off < 0 ? tr("%1 missing") : tr("%1 too much")).arg(feed::amountText(off < 0 ? -off : off, currency)) : way ? tr("under way, not yet everywhere") : tr("sums agree"), off ? Tone::Strong : Tone::Text, false, {}, {}, {},
                       off ? theme::Glyph::Damage : way ? theme::Glyph::Committing : theme::Glyph::Check}};
        lines.push_back(std::move(line));
    }
    m_sumsHead->setRight(lines.empty() ? QString() : agree ? tr("sums agree") : tr("sums do not agree"));
    m_accountsHead->setRemark(!feed().actable() ? tr("of every participant, as of %1").arg(feed::timeText(feed().nowHlc(), context().session->zone(), feed::Precision::Seconds)) : tr("of every participant"));
    m_accountsHead->setRight(tr("%1 of %2").arg(feed::countText(static_cast<std::uint64_t>(m_accounts->rowCount())), feed::countText(sums.accounts)));
    m_sumsModel->setLines(std::move(lines));
}

// In the sandbox nobody is there to be protected. Elsewhere it is written down first, and only then shown.
void MoneyPlace::setUnmasked(bool on) {
    const auto apply = [this](bool shown) {
        context().session->setUnmasked(shown);
        m_unmask->setChecked(context().session->unmasked());
        m_unmask->setEnabled(true);
        context().navigator->say(shown ? tr("Names and accounts are shown in full for %1.").arg(context().session->person()) : tr("Names and accounts are masked."));
    };
    if (!on || context().session->environment() == theme::Environment::Sandbox) return apply(on);
    m_unmask->setEnabled(false);
    m_unmask->setChecked(false);
    client::OrderRequest request;
    request.action = client::Action::unmask;
    request.actor = context().session->actor();
    request.reason = "names and accounts shown in full in the console";
    request.idempotency_key = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    executor().run(this, tr("show names and accounts in full"), [request](client::OperatorClient& c) { return c.order(request); }, [this, apply](const base::Result<client::OrderReply>& answer) {
        if (answer.ok()) return apply(true);
        m_unmask->setEnabled(true);
        context().navigator->say(tr("Still masked: it could not be recorded. %1").arg(feed::errorText(answer.error())), true);
    });
}

bool MoneyPlace::focusFilter() {
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
    return true;
}

void MoneyPlace::setFilter(const QString& filter) {
    m_field->setText(filter);
    m_accounts->setFilter(filter);
}

QList<QWidget*> MoneyPlace::regions() const { return {m_accountsTable, m_sumsTable, m_holdsTable, m_historyTable}; }

}  // namespace indoubt::console::money
