// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=120 serial
// Data that cannot be opened: what the window says of it, what it advises, and which ways out it offers.
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <filesystem>

#include "shell/main_window.h"
#include "storage/vfs_shim.h"
#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;

namespace {

// A console on that directory, and what its first page says.
class Started {
  public:
    explicit Started(const std::string& directory) : m_options(optionsOf(directory)), m_window(m_options) { m_window.show(); }
    bool failed() {
        return QTest::qWaitFor([this] { return label("title") == QLatin1String("The cluster did not start"); }, 10000);
    }
    bool live() {
        return QTest::qWaitFor([this] { return m_window.live(); }, 10000);
    }
    QString label(const char* name) { return m_window.findChild<QLabel*>(QStringLiteral("startPage.") + QLatin1String(name))->text(); }
    QPushButton* button(const char* name) { return m_window.findChild<QPushButton*>(QStringLiteral("startPage.") + QLatin1String(name)); }

  private:
    static console::shell::Options optionsOf(const std::string& directory) {
        console::shell::Options options;
        options.dataDirectory = QString::fromStdString(directory);
        return options;
    }
    console::shell::Options m_options;
    console::shell::MainWindow m_window;
};

// A disk that is full for every file SQLite writes, while it lives.
class FullDisk {
  public:
    FullDisk() : m_usual(sqlite3_vfs_find(nullptr)) {
        m_disk.set_full(true);
        sqlite3_vfs_register(sqlite3_vfs_find(m_disk.name()), 1);
    }
    ~FullDisk() { sqlite3_vfs_register(m_usual, 1); }
    void makeRoom() { m_disk.set_full(false); }

  private:
    sqlite3_vfs* m_usual;
    storage::VfsShim m_disk;
};

}  // namespace

class ShellStartTest : public QObject {
    Q_OBJECT
    // A cluster that has run and paid once.
    static std::string used(tests::LiveCluster& cluster) {
        if (!cluster.start() || !cluster.client().submit(tests::story_payment("GOOD"), std::nullopt, client::Wait::applied).ok()) return {};
        cluster.stop();
        return cluster.path();
    }

  private slots:
    void a_truncated_database_is_named_and_left_alone() {
        tests::LiveCluster cluster;
        const auto path = used(cluster);
        QVERIFY(!path.empty());
        const std::filesystem::path file = path + "/B.db";
        std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
        std::filesystem::remove(path + "/B.db-wal");
        const auto size = std::filesystem::file_size(file);
        Started console(path);
        QVERIFY(console.failed());
        QVERIFY2(console.label("words").contains(QStringLiteral("B.db")), qPrintable(console.label("words")));
        QCOMPARE(console.label("advice"),
                 QStringLiteral("Nothing was changed. Copy %1 before anything else; a backup or the log of another node may hold what is missing.").arg(QString::fromStdString(path)));
        QCOMPARE(console.button("elsewhere")->text(), QStringLiteral("Open another directory..."));
        QCOMPARE(std::filesystem::file_size(file), size);
    }

    void data_of_a_newer_version_offers_no_second_try() {
        tests::LiveCluster cluster;
        const auto path = used(cluster);
        QVERIFY(!path.empty());
        QFile file(QString::fromStdString(path + "/A.db"));  // user_version: four bytes at 60 of the header
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(60) && file.write(QByteArray("\0\0\0\x63", 4)) == 4);
        file.close();
        Started console(path);
        QVERIFY(console.failed());
        QVERIFY2(console.label("words").contains(QStringLiteral("schema version 99")), qPrintable(console.label("words")));
        QCOMPARE(console.label("advice"), QStringLiteral("A newer Indoubt has written this data. Nothing was changed. Use that version, or open another directory."));
        QVERIFY(!console.button("retry")->isVisible() && console.button("elsewhere")->isVisible());
    }

    void a_full_disk_is_said_and_retry_goes_on_once_there_is_room() {
        const tests::LiveCluster cluster;
        FullDisk disk;
        Started console(cluster.path());
        QVERIFY(console.failed());
        QVERIFY2(console.label("words").contains(QStringLiteral("disk is full")), qPrintable(console.label("words")));
        QCOMPARE(console.label("advice"), QStringLiteral("Free some space and retry. Nothing that was acknowledged is lost."));
        QVERIFY(console.button("retry")->isVisible());
        disk.makeRoom();
        QTest::mouseClick(console.button("retry"), Qt::LeftButton);
        QVERIFY(console.live());
    }

    void a_directory_that_is_read_only_is_said_with_whose_it_is_to_look_at() {
        const tests::LiveCluster cluster;
        const auto path = cluster.path();
        std::filesystem::create_directory(path);
        QCOMPARE(::chmod(path.c_str(), 0500), 0);
        const bool root = ::geteuid() == 0;
        if (root) {  // rights do not bind root: a directory of nobody's, and nobody
            QCOMPARE(::chmod(std::filesystem::path(path).parent_path().c_str(), 0755), 0);
            QCOMPARE(::chown(path.c_str(), 65534, 65534), 0);
            QCOMPARE(::seteuid(65534), 0);
        }
        {
            Started console(path);
            const bool failed = console.failed();
            if (root) QCOMPARE(::seteuid(0), 0);
            QVERIFY(failed);
            QVERIFY2(console.label("words").startsWith(QStringLiteral("Cannot write in ") + QString::fromStdString(path)), qPrintable(console.label("words")));
            QCOMPARE(console.label("advice"), QStringLiteral("Check who owns %1, or open another directory.").arg(QString::fromStdString(path)));
            QVERIFY(console.button("retry")->isVisible() && console.button("elsewhere")->isVisible());
        }
        QCOMPARE(::chmod(path.c_str(), 0700), 0);
    }

    void a_file_in_the_directorys_place_is_named() {
        const tests::LiveCluster cluster;
        QFile file(QString::fromStdString(cluster.path()));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("not a directory") > 0);
        file.close();
        Started console(cluster.path());
        QVERIFY(console.failed());
        QVERIFY2(console.label("words").contains(QString::fromStdString(cluster.path())), qPrintable(console.label("words")));
        QVERIFY(console.button("elsewhere")->isVisible());
    }
};

INDOUBT_TEST(ShellStartTest);
#include "shell_start_test.moc"
