// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/test_main.h"
#include "view/script.h"
#include "view/view.h"

using namespace indoubt;
using namespace indoubt::tests;
using base::Currency;
using events::Heuristic;
using events::Outcome;
using events::Refusal;
using events::Vote;
using view::BranchPhase;
using view::PaymentState;
using view::View;

namespace {

const Currency eur = Currency::of("EUR");
const std::string mara = "DE379000000100004711 08";

View fold(const std::vector<Event>& events) {
    View view;
    for (const Event& event : events) view.fold(event);
    return view;
}

std::string state(const View& view, const base::Xid& xid) {
    const auto tx = view.find(xid);
    return tx ? std::string(view::word(tx->state)) : "unknown";
}

std::int64_t sum(const View& view) {
    const auto sums = view.sums();
    const auto found = sums.find(eur);
    return found == sums.end() ? 0 : found->second;
}

}  // namespace

class FoldTest : public QObject {
    Q_OBJECT
  private slots:
    void a_payment_passes_through_its_states() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-2042");
        View view = fold(s.log);
        std::size_t done = s.log.size();
        const auto advance = [&] {
            for (; done < s.log.size(); ++done) view.fold(s.log[done]);
            return state(view, xid);
        };
        s.begin(xid, pay);
        QCOMPARE(advance(), std::string("preparing"));
        s.prepare_all(xid, pay);
        QCOMPARE(advance(), std::string("preparing"));
        QCOMPARE(view.find(xid)->last_event, std::string("PREPARE sent, 0 of 3"));
        s.vote_yes(xid, pay, s.A);
        QCOMPARE(advance(), std::string("in-doubt"));
        QCOMPARE(view.find(xid)->last_event, std::string("A said YES"));
        QCOMPARE(view.account(s.A, mara)->held_minor, 12000);
        QCOMPARE(view.find(xid)->held_minor(), 12000);
        s.vote_yes(xid, pay, s.B);
        s.vote_yes(xid, pay, s.C);
        s.append_decision(xid);
        QCOMPARE(advance(), std::string("in-doubt"));
        QCOMPARE(view.find(xid)->last_event, std::string("T syncing COMMIT"));
        s.decision_durable(xid);
        QCOMPARE(advance(), std::string("committing"));
        const auto a = s.send_decision(xid, s.A, MessageKind::commit);
        const auto b = s.send_decision(xid, s.B, MessageKind::commit);
        const auto c = s.send_decision(xid, s.C, MessageKind::commit);
        s.take_commit(xid, pay, s.A, a);
        s.ack(xid, s.A);
        QCOMPARE(advance(), std::string("committing"));
        QCOMPARE(view.find(xid)->last_event, std::string("COMMIT sent, 1 ACK"));
        s.take_commit(xid, pay, s.B, b);
        s.ack(xid, s.B);
        s.take_commit(xid, pay, s.C, c);
        s.ack(xid, s.C);
        QCOMPARE(advance(), std::string("committed"));
        const auto settled = view.find(xid)->age_ns(s.now);
        s.wait_ns(5'000'000'000);
        s.end(xid);
        QCOMPARE(advance(), std::string("committed"));
        const auto tx = view.find(xid);
        QVERIFY2(tx->age_ns(s.now) == settled && settled > tx->decided_hlc - tx->begun_hlc, "it took until the last branch knew, not until T wrote that down, and not only until T decided");
        QCOMPARE(tx->last_event, std::string("END, 3 of 3 ACK"));
        QVERIFY(tx->ended);
        QCOMPARE(tx->messages, 12u);
        QCOMPARE(tx->forced_writes, 7u);
        QCOMPARE(view.account(s.A, mara)->posted_minor, 248000 - 12000);
        QCOMPARE(view.account(s.A, mara)->held_minor, 0);
        QCOMPARE(view.account(s.B, "LU28 9990 0000 0047 1200")->posted_minor, 31075 + 11940);
        QCOMPARE(view.account(s.C, "NL36 KSTL 0000 4713 00")->posted_minor, 60);
        QCOMPARE(view.postings(s.A, mara).size(), std::size_t(1));
        QCOMPARE(view.postings(s.A, mara)[0].balance_minor, 236000);
        QCOMPARE(sum(view), 248000 + 31075);
        QVERIFY(view.locks().empty());
        QVERIFY(view.open_transactions().empty());
    }

    void records_alone_give_the_same_state_and_money() {
        Script s;
        for (std::uint64_t i = 1; i <= 5; ++i) s.commit(s.xid(i), s.payment("INV-" + std::to_string(i)));
        const auto no = s.xid(6);
        const auto pay = s.payment("INV-6", 999999);
        s.begin(no, pay);
        s.prepare_all(no, pay);
        s.vote_yes(no, pay, s.B);
        s.vote_no(no, s.A, Refusal::insufficient_funds, "4711 08 has 80.00 EUR available");
        s.decide_abort(no, pay, Refusal::insufficient_funds, "A said NO");
        s.take_abort(no, pay, s.B, s.send_decision(no, s.B, MessageKind::abort));
        const View full = fold(s.log), sampled = fold(without_trace(s.log));
        QVERIFY(without_trace(s.log).size() < s.log.size() / 2);
        QCOMPARE(full.size(), sampled.size());
        for (std::size_t i = 0; i < full.size(); ++i) {
            QCOMPARE(view::word(sampled.at(i).state), view::word(full.at(i).state));
            QCOMPARE(sampled.at(i).held_minor(), full.at(i).held_minor());
            QCOMPARE(sampled.at(i).reason, full.at(i).reason);
            QCOMPARE(sampled.at(i).forced_writes, full.at(i).forced_writes);
        }
        QCOMPARE(sum(sampled), sum(full));
        QCOMPARE(full.account(s.A, mara)->posted_minor, sampled.account(s.A, mara)->posted_minor);
        QCOMPARE(state(full, no), std::string("aborted"));
        QCOMPARE(full.find(no)->last_event, sampled.find(no)->last_event);
        QVERIFY(!sampled.at(0).traced);
        QVERIFY(full.at(0).traced);
    }

    void late_trace_fills_in_and_takes_nothing_back() {
        Script s;
        s.commit(s.xid(1), s.payment("INV-1"));
        View view = fold(without_trace(s.log));
        const auto before = *view.find(s.xid(1));
        for (const Event& event : s.log)
            if (events::is_trace(event)) view.fold(event);
        const auto after = *view.find(s.xid(1));
        QCOMPARE(view::word(after.state), view::word(before.state));
        QCOMPARE(after.last_event, before.last_event);
        QCOMPARE(after.messages, 12u);
        QVERIFY(after.traced);
        for (const auto& branch : after.branches) {
            QCOMPARE(branch.phase, BranchPhase::committed);
            QCOMPARE(branch.vote, Vote::yes);
        }
        QCOMPARE(sum(view), 248000 + 31075);
        QCOMPARE(view.account(s.A, mara)->held_minor, 0);
    }

    void a_no_vote_says_who_and_why() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1", 999999);
        s.begin(xid, pay);
        s.prepare_all(xid, pay);
        s.vote_no(xid, s.B, Refusal::insufficient_funds, "4711 08 has 80.00 EUR available");
        const View view = fold(s.log);
        QCOMPARE(view.find(xid)->last_event, std::string("B NO, insufficient funds"));
        QCOMPARE(view.find(xid)->branch(s.B)->reason, std::string("4711 08 has 80.00 EUR available"));
        s.decide_abort(xid, pay, Refusal::insufficient_funds, "B said NO");
        const View after = fold(s.log);
        QCOMPARE(state(after, xid), std::string("aborted"));
        QCOMPARE(after.find(xid)->last_event, std::string("B NO, insufficient funds"));
        QCOMPARE(after.find(xid)->reason, std::string("B said NO"));
    }

    void a_crash_before_the_sync_drops_the_decision() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.all_yes(xid, pay);
        s.append_decision(xid);
        QCOMPARE(fold(s.log).find(xid)->decision, Outcome::commit);
        s.crash(s.T);
        const View down = fold(s.log);
        QCOMPARE(down.find(xid)->decision, Outcome::none);
        QCOMPARE(state(down, xid), std::string("blocked"));
        QCOMPARE(down.node(s.T)->state, view::NodeState::down);
        s.restart(s.T);
        const View back = fold(s.log);
        QCOMPARE(back.find(xid)->decision, Outcome::abort);
        QCOMPARE(state(back, xid), std::string("aborting"));
        for (auto node : {s.A, s.B, s.C}) s.take_abort(xid, pay, node, s.send_decision(xid, node, MessageKind::abort, false, true));
        const View done = fold(s.log);
        QCOMPARE(state(done, xid), std::string("aborted"));
        QCOMPARE(done.account(s.A, mara)->posted_minor, 248000);
        QCOMPARE(done.account(s.A, mara)->held_minor, 0);
    }

    void a_sync_that_landed_in_spite_of_the_crash_counts_at_the_restart() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.all_yes(xid, pay);
        s.append_decision(xid);
        s.crash(s.T);
        s.restart_at(s.T, s.lsn[s.T]);
        const View view = fold(s.log);
        QCOMPARE(view.find(xid)->decision, Outcome::commit);
        QVERIFY(view.find(xid)->decision_durable);
        QCOMPARE(state(view, xid), std::string("committing"));
    }

    void a_dead_coordinator_blocks_and_its_return_settles() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-2042");
        s.all_yes(xid, pay);
        s.decide_commit(xid);
        s.crash(s.T);
        const View down = fold(s.log);
        QCOMPARE(state(down, xid), std::string("blocked"));
        QCOMPARE(down.locks().size(), std::size_t(3));
        QCOMPARE(down.find(xid)->held_minor(), 12000);
        QCOMPARE(down.node(s.A)->locks, 1u);
        QCOMPARE(down.node(s.A)->in_doubt, 1u);
        const auto later = s.now + 41'000'000'000;
        QVERIFY(down.find(xid)->stuck(later));
        const auto causes = down.causes(later);
        QCOMPARE(causes.size(), std::size_t(1));
        QCOMPARE(causes[0].kind, view::Cause::Kind::node_down);
        QCOMPARE(causes[0].node, s.T);
        QCOMPARE(causes[0].payments.size(), std::size_t(1));
        QCOMPARE(causes[0].held_minor.at(eur), 12000);
        QCOMPARE(down.counters(later).stuck, 1u);
        QCOMPARE(down.counters(later).blocked, 1u);
        QCOMPARE(down.oldest_in_doubt_ns(later) > 41'000'000'000, true);
        s.restart(s.T);
        QCOMPARE(state(fold(s.log), xid), std::string("committing"));
        s.all_committed(xid, pay, true);
        const View view = fold(s.log);
        QCOMPARE(state(view, xid), std::string("committed"));
        QCOMPARE(view.find(xid)->repeats, 3u);
        QVERIFY(view.causes(later).empty());
        QCOMPARE(sum(view), 248000 + 31075);
    }

    void a_node_that_is_down_is_a_cause_before_anything_waits_for_it() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.all_yes(xid, pay);
        s.decide_commit(xid);
        s.all_committed(xid, pay, true);
        QVERIFY(fold(s.log).causes(s.now).empty());
        s.crash(s.T);
        const auto causes = fold(s.log).causes(s.now);
        QCOMPARE(causes.size(), std::size_t(1));
        QCOMPARE(causes[0].kind, view::Cause::Kind::node_down);
        QCOMPARE(causes[0].node, s.T);
        QVERIFY(causes[0].payments.empty());
        s.restart(s.T);
        QVERIFY(fold(s.log).causes(s.now).empty());
    }

    void an_unanswered_inquiry_blocks_until_the_coordinator_speaks() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.begin(xid, pay);
        s.prepare_all(xid, pay);
        s.vote_yes(xid, pay, s.A);
        s.ask(xid, s.A);
        QCOMPARE(state(fold(s.log), xid), std::string("blocked"));
        events::Message undecided;
        undecided.kind = MessageKind::undecided;
        undecided.xid = xid;
        undecided.from = s.T;
        undecided.to = s.A;
        const auto sent = s.message(EventKind::send, s.T, s.A, undecided);
        s.message(EventKind::receive, s.A, s.T, undecided, {sent});
        QCOMPARE(state(fold(s.log), xid), std::string("in-doubt"));
    }

    void a_cooperative_peer_that_knows_keeps_it_merely_in_doubt() {
        Script s(false);
        s.cooperative = true;
        s.start();
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.all_yes(xid, pay);
        s.decide_commit(xid);
        s.take_commit(xid, pay, s.A, s.send_decision(xid, s.A, MessageKind::commit));
        s.crash(s.T);
        QVERIFY(state(fold(s.log), xid) != "blocked");
        s.crash(s.A);
        QCOMPARE(state(fold(s.log), xid), std::string("blocked"));
    }

    void a_lost_lazy_abort_puts_the_branch_back_in_doubt() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.begin(xid, pay);
        s.prepare_all(xid, pay);
        s.vote_yes(xid, pay, s.A);
        s.decide_abort(xid, pay, Refusal::timeout, "votes timed out");
        s.take_abort(xid, pay, s.A, s.send_decision(xid, s.A, MessageKind::abort));
        QCOMPARE(state(fold(s.log), xid), std::string("aborted"));
        s.crash(s.A);
        s.restart(s.A);
        const View view = fold(s.log);
        QCOMPARE(view.find(xid)->branch(s.A)->phase, BranchPhase::prepared);
        QCOMPARE(state(view, xid), std::string("aborting"));
        QCOMPARE(view.account(s.A, mara)->held_minor, 12000);
        QCOMPARE(view.open_transactions().size(), std::size_t(1));
        s.take_abort(xid, pay, s.A, s.send_decision(xid, s.A, MessageKind::abort, true, true));
        const View done = fold(s.log);
        QCOMPARE(state(done, xid), std::string("aborted"));
        QCOMPARE(done.account(s.A, mara)->held_minor, 0);
        QVERIFY(done.open_transactions().empty());
    }

    void a_refusal_is_on_disk_only_when_a_sync_has_covered_it() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.begin(xid, pay);
        s.prepare_all(xid, pay);
        s.vote_no(xid, s.A, Refusal::insufficient_funds, "too little");
        s.decide_abort(xid, pay, Refusal::insufficient_funds, "A voted NO");
        const View early = fold(s.log);
        QVERIFY(early.find(xid)->branch(s.A)->decided_lsn != 0);
        QVERIFY(!early.find(xid)->branch(s.A)->decided_on_disk);
        QVERIFY(!early.find(xid)->decision_on_disk);
        s.sync(s.A);
        s.sync(s.T);
        QVERIFY(fold(s.log).find(xid)->branch(s.A)->decided_on_disk);
        QVERIFY(fold(s.log).find(xid)->decision_on_disk);
        QVERIFY(fold(without_trace(s.log)).find(xid)->branch(s.A)->decided_on_disk);
    }

    void an_order_at_the_coordinator_makes_no_branch_of_it() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.begin(xid, pay);
        events::Record record;
        record.kind = events::RecordKind::order;
        record.forced = record.coordinator = true;
        record.xid = xid;
        auto order = std::make_shared<events::OperatorNote>();
        order->actor = "ana";
        order->action = "abort";
        record.order = order;
        s.append(s.T, record);
        s.sync(s.T);
        const View view = fold(s.log);
        QCOMPARE(view.find(xid)->order->actor, std::string("ana"));
        QCOMPARE(view.find(xid)->branches.size(), std::size_t{3});
    }

    void money_on_hold_and_at_stake_is_counted_per_currency() {
        Script s;
        const auto jpy = base::Currency::of("JPY");
        const auto xid = s.xid(1);
        auto pay = std::make_shared<events::Payment>(*s.payment("INV-1"));
        pay->legs.push_back({s.A, events::LegKind::debit, "JP1", {700, jpy}});  // a second debit of A, in yen
        pay->legs.push_back({s.A, events::LegKind::credit, "JP2", {700, jpy}});
        s.all_yes(xid, pay);
        const View held = fold(s.log);
        QCOMPARE(held.find(xid)->held(), (events::Sums{{eur, 12000}, {jpy, 700}}));
        QCOMPARE(held.find(xid)->held_minor(), 12000);
        s.decide_commit(xid);
        s.force(xid, pay, s.A, Outcome::abort);
        s.damage(xid, s.A, Outcome::commit);
        const View damaged = fold(s.log);
        QCOMPARE(damaged.find(xid)->damages(), (events::Sums{{eur, 12000}, {jpy, 700}}));
        QCOMPARE(damaged.find(xid)->damage_minor, 12000);
        QCOMPARE(damaged.find(xid)->branch(s.A)->damage_minor, 12000);
        QCOMPARE(damaged.causes(s.now)[0].held_minor, (events::Sums{{eur, 12000}, {jpy, 700}}));
    }

    void heuristics_are_summed_and_damage_names_the_money() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.all_yes(xid, pay);
        s.decide_commit(xid);
        s.crash(s.T);
        // What an operator does who does not know that T decided commit.
        s.force(xid, pay, s.A, Outcome::abort);
        const View forced = fold(s.log);
        QCOMPARE(forced.find(xid)->branch(s.A)->heuristic, Heuristic::rollback);
        QCOMPARE(forced.find(xid)->held_minor(), 0);
        QCOMPARE(forced.find(xid)->order->actor, std::string("ana"));
        s.restart(s.T);
        s.send_decision(xid, s.A, MessageKind::commit, true);
        s.damage(xid, s.A, Outcome::commit);
        s.ack(xid, s.A, Heuristic::rollback);
        for (auto node : {s.B, s.C}) {
            s.take_commit(xid, pay, node, s.send_decision(xid, node, MessageKind::commit, true));
            s.ack(xid, node);
        }
        s.end(xid);
        const View view = fold(s.log);
        const auto tx = view.find(xid);
        QCOMPARE(view::word(tx->state), std::string_view("committed"));
        QCOMPARE(tx->heuristic, Heuristic::mixed);
        QVERIFY(tx->damage);
        QCOMPARE(tx->damage_minor, 12000);
        QCOMPARE(view.counters(s.now).damage, 1u);
        QCOMPARE(view.causes(s.now)[0].kind, view::Cause::Kind::damage);
        QCOMPARE(sum(view), 248000 + 31075 + 12000);
        s.forget(xid, s.A);
        const View forgotten = fold(s.log);
        QCOMPARE(forgotten.counters(s.now).damage, 0u);
        QVERIFY(forgotten.find(xid)->damage);
    }

    void a_forced_rollback_beside_branches_in_doubt_is_a_hazard_until_all_are_known() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("INV-1");
        s.all_yes(xid, pay);
        s.crash(s.T);
        s.force(xid, pay, s.A, Outcome::abort);
        QCOMPARE(fold(s.log).find(xid)->heuristic, Heuristic::hazard);
        s.force(xid, pay, s.B, Outcome::abort);
        s.force(xid, pay, s.C, Outcome::abort);
        const View all = fold(s.log);
        QCOMPARE(all.find(xid)->heuristic, Heuristic::rollback);
        QCOMPARE(state(all, xid), std::string("aborting"));
        QVERIFY(!all.find(xid)->damage);
        s.restart(s.T);
        for (auto node : {s.A, s.B, s.C}) s.forget(xid, node);
        const View done = fold(s.log);
        QCOMPARE(state(done, xid), std::string("aborted"));
        QVERIFY(!done.find(xid)->damage);
        QVERIFY(done.causes(s.now).empty());
        QCOMPARE(done.account(s.A, mara)->posted_minor, 248000);
    }

    void who_waits_behind_whom_is_known() {
        Script s;
        const auto first = s.xid(1), second = s.xid(2), third = s.xid(3);
        const auto pay = s.payment("INV-1");
        s.begin(first, pay);
        s.prepare_all(first, pay);
        s.vote_yes(first, pay, s.A);
        for (const auto& xid : {second, third}) {
            s.begin(xid, pay);
            s.prepare_all(xid, pay);
            s.waits(xid, s.A, mara, first);
        }
        View view = fold(s.log);
        QCOMPARE(view.waiting_behind(first), (std::vector<base::Xid>{second, third}));
        QVERIFY(view.find(second)->waiting());
        QCOMPARE(view.counters(s.now).waiting, 2u);
        const auto locks = view.locks();
        QCOMPARE(locks.size(), std::size_t(1));
        QCOMPARE(locks[0].waiters.size(), std::size_t(2));
        s.decide_abort(first, pay, Refusal::timeout, "votes timed out");
        s.take_abort(first, pay, s.A, s.send_decision(first, s.A, MessageKind::abort));
        s.vote_yes(second, pay, s.A);
        view = fold(s.log);
        QVERIFY(view.waiting_behind(first).empty());
        QVERIFY(!view.find(second)->waiting());
        QCOMPARE(view.waiting_behind(second), std::vector<base::Xid>{third});
    }

    void all_read_only_commits_without_a_record() {
        Script s;
        const auto xid = s.xid(1);
        const auto pay = s.payment("LIMIT-1");
        s.begin(xid, pay);
        s.prepare_all(xid, pay);
        for (auto node : {s.A, s.B, s.C}) s.vote_read_only(xid, node);
        s.note(EventKind::end, s.T, xid, {});
        QCOMPARE(state(fold(s.log), xid), std::string("committed"));
        QCOMPARE(state(fold(without_trace(s.log)), xid), std::string("committed"));
    }

    void a_begin_lost_with_its_coordinator_is_presumed_aborted() {
        Script s;
        const auto xid = s.xid(1);
        s.begin(xid, s.payment("INV-1"));
        s.crash(s.T);
        s.restart(s.T);
        const View view = fold(s.log);
        QCOMPARE(state(view, xid), std::string("aborted"));
        QCOMPARE(view.find(xid)->refusal, Refusal::coordinator_restart);
    }
};

INDOUBT_TEST(FoldTest);
#include "fold_test.moc"
