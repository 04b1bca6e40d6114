// SPDX-License-Identifier: GPL-3.0-or-later
// A cut link is named as the cause and dated by the cut; what the charts and the list keep does not change with hindsight.
#include <algorithm>

#include "support/test_main.h"
#include "view/script.h"
#include "view/view.h"

using namespace indoubt;
using namespace indoubt::tests;
using events::Refusal;
using view::Cause;
using view::View;

namespace {

View fold(const std::vector<Event>& events) {
    View view;
    for (const Event& event : events) view.fold(event);
    return view;
}

events::Note rule(const std::string& text, std::uint64_t id) {
    events::Note note;
    note.text = text;
    note.count = id;
    return note;
}

constexpr std::int64_t second = 1'000'000'000;

}  // namespace

class LinkAndFlowTest : public QObject {
    Q_OBJECT
  private slots:
    void a_cut_between_the_coordinator_and_a_branch_is_the_cause_and_begins_with_the_cut() {
        for (const std::string text : {"cut T and B", "cut B to T", "cut T to B once"}) {
            Script s;
            s.note(EventKind::fault_on, s.T, {}, rule(text, 7));
            const std::int64_t cut = s.log.back().hlc;
            s.wait_ns(4 * second);
            const auto pay = s.payment("INV-1");
            s.begin(s.xid(1), pay);
            s.prepare_all(s.xid(1), pay);
            s.vote_yes(s.xid(1), pay, s.A);
            s.vote_yes(s.xid(1), pay, s.C);
            s.wait_ns(3 * second);
            const auto causes = fold(s.log).causes(s.now);
            QCOMPARE(causes.size(), std::size_t{1});
            QCOMPARE(causes[0].kind, Cause::Kind::cut_link);
            QVERIFY((causes[0].node == s.T && causes[0].peer == s.B) || (causes[0].node == s.B && causes[0].peer == s.T));
            QCOMPARE(causes[0].since_hlc, cut);
            QCOMPARE(causes[0].payments.size(), std::size_t{1});
            s.note(EventKind::fault_off, s.T, {}, rule(text, 7));
            QCOMPARE(fold(s.log).causes(s.now)[0].kind, Cause::Kind::no_answer);
        }
    }

    void a_cut_that_concerns_other_nodes_or_another_payment_is_not_blamed() {
        for (const std::string& text : {std::string("cut A and C"), std::string("cut T and Z"), "cut T and B for " + Script().xid(9).text()}) {
            Script s;
            s.note(EventKind::fault_on, s.T, {}, rule(text, 7));
            const auto pay = s.payment("INV-1");
            s.begin(s.xid(1), pay);
            s.prepare_all(s.xid(1), pay);
            s.vote_yes(s.xid(1), pay, s.A);
            s.wait_ns(3 * second);
            const auto causes = fold(s.log).causes(s.now);
            QCOMPARE(causes.size(), std::size_t{1});
            QCOMPARE(causes[0].kind, Cause::Kind::no_answer);
        }
    }

    // Between two events of a branch that asks now and then lie seconds without any: it was in doubt in each of them.
    void who_was_in_doubt_through_quiet_seconds_was_so_also_afterwards() {
        Script s;
        const auto pay = s.payment("INV-1");
        s.begin(s.xid(1), pay);
        s.prepare_all(s.xid(1), pay);
        s.vote_yes(s.xid(1), pay, s.A);
        const std::int64_t since = s.now / second;
        s.wait_ns(10 * second);
        s.ask(s.xid(1), s.A);
        const auto flow = fold(s.log).flow(since + 1);
        QVERIFY(flow.size() >= 9);
        for (std::size_t i = 0; i + 1 < flow.size(); ++i) {
            QCOMPARE(flow[i].second, since + 1 + static_cast<std::int64_t>(i));
            QVERIFY(flow[i].oldest_in_doubt_ns > static_cast<std::int64_t>(i) * second);
        }
    }

    void how_long_an_abort_took_is_not_how_quick_commits_are() {
        Script s;
        s.commit(s.xid(1), s.payment("INV-1"));
        const auto pay = s.payment("INV-2");
        s.begin(s.xid(2), pay);
        s.prepare_all(s.xid(2), pay);
        s.vote_no(s.xid(2), s.A, Refusal::insufficient_funds, "0.00 available");
        s.decide_abort(s.xid(2), pay, Refusal::insufficient_funds, "0.00 available");
        const View view = fold(s.log);
        std::size_t commits = 0, aborts = 0;
        for (const auto& bucket : view.flow()) {
            commits += bucket.latency.us.size();
            aborts += bucket.abort_latency.us.size();
        }
        QCOMPARE(commits, std::size_t{1});
        QCOMPARE(aborts, std::size_t{1});
        QVERIFY(view.last_commit_hlc() != 0 && view.last_commit_hlc() < s.now);
    }

    // Also when only the records are told again, and when a branch asked in between.
    void an_aborted_payment_keeps_who_refused_as_its_last_word() {
        Script s;
        const auto pay = s.payment("INV-2");
        s.begin(s.xid(2), pay);
        s.prepare_all(s.xid(2), pay);
        s.vote_yes(s.xid(2), pay, s.C, false);
        s.vote_no(s.xid(2), s.A, Refusal::insufficient_funds, "0.00 available");
        s.decide_abort(s.xid(2), pay, Refusal::insufficient_funds, "0.00 available");
        s.ask(s.xid(2), s.C);
        const auto sent = s.send_decision(s.xid(2), s.C, MessageKind::abort);
        s.take_abort(s.xid(2), pay, s.C, sent);
        QCOMPARE(fold(s.log).find(s.xid(2))->last_event, std::string("A NO, insufficient funds"));
        std::vector<Event> records;
        for (const Event& event : s.log)
            if (event.kind == EventKind::append || event.kind == EventKind::sync || event.kind == EventKind::restart) records.push_back(event);
        QCOMPARE(fold(records).find(s.xid(2))->last_event, std::string("A NO, insufficient funds"));
    }
};

INDOUBT_TEST(LinkAndFlowTest);
#include "link_and_flow_test.moc"
