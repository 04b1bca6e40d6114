// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "console/desk_cases.h"
#include "desk/advice_words.h"
#include "desk/case_facts.h"
#include "desk/outcome_check.h"
#include "desk/queue_model.h"
#include "feed/cause_words.h"
#include "shell/parts.h"
#include "support/test_main.h"

namespace indoubt::tests {

using namespace console;
using client::Action;
using commit::Verdict;
using desk::Act;
using events::Outcome;

namespace {

// What the Desk would read of a case: the fold of its events so far.
struct Read {
    explicit Read(DeskCase& from) { more(from); }
    void more(DeskCase& from) {
        for (const auto& event : from.takeEvents()) view.fold(event);
        payment = view.find(from.xid());
    }
    commit::Advice advice() const { return feed::advise(view, *payment); }
    desk::AdviceWords words() const { return desk::wordsOf(view, *payment, advice(), true); }
    desk::Checked checked(Action action, const char* branch = nullptr, std::int64_t waitedNs = 10'000'000'000) const {
        return desk::checkOutcome(view, *payment, action, branch ? std::optional(base::NodeId::of(branch)) : std::nullopt, waitedNs);
    }
    view::View view;
    view::TransactionPtr payment;
};

desk::Force force(const char* branch, Outcome outcome) { return {base::NodeId::of(branch), outcome}; }

bool has(const desk::AdviceWords& words, Act act) {
    return std::any_of(words.actions.begin(), words.actions.end(), [&](const desk::AdviceAction& a) { return a.act == act; });
}

}  // namespace

class DeskAdviceTest : public QObject {
    Q_OBJECT
  private slots:
    void three_yes_and_a_dead_coordinator_are_undetermined_and_say_what_would_settle_it() {
        auto made = undetermined();
        const Read read(*made);
        QCOMPARE(read.advice().verdict, Verdict::undetermined);
        const auto words = read.words();
        QCOMPARE(words.title, QStringLiteral("Undetermined"));
        QVERIFY(words.reason.contains(QStringLiteral("How long it has waited is not evidence.")));
        QVERIFY(words.settles.contains(QStringLiteral("an answer from T")));
        QCOMPARE(words.actions.first().act, Act::AskCoordinator);
        QVERIFY(has(words, Act::TellMe));
        QVERIFY(words.customer.contains(QStringLiteral("do not pay again")));
        QVERIFY(!has(words, Act::Deliver));
    }

    void in_production_restarting_a_node_is_not_offered() {
        auto made = undetermined();
        const Read read(*made);
        QVERIFY(has(read.words(), Act::Restart));
        QVERIFY(!has(desk::wordsOf(read.view, *read.payment, read.advice(), false), Act::Restart));
    }

    // T comes back and decides the same: what was forced stays what it was, and when.
    void a_forced_outcome_keeps_its_record_and_its_time_when_the_decision_comes() {
        auto made = decidedNotTold();
        made->order("A", DeskCase::Order::ForceCommit);
        Read read(*made);
        const auto* before = read.payment->branch(base::NodeId::of("A"));
        const feed::Session session;
        const auto lsn = before->decided_lsn;
        const auto since = before->decided_hlc;
        const QString record = desk::evidenceRows(read.view, *read.payment, since, session)[1].cells[3].text;
        QVERIFY2(record.startsWith(QStringLiteral("HEURISTIC")), qPrintable(record));
        made->passMs(5000);
        made->restart("T");
        read.more(*made);
        const auto* after = read.payment->branch(base::NodeId::of("A"));
        QVERIFY2(after->heard, "or this shows nothing");
        QCOMPARE(after->decided_lsn, lsn);
        QCOMPARE(after->decided_hlc, since);
        QCOMPARE(desk::evidenceRows(read.view, *read.payment, since, session)[1].cells[3].text, record);
        const auto causes = read.view.causes(read.view.last_hlc());
        QCOMPARE(causes.size(), std::size_t(1));
        QCOMPARE(causes[0].since_hlc, since);
    }

    void damage_that_was_forgotten_leaves_the_queue_and_each_payment_is_counted_once() {
        using desk::Queue;
        auto made = decidedNotTold();
        made->order("A", DeskCase::Order::ForceRollback);
        made->restart("T");
        shell::Parts parts;
        parts.feed.inject(made->takeEvents());
        QTRY_VERIFY(parts.feed.view().find(made->xid()) && parts.feed.view().find(made->xid())->damage);
        desk::QueueModel queues(parts.context, nullptr);
        queues.setQueue(Queue::Damage);
        const auto agree = [&](int heuristic, int damage) {
            queues.refresh();
            const auto counters = parts.feed.view().counters(parts.feed.nowHlc());
            QCOMPARE(queues.count(Queue::Heuristic), heuristic);
            QCOMPARE(queues.count(Queue::Damage), damage);
            QCOMPARE(int(counters.heuristic), heuristic);
            QCOMPARE(int(counters.damage), damage);
        };
        agree(0, 1);
        QCOMPARE(queues.rowCount(), 1);
        made->order("A", DeskCase::Order::Forget);
        parts.feed.inject(made->takeEvents());
        QTRY_COMPARE(parts.feed.view().find(made->xid())->branch(base::NodeId::of("A"))->phase, view::BranchPhase::forgotten);
        QVERIFY(parts.feed.view().find(made->xid())->damage);
        agree(0, 0);
        QCOMPARE(queues.rowCount(), 0);
        // Only looked at while something forced stands: another payment's must not bring the forgotten one back.
        made->fault("T", "crash after force COMMIT at T");
        made->pay("INV-2043");
        made->order("A", DeskCase::Order::ForceRollback);
        made->restart("T");
        parts.feed.inject(made->takeEvents());
        QTRY_VERIFY(parts.feed.view().find(made->xid()) && parts.feed.view().find(made->xid())->damage);
        agree(0, 1);
        QCOMPARE(queues.xidAt(0), made->xid());
    }

    void a_decision_on_disk_is_safe_to_deliver_and_names_its_record() {
        auto made = decidedNotTold();
        const Read read(*made);
        QCOMPARE(read.advice().verdict, Verdict::safe_to_commit);
        const auto words = read.words();
        QCOMPARE(words.title, QStringLiteral("Safe to commit"));
        QVERIFY(words.reason.contains(QStringLiteral("record %1").arg(read.payment->decision_lsn)));
        QCOMPARE(words.actions.first().act, Act::Deliver);
        QCOMPARE(words.actions.first().label, QStringLiteral("Deliver COMMIT to 3 branches"));
    }

    void while_the_coordinator_collects_an_abort_there_is_one_step() {
        auto made = collecting();
        const Read read(*made);
        QCOMPARE(read.advice().ground, commit::Ground::abort_at_coordinator);
        QCOMPARE(read.words().actions.first().act, Act::AbortAtCoordinator);
        QCOMPARE(read.words().title, QStringLiteral("Safe after one step"));
    }

    void a_branch_that_has_not_voted_can_be_asked_to_refuse_and_then_nothing_can_commit() {
        auto made = oneNeverAsked();
        Read read(*made);
        QCOMPARE(read.advice().ground, commit::Ground::ask_to_refuse);
        const auto words = read.words();
        QCOMPARE(words.actions.first().act, Act::AskToRefuse);
        QCOMPARE(words.actions.first().node, base::NodeId::of("C"));
        made->order("C", DeskCase::Order::Refuse);
        read.more(*made);
        QCOMPARE(read.advice().verdict, Verdict::safe_to_roll_back);
        const auto checked = read.checked(Action::refuse, "C");
        QVERIFY2(checked.final && checked.good, qPrintable(checked.text));
    }

    void a_refusal_is_evidence_only_once_it_is_on_disk() {
        const base::NodeId T = base::NodeId::of("T"), A = base::NodeId::of("A"), B = base::NodeId::of("B");
        const base::Xid xid{T, 1, 1};
        std::int64_t hlc = 0;
        view::View view;
        const auto put = [&](events::EventKind kind, base::NodeId node, std::uint64_t lsn, events::RecordKind record_kind = {}) {
            events::Event event;
            event.kind = kind;
            event.node = node;
            event.incarnation = 1;
            event.lsn = lsn;
            event.hlc = ++hlc;
            event.seq = static_cast<std::uint64_t>(hlc);
            if (kind == events::EventKind::append) {
                auto record = std::make_shared<events::Record>();
                record->kind = record_kind;
                record->xid = event.xid = xid;
                record->enrolled = {{A, true, 1}, {B, true, 1}};
                record->forced = event.durable = record_kind == events::RecordKind::prepared;
                event.payload = events::RecordPtr(std::move(record));
            }
            view.fold(event);
        };
        put(events::EventKind::append, A, 1, events::RecordKind::prepared);
        put(events::EventKind::sync, A, 1);
        put(events::EventKind::append, B, 1, events::RecordKind::refused);
        put(events::EventKind::crash, T, 0);
        const auto early = feed::advise(view, *view.find(xid));
        QCOMPARE(early.verdict, Verdict::undetermined);
        QVERIFY(std::count(early.would_settle.begin(), early.would_settle.end(), B) == 1);
        put(events::EventKind::sync, B, 1);
        const auto then = feed::advise(view, *view.find(xid));
        QCOMPARE(then.verdict, Verdict::safe_to_roll_back);
        QCOMPARE(then.ground, commit::Ground::forced_refusal);
    }

    void watch_and_desk_say_the_same_of_every_case() {
        const std::pair<std::unique_ptr<DeskCase>, feed::Advice> cases[] = {{undetermined(), feed::Advice::Undetermined},
                                                                           {decidedNotTold(), feed::Advice::SafeToCommit},
                                                                           {collecting(), feed::Advice::SafeAfterOneStep},
                                                                           {oneNeverAsked(), feed::Advice::SafeAfterOneStep}};
        for (const auto& [made, expected] : cases) {
            const Read read(*made);
            QCOMPARE(feed::adviceOf(read.view, *read.payment), expected);
        }
    }

    void a_coordinator_that_comes_back_without_a_decision_presumes_abort() {
        auto made = undetermined();
        Read read(*made);
        made->restart("T");
        made->passMs(3000);
        read.more(*made);
        QVERIFY(!read.payment->open());
        QCOMPARE(read.words().title, QStringLiteral("Rolled back"));
        const auto checked = read.checked(Action::retry);
        QVERIFY(checked.final && checked.good);
        QCOMPARE(checked.text, QStringLiteral("Done and checked: 3 of 3 branches say rolled back, hold released, sums agree."));
    }

    void evidence_is_one_durable_fact_per_node() {
        auto made = undetermined();
        const Read read(*made);
        const auto rows = desk::evidenceRows(read.view, *read.payment, read.view.last_hlc(), feed::Session());
        QCOMPARE(rows.size(), 4);
        QCOMPARE(rows[0].cells[2].text, QStringLiteral("no answer"));
        for (int i = 1; i < 4; ++i) {
            QCOMPARE(rows[i].cells[2].text, QStringLiteral("prepared"));
            QVERIFY(rows[i].cells[3].text.startsWith(QStringLiteral("PREPARED, record ")));
            QCOMPARE(rows[i].cells[4].text, QStringLiteral("may not decide alone"));
        }
    }

    void waiting_agrees_whatever_was_decided() {
        auto made = undetermined();
        const Read read(*made);
        const auto what = desk::whatIf(read.view, *read.payment, std::nullopt);
        QVERIFY(what.known);
        QCOMPARE(what.lines.size(), std::size_t{3});
        QCOMPARE(what.commitSum, 0);
        QCOMPARE(what.rollbackSum, 0);
        QCOMPARE(what.lines[0].now, 248000);
        QCOMPARE(what.lines[0].commit, 236000);
        QCOMPARE(what.lines[0].rollback, 248000);
    }

    void a_rollback_forced_at_the_debtor_may_leave_the_amount_missing() {
        auto made = undetermined();
        const Read read(*made);
        const auto what = desk::whatIf(read.view, *read.payment, force("A", Outcome::abort));
        QCOMPARE(what.commitSum, 12000);
        QCOMPARE(what.rollbackSum, 0);
        QCOMPARE(what.lines[0].commit, 248000);
        QCOMPARE(desk::differenceText(what.commitSum, what.currency), QStringLiteral("120.00 EUR missing"));
        QCOMPARE(desk::differenceText(what.rollbackSum, what.currency), QStringLiteral("all agree, 0.00"));
        const QString words = desk::consequenceText(read.view, *read.payment, force("A", Outcome::abort), Outcome::commit);
        QVERIFY2(words.contains(QStringLiteral("DE1 is not debited")) && words.contains(QStringLiteral("are credited")), qPrintable(words));
    }

    void a_commit_forced_at_the_debtor_may_take_and_not_give() {
        auto made = undetermined();
        const Read read(*made);
        const auto what = desk::whatIf(read.view, *read.payment, force("A", Outcome::commit));
        QCOMPARE(what.commitSum, 0);
        QCOMPARE(what.rollbackSum, -12000);
        QCOMPARE(desk::differenceText(what.rollbackSum, what.currency), QStringLiteral("120.00 EUR not given"));
    }

    void what_was_forced_before_counts_in_the_next_preview() {
        auto made = undetermined();
        Read read(*made);
        made->order("A", DeskCase::Order::ForceRollback);
        read.more(*made);
        QCOMPARE(read.payment->branch(base::NodeId::of("A"))->heuristic, events::Heuristic::rollback);
        QCOMPARE(desk::whatIf(read.view, *read.payment, std::nullopt).commitSum, 12000);
        QCOMPARE(desk::whatIf(read.view, *read.payment, force("B", Outcome::abort)).commitSum, 60);
        const auto nodes = desk::forceable(read.view, *read.payment);
        QCOMPARE(nodes.size(), std::size_t{2});
        const auto checked = read.checked(Action::resolve_rollback, "A");
        QVERIFY(checked.final && checked.good);
        QVERIFY2(checked.text.contains(QStringLiteral("hold released")) && checked.text.contains(QStringLiteral("still unknown")), qPrintable(checked.text));
    }

    void the_customer_is_told_what_was_forced_at_the_payers_bank() {
        const auto told = [](std::initializer_list<std::pair<const char*, DeskCase::Order>> orders) {
            auto made = undetermined();
            for (const auto& [node, order] : orders) made->order(node, order);
            const Read read(*made);
            return read.words().title + QStringLiteral(": ") + read.words().customer;
        };
        using Order = DeskCase::Order;
        QVERIFY(told({}).contains(QStringLiteral("is reserved")));
        // The payee's bank alone changes nothing for the payer.
        QVERIFY(told({{"B", Order::ForceRollback}}).contains(QStringLiteral("is reserved")));
        const QString released = told({{"A", Order::ForceRollback}});
        QVERIFY2(released.startsWith(QStringLiteral("Undetermined")) && released.contains(QStringLiteral("no longer reserved")) && released.contains(QStringLiteral("do not pay again")), qPrintable(released));
        const QString all = told({{"A", Order::ForceRollback}, {"B", Order::ForceRollback}, {"C", Order::ForceRollback}});
        QVERIFY2(all.contains(QStringLiteral("no longer reserved")), qPrintable(all));
        const QString taken = told({{"A", Order::ForceCommit}});
        QVERIFY2(taken.contains(QStringLiteral("has been taken")) && !taken.contains(QStringLiteral("reserved")), qPrintable(taken));
    }

    void what_was_forced_against_a_proved_decision_is_said_with_its_amount_before_the_branch_hears_it() {
        using Order = DeskCase::Order;
        auto made = decidedNotTold();
        Read read(*made);
        made->order("A", Order::ForceRollback);
        read.more(*made);
        QVERIFY(!read.payment->damage);  // A has not heard of the COMMIT
        const auto said = [&] {
            const auto words = read.words();
            return words.title + QStringLiteral(" | ") + words.reason + QStringLiteral(" | ") + words.customer;
        };
        QVERIFY2(said().startsWith(QStringLiteral("Commits with damage")) && said().contains(QStringLiteral("120.00 EUR at stake")), qPrintable(said()));
        QVERIFY2(!said().contains(QStringLiteral("going through")) && said().contains(QStringLiteral("wrong on our side")), qPrintable(said()));
        QVERIFY(has(read.words(), Act::Deliver));  // the others still only need to be told
        QCOMPARE(desk::evidenceRows(read.view, *read.payment, read.view.last_hlc(), feed::Session())[1].cells[4].text, QStringLiteral("contradicts the decision"));
        QVERIFY(!read.checked(Action::resolve_rollback, "A").good);
        made->order("B", Order::ForceCommit);
        made->order("C", Order::ForceCommit);
        read.more(*made);
        QCOMPARE(read.advice().verdict, Verdict::settled);  // nobody is left to tell
        QVERIFY2(said().startsWith(QStringLiteral("Damage")) && said().contains(QStringLiteral("120.00 EUR at stake")), qPrintable(said()));
    }

    void a_force_that_agrees_with_the_proved_decision_is_no_damage() {
        auto made = decidedNotTold();
        Read read(*made);
        made->order("A", DeskCase::Order::ForceCommit);
        read.more(*made);
        QCOMPARE(read.words().title, QStringLiteral("Safe to commit"));
        QVERIFY(feed::forcedAgainst(read.view, *read.payment).branches.empty());
    }

    void a_forced_rollback_against_a_commit_is_damage_and_is_forgotten_by_order() {
        auto made = decidedNotTold();
        Read read(*made);
        made->order("A", DeskCase::Order::ForceRollback);
        made->restart("T");
        made->passMs(3000);
        read.more(*made);
        QVERIFY(read.payment->damage);
        const auto words = read.words();
        QCOMPARE(words.title, QStringLiteral("Damage"));
        QVERIFY2(words.reason.contains(QStringLiteral("120.00 EUR")), qPrintable(words.reason));
        QVERIFY(has(words, Act::Forget));
        made->order("A", DeskCase::Order::Forget);
        read.more(*made);
        QVERIFY(!has(read.words(), Act::Forget));
        QVERIFY(read.checked(Action::forget, "A").good);
    }

    void a_forced_branch_that_has_not_heard_the_decision_cannot_be_forgotten_yet_and_says_why() {
        auto made = decidedNotTold();
        Read read(*made);
        made->order("A", DeskCase::Order::ForceCommit);
        made->fault("T", "drop COMMIT from T to A always");
        made->restart("T");
        made->passMs(3000);
        read.more(*made);
        QVERIFY(!read.payment->branch(base::NodeId::of("A"))->heard);
        const auto whyNot = [&] {
            for (const auto& action : read.words().actions)
                if (action.act == Act::Forget) return action.whyNot;
            return QStringLiteral("no button");
        };
        QVERIFY2(whyNot().contains(QStringLiteral("has not heard")), qPrintable(whyNot()));
        made->heal("T");
        made->passMs(20000);
        read.more(*made);
        QVERIFY(read.payment->branch(base::NodeId::of("A"))->heard);
        QCOMPARE(whyNot(), QString());
    }

    void a_delivery_is_checked_at_every_branch() {
        auto made = decidedNotTold();
        Read read(*made);
        QVERIFY(!read.checked(Action::deliver, nullptr, 0).final);
        made->restart("T");
        made->passMs(3000);
        read.more(*made);
        const auto checked = read.checked(Action::deliver);
        QVERIFY(checked.final && checked.good);
        QCOMPARE(checked.text, QStringLiteral("Done and checked: 3 of 3 branches say committed, hold released, sums agree."));
    }

    void a_branch_that_does_not_answer_keeps_the_case_open() {
        auto made = std::make_unique<DeskCase>();
        made->fault("B", "crash before receive COMMIT at B");
        made->pay("INV-2042");
        made->passMs(3000);
        const Read read(*made);
        const auto checked = read.checked(Action::deliver);
        QVERIFY(!checked.final);
        QCOMPARE(checked.text, QStringLiteral("2 of 3. B did not answer; the case stays open until it does."));
    }

    void a_node_down_with_nothing_waiting_is_a_cause_that_offers_its_restart() {
        auto made = std::make_unique<DeskCase>();
        made->pay("INV-2042");
        view::Cause cause;
        cause.kind = view::Cause::Kind::node_down;
        cause.node = base::NodeId::of("T");
        const Read read(*made);
        const auto words = feed::wordsOf(read.view, cause, read.view.last_hlc(), feed::Session());
        QCOMPARE(words.size, QStringLiteral("nothing waits"));
        QCOMPARE(words.steps.size(), 1);
        QCOMPARE(words.steps[0].command, QStringLiteral("node.restart.T"));
    }

    void damage_is_at_stake_and_not_on_hold() {
        auto made = decidedNotTold();
        made->order("A", DeskCase::Order::ForceRollback);
        made->restart("T");
        made->passMs(3000);
        const Read read(*made);
        const auto causes = read.view.causes(read.view.last_hlc());
        QVERIFY(!causes.empty());
        QCOMPARE(causes[0].kind, view::Cause::Kind::damage);
        QCOMPARE(feed::wordsOf(read.view, causes[0], read.view.last_hlc(), feed::Session()).size, QStringLiteral("1 payment, 120.00 EUR at stake"));
    }

    void asking_a_dead_coordinator_changes_nothing_and_says_so() {
        auto made = undetermined();
        const Read read(*made);
        QVERIFY(!read.checked(Action::retry, nullptr, 0).final);
        const auto checked = read.checked(Action::retry);
        QVERIFY(checked.final && !checked.good);
        QCOMPARE(checked.text, QStringLiteral("T was asked and did not answer. Nothing has changed; nothing was forced."));
    }
};

}  // namespace indoubt::tests

using indoubt::tests::DeskAdviceTest;
INDOUBT_TEST(DeskAdviceTest);
#include "desk_advice_test.moc"
