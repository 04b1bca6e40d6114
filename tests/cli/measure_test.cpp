// SPDX-License-Identifier: GPL-3.0-or-later
// simulate and bench: shapes and agreement with the oracle. Speed itself is measured under the bench label.
#include <QDir>

#include "cli/process.h"
#include "support/test_main.h"

using namespace indoubt::tests;

class MeasureTest : public QObject {
    Q_OBJECT
  private slots:
    void a_seed_runs_checks_everything_and_repeats_itself() {
        const Daemon nobody(QStringList{"--version"});
        const QString trace = nobody.file("trace.txt");
        const Answer first = nobody.json({"simulate", "--seed", "17", "--trace", trace}),
                     second = nobody.json({"simulate", "--seed", "17"});
        QVERIFY2(first.code == 0, first.text());
        QCOMPARE(first.json().value("trace_hash").toString(), second.json().value("trace_hash").toString());
        QVERIFY(first.json().value("trace_hash").toString() !=
                nobody.json({"simulate", "--seed", "18"}).json().value("trace_hash").toString());
        QVERIFY(first.json().value("payments").toInteger() >= 20);
        const QString told = nobody.ctl({"simulate", "--seed", "17"}).out;
        QVERIFY2(told.contains(QString("%1 decisions, retries counted each: %2 committed, %3 aborted")
                                   .arg(first.json().value("committed").toInteger() + first.json().value("aborted").toInteger())
                                   .arg(first.json().value("committed").toInteger())
                                   .arg(first.json().value("aborted").toInteger())),
                 qPrintable(told));
        const auto invariants = first.json().value("invariants").toArray();
        QVERIFY(invariants.size() >= 10);
        for (const char* key : {"name", "checked", "holds", "event"}) QVERIFY2(invariants.at(0).toObject().contains(key), key);
        QVERIFY(QFileInfo(trace).size() > 1000);
    }

    void every_scenario_of_the_product_runs_as_expected() {
        const Daemon nobody(QStringList{"--version"});
        const QDir directory(QString(INDOUBT_SOURCE_DIR) + "/resources/scenarios");
        const QStringList files = directory.entryList({"*.scenario.textproto"});
        for (const QString& file : files) {
            const Answer answer = nobody.json({"simulate", directory.filePath(file)});
            QVERIFY2(answer.code == 0, qPrintable(file + "\n" + answer.text()));
            for (const char* key : {"scenario", "protocol", "seed", "transactions", "cost", "invariants", "expectations", "trace_hash"})
                QVERIFY2(answer.json().contains(key), key);
            for (const auto& value : answer.json().value("transactions").toArray()) {
                const auto tx = value.toObject();
                QVERIFY2((QStringList{"committed", "aborted", "in-doubt", "mixed"}.contains(tx.value("outcome").toString())),
                         answer.text());
                for (const auto& node : tx.value("nodes").toObject())
                    for (const char* key : {"state", "blocked", "heuristic"}) QVERIFY2(node.toObject().contains(key), key);
            }
        }
    }

    void a_broken_scenario_is_bad_input() {
        const Daemon nobody(QStringList{"--version"});
        const Answer answer = nobody.json({"simulate", nobody.write("bad.scenario.textproto", "participants { what }")});
        QVERIFY2(answer.code == 2 && !answer.err.isEmpty(), answer.text());
    }

    void bench_log_measures_real_events() {
        const Daemon nobody(QStringList{"--version"});
        const Answer answer = nobody.json({"bench", "log", "--events", "20000"});
        QVERIFY2(answer.code == 0, answer.text());
        QCOMPARE(answer.json().value("events").toInteger(), 20000);
        QVERIFY(answer.json().value("load_us").toInteger() > 0);
        QVERIFY(answer.json().value("filters").toArray().at(0).toObject().value("matches").toInteger() > 0);
        QVERIFY(answer.json().value("scrub").toObject().contains("p99_us"));
    }

    void bench_commit_counts_what_the_oracle_says_data() {
        QTest::addColumn<int>("clients");
        QTest::addColumn<int>("participants");
        QTest::newRow("one client, three participants") << 1 << 3;
        QTest::newRow("eight clients, two participants") << 8 << 2;
    }
    void bench_commit_counts_what_the_oracle_says() {
        QFETCH(int, clients);
        QFETCH(int, participants);
        const Daemon nobody(QStringList{"--version"});
        const Answer answer = nobody.json({"bench", "commit", "--clients", QString::number(clients), "--participants",
                                           QString::number(participants), "--seconds", "0.5", "--warm-up", "0.2", "--accounts", "1000"});
        QVERIFY2(answer.code == 0, answer.text());
        const auto json = answer.json();
        for (const char* key : {"clients", "participants", "protocol", "trace", "committed", "aborted", "committed_per_s", "decided",
                                "applied", "forced_writes", "syncs", "messages"})
            QVERIFY2(json.contains(key), key);
        const qint64 committed = json.value("committed").toInteger();
        QVERIFY(committed > 10);
        QVERIFY(json.value("sums_agree").toBool());
        if (json.value("aborted").toInteger() == 0) {
            QCOMPARE(json.value("forced_writes").toInteger(), committed * (2 * participants + 1));
            QCOMPARE(json.value("messages").toInteger(), committed * 4 * participants);
            // One payment at a time: nothing shares a sync, and nothing but what must be forced is synced. A few lazy records may be
            // taken along by the clock before and after.
            const qint64 more = json.value("syncs").toInteger() - json.value("forced_writes").toInteger();
            QVERIFY2(more <= 4 && (clients > 1 || more >= -4), answer.text());
        }
        QVERIFY(json.value("decided").toObject().value("p50_us").toInteger() <=
                json.value("applied").toObject().value("p50_us").toInteger());
    }
};

INDOUBT_TEST(MeasureTest);
#include "measure_test.moc"
