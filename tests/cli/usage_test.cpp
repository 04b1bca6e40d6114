// SPDX-License-Identifier: GPL-3.0-or-later
#include <pwd.h>
#include <unistd.h>

#include <QDir>

#include "cli/process.h"
#include "support/test_main.h"

using namespace indoubt::tests;

class UsageTest : public QObject {
    Q_OBJECT
  private slots:
    void wrong_usage_is_exit_code_two_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("nothing") << QStringList{};
        QTest::newRow("unknown command") << QStringList{"pay"};
        QTest::newRow("unknown option") << QStringList{"tx", "list", "--colour"};
        QTest::newRow("missing file") << QStringList{"import"};
        QTest::newRow("resolve without reason") << QStringList{"tx", "resolve", "1234", "--commit", "--branch", "A"};
        QTest::newRow("resolve both ways") << QStringList{"tx",       "resolve", "1234",     "--commit", "--rollback",
                                                          "--branch", "A",       "--reason", "x"};
        QTest::newRow("simulate nothing") << QStringList{"simulate"};
        QTest::newRow("simulate a missing file") << QStringList{"simulate", "/nowhere/x.scenario.textproto"};
        QTest::newRow("a number that is none") << QStringList{"bench", "log", "--events", "many"};
        QTest::newRow("too many participants") << QStringList{"bench", "commit", "--participants", "17"};
    }
    void wrong_usage_is_exit_code_two() {
        QFETCH(QStringList, arguments);
        const Daemon nobody(QStringList{"--version"});
        const Answer answer = nobody.ctl(arguments);
        QVERIFY2(answer.code == 2, answer.text());
        QVERIFY2(!answer.err.isEmpty(), answer.text());
        // With --json, wherever it stands, stdout holds one document that says the same.
        const Answer before = nobody.ctl(QStringList{"--json"} + arguments), behind = nobody.json(arguments);
        for (const Answer& json : {before, behind}) {
            QVERIFY2(json.code == 2, json.text());
            QVERIFY2(!json.json().value("error").toObject().value("message").toString().isEmpty(), json.text());
        }
    }

    void an_argument_that_is_no_text_is_told_in_words() {
        const QString program = indoubt::tests::program("indoubtctl");
        for (const char* words : {"submit --first --reference $'caf\\xe9'", "--as $'caf\\xe9' node pause A", "tx list --filter $'caf\\xe9'", "fault add $'caf\\xe9'", "tx note X $'caf\\xe9' --json"}) {
            QProcess shell;
            shell.start("bash", {"-c", program + " " + words});
            QVERIFY(shell.waitForFinished(20'000));
            const QString err = QString::fromUtf8(shell.readAllStandardError());
            QCOMPARE(shell.exitCode(), 2);
            QVERIFY2(err.contains("is not valid UTF-8") && !err.contains("libprotobuf") && err.count('\n') == 1, qPrintable(err));
        }
    }
    void a_mistyped_word_is_named_with_the_nearest_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("says");
        QTest::newRow("no command") << QStringList{} << QStringList{"needs a command", "submit", "simulate", "indoubtctl --help"};
        QTest::newRow("unknown command") << QStringList{"bogus"} << QStringList{"unknown command \"bogus\"", "submit", "node", "indoubtctl --help"};
        QTest::newRow("mistyped command") << QStringList{"sbmit", "--first"} << QStringList{"unknown command \"sbmit\"; did you mean submit?"};
        QTest::newRow("mistyped subcommand") << QStringList{"tx", "lst"} << QStringList{"unknown command \"lst\"; did you mean list?", "indoubtctl tx --help"};
        QTest::newRow("with options of the one meant") << QStringList{"tx", "lst", "--filter", "state:blocked"} << QStringList{"unknown command \"lst\"; did you mean list?"};
        QTest::newRow("half a command") << QStringList{"account"} << QStringList{"indoubtctl account needs a command: list, show, history"};
        QTest::newRow("mistyped option") << QStringList{"tx", "list", "--filtre", "x"} << QStringList{"unknown option --filtre; did you mean --filter?", "indoubtctl tx list --help"};
        QTest::newRow("mistyped global option") << QStringList{"tx", "list", "--jsn"} << QStringList{"unknown option --jsn; did you mean --json?"};
        QTest::newRow("one word too many") << QStringList{"node", "list", "A"} << QStringList{"knows no word \"A\" here"};
    }
    void a_mistyped_word_is_named_with_the_nearest() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, says);
        const Daemon nobody(QStringList{"--version"});
        const Answer answer = nobody.ctl(arguments);
        QCOMPARE(answer.code, 2);
        for (const QString& words : says) QVERIFY2(answer.err.contains(words), answer.text());
        QVERIFY2(!answer.err.contains("subcommand"), answer.text());
    }

    void what_contradicts_itself_is_refused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        QTest::newRow("first and another payer") << QStringList{"submit", "--first", "--from", "X"} << "--from excludes --first";
        QTest::newRow("nothing paid") << QStringList{"submit", "--from", "X", "--to", "Y", "--amount", "0"} << "--amount: a payment moves more than nothing";
        QTest::newRow("no rows") << QStringList{"tx", "list", "--limit", "0"} << "--limit";
        QTest::newRow("fewer than no rows") << QStringList{"account", "list", "--limit", "-1"} << "--limit";
        QTest::newRow("no number") << QStringList{"fault", "clear", "many"} << "id = many is no value that it takes";
        QTest::newRow("node without from") << QStringList{"events", "--node", "T"} << "--node requires --from";
        QTest::newRow("no such protocol") << QStringList{"simulate", "--seed", "3", "--protocol", "9pc"} << "no protocol is named \"9pc\"";
        QTest::newRow("a token for nobody") << QStringList{"node", "list", "--token-file", "/etc/hostname"} << "--token-file requires --connect";
        QTest::newRow("no rate") << QStringList{"traffic", "--rate", "0"} << "--rate";
    }
    void what_contradicts_itself_is_refused() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        const Daemon daemon(arguments.contains("--amount") ? QStringList{} : QStringList{"--version"});
        const Answer answer = daemon.ctl(arguments);
        QVERIFY2(answer.code == 2 && answer.err.contains(says), answer.text());
        QVERIFY2(answer.err.size() < 400, answer.text());
    }

    // Neither a crash nor success: whoever asked has no answer.
    void an_answer_that_cannot_be_written_is_no_success() {
        const Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        for (const char* command : {"node list", "tx list --json", "account list", "events", "events --follow", "simulate --seed 3", "--help", "submit --first"})
            for (const char* where : {">/dev/full", ">&-"}) {
                QProcess shell;
                shell.setProcessEnvironment(daemon.environment());
                shell.start("/bin/sh", {"-c", QString("exec %1 %2 %3").arg(program("indoubtctl"), command, where)});
                QVERIFY(shell.waitForFinished(30'000));
                const QByteArray err = shell.readAllStandardError();
                QVERIFY2(shell.exitStatus() == QProcess::NormalExit && shell.exitCode() == 2 && err.contains("could not be written to stdout"),
                         QByteArray(command) + " " + where + " " + QByteArray::number(shell.exitCode()) + "\n" + err);
            }
        QCOMPARE(daemon.json({"tx", "list"}).json().value("transactions").toArray().size(), 2);  // and yet both were paid
    }

    void a_filter_and_a_reference_say_what_they_expect() {
        const Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        for (const QStringList& command : {QStringList{"tx", "list"}, {"events"}}) {
            const Answer field = daemon.ctl(command + QStringList{"--filter", "bogus:1"});
            QVERIFY2(field.code == 2 && field.err.contains("no field is called \"bogus\"; the fields are state, age, node") && field.err.contains("protocol"), field.text());
            const Answer near = daemon.ctl(command + QStringList{"--filter", "stat:open"});
            QVERIFY2(near.code == 2 && near.err.contains("did you mean state? The fields are"), near.text());
        }
        for (const char* command : {"show", "timeline", "abort", "retry", "claim"}) {
            const Answer empty = daemon.ctl({"tx", command, ""});
            QVERIFY2(empty.code == 2 && empty.err.contains("XID") && empty.err.contains("reference"), empty.text());
        }
    }

    void with_nobody_there_it_says_how_to_start_one() {
        const Daemon nobody(QStringList{"--version"});
        const Answer answer = nobody.json({"tx", "list"});
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.err.contains("indoubtd"), answer.text());
        QVERIFY2(!answer.json().value("error").toObject().value("message").toString().isEmpty(), answer.text());
        const Answer named =
            nobody.ctl({"--connect", "unix:" + nobody.file("nothing.sock"), "--token-file", nobody.file("nothing"), "node", "list"});
        QVERIFY2(named.code == 2 && !named.err.isEmpty(), named.text());
    }

    void a_cluster_is_found_by_itself_by_address_and_not_without_its_token() {
        const Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        const Answer found = daemon.json({"node", "list"});
        QVERIFY2(found.code == 0, found.text());
        QCOMPARE(found.json().value("nodes").toArray().size(), 4);
        const QString begin = found.json().value("xids_begin_with").toString();
        QCOMPARE(begin.size(), 8);
        QVERIFY(daemon.json({"submit", "--first"}).json().value("xid").toString().startsWith(begin));
        const QString address = found.json().value("address").toString();
        const Answer named = daemon.json({"node", "list", "--connect", address, "--token-file", daemon.data() + "/token"});
        QVERIFY2(named.code == 0, named.text());

        const Answer by_address = daemon.json({"node", "list", "--connect", address});  // the registry knows its token
        QVERIFY2(by_address.code == 0, by_address.text());
        const Answer nowhere = daemon.ctl({"node", "list", "--connect", "127.0.0.1:1"});
        QVERIFY2(nowhere.code == 2 && nowhere.err.contains("127.0.0.1:1") && nowhere.err.contains("--token-file"), nowhere.text());

        const QString wrong = daemon.write("wrong-token", std::string(64, '0') + "\n");
        QFile::setPermissions(wrong, QFile::ReadOwner | QFile::WriteOwner);
        const Answer refused = daemon.ctl({"node", "list", "--connect", address, "--token-file", wrong});
        QVERIFY2(refused.code == 2 && refused.err.contains("token"), refused.text());
    }

    void of_several_clusters_none_is_chosen_and_each_is_named() {
        const Daemon first(QStringList{"--name", "Morning"});
        QVERIFY2(first.up(), qPrintable(first.problem()));
        const QString address = first.json({"node", "list"}).json().value("address").toString();
        Daemon second(QStringList{"--name", "Evening"}, &first);
        QVERIFY2(second.up(), qPrintable(second.problem()));
        for (const QStringList& words : {QStringList{"submit", "--first"}, {"node", "list"}}) {
            const Answer refused = first.json(words);
            QVERIFY2(refused.code == 2, refused.text());
            for (const QString& word : {QString("Morning"), QString("Evening"), address, first.data(), second.data(), QString("--connect")})
                QVERIFY2(refused.err.contains(word), refused.text());
            QVERIFY2(!refused.json().value("error").toObject().value("message").toString().isEmpty(), refused.text());
        }
        const Answer named = first.json({"node", "list", "--connect", address});
        QVERIFY2(named.code == 0 && named.json().value("address").toString() == address, named.text());
        second.kill();  // what it left in the registry does not count
        const Answer alone = first.json({"node", "list"});
        QVERIFY2(alone.code == 0 && alone.json().value("address").toString() == address, alone.text());
    }

    void without_user_in_the_environment_an_order_still_bears_a_name() {
        const Daemon daemon;
        QVERIFY2(daemon.up(), qPrintable(daemon.problem()));
        QProcess paused;
        auto environment = daemon.environment();
        environment.remove("USER");
        paused.setProcessEnvironment(environment);
        paused.start(program("indoubtctl"), {"node", "pause", "C"});
        QVERIFY(paused.waitForFinished(30'000) && paused.exitCode() == 0);
        const QString log = daemon.json({"events"}).out;
        const passwd* user = ::getpwuid(::geteuid());
        const QString name = user ? QString(user->pw_name) : QString("uid %1").arg(::geteuid());
        QVERIFY2(log.contains("\"" + name + "\"") || log.contains(name + " "), qPrintable(log));
        QVERIFY2(!log.contains("operator"), qPrintable(log));
    }

    void the_daemon_is_called_by_its_bare_name_in_its_help() {
        QProcess help;
        help.start(program("indoubtd"), {"--help"});
        QVERIFY(help.waitForFinished(30'000));
        const QByteArray text = help.readAllStandardOutput();
        QVERIFY2(text.contains("Usage: indoubtd ") || text.contains("  indoubtd "), text);
        QVERIFY2(!text.contains("/indoubtd "), text);
    }

    void the_console_explains_itself_without_a_display() {
        if (!QFile::exists(program("indoubt"))) QSKIP("this build has no console");
        QProcess console;
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) environment.remove(name);
        console.setProcessEnvironment(environment);
        for (const QString& word : {QString("--help"), QString("-h"), QString("--version")}) {
            console.start(program("indoubt"), {word});
            QVERIFY(console.waitForFinished(30'000));
            const QByteArray out = console.readAllStandardOutput();
            QVERIFY2(console.exitStatus() == QProcess::NormalExit && console.exitCode() == 0, console.readAllStandardError());
            QVERIFY2(out.contains(word == "--version" ? "indoubt 0.1.0" : "--connect"), out);
        }
    }

    void the_console_without_a_display_says_so() {
        if (!QFile::exists(program("indoubt"))) QSKIP("this build has no console");
        for (const char* display : {"", ":4711"}) {
            QProcess console;
            auto environment = QProcessEnvironment::systemEnvironment();
            for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) environment.remove(name);
            if (*display) environment.insert("DISPLAY", display);
            console.setProcessEnvironment(environment);
            console.start(program("indoubt"), {});
            QVERIFY(console.waitForFinished(30'000));
            const QByteArray said = console.readAllStandardError();
            QVERIFY2(console.exitStatus() == QProcess::NormalExit && console.exitCode() == 2, said);
            QVERIFY2(said.contains(*display ? "the display :4711 cannot be reached" : "there is no display here") && said.count('\n') == 1, said);
        }
    }

    void an_address_in_use_is_exit_code_two() {
        const Daemon first(QStringList{"--listen", "127.0.0.1:0"});
        QVERIFY2(first.up(), qPrintable(first.problem()));
        const QString address = first.json({"node", "list"}).json().value("address").toString();
        Daemon second(QStringList{"--listen", address});
        QVERIFY(!second.up());
        QCOMPARE(second.wait_for_exit(), 2);
        QVERIFY2(second.problem().contains("in use"), qPrintable(second.problem()));
    }
};

INDOUBT_TEST(UsageTest);
#include "usage_test.moc"
