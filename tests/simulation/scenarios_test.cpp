// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>

#include "simulation/scenario.h"
#include "simulation/transcript.h"
#include "support/test_main.h"

using namespace indoubt::simulation;

class ScenariosTest : public QObject {
    Q_OBJECT
    static QString error_of(const char* text) {
        const auto result = run_scenario(text, "test");
        return result ? "no error" : QString::fromStdString(result.error().message);
    }

  private slots:
    void every_scenario_that_we_ship_comes_out_as_it_says_data() {
        QTest::addColumn<QString>("path");
        const QDir folder(INDOUBT_SOURCE_DIR "/resources/scenarios");
        for (const QString& name : folder.entryList({"*.scenario.textproto"})) QTest::newRow(qPrintable(name)) << folder.filePath(name);
        QVERIFY(folder.entryList({"*.scenario.textproto"}).size() >= 10);
    }
    void every_scenario_that_we_ship_comes_out_as_it_says() {
        QFETCH(QString, path);
        const auto result = run_scenario_file(path.toStdString());
        QVERIFY2(result.ok(), result ? "" : result.error().message.c_str());
        QVERIFY(!result->expectations.empty());
        for (const auto& expectation : result->expectations)
            QVERIFY2(expectation.holds, qPrintable(QString::fromStdString(expectation.text + "; found " + expectation.found + "\n" + transcript(result->trace))));
        for (const auto& check : result->invariants) QVERIFY2(check.holds, qPrintable(QString::fromStdString(check.name + ": " + check.why)));
    }
    void an_expectation_that_fails_says_what_it_found() {
        const auto result = run_scenario(R"(participants { node: "A" accounts { account: "a" currency: "EUR" balance: "1.00" } accounts { account: "b" currency: "EUR" } }
            steps { pay { reference: "P" currency: "EUR" legs { kind: "debit" node: "A" account: "a" amount: "0.40" } legs { kind: "credit" node: "A" account: "b" amount: "0.40" } } }
            expect { reference: "P" outcome: "aborted" }
            expect { node: "A" account: "b" balance: "0.40" })", "test");
        QVERIFY2(result.ok(), result ? "" : result.error().message.c_str());
        QVERIFY(!result->good());
        QCOMPARE(result->expectations.size(), std::size_t{2});
        QCOMPARE(result->expectations[0].text, std::string("P ends aborted"));
        QCOMPARE(result->expectations[0].found, std::string("committed"));
        QVERIFY(result->expectations[1].holds);
    }
    void the_same_seed_gives_the_same_trace_and_another_seed_another() {
        const std::string text = R"(network { jitter_us: 500 } participants { node: "A" accounts { account: "a" currency: "EUR" balance: "1.00" } }
            participants { node: "B" accounts { account: "b" currency: "EUR" } }
            steps { pay { reference: "P" currency: "EUR" legs { kind: "debit" node: "A" account: "a" amount: "0.40" } legs { kind: "credit" node: "B" account: "b" amount: "0.40" } } })";
        ScenarioOptions seven;
        seven.seed = 7;
        const auto first = run_scenario(text, "test", seven), second = run_scenario(text, "test", seven), other = run_scenario(text, "test");
        QVERIFY(first.ok() && second.ok() && other.ok());
        QCOMPARE(first->trace_hash, second->trace_hash);
        QVERIFY(first->trace_hash != other->trace_hash);
    }
    void text_that_makes_no_sense_is_refused_with_its_place_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("why");
        QTest::newRow("no proto") << "participants { nod: \"A\" }" << "line 1, column 19";
        QTest::newRow("nobody") << "name: \"x\"" << "participants: a scenario needs at least one";
        QTest::newRow("twice") << "participants { node: \"A\" } participants { node: \"A\" }" << "\"A\" is there twice";
        QTest::newRow("bad node") << "participants { node: \"a b\" }" << "letters, digits";
        QTest::newRow("bad money") << "participants { node: \"A\" accounts { account: \"a\" currency: \"JPY\" balance: \"1.5\" } }" << "more decimals than JPY";
        QTest::newRow("bad currency") << "participants { node: \"A\" accounts { account: \"a\" currency: \"XX\" } }" << "not an ISO 4217";
        QTest::newRow("empty step") << "participants { node: \"A\" } steps { at_ms: 3 }" << "step 1: says nothing to do";
        QTest::newRow("unknown node") << "participants { node: \"A\" } steps { crash: \"Z\" }" << "step 1: no node is named \"Z\"";
        QTest::newRow("bad fault") << "participants { node: \"A\" } steps { fault: \"explode\" }" << "step 1";
        QTest::newRow("bad protocol") << "protocol: \"9pc\" participants { node: \"A\" }" << "no protocol is named \"9pc\"";
        QTest::newRow("unbalanced") << "participants { node: \"A\" } steps { pay { reference: \"P\" currency: \"EUR\" legs { kind: \"debit\" node: \"A\" account: \"a\" amount: \"1\" } } }" << "do not sum to zero";
        QTest::newRow("bad leg") << "participants { node: \"A\" } steps { pay { reference: \"P\" currency: \"EUR\" legs { kind: \"gift\" node: \"A\" account: \"a\" amount: \"1\" } } }" << "not \"gift\"";
        QTest::newRow("bad order") << "participants { node: \"A\" } steps { order { reference: \"P\" action: \"win\" } }" << "not \"win\"";
        QTest::newRow("stranger") << "participants { node: \"A\" } expect { reference: \"P\" }" << "no payment has the reference";
        QTest::newRow("unknown fault node") << "participants { node: \"A\" } steps { fault: \"cut A to Z\" }" << "step 1: fault: no node is named \"Z\"";
        QTest::newRow("bad word") << "participants { node: \"A\" } expect { outcome: \"done\" }" << "outcome is one of: committed aborted";
        QTest::newRow("account twice") << "participants { node: \"A\" accounts { account: \"a\" currency: \"EUR\" } accounts { account: \"a\" currency: \"EUR\" } }" << "account a is there twice";
        QTest::newRow("no account name") << "participants { node: \"A\" accounts { currency: \"EUR\" } }" << "an account name has 1 to 140 bytes";
        QTest::newRow("endless") << "participants { node: \"A\" } stop_at_ms: 999999999999" << "stop_at_ms";
    }
    void text_that_makes_no_sense_is_refused_with_its_place() {
        QFETCH(QString, text);
        QFETCH(QString, why);
        const QString said = error_of(text.toUtf8().constData());
        QVERIFY2(said.contains(why), qPrintable(said));
    }
    void a_file_that_is_not_there_is_named() {
        const auto result = run_scenario_file("/nowhere/x.scenario.textproto");
        QVERIFY(!result.ok());
        QVERIFY(result.error().message.find("/nowhere/x.scenario.textproto") != std::string::npos);
    }
};
INDOUBT_TEST(ScenariosTest);
#include "scenarios_test.moc"
