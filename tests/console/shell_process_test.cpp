// SPDX-License-Identifier: GPL-3.0-or-later
// The console as a process: however it is told to end, its bundled cluster stops in order.
#include <signal.h>

#include <QProcess>
#include <QTemporaryDir>

#include "support/test_main.h"

class ShellProcessTest : public QObject {
    Q_OBJECT

  private slots:
    void a_signal_stops_the_bundled_cluster_in_order_data() {
        QTest::addColumn<int>("number");
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGINT") << SIGINT;
    }
    void a_signal_stops_the_bundled_cluster_in_order() {
        QFETCH(int, number);
        QTemporaryDir directory;
        const QString program = qEnvironmentVariable("INDOUBT_BIN", INDOUBT_BIN_DIR) + "/indoubt";
        if (!QFile::exists(program)) QSKIP("the console is not built");
        QProcess console;
        auto environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOME"}) environment.insert(name, directory.path());
        environment.insert("QT_QPA_PLATFORM", "offscreen");
        console.setProcessEnvironment(environment);
        console.start(program, {"--data", directory.filePath("data")});
        QVERIFY(console.waitForStarted());
        const auto entries = [&] {  // of the registry: there once the cluster is up
            return QDir(directory.path() + "/indoubt").entryList({"*.cluster"}, QDir::Files).size();
        };
        QTRY_COMPARE_WITH_TIMEOUT(entries(), 1, 20'000);
        QVERIFY(QFile::exists(directory.filePath("data/A.db-wal")));
        QCOMPARE(::kill(static_cast<pid_t>(console.processId()), number), 0);
        QVERIFY(console.waitForFinished(20'000));
        QCOMPARE(console.exitStatus(), QProcess::NormalExit);
        QCOMPARE(console.exitCode(), 0);
        QCOMPARE(entries(), 0);
        // Each log was closed in order: its write-ahead log is folded back and gone.
        QCOMPARE(QDir(directory.filePath("data")).entryList({"*-wal"}, QDir::Files), QStringList());
    }
};

INDOUBT_TEST(ShellProcessTest);
#include "shell_process_test.moc"
