// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/causes_pane.h"

#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "theme/theme.h"
#include "widgets/cards.h"
#include "widgets/pane_head.h"

namespace indoubt::console::watch {

namespace {

// Filled by hand: a background role would change the ink of the labels on it.
class Surface : public QWidget {
  public:
    using QWidget::QWidget;

  protected:
    void paintEvent(QPaintEvent*) override { QPainter(this).fillRect(rect(), theme::tokensOf(this).surface); }
};

}  // namespace

CausesPane::CausesPane(const feed::Context& context, QWidget* parent) : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("causesPane"));
    m_head = new widgets::PaneHead(tr("Stuck"), this);
    m_head->setRemark(tr("by cause"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(m_head);

    auto* body = new Surface(this);
    auto* bodyLayout = new QVBoxLayout(body);
    bodyLayout->setContentsMargins(0, 0, 0, 0);
    bodyLayout->setSpacing(0);
    m_empty = new widgets::EmptyState(body);
    m_empty->setObjectName(QStringLiteral("nothingStuck"));
    m_empty->setCentred(false);
    bodyLayout->addWidget(m_empty);
    m_list = new QVBoxLayout;
    m_list->setSpacing(0);
    bodyLayout->addLayout(m_list);
    m_counters = new QVBoxLayout;
    m_counters->setSpacing(0);
    bodyLayout->addLayout(m_counters);
    bodyLayout->addStretch();
    m_stuck = addCounter(theme::Glyph::InDoubt, tr("in doubt > 2 s"), QStringLiteral("is:stuck"));
    m_undelivered = addCounter(theme::Glyph::Committing, tr("decided, not delivered"), QStringLiteral("state:committing,aborting"));
    m_heuristic = addCounter(theme::Glyph::Heuristic, tr("heuristic"), QStringLiteral("is:heuristic"));
    m_damage = addCounter(theme::Glyph::Damage, tr("damage"), QStringLiteral("is:damaged"));
    m_pastDue = addCounter(theme::Glyph::Clock, tr("past due"), QStringLiteral("due<0s"));
    m_waiting = addCounter(theme::Glyph::Lock, tr("waiting behind a lock"), QStringLiteral("waiting>0"));

    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    // The width is given: words wrap, they do not push.
    body->setMinimumWidth(0);
    body->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_scroll->setWidget(body);
    outer->addWidget(m_scroll, 1);
    connect(context.feed, &feed::Feed::secondPassed, this, &CausesPane::refresh);
    connect(context.feed, &feed::Feed::timeChanged, this, &CausesPane::refresh);
}

widgets::CountRow* CausesPane::addCounter(theme::Glyph glyph, const QString& words, const QString& filter) {
    auto* row = new widgets::CountRow(glyph, words, this);
    row->setObjectName(QStringLiteral("counter.") + filter);
    row->setDivider(true);
    m_counters->addWidget(row);
    connect(row, &QAbstractButton::clicked, this, [this, filter] { emit filterWanted(filter); });
    return row;
}

void CausesPane::refresh() {
    const auto& view = m_context.feed->view();
    const std::int64_t now = m_context.feed->nowHlc();
    const auto counters = view.counters(now);
    m_stuck->setCount(counters.stuck);
    m_waiting->setCount(counters.waiting);
    m_undelivered->setCount(counters.not_delivered);
    m_heuristic->setCount(counters.heuristic);
    m_damage->setCount(counters.damage);
    m_pastDue->setCount(counters.past_due);
    m_head->setRemark(m_context.feed->isPast() ? tr("by cause, as of %1").arg(feed::timeText(now, m_context.session->zone(), feed::Precision::Seconds)) : tr("by cause"));
    const auto causes = view.causes(now);
    showCards(causes, now);
    if (causes.empty()) showNothing(now);
}

void CausesPane::showCards(const std::vector<view::Cause>& causes, std::int64_t now) {
    const auto& view = m_context.feed->view();
    m_empty->setVisible(causes.empty());
    m_head->setRight(causes.empty() ? tr("stuck after %1 ms").arg(feed::countText(base::limits::stuck_after_ms)) : feed::counted(causes.size(), tr("1 cause"), tr("%1 causes")));
    std::map<QString, Card> kept;
    bool first = true;
    for (const auto& cause : causes) {
        const auto words = feed::wordsOf(view, cause, now, *m_context.session);
        Card card = m_cards.contains(words.key) ? m_cards[words.key] : Card{};
        m_cards.erase(words.key);
        if (!card.widget) {
            card.widget = new widgets::CauseCard(this);
            card.widget->setObjectName(QStringLiteral("cause.") + words.key);
            m_list->addWidget(card.widget);
            connect(card.widget, &widgets::CauseCard::chosen, this, [this, key = words.key] {
                m_selected = m_selected == key ? QString() : key;
                emit filterWanted(QStringLiteral("is:stuck"));
                refresh();
            });
        }
        const bool past = m_context.feed->isPast();
        QString steps = past ? QStringLiteral("past\n") : QString();
        for (const auto& step : words.steps) steps += step.label + u'\n';
        // What would be best next is asked of now: of then, only what was wrong is told.
        card.widget->setText({words.glyph, words.title, words.age, words.size, words.due, words.detail, past ? QString() : words.best, past ? QString() : u' ' + words.remark});
        if (steps != card.steps) fill(card.widget, words, first);
        card.steps = steps;
        card.widget->setSelected(causes.size() == 1 || m_selected == words.key);
        first = false;
        kept[words.key] = card;
        // A look into the past is no end of a cause: only the live edge is remembered.
        if (kept.size() == 1 && !m_context.feed->isPast()) m_last = {words.title, feed::timeText(cause.since_hlc, m_context.session->zone(), feed::Precision::Seconds), cause.since_hlc, now, cause.payments.size()};
    }
    for (auto& [key, card] : m_cards) card.widget->deleteLater();
    m_cards = std::move(kept);
}

void CausesPane::fill(widgets::CauseCard* card, const feed::CauseWords& words, bool first) {
    card->clearActions();
    bool primary = first;
    for (const auto& step : words.steps) {
        auto* button = card->addAction(step.label, primary);
        primary = false;
        button->setObjectName(QStringLiteral("step.") + (step.command.isEmpty() ? QStringLiteral("filter") : step.command));
        if (m_context.feed->isPast() && !step.command.isEmpty()) {
            button->setEnabled(false);
            button->setToolTip(tr("This is the past, read only"));
        }
        connect(button, &QPushButton::clicked, this, [this, step] {
            if (step.command.isEmpty()) emit filterWanted(step.filter);
            else m_context.navigator->run(step.command);
        });
    }
}

void CausesPane::showNothing(std::int64_t now) {
    const auto& view = m_context.feed->view();
    const std::int64_t oldest = view.oldest_in_doubt_ns(now);
    const bool past = m_context.feed->isPast();
    QString words = oldest > 0 ? tr("Oldest in doubt: %1.").arg(feed::ageText(oldest)) : past ? tr("Nothing was in doubt.") : tr("Nothing is in doubt.");
    if (m_last.untilHlc && m_last.untilHlc <= now) {
        words += u'\n' + tr("Last cause: %1, until %2.").arg(m_last.title, feed::timeText(m_last.untilHlc, m_context.session->zone(), feed::Precision::Seconds));
        if (m_last.payments) words += u' ' + tr("%1 waited.").arg(feed::counted(m_last.payments, tr("1 payment"), tr("%1 payments")));
    }
    m_empty->setText(past ? tr("Nothing was stuck.") : tr("Nothing is stuck."), words, theme::Glyph::Check);
}

}  // namespace indoubt::console::watch
