// SPDX-License-Identifier: GPL-3.0-or-later
// The operator's story from the command line alone: break, look, mend.
#include "cli/process.h"
#include "support/test_main.h"

using namespace indoubt::tests;

class OperationsTest : public QObject {
    Q_OBJECT
  private slots:
    void init() {
        m_daemon = std::make_unique<Daemon>();
        QVERIFY2(m_daemon->up(), qPrintable(m_daemon->problem()));
    }
    void cleanup() { m_daemon.reset(); }

    void a_coordinator_lost_after_its_decision_leaves_branches_in_doubt_until_it_returns() {
        QCOMPARE(m_daemon->ctl({"fault", "add", "crash", "before", "send", "COMMIT", "at", "T"}).code, 0);
        const auto submit = m_daemon->begin({"submit", "--first", "--json"});
        QTRY_COMPARE_WITH_TIMEOUT(state(), QString("in-doubt"), 10'000);
        QVERIFY(row().value("held_minor").toInteger() == 12000);
        QCOMPARE(node_state("T"), QString("down"));
        QTRY_VERIFY_WITH_TIMEOUT(row().value("cause").toString().contains("T"), 10'000);
        const Answer shown = m_daemon->ctl({"tx", "show", "INV-2042"});  // each branch says what it waits for
        QVERIFY2(shown.out.count("T is down: may not decide alone") == 3, shown.text());
        const Answer refused = m_daemon->ctl({"tx", "abort", "INV-2042", "--reason", "stuck"});
        QVERIFY2(refused.code == 1 && refused.err.contains("T") && !refused.err.contains("Is the cluster running"), refused.text());
        // What is known is said, and what is safe: nobody is sent to force what only has to be told.
        QVERIFY2(shown.out.contains("COMMIT is on disk at T") && shown.out.contains("tx deliver"), shown.text());
        QVERIFY2(refused.err.contains("COMMIT is decided, by record") && refused.err.contains("tx deliver") && !refused.err.contains("resolved on its own"), refused.text());
        QCOMPARE(m_daemon->ctl({"node", "restart", "T"}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(state(), QString("committed"), 20'000);
        QCOMPARE(m_daemon->total("EUR", "held_minor"), 0);
        QCOMPARE(m_daemon->total("EUR"), 248000 + 31075);
        for (const auto& sum : m_daemon->json({"account", "list"}).json().value("sums").toArray()) QVERIFY(sum.toObject().value("agrees").toBool());
        const Answer accounts = m_daemon->ctl({"account", "list"});
        QVERIFY2(accounts.out.contains("Sum 2,790.75 EUR: sums agree"), accounts.text());
        QVERIFY2(!m_daemon->ctl({"account", "list", "--limit", "1"}).out.contains("Sum "), "part of the accounts agrees with nothing");
        submit->waitForFinished(10'000);
    }

    void a_vote_held_back_lets_the_operator_abort_safely() {
        const Answer fault = m_daemon->json({"fault", "add", "hold YES from C to T"});
        QVERIFY2(fault.code == 0, fault.text());
        const auto submit = m_daemon->begin({"submit", "--first", "--json"});
        QTRY_VERIFY_WITH_TIMEOUT(
            m_daemon->json({"fault", "list"}).json().value("faults").toArray().at(0).toObject().value("held").toInteger() == 1, 10'000);
        const Answer aborted = m_daemon->json({"tx", "abort", "INV-2042", "--reason", "the customer called", "--ticket", "CASE-7"});
        QVERIFY2(aborted.code == 0, aborted.text());
        QTRY_COMPARE_WITH_TIMEOUT(submit->state(), QProcess::NotRunning, 10'000);  // it may have ended long ago
        QCOMPARE(submit->exitCode(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(state(), QString("aborted"), 10'000);
        QCOMPARE(m_daemon->ctl({"fault", "clear"}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(m_daemon->total("EUR", "held_minor"), 0, 10'000);
        // Who, why, on what ticket stays in the log.
        const QString log = m_daemon->json({"events", "--from", "1", "--node", "T"}).out;
        QVERIFY2(log.contains("the customer called") && log.contains("CASE-7") && log.contains("ana"), qPrintable(log));
    }

    void a_decision_that_did_not_arrive_is_sent_again_by_order() {
        QCOMPARE(m_daemon->ctl({"fault", "add", "hold COMMIT from T to B always"}).code, 0);
        QCOMPARE(m_daemon->ctl({"submit", "--first"}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(state(), QString("committing"), 10'000);
        const auto held = [&] { return m_daemon->json({"fault", "list"}).json().value("faults").toArray().at(0).toObject().value("held").toInteger(); };
        // By itself it repeats ever more rarely: in a quiet second of those, the order is what moves it.
        qint64 before = 0;
        QTRY_VERIFY_WITH_TIMEOUT((before = held()) >= 4, 20'000);
        const Answer again = m_daemon->json({"tx", "retry", "INV-2042", "--reason", "the shop calls", "--ticket", "CASE-9"});
        QVERIFY2(again.code == 0 && again.json().value("text").toString().startsWith("done"), again.text());
        QTRY_VERIFY_WITH_TIMEOUT(held() > before, 1'500);
        QCOMPARE(m_daemon->ctl({"fault", "clear"}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(state(), QString("committed"), 10'000);
        const Answer shown = m_daemon->ctl({"tx", "show", "INV-2042"});  // who did what, and why
        QVERIFY2(shown.out.contains("the shop calls") && shown.out.contains("CASE-9"), shown.text());
        const Answer late = m_daemon->ctl({"tx", "retry", "INV-2042"});
        QVERIFY2(late.code == 1 && !late.err.isEmpty(), late.text());
    }

    void branches_can_be_rolled_back_by_force_and_forgotten_once_the_coordinator_presumed_abort() {
        QCOMPARE(m_daemon->ctl({"fault", "add", "crash", "before", "force", "COMMIT", "at", "T"}).code, 0);
        const auto submit = m_daemon->begin({"submit", "--first", "--json"});
        QTRY_COMPARE_WITH_TIMEOUT(state(), QString("in-doubt"), 10'000);
        QTRY_COMPARE_WITH_TIMEOUT(node_state("T"), QString("down"), 10'000);
        for (const char* branch : {"A", "B", "C"}) {
            const Answer forced = m_daemon->json(
                {"tx", "resolve", "INV-2042", "--rollback", "--branch", branch, "--reason", "T is lost", "--ticket", "CASE-8"});
            QVERIFY2(forced.code == 0, forced.text());
        }
        QTRY_COMPARE_WITH_TIMEOUT(m_daemon->total("EUR", "held_minor"), 0, 10'000);
        QCOMPARE(m_daemon->ctl({"node", "restart", "T"}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(row().value("heuristic").toString(), QString("rollback"), 10'000);
        QVERIFY(!row().value("damage").toBool());
        for (const char* branch : {"A", "B", "C"}) {
            // A branch refuses to forget until it knows the decision; and there is nothing to forget twice.
            Answer forgotten;
            QTRY_VERIFY_WITH_TIMEOUT(
                forgotten.code == 0 || (forgotten = m_daemon->json({"tx", "forget", "INV-2042", "--branch", branch})).code == 0, 20'000);
            QCOMPARE(m_daemon->ctl({"tx", "forget", "INV-2042", "--branch", branch}).code, 1);
        }
        QCOMPARE(m_daemon->total("EUR"), 248000 + 31075);
        QTRY_COMPARE_WITH_TIMEOUT(submit->state(), QProcess::NotRunning, 10'000);  // it may have ended long ago
        QCOMPARE(submit->exitCode(), 1);  // the client waited for a decision and was told of none, or of an abort
    }

    void damage_says_what_is_at_stake_and_is_not_forgotten_without_a_reason() {
        // As the guide tells it: the decision is on disk, and its coordinator gone before anybody hears.
        QCOMPARE(m_daemon->ctl({"fault", "add", "crash", "after", "force", "COMMIT", "at", "T"}).code, 0);
        const Answer paid = m_daemon->json({"submit", "--first"});
        QVERIFY2(paid.code == 1 && paid.json().value("outcome").toString() == "in-doubt", paid.text());
        QTRY_COMPARE_WITH_TIMEOUT(state(), QString("in-doubt"), 10'000);
        QTRY_COMPARE_WITH_TIMEOUT(node_state("T"), QString("down"), 10'000);
        const Answer forced = m_daemon->ctl({"tx", "resolve", "INV-2042", "--rollback", "--branch", "A", "--reason", "T is lost"});
        QVERIFY2(forced.code == 0 && forced.out.contains("forced ROLLBACK at A"), forced.text());
        QVERIFY2(forced.out.contains("COMMIT is on disk at T") && forced.out.contains("120.00 EUR"), forced.text());
        QCOMPARE(m_daemon->ctl({"node", "restart", "T"}).code, 0);
        QTRY_VERIFY_WITH_TIMEOUT(row().value("damage").toBool(), 20'000);
        const Answer shown = m_daemon->ctl({"tx", "show", "INV-2042"});
        QVERIFY2(shown.out.contains("contradicts the decision") && shown.out.contains("120.00 EUR at stake"), shown.text());
        QTRY_COMPARE_WITH_TIMEOUT(m_daemon->total("EUR"), 248000 + 31075 + 12000, 10'000);  // the shop and the fee were paid, Mara was not asked
        const Answer accounts = m_daemon->ctl({"account", "list"});
        QVERIFY2(accounts.code == 0 && accounts.out.contains("120.00 EUR more than"), accounts.text());
        const Answer bare = m_daemon->ctl({"tx", "forget", "INV-2042", "--branch", "A"});
        QVERIFY2(bare.code == 2 && bare.err.contains("reason"), bare.text());
        const Answer reasoned = m_daemon->ctl({"tx", "forget", "INV-2042", "--branch", "A", "--reason", "Mara pays again"});
        QVERIFY2(reasoned.code == 0, reasoned.text());
    }

    void nodes_can_be_crashed_paused_and_brought_back() {
        const Answer crashed = m_daemon->json({"node", "crash", "B"});
        QVERIFY2(crashed.code == 0, crashed.text());
        QCOMPARE(node_state("B"), QString("down"));
        // An answer says which nodes it rests on: here the one, up to its last event.
        const auto coverage = crashed.json().value("coverage").toArray();
        QCOMPARE(coverage.size(), 1);
        QVERIFY2(!coverage.at(0).toObject().value("reached").toBool() && coverage.at(0).toObject().value("as_of").toInteger() > 0, crashed.text());
        const Answer list = m_daemon->json({"tx", "list"});
        qint64 now = 0, then = 0;
        for (const auto& entry : list.json().value("coverage").toArray())
            (entry.toObject().value("node") == "B" ? then : now) = entry.toObject().value("as_of").toInteger();
        QVERIFY2(then > 0 && then < now, list.text());
        for (const QStringList& words : {QStringList{"node", "list"}, {"fault", "list"}, {"fault", "add", "drop YES from A to T"}, {"fault", "clear"}, {"events", "--limit", "1"}})
            QCOMPARE(m_daemon->json(words).json().value("coverage").toArray().size(), 4);
        const Answer back = m_daemon->json({"node", "restart", "B"});
        QVERIFY2(back.code == 0 && back.json().value("state").toString() == "up", back.text());
        QCOMPARE(back.json().value("incarnation").toInteger(), 2);
        const Answer again = m_daemon->ctl({"node", "restart", "B"});
        QVERIFY2(again.code == 0 && again.out.contains("B was running: it was crashed first") && again.out.contains("life 3"), again.text());
        QCOMPARE(m_daemon->json({"node", "pause", "C"}).code, 0);
        QCOMPARE(node_state("C"), QString("suspended"));
        QCOMPARE(m_daemon->json({"node", "resume", "C"}).code, 0);
        QCOMPARE(node_state("C"), QString("up"));
        const Answer paid = m_daemon->json({"submit", "--first"});
        QVERIFY2(paid.code == 0, paid.text());
    }

  private:
    QJsonObject row() const {
        return m_daemon->json({"tx", "list", "--filter", "ref:INV-2042"}).json().value("transactions").toArray().at(0).toObject();
    }
    QString state() const {
        const QString word = row().value("state").toString();
        return word == "blocked" ? QString("in-doubt") : word;  // in doubt, and it has asked already
    }
    QString node_state(const QString& name) const {
        const auto nodes = m_daemon->json({"node", "list"}).json().value("nodes").toArray();
        for (const auto& node : nodes)
            if (node.toObject().value("node").toString() == name) return node.toObject().value("state").toString();
        return {};
    }
    std::unique_ptr<Daemon> m_daemon;
};

INDOUBT_TEST(OperationsTest);
#include "operations_test.moc"
