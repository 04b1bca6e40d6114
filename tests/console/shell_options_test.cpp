// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/options.h"

#include "support/test_main.h"

using namespace indoubt::console;

class ShellOptionsTest : public QObject {
    Q_OBJECT
  private slots:
    void bad_usage_is_an_error_that_names_the_argument_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("named");
        const auto row = [](const char* name, const QStringList& arguments, const char* named) { QTest::newRow(name) << (QStringList{QStringLiteral("indoubt")} + arguments) << QString::fromLatin1(named); };
        row("too many participants", {"--participants", "17"}, "--participants");
        row("no participants", {"--participants", "0"}, "--participants");
        row("words for a number", {"--participants", "three"}, "three");
        row("unknown protocol", {"--protocol", "4pc"}, "4pc");
        row("a counter-example", {"--protocol", "x-majority-2pc"}, "counter-example");
        row("too many faults", {"--faults", "3"}, "--faults");
        row("unknown role", {"--role", "king"}, "king");
        row("unknown theme", {"--theme", "pink"}, "pink");
        row("unknown environment", {"--environment", "moon"}, "moon");
        row("two clusters", {"--connect", "localhost:1", "--data", "/tmp/x"}, "--connect");
        row("stray argument", {"file.xml"}, "file.xml");
        row("unknown option", {"--colour"}, "colour");
    }
    void bad_usage_is_an_error_that_names_the_argument() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, named);
        const auto parsed = shell::parseOptions(arguments);
        QVERIFY(!parsed.ok());
        QVERIFY2(QString::fromStdString(parsed.error().message).contains(named), parsed.error().message.c_str());
    }
    void defaults_are_the_sandbox_with_three_participants() {
        const auto parsed = shell::parseOptions({QStringLiteral("indoubt")});
        QVERIFY(parsed.ok());
        QCOMPARE(parsed->participants, 3);
        QVERIFY(!parsed->participantsGiven);
        QCOMPARE(parsed->environment, QStringLiteral("sandbox"));
        QVERIFY(!parsed->themeGiven);
        QCOMPARE(parsed->protocol, std::string("2pc-pa"));
        QVERIFY(!parsed->faultsGiven);
    }
    void a_protocol_is_chosen_at_the_start() {
        const auto parsed = shell::parseOptions({QStringLiteral("indoubt"), QStringLiteral("--protocol"), QStringLiteral("paxos-commit"), QStringLiteral("--faults"), QStringLiteral("1"), QStringLiteral("--cooperative")});
        QVERIFY(parsed.ok());
        QCOMPARE(parsed->protocol, std::string("paxos-commit"));
        QCOMPARE(parsed->faults, 1);
        QVERIFY(parsed->faultsGiven && parsed->cooperative);
    }
};

INDOUBT_TEST(ShellOptionsTest);
#include "shell_options_test.moc"
