// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/queues_pane.h"

#include <QButtonGroup>
#include <QPushButton>
#include <QVBoxLayout>
#include <set>

#include "feed/cause_words.h"
#include "feed/filter_language.h"
#include "theme/metrics.h"
#include "widgets/cards.h"
#include "widgets/data_table.h"
#include "widgets/delegates.h"
#include "widgets/filter_field.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"

namespace indoubt::console::desk {

// Keeps the language's type out of the header.
class QueuesPane::Language {
  public:
    explicit Language(const feed::Context& context) : language(feed::paymentFilterLanguage(context)) {}
    std::unique_ptr<widgets::FilterLanguage> language;
};

QueuesPane::~QueuesPane() = default;

QueuesPane::QueuesPane(const feed::Context& context, QWidget* parent) : QWidget(parent), m_context(context), m_language(std::make_unique<Language>(context)) {
    setObjectName(QStringLiteral("queuesPane"));
    m_model = new QueueModel(context, this);
    m_head = new widgets::PaneHead(tr("Stuck"), this);
    m_head->setRemark(tr("by cause"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(m_head);
    m_nothing = new widgets::EmptyState(this);
    m_nothing->setObjectName(QStringLiteral("deskNothingStuck"));
    m_nothing->setCentred(false);
    outer->addWidget(m_nothing);
    m_cards = new QVBoxLayout;
    m_cards->setSpacing(0);
    outer->addLayout(m_cards);
    outer->addWidget(new widgets::Rule(Qt::Horizontal, false, this));

    m_group = new QButtonGroup(this);
    m_group->setExclusive(true);
    addQueue(Queue::Stuck, theme::Glyph::InDoubt, tr("in doubt > 2 s"));
    addQueue(Queue::Undelivered, theme::Glyph::Committing, tr("decided, not delivered"));
    addQueue(Queue::Waiting, theme::Glyph::Lock, tr("waiting behind a lock"));
    addQueue(Queue::Heuristic, theme::Glyph::Heuristic, tr("heuristic"));
    addQueue(Queue::Damage, theme::Glyph::Damage, tr("damage"));
    addQueue(Queue::Watched, theme::Glyph::Bell, tr("watched by me"));
    m_rows[int(Queue::Stuck)]->setChecked(true);
    connect(m_group, &QButtonGroup::idClicked, this, [this](int id) {
        m_filter->clear();
        m_model->setQueue(Queue(id));
    });

    auto* line = new QWidget(this);
    line->setFixedHeight(theme::grid::filterRow);
    auto* lineLayout = new QVBoxLayout(line);
    lineLayout->setContentsMargins(8, 0, 8, 0);
    m_filter = new widgets::FilterField(line);
    m_filter->setObjectName(QStringLiteral("deskFilter"));
    m_filter->setAccessibleName(tr("Filter the queue"));
    m_filter->setLanguage(m_language->language.get());
    m_filter->setFieldHint(tr("reference, party, amount, is:stuck"));
    lineLayout->addWidget(m_filter);
    outer->addWidget(new widgets::Rule(Qt::Horizontal, false, this));
    outer->addWidget(line);
    m_filter->setResults([this] { return m_table; });
    connect(m_filter, &widgets::FilterField::filterChanged, this, &QueuesPane::applyFilter);

    m_table = new widgets::DataTable(this);
    m_table->setObjectName(QStringLiteral("queueTable"));
    m_table->setAccessibleName(tr("Payments of the queue"));
    m_table->setModel(m_model);
    m_table->setStretchMinimum(106);  // beside a scroll bar too
    m_table->setColumns({50, 98, 91, -1});  // "heuristic" is read whole
    m_table->setItemDelegateForColumn(QueueModel::State, new widgets::StateDelegate(m_table));
    m_table->setItemDelegateForColumn(QueueModel::OnHold, new widgets::AmountDelegate(m_table));
    m_empty = new widgets::TextLabel({}, theme::TextRole::Body, widgets::Ink::Muted, m_table->viewport());
    m_empty->setObjectName(QStringLiteral("deskQueueEmpty"));
    m_empty->setWordWrap(true);
    auto* inside = new QVBoxLayout(m_table->viewport());
    inside->setContentsMargins(8, 8, 8, 8);
    inside->addWidget(m_empty);
    inside->addStretch();
    outer->addWidget(m_table, 1);
    connect(m_table, &widgets::DataTable::holdChanged, m_model, &QueueModel::setHeld);
    connect(m_table, &widgets::DataTable::rowChosen, this, [this](const QModelIndex& index) {
        const auto xid = m_model->xidAt(index.row());
        if (xid.empty() || m_following) return;
        m_context.selection->selectPayment(xid);
    });
    connect(m_table, &widgets::DataTable::rowActivated, this, [this](const QModelIndex& index) {
        if (const auto xid = m_model->xidAt(index.row()); !xid.empty()) m_context.navigator->openPayment(QStringLiteral("timeline"), xid);
    });
    connect(m_model, &QAbstractItemModel::modelReset, this, &QueuesPane::followSelection);
    connect(context.selection, &feed::Selection::paymentChanged, this, &QueuesPane::followSelection);
    connect(m_model, &QueueModel::refreshed, this, [this] {
        for (auto it = m_rows.begin(); it != m_rows.end(); ++it) it.value()->setCount(m_model->count(Queue(it.key())));
        m_filter->setCountText(m_model->pending() ? tr("%1 new").arg(m_model->pending()) : QString::number(m_model->rowCount()));
        showEmpty();
    });
}

void QueuesPane::addQueue(Queue queue, theme::Glyph glyph, const QString& words) {
    auto* row = new widgets::CountRow(glyph, words, this);
    row->setObjectName(QStringLiteral("queue.%1").arg(int(queue)));
    row->setCheckable(true);
    row->setDivider(true);
    m_group->addButton(row, int(queue));
    m_rows[int(queue)] = row;
    layout()->addWidget(row);
}

void QueuesPane::refresh() {
    showCauses();
    m_model->refresh();
}

void QueuesPane::showCauses() {
    const auto& view = m_context.feed->view();
    const std::int64_t now = m_context.feed->nowHlc();
    const auto causes = view.causes(now);
    const bool lost = !m_context.feed->isPast() && m_context.feed->outOfTouch(), past = m_context.feed->isPast() || lost;
    m_head->setRemark(past ? tr("by cause, as of %1").arg(feed::timeText(now, m_context.session->zone(), feed::Precision::Seconds)) : tr("by cause"));
    m_nothing->setVisible(causes.empty());
    if (causes.empty()) {
        const std::int64_t oldest = view.oldest_in_doubt_ns(now);
        m_nothing->setText(past ? tr("Nothing was stuck.") : tr("Nothing is stuck."),
                           oldest > 0 ? tr("Oldest in doubt: %1.").arg(feed::ageText(oldest)) : past ? tr("Nothing was in doubt.") : tr("Nothing is in doubt."), theme::Glyph::Check);
        if (lost) m_nothing->setText(tr("Not known: no contact."), tr("As of %1 nothing was stuck.").arg(feed::timeText(now, m_context.session->zone(), feed::Precision::Seconds)), theme::Glyph::Undetermined);
    }
    std::set<base::Xid> stuck;  // one payment may stand under two causes
    QHash<QString, widgets::CauseCard*> kept;
    constexpr int shown_most = 2;  // the queue below needs the room; Watch shows them all
    for (const auto& cause : causes) {
        stuck.insert(cause.payments.begin(), cause.payments.end());
        if (kept.size() >= shown_most) continue;
        const auto words = feed::wordsOf(view, cause, now, *m_context.session);
        auto* card = m_causes.take(words.key);
        if (!card) {
            card = new widgets::CauseCard(this);
            card->setObjectName(QStringLiteral("deskCause.") + words.key);
            m_cards->addWidget(card);
            for (const auto& step : words.steps) {
                if (step.command.isEmpty()) continue;  // the single payments are right below
                auto* button = card->addAction(step.label);
                button->setObjectName(QStringLiteral("deskStep.") + step.command);
                connect(button, &QPushButton::clicked, this, [this, step] {
                    m_context.navigator->run(step.command);
                });
            }
        }
        // What would be best next is asked of now; then, nothing can be done any more.
        card->setText({words.glyph, words.title, words.age, words.size, words.due, {}, past ? QString() : words.best, past || words.remark.isEmpty() ? QString() : u' ' + words.remark});
        for (auto* button : card->findChildren<QPushButton*>()) {
            if (!button->objectName().startsWith(QLatin1String("deskStep."))) continue;
            button->setEnabled(!past);
            button->setToolTip(lost ? tr("No contact with the cluster") : past ? tr("This is the past, read only") : QString());
        }
        card->setMinimumHeight(card->heightForWidth(width()));
        kept[words.key] = card;
    }
    for (auto* card : std::as_const(m_causes)) card->deleteLater();
    m_causes = kept;
    m_head->setRight(causes.empty() ? QString()
                    : stuck.empty() ? feed::counted(causes.size(), tr("1 cause"), tr("%1 causes"))
                                   : tr("%1, %2").arg(feed::counted(stuck.size(), tr("1 payment"), tr("%1 payments")), feed::counted(causes.size(), tr("1 cause"), tr("%1 causes"))));
}

// An empty list says why, and what would fill it.
void QueuesPane::showEmpty() {
    const bool empty = m_model->rowCount() == 0;
    m_empty->setVisible(empty);
    if (!empty) return;
    const QString filter = m_filter->text().trimmed();
    if (!m_context.feed->actable() && filter.isEmpty()) m_empty->setText(tr("Nothing stood in this queue."));
    else if (!filter.isEmpty()) m_empty->setText(tr("0 match. %1").arg(feed::emptyFilterHint(filter, m_context)));
    else switch (m_model->queue()) {
        case Queue::Stuck: {
            // An open case of another queue is no empty desk.
            const int damage = m_model->count(Queue::Damage), forced = m_model->count(Queue::Heuristic);
            QString words = tr("No payment is in doubt for longer than 2 s.");
            if (damage) words += u' ' + feed::counted(static_cast<std::uint64_t>(damage), tr("1 stands under damage."), tr("%1 stand under damage."));
            if (forced) words += u' ' + feed::counted(static_cast<std::uint64_t>(forced), tr("1 stands under heuristic."), tr("%1 stand under heuristic."));
            m_empty->setText(words);
            break;
        }
        case Queue::Undelivered: m_empty->setText(tr("Every decision has been delivered.")); break;
        case Queue::Waiting: m_empty->setText(tr("No payment waits behind a lock.")); break;
        case Queue::Heuristic: m_empty->setText(tr("No forced outcome is left to compare.")); break;
        case Queue::Damage: m_empty->setText(tr("No forced outcome contradicts a decision.")); break;
        case Queue::Watched: m_empty->setText(tr("You watch no payment. \"Tell me\" in the advice of a payment puts it here.")); break;
    }
}

void QueuesPane::followSelection() {
    const int row = m_model->rowOf(m_context.selection->xid());
    m_following = true;
    if (row >= 0) {
        if (m_table->currentIndex().row() != row) m_table->setCurrentIndex(m_model->index(row, 0));
    } else {
        m_table->clearSelection();
    }
    m_following = false;
}

void QueuesPane::focusFilter() { m_filter->setFocus(Qt::ShortcutFocusReason); }

void QueuesPane::setFilter(const QString& text) {
    m_filter->setText(text);
    applyFilter(text);
}

void QueuesPane::applyFilter(const QString& text) {
    if (text.trimmed().isEmpty()) return m_model->setFilter({});
    auto predicate = feed::compilePaymentFilter(text.trimmed(), m_context);
    if (predicate.ok) m_model->setFilter(std::move(predicate.matches));  // else the field itself points at the character
}

void QueuesPane::setWatched(const std::vector<base::Xid>& xids) {
    m_model->setWatched(xids);
    m_model->refresh();
}

}  // namespace indoubt::console::desk
