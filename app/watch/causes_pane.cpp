// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/causes_pane.h"

#include <QDateTime>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "theme/style.h"
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

    m_body = new Surface(this);
    auto* bodyLayout = new QVBoxLayout(m_body);
    bodyLayout->setContentsMargins(0, 0, 0, 0);
    bodyLayout->setSpacing(0);
    m_empty = new widgets::EmptyState(m_body);
    m_empty->setObjectName(QStringLiteral("nothingStuck"));
    m_empty->setCentred(false);
    m_open = m_empty->setAction(tr("Open"));
    m_open->setObjectName(QStringLiteral("openLastCause"));
    m_open->setAccessibleName(tr("Open the payments of the last cause"));
    theme::setButtonKind(m_open, theme::ButtonKind::Link);
    m_open->hide();
    connect(m_open, &QPushButton::clicked, this, [this] { emit filterWanted(filterOfLast()); });
    bodyLayout->addWidget(m_empty);
    m_list = new QVBoxLayout;
    m_list->setSpacing(0);
    bodyLayout->addLayout(m_list);
    bodyLayout->addStretch();

    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    // The width is given: words wrap, they do not push.
    m_body->setMinimumWidth(0);
    m_body->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_scroll->setWidget(m_body);
    outer->addWidget(m_scroll, 1);

    auto* counters = new Surface(this);
    m_counters = new QVBoxLayout(counters);
    m_counters->setContentsMargins(0, 0, 0, 0);
    m_counters->setSpacing(0);
    m_edge = new widgets::Rule(Qt::Horizontal, false, counters);
    m_edge->hide();
    m_counters->addWidget(m_edge);
    m_rare = new QBoxLayout(QBoxLayout::TopToBottom);
    m_rare->setSpacing(0);
    outer->addWidget(counters);
    auto* rest = new Surface(this);
    rest->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Ignored);
    outer->addWidget(rest);
    m_stuck = addCounter(theme::Glyph::InDoubt, tr("in doubt > 2 s"), QStringLiteral("is:stuck"));
    m_undelivered = addCounter(theme::Glyph::Committing, tr("decided, not delivered"), QStringLiteral("state:committing,aborting"));
    m_heuristic = addCounter(theme::Glyph::Heuristic, tr("heuristic"), QStringLiteral("is:heuristic"));
    m_damage = addCounter(theme::Glyph::Damage, tr("damage"), QStringLiteral("is:damaged"));
    m_pastDue = addCounter(theme::Glyph::Clock, tr("past due"), QStringLiteral("due<0s"));
    m_waiting = addCounter(theme::Glyph::Lock, tr("waiting behind a lock"), QStringLiteral("waiting>0"));

    for (auto* row : {m_heuristic, m_damage, m_pastDue}) {
        m_rare->addWidget(row);
        row->setToolTip(row->text());
    }
    m_counters->insertLayout(3, m_rare);  // behind the edge and the first two
    connect(context.feed, &feed::Feed::secondPassed, this, &CausesPane::refresh);
    connect(context.feed, &feed::Feed::timeChanged, this, &CausesPane::refresh);
    connect(context.feed, &feed::Feed::connectionChanged, this, &CausesPane::refresh);
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
    m_head->setRemark(!m_context.feed->actable() ? tr("by cause, as of %1").arg(feed::timeText(now, m_context.session->zone(), feed::Precision::Seconds)) : tr("by cause"));
    const auto causes = view.causes(now);
    showCards(causes, now);
    if (causes.empty()) showNothing(now);
    arrange();
}

void CausesPane::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

// The cards have what height they need and the counters stand right below. What is too high scrolls, the counters never do.
void CausesPane::arrange() {
    constexpr int rows = 6, folded_rows = 4;
    const int high = m_stuck->sizeHint().height(), room = height() - m_head->height();
    for (const auto& [key, card] : m_cards) {
        card.widget->layout()->activate();  // words shown just now count at once
        card.widget->updateGeometry();
    }
    m_body->layout()->activate();
    const int wanted = m_body->layout()->hasHeightForWidth() ? m_body->layout()->heightForWidth(width()) : m_body->sizeHint().height();
    const bool fold = wanted + rows * high > room;
    for (auto* row : {m_heuristic, m_damage, m_pastDue}) row->setCompact(fold);
    m_rare->setDirection(fold ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    const int left = std::max(0, room - (fold ? folded_rows : rows) * high);
    const bool cut = wanted > left;
    m_edge->setVisible(cut);  // cards go on below it
    m_body->setMaximumHeight(cut ? QWIDGETSIZE_MAX : wanted);  // wrapped words ask for more than they need: no bar for that
    m_scroll->setFixedHeight(cut ? std::max(0, left - 1) : wanted);
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
            card.widget->show();  // now, not with the next turn of the event loop: its height is asked for below
            connect(card.widget, &widgets::CauseCard::chosen, this, [this, key = words.key] {
                m_selected = m_selected == key ? QString() : key;
                emit filterWanted(QStringLiteral("is:stuck"));
                refresh();
            });
        }
        const bool past = !m_context.feed->actable();
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
        if (kept.size() == 1 && m_context.feed->actable()) {
            if (m_last.title != words.title) m_last = {words.title, cause.since_hlc, now, {}};
            m_last.untilHlc = now;
            m_last.payments.insert(cause.payments.begin(), cause.payments.end());
        }
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
        if (!m_context.feed->actable() && !step.command.isEmpty()) {
            button->setEnabled(false);
            button->setToolTip(m_context.feed->isPast() ? tr("This is the past, read only") : tr("No contact with the cluster"));
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
        if (!m_last.payments.empty()) words += u' ' + tr("%1 waited.").arg(feed::counted(m_last.payments.size(), tr("1 payment"), tr("%1 payments")));
    }
    m_open->setVisible(words.contains(u'\n') && !m_last.payments.empty());
    if (!past && m_context.feed->outOfTouch()) {
        // Silence is no good news.
        m_empty->setText(tr("Not known: no contact."), tr("As of %1 nothing was stuck.").arg(feed::timeText(now, m_context.session->zone(), feed::Precision::Seconds)), theme::Glyph::Undetermined);
        return;
    }
    m_empty->setText(past ? tr("Nothing was stuck.") : tr("Nothing is stuck."), words, theme::Glyph::Check);
}

// A handful by their names; of many, what began while the first and the last of them did and took longer than a healthy one.
QString CausesPane::filterOfLast() const {
    constexpr std::size_t named_most = 12;
    const auto& view = m_context.feed->view();
    QStringList names;
    std::int64_t first = std::numeric_limits<std::int64_t>::max(), last = 0;
    for (const auto& xid : m_last.payments) {
        names << feed::qs(xid.short_text());
        if (const auto t = view.find(xid)) {
            first = std::min(first, t->begun_hlc);
            last = std::max(last, t->begun_hlc);
        }
    }
    if (m_last.payments.size() <= named_most || last == 0) return QStringLiteral("xid:") + names.mid(0, named_most).join(u',');
    const auto time = [utc = m_context.session->zone() == feed::Zone::Utc](std::int64_t hlc) { return QDateTime::fromSecsSinceEpoch(hlc / 1'000'000'000, utc ? Qt::UTC : Qt::LocalTime); };
    const QDateTime from = time(first), to = time(last).addSecs(1), today = time(m_context.feed->liveHlc());
    const QString form = from.date() == today.date() && to.date() == today.date() ? QStringLiteral("HH:mm:ss") : QStringLiteral("yyyy-MM-ddTHH:mm:ss");
    return QStringLiteral("at:%1..%2 took>%3ms").arg(from.toString(form), to.toString(form)).arg(base::limits::stuck_after_ms);
}

}  // namespace indoubt::console::watch
