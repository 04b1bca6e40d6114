// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/story_page.h"

#include <QHBoxLayout>
#include <QResizeEvent>
#include <QSplitter>
#include <QVBoxLayout>
#include <map>

#include "feed/wording.h"
#include "money/list_model.h"
#include "shell/story.h"
#include "theme/metrics.h"
#include "timeline/events_model.h"
#include "timeline/payment_head.h"
#include "timeline/timeline_pane.h"
#include "timeline/timeline_panel.h"
#include "widgets/data_table.h"
#include "widgets/delegates.h"
#include "widgets/pane_head.h"

namespace indoubt::console::shell {

using feed::qs;
using money::Cell;
using money::Line;
using widgets::Tone;

namespace {

Cell amountCell(std::int64_t minor, base::Currency currency, bool sign = false) {
    return {feed::amountText(minor, currency, sign), Tone::Text, true, QVariant::fromValue(widgets::Amount{minor, qs(currency.code()), currency.minor_digits()})};
}

}  // namespace

StoryPage::StoryPage(const feed::Context& context, QWidget* parent) : Place(context, parent) {
    setObjectName(QStringLiteral("storyPage"));
    m_head = new timeline::PaymentHead(this);
    m_panel = new timeline::TimelinePanel(context, timeline::PanelStyle::Large, this);

    m_moneyHead = new widgets::PaneHead(tr("Money"), this);
    m_moneyHead->setRemark(tr("before and after, every account of the story"));
    m_money = new money::ListModel({tr("account"), tr("bank"), tr("before"), tr("change"), tr("now")}, {false, false, true, true, true}, this);
    m_moneyTable = new widgets::DataTable(this);
    m_moneyTable->setObjectName(QStringLiteral("storyMoney"));
    m_moneyTable->setAccessibleName(tr("Money of the story"));
    m_moneyTable->setModel(m_money);
    m_moneyTable->setStretchMinimum(60);
    m_moneyTable->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_moneyTable->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);  // it is as high as its lines
    m_moneyTable->setColumns({116, -1, 108, 98, 136});  // 1,250,000 keeps its column in each: all decimal points stand in one line
    m_moneyTable->setItemDelegateForColumn(2, new widgets::AmountDelegate(m_moneyTable, false));
    m_moneyTable->setItemDelegateForColumn(3, new widgets::AmountDelegate(m_moneyTable, false, false, true));
    m_moneyTable->setItemDelegateForColumn(4, new widgets::AmountDelegate(m_moneyTable));
    m_moneyTable->setFixedHeight(theme::grid::tableHead + 6 * theme::grid::row + 2);

    m_diskHead = new widgets::PaneHead(tr("On disk"), this);
    m_diskHead->setRemark(tr("forced records: when, and how long each took"));
    m_disk = new money::ListModel({{}, tr("records"), tr("forced at"), tr("took")}, {false, false, false, true}, this);
    m_diskTable = new widgets::DataTable(this);
    m_diskTable->setObjectName(QStringLiteral("storyDisk"));
    m_diskTable->setAccessibleName(tr("Records on disk"));
    m_diskTable->setModel(m_disk);
    m_diskTable->setColumns({36, 172, -1, 130});
    m_diskTable->setItemDelegateForColumn(0, new widgets::PlateDelegate(m_diskTable));
    m_diskTable->horizontalHeader()->hide();

    m_eventsHead = new widgets::PaneHead(tr("Events"), this);
    m_eventsHead->setRemark(tr("in causal order"));
    m_eventsTable = new widgets::DataTable(this);
    m_eventsTable->setObjectName(QStringLiteral("storyEvents"));
    m_eventsTable->setAccessibleName(tr("Events of the payment"));
    timeline::setUpEventsTable(m_eventsTable, m_panel->events(), true);
    for (const int column : {timeline::EventsModel::Bytes, timeline::EventsModel::CausedBy}) m_eventsTable->setColumnHidden(column, true);
    m_eventsTable->setColumns({32, 30, 76, -1, 100, 0, 0});

    auto* left = new QWidget(this);
    auto* leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, 0, 0);
    leftColumn->setSpacing(0);
    leftColumn->addWidget(m_moneyHead);
    leftColumn->addWidget(m_moneyTable);
    leftColumn->addWidget(m_diskHead);
    leftColumn->addWidget(m_diskTable, 1);
    auto* right = new QWidget(this);
    auto* rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(0, 0, 0, 0);
    rightColumn->setSpacing(0);
    rightColumn->addWidget(m_eventsHead);
    rightColumn->addWidget(m_eventsTable, 1);
    auto* below = new QSplitter(Qt::Horizontal, this);
    below->addWidget(left);
    below->addWidget(right);
    below->setObjectName(QStringLiteral("storyBelow"));
    below->setSizes({572, 444});
    auto* all = new QSplitter(Qt::Vertical, this);
    all->setObjectName(QStringLiteral("storySplit"));
    all->addWidget(m_panel);
    all->addWidget(below);
    all->setSizes({396, 368});
    all->setStretchFactor(0, 1);
    all->setStretchFactor(1, 0);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(m_head);
    outer->addWidget(new widgets::Rule(Qt::Horizontal, false, this));
    outer->addWidget(all, 1);

    connect(m_panel->payment(), &timeline::PaymentTimeline::changed, this, &StoryPage::refresh);
    connect(m_eventsTable, &widgets::DataTable::rowChosen, this, [this](const QModelIndex& index) {
        const auto& events = m_panel->payment()->model()->events;
        if (index.isValid() && static_cast<std::size_t>(index.row()) < events.size()) selection().selectEvent(events[static_cast<std::size_t>(index.row())].ref(), m_xid);
    });
    connect(m_panel, &timeline::TimelinePanel::tableRequested, this, [this] {
        m_eventsTable->setProperty("indoubtRing", true);
        m_eventsTable->setFocus(Qt::TabFocusReason);
    });
    connect(m_panel, &timeline::TimelinePanel::eventShown, this, [this](int row) {
        if (row >= 0 && m_eventsTable->currentIndex().row() != row) m_eventsTable->setCurrentIndex(m_eventsTable->model()->index(row, 0));
    });
    connect(context.feed, &feed::Feed::advanced, this, [this](const feed::FeedDelta& delta) {
        // The accounts come before any payment does.
        const std::size_t accounts = feed().view().account_count();
        if (isVisible() && (delta.reset || !delta.changed.empty() || accounts != m_accountsSeen)) refresh();
        m_accountsSeen = accounts;
    });
}

// "receive PREPARE from T" is read whole before the record's number is.
void StoryPage::resizeEvent(QResizeEvent* event) {
    Place::resizeEvent(event);
    const bool narrow = event->size().width() < 960;
    m_eventsTable->setColumnHidden(timeline::EventsModel::OnDisk, narrow);
    m_eventsTable->setColumns({32, 30, 76, -1, 100, 0, 0});
    // Who only looks on gives way to the sum where the window is low.
    if (const bool low = event->size().height() < 700; low != m_low) {
        m_low = low;
        showMoney();
    }
    m_moneyTable->setColumnHidden(1, narrow);  // the lanes above name the banks
    m_moneyTable->setColumns(narrow ? QList<int>{-1, 0, 108, 98, 136} : QList<int>{116, -1, 108, 98, 136});
}

void StoryPage::activate() {
    m_panel->setActive(true);
    refresh();
}

void StoryPage::deactivate() { m_panel->setActive(false); }

QList<QWidget*> StoryPage::regions() const { return {m_panel->canvas(), m_moneyTable, m_diskTable, m_eventsTable}; }

void StoryPage::showPayment(const base::Xid& xid, const QString& reference) {
    m_xid = xid;
    m_reference = reference;
    m_panel->showPayment(xid);
    if (!xid.empty()) selection().selectPayment(xid);
    refresh();
}

void StoryPage::setBadges(bool on) {
    m_badges = on;
    showStory();
}

void StoryPage::refresh() {
    const auto t = feed().view().find(m_xid);
    if (t) {
        m_head->setText(timeline::headTextOf(*t, *m_panel->payment()->model(), feed().nowHlc()));
        const auto cost = timeline::costOf(*m_panel->payment()->model());
        m_head->setCost(cost);
        const auto counted = [](const timeline::CostLine& line) { return QStringLiteral("%1/%2").arg(line.seen).arg(line.expected); };
        m_panel->head()->setRight(cost.known && width() >= 960 ? tr("messages %1  forced %2  delays %3").arg(counted(cost.messages), counted(cost.forced), counted(cost.delays)) : QString());
    } else {
        m_head->clear();
    }
    const auto events = m_panel->payment()->model()->events.size();
    m_eventsHead->setRight(events ? feed::counted(events, tr("1 event"), tr("%1 events")) : QString());
    showMoney();
    showDisk();
    showStory();
}

void StoryPage::showMoney() {
    const auto& view = feed().view();
    const auto accounts = storyAccounts(view);
    if (!accounts) return;
    std::vector<Line> lines;
    std::int64_t sum = 0;
    bool booked = false, waits = false;
    const auto add = [&](const view::AccountRow& row, bool onlooker) {
        std::int64_t change = 0;
        for (const auto& posting : view.postings(row.node, row.account))
            if (posting.xid == m_xid) change += posting.amount_minor;
        booked = booked || change != 0;
        waits = waits || row.held_minor != 0;
        if (!onlooker) sum += change;
        Line line;
        line.node = row.node;
        line.account = row.account;
        line.xid = m_xid;
        Cell changed = change ? amountCell(change, row.currency, true) : Cell{};
        if (row.held_minor) changed = {tr("%1 held").arg(qs(base::decimal_text(row.held_minor, row.currency.minor_digits(), true))), Tone::Muted, true};
        line.cells = {{qs(row.holder), onlooker ? Tone::Muted : Tone::Reference}, {feed::nodeTitle(view, row.node), Tone::Muted}, amountCell(row.posted_minor - change, row.currency), changed, amountCell(row.posted_minor, row.currency)};
        lines.push_back(std::move(line));
    };
    add(accounts->mara, false);
    add(accounts->velo, false);
    add(accounts->fees, false);
    if (!m_low)
        for (const auto& other : accounts->others) add(other, true);
    m_moneyTable->setFixedHeight(theme::grid::tableHead + static_cast<int>(lines.size() + 1) * theme::grid::row + 2);
    Line total;
    total.sum = true;
    const auto euro = base::Currency::of("EUR");
    const bool agree = sum == 0;
    total.cells = {{tr("Sum of the legs"), Tone::Reference}, {}, {}, booked ? amountCell(sum, euro) : Cell{}, {!booked ? (waits ? tr("on hold") : QString()) : agree ? tr("sums agree") : tr("under way"), Tone::Strong, true, {}, {}, {}, !booked ? theme::Glyph::None : agree ? theme::Glyph::Check : theme::Glyph::Committing}};
    lines.push_back(std::move(total));
    m_moneyHead->setRemark(m_reference.isEmpty() ? tr("every account of the story") : tr("before and after %1").arg(m_reference));
    m_money->setLines(std::move(lines));
}

// From the payment's own events: what was forced, where, when, and how long the disk took.
void StoryPage::showDisk() {
    struct Node {
        QStringList records, times, took;
    };
    std::map<base::NodeId, Node> nodes;
    std::vector<base::NodeId> order;
    const auto& model = *m_panel->payment()->model();
    for (const auto& event : model.events) {
        if (event.kind != events::EventKind::durable || !event.record()) continue;
        if (!nodes.contains(event.node)) order.push_back(event.node);
        auto& node = nodes[event.node];
        node.records << QStringLiteral("%1 %2").arg(qs(events::word(*event.record()))).arg(event.lsn);
        const QString time = feed::timeText(event.hlc, context().session->zone());
        // Within one second the fraction says it; a COMMIT that came half a minute later is told whole.
        const bool same_second = !node.times.isEmpty() && node.times.front().chopped(4) == time.chopped(4);
        node.times << (same_second ? time.right(4) : time);
        if (!event.causes.empty())
            if (const int from = model.index_of(event.causes.front()); from >= 0) node.took << feed::ageText(event.hlc - model.events[static_cast<std::size_t>(from)].hlc);
    }
    // The coordinator first, then its participants.
    std::sort(order.begin(), order.end());
    std::stable_partition(order.begin(), order.end(), [this](base::NodeId id) { return id == m_xid.coordinator; });
    std::vector<Line> lines;
    for (const auto& id : order) {
        const auto& node = nodes[id];
        Line line;
        line.node = id;
        line.cells = {{qs(id.name()), Tone::Text, false, {}, qs(id.name())}, {node.records.join(QStringLiteral(", "))}, {node.times.join(QStringLiteral(", ")), Tone::Muted}, {node.took.join(QStringLiteral(", ")), Tone::Muted, true}};
        lines.push_back(std::move(line));
    }
    m_disk->setLines(std::move(lines));
}

void StoryPage::showStory() {
    timeline::Story story;
    const auto& events = m_panel->payment()->model()->events;
    int lastYes = -1, firstCommit = -1, count = 0;
    for (std::size_t i = 0; m_badges && i < events.size(); ++i) {
        const auto& event = events[i];
        const auto* record = event.record();
        if (event.kind == events::EventKind::durable && record && record->kind == events::RecordKind::prepared) {
            story.badges.push_back({static_cast<int>(i), QString::number(++count)});
            lastYes = static_cast<int>(i);
        }
        if (firstCommit < 0 && event.kind == events::EventKind::send && event.message() && event.message()->kind == events::MessageKind::commit) firstCommit = static_cast<int>(i);
    }
    if (count >= 2 && lastYes >= 0 && firstCommit > lastYes) story.regions.push_back({lastYes, firstCommit, count == 3 ? tr("all three on disk") : tr("all on disk"), tr("first word of commit")});
    m_panel->canvas()->setStory(story);
}

}  // namespace indoubt::console::shell
