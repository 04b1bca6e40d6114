// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/registry.h"

#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <optional>

#include "security/files.h"
#include "support/test_main.h"

using namespace indoubt;

class RegistryTest : public QObject {
    Q_OBJECT
    std::optional<QTemporaryDir> m_directory;

    static security::RunningCluster sample(const std::string& name, std::int64_t started) {
        security::RunningCluster cluster;
        cluster.name = name;
        cluster.environment = "sandbox";
        cluster.address = "unix:/run/somewhere.sock";
        cluster.token_file = "/data/token";
        cluster.data_directory = "/data";
        cluster.started_ns = started;
        return cluster;
    }

  private slots:
    void init() {
        m_directory.emplace();
        qputenv("XDG_RUNTIME_DIR", m_directory->path().toUtf8());
    }
    void nobody_runs_is_not_found_and_says_how_to_start_one() {
        auto found = security::find_running_cluster();
        QVERIFY(!found.ok());
        QCOMPARE(found.error().code, base::ErrorCode::not_found);
        QVERIFY(found.error().message.find("indoubtd") != std::string::npos);
    }
    void a_cluster_is_found_while_it_is_registered() {
        {
            auto entered = security::Registration::enter(sample("Local sandbox", 5));
            QVERIFY(entered.ok());
            auto found = security::find_running_cluster();
            QVERIFY(found.ok());
            QCOMPARE(found->name, std::string("Local sandbox"));
            QCOMPARE(found->address, std::string("unix:/run/somewhere.sock"));
            QCOMPARE(found->pid, std::int64_t{::getpid()});
        }
        QVERIFY(!security::find_running_cluster().ok());
    }
    void of_several_none_is_chosen_and_each_is_named() {
        auto a = security::Registration::enter(sample("old", 5)), b = security::Registration::enter(sample("new", 9)), c = security::Registration::enter(sample("older", 1));
        QVERIFY(a.ok() && b.ok() && c.ok());
        QCOMPARE(security::running_clusters().size(), std::size_t{3});
        QCOMPARE(security::running_clusters().front().name, std::string("new"));
        auto found = security::find_running_cluster();
        QVERIFY(!found.ok());
        QCOMPARE(found.error().code, base::ErrorCode::invalid_argument);
        for (const char* word : {"\"old\"", "\"new\"", "\"older\"", "unix:/run/somewhere.sock", "/data", "--connect"})
            QVERIFY2(found.error().message.find(word) != std::string::npos, found.error().message.c_str());
    }
    void a_process_that_ended_and_was_not_waited_for_runs_no_cluster() {
        const pid_t child = ::fork();
        if (child == 0) ::_exit(0);
        QTRY_COMPARE(security::process_started(child), std::uint64_t{0});
        ::waitpid(child, nullptr, 0);
    }
    void a_file_of_a_process_that_is_gone_is_stale_and_removed() {
        const auto directory = security::runtime_directory();
        QVERIFY(security::make_private_directory(directory).ok());
        const auto dead = directory / "dead.cluster", reused = directory / "reused.cluster", garbage = directory / "garbage.cluster";
        QVERIFY(security::write_private_file(dead, "indoubt-cluster 1\naddress=unix:/x\ntoken_file=/t\npid=2000000000\npid_started=7\n").ok());
        // A pid that lives, but was given to another process since.
        QVERIFY(security::write_private_file(reused, "indoubt-cluster 1\naddress=unix:/x\ntoken_file=/t\npid=" + std::to_string(::getpid()) + "\npid_started=7\n").ok());
        QVERIFY(security::write_private_file(garbage, "what is this\n").ok());
        QVERIFY(security::running_clusters().empty());
        QVERIFY(!std::filesystem::exists(dead));
        QVERIFY(!std::filesystem::exists(reused));
    }
    void this_process_has_a_start_time_and_no_process_has_none() {
        QVERIFY(security::process_started(::getpid()) > 0);
        QCOMPARE(security::process_started(2000000000), std::uint64_t{0});
    }
};

INDOUBT_TEST(RegistryTest);
#include "registry_test.moc"
