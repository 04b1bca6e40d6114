// SPDX-License-Identifier: GPL-3.0-or-later
// A cluster that was started again: what is over is answered from its logs, what is open is told again.
#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using base::ErrorCode;
using base::NodeId;
using client::Wait;

namespace {
constexpr const char* mara = "DE37900000010000471108";
}

class PastTest : public QObject {
    Q_OBJECT

    // As after a start of a large log: nothing that is over is told again.
    static cluster::ClusterOptions forgetful(const tests::LiveCluster& live) {
        auto options = live.options();
        options.retold_events_max = 0;
        return options;
    }

  private slots:
    void a_payment_that_was_over_before_the_start_is_found_as_it_was() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        std::vector<base::Xid> xids;
        for (int i = 0; i < 5; ++i) {
            auto paid = live.client().submit(tests::story_payment("INV-" + std::to_string(i), 1000 + i, 10), std::nullopt, Wait::applied);
            QVERIFY(paid.ok() && paid->outcome == events::Outcome::commit);
            xids.push_back(paid->xid);
        }
        auto refused = live.client().submit(tests::story_payment("TOO-MUCH", 99'999'999, 10), std::nullopt, Wait::applied);
        QVERIFY(refused.ok() && refused->outcome == events::Outcome::abort);
        const auto before = live.show(xids[3]);
        live.stop();
        QVERIFY(live.start(forgetful(live)).ok());
        {
            tests::FoldingSink sink;
            auto watching = live.client().watch(sink, 0);
            QTRY_VERIFY(sink.view().account_count() >= 5);
            QCOMPARE(sink.view().size(), std::size_t{0});  // so the view does not answer
        }

        const auto shown = live.show(xids[3]);
        QVERIFY(shown);
        QCOMPARE(shown->state, view::PaymentState::committed);
        QVERIFY(shown->ended && shown->whole_payment && *shown->payment == *before->payment);
        QCOMPARE(shown->decision_lsn, before->decision_lsn);
        QCOMPARE(shown->begun_hlc > 0, true);
        QCOMPARE(shown->branches.size(), std::size_t{3});
        for (const auto& branch : shown->branches) QCOMPARE(branch.phase, view::BranchPhase::committed);
        QCOMPARE(shown->held_minor(), 0);

        QVERIFY(live.client().resolve_reference("INV-3").value() == xids[3]);
        QVERIFY(live.client().resolve_reference("e2e-inv-3").value() == xids[3]);
        QCOMPARE(live.client().resolve_reference("INV-9").error().code, ErrorCode::not_found);
        QVERIFY(!live.client().timeline(xids[3])->empty());

        auto by_reference = live.client().list("ref:INV-3", 10);
        QCOMPARE(by_reference->transactions.size(), std::size_t{1});
        QVERIFY(by_reference->transactions.front()->xid == xids[3]);
        QCOMPARE(by_reference->matched, std::uint64_t{1});
        QCOMPARE(live.client().list("ref:INV-*", 10)->transactions.size(), std::size_t{5});
        QCOMPARE(live.client().list("party:lindholm state:committed", 10)->transactions.size(), std::size_t{5});
        QCOMPARE(live.client().list("state:aborted", 10)->transactions.size(), std::size_t{1});
        QCOMPARE(live.client().list("state:in-doubt", 10)->transactions.size(), std::size_t{0});
        auto all = live.client().list("", 4);
        QCOMPARE(all->transactions.size(), std::size_t{4});
        QVERIFY(all->transactions.front()->xid == refused->xid);  // newest first
    }

    void the_history_of_an_account_reaches_back_before_the_start() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        for (int i = 0; i < 3; ++i) QVERIFY(live.client().submit(tests::story_payment("OLD-" + std::to_string(i), 1000, 10), std::nullopt, Wait::applied).ok());
        live.stop();
        QVERIFY(live.start(forgetful(live)).ok());
        QVERIFY(live.client().submit(tests::story_payment("NEW", 500, 10), std::nullopt, Wait::applied).ok());
        auto history = live.client().history(mara);
        QVERIFY(history.ok());
        QVERIFY(history->complete);
        QCOMPARE(history->account.opening_minor, std::int64_t{248000});
        QCOMPARE(history->account.posted_minor, std::int64_t{248000 - 3500});
        QCOMPARE(history->postings.size(), std::size_t{4});
        std::int64_t balance = history->account.opening_minor;
        for (const auto& posting : history->postings) {
            balance += posting.amount_minor;
            QCOMPARE(posting.balance_minor, balance);
        }
        QCOMPARE(balance, history->account.posted_minor);
    }

    void a_payment_open_at_the_stop_is_told_again_and_nothing_else() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        auto over = live.client().submit(tests::story_payment("OVER", 1000, 10), std::nullopt, Wait::applied);
        QVERIFY(over.ok());
        QVERIFY(live.client().add_fault("crash after force COMMIT at T", "Ana").ok());
        auto stuck = live.client().submit(tests::story_payment("STUCK", 2000, 10), std::nullopt, Wait::decided);
        QVERIFY(stuck.ok());
        QVERIFY(live.until(stuck->xid, [](const view::Transaction& t) { return t.in_doubt_hlc != 0; }));
        live.stop();
        QVERIFY(live.start(forgetful(live)).ok());
        tests::FoldingSink sink;
        auto watching = live.client().watch(sink, 0);
        const auto told = [&] { return sink.view().find(stuck->xid); };
        QTRY_VERIFY(told() && told()->state == view::PaymentState::committed && told()->ended);
        QVERIFY(told()->whole_payment);
        QCOMPARE(told()->payment->idempotency_key, std::string("STUCK"));
        QVERIFY(!sink.view().find(over->xid));
        QTRY_COMPARE(sink.view().account(NodeId::of("A"), mara)->posted_minor, std::int64_t{248000 - 3000});
        QTRY_COMPARE(sink.view().account(NodeId::of("A"), mara)->held_minor, std::int64_t{0});
    }

    void a_small_log_is_told_again_whole() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        auto over = live.client().submit(tests::story_payment("OVER", 1000, 10), std::nullopt, Wait::applied);
        QVERIFY(over.ok());
        live.stop();
        QVERIFY(live.start().ok());
        tests::FoldingSink sink;
        auto watching = live.client().watch(sink, 0);
        QTRY_VERIFY(sink.view().find(over->xid));
    }
};

INDOUBT_TEST(PastTest);
#include "past_test.moc"
