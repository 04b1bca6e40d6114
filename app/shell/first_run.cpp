// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/first_run.h"

#include <QSettings>
#include <QUuid>

#include "feed/customer_words.h"
#include "feed/wording.h"
#include "shell/place_stack.h"
#include "shell/story.h"
#include "shell/story_card.h"
#include "shell/story_page.h"
#include "timeline/timeline_panel.h"

namespace indoubt::console::shell {

namespace {
constexpr int slow_step_ms = 450;
const QString settingsKey = QStringLiteral("story/done");
}  // namespace

FirstRun::FirstRun(const feed::Context& context, PlaceStack* places, QWidget* parent) : QObject(parent), m_context(context), m_places(places) {
    m_card = new StoryCard(parent);
    m_card->hide();
    m_page = new StoryPage(context, places);
    places->addPlace(m_page);
    connect(m_card, &StoryCard::acted, this, &FirstRun::act);
    connect(m_card, &StoryCard::showAgain, this, &FirstRun::slowly);
    connect(m_card, &StoryCard::skipped, this, [this] {
        end();
        m_context.navigator->open(QStringLiteral("watch"));
    });
    connect(m_card, &StoryCard::answered, this, [this](int answer) { m_card->setAnswer(answer); });
    connect(m_card, &StoryCard::doorChosen, this, &FirstRun::openDoor);
    connect(context.feed, &feed::Feed::advanced, this, &FirstRun::follow);
    connect(places, &PlaceStack::currentChangedTo, this, [this](const QString& id) { m_card->setVisible(m_active && id == m_page->id()); });
    m_slow.setInterval(slow_step_ms);
    connect(&m_slow, &QTimer::timeout, this, [this] {
        const auto rows = m_context.feed->rows().rows_of(m_good);
        const bool over = rows.empty() || m_context.feed->isLive() || m_context.feed->shownEvents() > m_context.feed->rows().position_of(rows.back());
        if (over) {
            m_slow.stop();
            m_context.feed->setLive();
        } else {
            m_context.feed->stepPayment(m_good, 1);
        }
    });
}

int FirstRun::step() const { return m_card->step(); }
bool FirstRun::done() { return QSettings().value(settingsKey, false).toBool(); }

void FirstRun::begin() {
    m_active = true;
    m_good = m_bad = {};
    m_crashing = false;
    m_key.clear();
    m_card->setAnswer(-1);
    m_card->setStep(1);
    m_page->setBadges(false);
    m_page->showPayment({}, {});
    m_places->setCurrent(m_page->id());
    m_card->show();
}

void FirstRun::end() {
    m_active = false;
    m_slow.stop();
    m_card->hide();
    QSettings().setValue(settingsKey, true);
}

void FirstRun::problem(const base::Error& error) {
    m_card->setBusy(false, feed::errorText(error));
}

void FirstRun::act() {
    switch (m_card->step()) {
        case 1: pay(QStringLiteral("INV-2041"), false); break;
        case 2:
            m_slow.stop();
            m_context.feed->setLive();
            m_page->setBadges(false);
            m_card->setStep(3);
            break;
        case 3: armAndPay(); break;
        case 4: m_card->setStep(5); break;
        case 5: restart(); break;
        default: break;
    }
}

void FirstRun::pay(const QString& reference, bool bad) {
    const auto accounts = storyAccounts(m_context.feed->newest());
    if (!accounts) {
        problem(base::failed_precondition("the story needs three participants with its accounts: start the sandbox with --participants 3 and an empty directory"));
        return;
    }
    m_key = "story-" + QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    const auto payment = storyPayment(*accounts, m_context.feed->newest(), reference, m_key);
    m_card->setBusy(true, bad ? tr("Paying; T will crash with its decision on disk.") : tr("Paying."));
    // The bad one is answered by nobody: its coordinator dies with the answer in hand. The events tell how it goes.
    m_context.executor->run(this, tr("pay %1").arg(reference), [payment, bad](client::OperatorClient& c) { return c.submit(payment, std::nullopt, bad ? client::Wait::none : client::Wait::applied); },
                            [this, bad, reference](const base::Result<client::SubmitReply>& answer) {
                                if (bad) {
                                    if (answer.ok() && m_bad.empty()) m_bad = answer->xid;
                                    follow();
                                    return;
                                }
                                if (!answer.ok()) {
                                    problem(answer.error());
                                    return;
                                }
                                if (answer->outcome == events::Outcome::abort) {
                                    problem(base::failed_precondition(answer->text + "; choose another data directory to begin the story with fresh accounts"));
                                    return;
                                }
                                m_good = answer->xid;
                                m_context.feed->wantTrace(m_good);
                                m_page->showPayment(m_good, reference);
                                follow();
                            });
}

void FirstRun::armAndPay() {
    m_card->setBusy(true, tr("Arming the fault."));
    m_context.executor->run(this, tr("arm the fault"), [actor = m_context.session->actor()](client::OperatorClient& c) { return c.add_fault("crash after force COMMIT at T", actor); },
                            [this](const base::Result<client::Fault>& fault) {
                                if (!fault.ok()) {
                                    problem(fault.error());
                                    return;
                                }
                                m_crashing = true;
                                pay(QStringLiteral("INV-2042"), true);
                            });
}

void FirstRun::restart() {
    m_card->setBusy(true, tr("T reads its log."));
    m_context.executor->run(this, tr("restart T"), [actor = m_context.session->actor(), node = m_bad.coordinator](client::OperatorClient& c) { return c.node(node, client::NodeAction::restart, actor); },
                            [this](const base::Result<client::NodeStatus>& answer) {
                                if (!answer.ok()) {
                                    problem(answer.error());
                                    return;
                                }
                                follow();
                            });
}

void FirstRun::slowly() {
    const auto rows = m_context.feed->rows().rows_of(m_good);
    if (rows.empty()) return;
    m_context.feed->scrubTo(m_context.feed->rows().position_of(rows.front()) + 1);
    m_slow.start();
}

base::Xid FirstRun::findByKey(const std::string& key) const {
    const auto& view = m_context.feed->newest();
    for (std::size_t i = view.size(), looked = 0; i-- > 0 && looked < 200; ++looked)
        if (const auto& t = view.at(i); t.payment && t.payment->idempotency_key == key) return t.xid;
    return {};
}

// The cluster, not the button, says when a step is reached.
void FirstRun::follow() {
    if (!m_active) return;
    const auto& view = m_context.feed->newest();
    if (m_card->step() == 1 && !m_good.empty()) {
        const auto t = view.find(m_good);
        if (t && t->state == view::PaymentState::committed) {
            m_card->setStep(2);
            m_page->setBadges(true);
        }
    } else if (m_card->step() == 3 && m_crashing) {
        if (m_bad.empty()) m_bad = findByKey(m_key);
        if (m_bad.empty()) return;
        if (m_page->panel()->xid() != m_bad) m_page->showPayment(m_bad, QStringLiteral("INV-2042"));
        const auto t = view.find(m_bad);
        const auto* coordinator = view.node(m_bad.coordinator);
        std::size_t prepared = 0;
        if (t)
            for (const auto& branch : t->branches) prepared += branch.phase == view::BranchPhase::prepared;
        if (t && coordinator && coordinator->state == view::NodeState::down && prepared == t->branches.size() && prepared > 0) {
            m_crashing = false;
            m_context.feed->wantTrace(m_bad);
            m_card->setCustomerWords(feed::customerWords(view, *t), t->decision_durable);
            m_card->setStep(4);
        }
    } else if (m_card->step() == 5 && !m_bad.empty()) {
        const auto t = view.find(m_bad);
        if (t && t->state == view::PaymentState::committed && t->ended) {
            m_context.feed->wantTrace(m_bad);
            m_card->setStep(storySteps + 1);
            QSettings().setValue(settingsKey, true);
        }
    }
}

void FirstRun::openDoor(const QString& door) {
    end();
    if (door == QLatin1String("traffic")) {
        m_context.navigator->run(QStringLiteral("traffic.morning"));
        m_context.navigator->open(QStringLiteral("watch"));
    } else if (door == QLatin1String("settle")) {
        m_context.navigator->run(QStringLiteral("drill.stuck"));
        m_context.navigator->open(QStringLiteral("desk"));
    } else {
        m_context.navigator->open(QStringLiteral("lab"));
    }
}

}  // namespace indoubt::console::shell
