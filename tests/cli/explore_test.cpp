// SPDX-License-Identifier: GPL-3.0-or-later
// explore and cost as processes: what they print, and their exit codes.
#include "cli/process.h"
#include "support/test_main.h"

using namespace indoubt::tests;

class ExploreTest : public QObject {
    Q_OBJECT
    const Daemon m_nobody{QStringList{"--version"}};  // only its directories are wanted

  private slots:
    void a_sound_protocol_is_explored_completely_and_who_is_blocked_is_said() {
        const Answer answer = m_nobody.json({"explore", "--protocol", "2pc-pa", "--participants", "1", "--crashes", "1", "--restarts", "1"});
        QVERIFY2(answer.code == 0, answer.text());
        const QJsonObject json = answer.json();
        QCOMPARE(json["protocol"].toString(), QString("2pc-pa"));
        QCOMPARE(json["budget"].toObject()["crashes"].toInt(), 1);
        QVERIFY(json["complete"].toBool());
        QVERIFY(json["violations"].toArray().isEmpty());
        QVERIFY(json["states"].toInt() > 100 && json["generated"].toInt() > json["states"].toInt());
        QVERIFY(json["blocked_states"].toInt() > 0);
        const QJsonObject blocking = json["blocking"].toArray().first().toObject();
        QCOMPARE(blocking["who"].toString(), QString("A"));
        QCOMPARE(blocking["freed_by"].toString(), QString("restart of T"));
        QVERIFY(json["reduced"].toBool() && !json["reductions"].toArray().isEmpty());
        const Answer exact = m_nobody.json({"explore", "--protocol", "2pc-pa", "--participants", "1", "--crashes", "1", "--restarts", "1", "--exact"});
        QVERIFY(exact.json()["complete"].toBool() && !exact.json()["reduced"].toBool());
        QVERIFY(exact.json()["states"].toInt() > 10 * json["states"].toInt());
    }
    void interchangeable_participants_are_named_and_counted() {
        const Answer answer = m_nobody.json({"explore", "--protocol", "2pc-pa", "--crashes", "1", "--restarts", "1"});
        QVERIFY2(answer.code == 0, answer.text());
        QVERIFY(answer.json()["states_without_symmetry"].toInt() > answer.json()["states"].toInt());
        QVERIFY(answer.out.contains("interchangeable: A, B"));
    }
    void a_counter_example_is_refuted_with_exit_code_one() {
        const Answer answer = m_nobody.json({"explore", "--mutant", "x-premature-end"});
        QVERIFY2(answer.code == 1, answer.text());
        const QJsonObject violation = answer.json()["violations"].toArray().first().toObject();
        QCOMPARE(violation["invariant"].toString(), QString("TCConsistent"));
        QVERIFY(violation["steps"].toInt() <= 25);
        QCOMPARE(violation["way"].toArray().size(), violation["steps"].toInt());
        QVERIFY(!answer.json()["complete"].toBool());
        QVERIFY(violation["scenario"].toString().contains("moves {"));
    }
    void what_it_found_is_a_scenario_that_simulate_takes() {
        const QString file = m_nobody.file("failure.scenario.textproto");
        QCOMPARE(m_nobody.ctl({"explore", "--mutant", "x-premature-end", "--out", file}).code, 1);
        const Answer played = m_nobody.json({"simulate", file});
        QVERIFY2(played.code == 1, played.text());
        bool broken = false;
        for (const auto& value : played.json()["invariants"].toArray()) {
            const QJsonObject invariant = value.toObject();
            broken = broken || (invariant["name"].toString() == "TCConsistent" && !invariant["holds"].toBool(true) && !invariant["event"].toObject().isEmpty());
        }
        QVERIFY2(broken, played.text());
        const Answer nothing = m_nobody.ctl({"explore", "--protocol", "2pc-pa", "--participants", "1", "--out", file + "2"});
        QVERIFY2(nothing.code == 0 && nothing.err.contains("not written"), nothing.text());
        QVERIFY(!QFile::exists(file + "2"));
    }
    void walks_go_beyond_and_are_never_called_complete() {
        const Answer answer = m_nobody.json({"explore", "--protocol", "3pc-e3pc", "--participants", "1", "--walks", "20", "--seed", "3"});
        QVERIFY2(answer.code == 0, answer.text());
        const QJsonObject walks = answer.json()["walks"].toObject();
        QCOMPARE(walks["walks"].toInt(), 20);
        QVERIFY(walks["steps"].toInt() > 20 && !walks["complete"].toBool(true));
    }
    void a_bound_that_is_reached_is_never_called_complete() {
        const Answer answer = m_nobody.json({"explore", "--protocol", "2pc-pa", "--participants", "3", "--crashes", "2", "--restarts", "2", "--exact", "--max-memory-gib", "0.05"});
        QVERIFY2(answer.code == 0, answer.text());
        QVERIFY(!answer.json()["complete"].toBool());
        QVERIFY(answer.json()["stopped"].toString().contains("MiB"));
    }
    void measured_costs_stand_beside_their_formulas() {
        const Answer answer = m_nobody.json({"cost", "--protocol", "paxos-commit", "--participants", "5", "--faults", "1"});
        QVERIFY2(answer.code == 0, answer.text());
        bool published = false;
        for (const auto& value : answer.json()["rows"].toArray()) {
            const QJsonObject row = value.toObject();
            QVERIFY(row["equal"].toBool());
            published = published || row["measured"].toObject()["messages"].toInt() == 20;  // Gray and Lamport 2006
        }
        QVERIFY(published);
    }
    void what_does_not_fit_is_bad_usage_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("names");
        QTest::newRow("protocol") << QStringList{"explore", "--protocol", "4pc"} << "--protocol";
        QTest::newRow("participants") << QStringList{"explore", "--participants", "9"} << "--participants";
        QTest::newRow("detector") << QStringList{"explore", "--detector", "good"} << "--detector";
        QTest::newRow("both assumptions") << QStringList{"explore", "--detector", "perfect", "--partitions"} << "--partitions";
        QTest::newRow("cost of none") << QStringList{"cost", "--protocol", "x-majority-2pc"} << "--protocol";
        QTest::newRow("co-location") << QStringList{"cost", "--protocol", "paxos-commit", "--participants", "2", "--faults", "1", "--colocated"} << "--colocated";
    }
    void what_does_not_fit_is_bad_usage() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, names);
        const Answer answer = m_nobody.ctl(arguments);
        QVERIFY2(answer.code == 2, answer.text());
        QVERIFY2(answer.err.contains(names), answer.text());
    }
};
INDOUBT_TEST(ExploreTest);
#include "explore_test.moc"
