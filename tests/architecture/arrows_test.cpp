// SPDX-License-Identifier: GPL-3.0-or-later
// Who may include whom: the arrows that CMake links (backend/CMakeLists.txt, app/CMakeLists.txt) against every #include there is.
#include <QRegularExpression>

#include "architecture/source_tree.h"
#include "support/test_main.h"

using namespace indoubt::tests::architecture;

namespace {

QStringList lines_of(const QVector<SourceFile>& tree, const QString& path) {
    for (const SourceFile& file : tree)
        if (file.path == path) return file.lines;
    return {};
}

QString at(const SourceFile& file, const Include& include, const QString& why) {
    return QString("%1:%2 includes %3: %4").arg(file.path).arg(include.line).arg(include.target, why);
}

// Includes of a folder of `top` that `graph` does not let `folder` make.
QStringList backend_violations(const QVector<SourceFile>& tree, const Graph& graph) {
    QStringList wrong;
    for (const SourceFile& file : tree) {
        const QString folder = folder_of(file.path, "backend");
        if (folder.isEmpty()) continue;
        if (!graph.declared.contains(folder)) {
            wrong << file.path + ": backend/CMakeLists.txt declares no such folder";
            continue;
        }
        const QSet<QString> allowed = graph.reachable(folder);
        for (const Include& include : includes_of(file)) {
            const QString target = include.target.section('/', 0, 0);
            if (!include.angled && graph.declared.contains(target) && !allowed.contains(target))
                wrong << at(file, include, QString("no arrow from %1 to %2").arg(folder, target));
        }
    }
    return wrong;
}

QStringList app_violations(const QVector<SourceFile>& tree, const Graph& graph, const Graph& backend) {
    QStringList wrong;
    for (const SourceFile& file : tree) {
        const QString folder = folder_of(file.path, "app");
        if (!graph.declared.contains("app/" + folder)) continue;  // cli and daemon: program_violations
        const QSet<QString> allowed = graph.reachable("app/" + folder);
        for (const Include& include : includes_of(file)) {
            if (include.angled) continue;
            const QString target = include.target.section('/', 0, 0);
            const bool console = graph.declared.contains("app/" + target);
            if (console && !allowed.contains("app/" + target))
                wrong << at(file, include, QString("no arrow from %1 to %2").arg(folder, target));
            if (!console && backend.declared.contains(target) && !allowed.contains("backend/" + target))
                wrong << at(file, include, QString("no arrow from app/%1 to backend/%2").arg(folder, target));
        }
    }
    return wrong;
}

// Includes of a program's folder that what it links does not let it make. `app/daemon` is part of the console's window too.
QStringList program_violations(const QVector<SourceFile>& tree, const QString& folder, const Graph& backend) {
    const QString links = lines_of(tree, folder + "/CMakeLists.txt").join(' ');
    QSet<QString> allowed;
    for (const QString& word : links.mid(links.indexOf("target_link_libraries(")).split(QRegularExpression("[^A-Za-z0-9_:]+")))
        if (backend.declared.contains(word)) allowed += backend.reachable(word);
    QStringList wrong;
    for (const SourceFile& file : tree) {
        if (!file.path.startsWith(folder + "/")) continue;
        for (const Include& include : includes_of(file)) {
            const QString target = include.target.section('/', 0, 0);
            if (!include.angled && backend.declared.contains(target) && !allowed.contains(target))
                wrong << at(file, include, QString("%1 does not link %2").arg(folder, target));
        }
    }
    return wrong;
}

// A foreign header and the folders that alone may see it.
struct Fence {
    const char* header;   // regular expression over the include
    const char* allowed;  // regular expression over the path
    const char* why;
};
const Fence kFences[] = {
    {"qcustomplot", "^app/plots/", "only app/plots sees QCustomPlot, behind its facade"},
    {"\\.grpc\\.pb\\.h$|^grpc", "^(backend/(transport|operator|client|cluster)/|tests/)",
     "gRPC stays in transport, operator, client and cluster"},
    {"\\.pb\\.h$", "^(backend/(wire|transport|operator|client|simulation)/|tests/)",
     "generated code stays behind wire and the services"},
    {"\\.pb\\.h$", "\\.cpp$|^backend/(wire|transport|operator|client)/(?!operator_client\\.h)|^tests/",
     "a public header shows no generated type"},
    {"^sqlite3\\.h$", "^(backend/storage/|tests/)", "only storage speaks SQLite"},
    {"^pugixml", "^(backend/workload/|tests/)", "XML is read in workload only"},
    {"^absl/", "^backend/(transport/|runtime/keys\\.h$)", "absl is what gRPC brings: it stays in transport, and in the one table of runtime whose speed rests on it"},
    {"^openssl/", "^(backend/(security/|runtime/digest\\.cpp$)|tests/)", "secrets are made and compared in security, and a payment's digest in one file of runtime"},
    {"^CLI/|^nlohmann/|^spdlog/", "^app/(cli|daemon)/", "options, JSON and log lines belong to the programs"},
    {"^Q[A-Z]|^Qt|^q[a-z]+\\.h$", "^(app/(?!cli|daemon)|tests/|packaging/cmake/)", "Qt belongs to the console and the tests"},
};

QStringList fence_violations(const QVector<SourceFile>& tree) {
    QStringList wrong;
    for (const SourceFile& file : tree) {
        if (!file.path.endsWith(".h") && !file.path.endsWith(".cpp")) continue;
        for (const Include& include : includes_of(file))
            for (const Fence& fence : kFences)
                if (include.target.contains(QRegularExpression(fence.header)) && !file.path.contains(QRegularExpression(fence.allowed)))
                    wrong << at(file, include, fence.why);
    }
    return wrong;
}

}  // namespace

class ArrowsTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        m_tree = read_tree(INDOUBT_SOURCE_DIR);
        m_backend = parse_backend(lines_of(m_tree, "backend/CMakeLists.txt"));
        m_app = parse_app(lines_of(m_tree, "app/CMakeLists.txt"), m_backend);
        QVERIFY2(m_tree.size() > 50, "the source tree was not found");
    }

    void the_folder_graph_is_read_and_has_no_cycle() {
        QVERIFY(m_backend.declared.size() >= 17);
        QVERIFY(m_backend.declared["runtime"].contains("commit"));
        QVERIFY(m_app.declared["app/watch"].contains("app/plots"));
        for (const QString& folder : m_backend.declared.keys())
            for (const QString& target : m_backend.reachable(folder))
                if (target != folder) QVERIFY2(!m_backend.reachable(target).contains(folder), qPrintable(folder + " <-> " + target));
    }

    void every_backend_include_follows_an_arrow() {
        const QStringList wrong = backend_violations(m_tree, m_backend);
        QVERIFY2(wrong.isEmpty(), qPrintable('\n' + wrong.join('\n')));
    }

    void every_console_include_follows_an_arrow() {
        const QStringList wrong = app_violations(m_tree, m_app, m_backend);
        QVERIFY2(wrong.isEmpty(), qPrintable('\n' + wrong.join('\n')));
    }

    void every_include_of_the_other_programs_follows_what_they_link() {
        for (const char* folder : {"app/cli", "app/daemon"}) {
            const QStringList wrong = program_violations(m_tree, folder, m_backend);
            QVERIFY2(wrong.isEmpty(), qPrintable('\n' + wrong.join('\n')));
        }
        const QVector<SourceFile> bad{{"app/cli/CMakeLists.txt", {"target_link_libraries(indoubtctl PRIVATE client)"}}, {"app/cli/x.cpp", {"#include \"storage/sqlite.h\"", "#include \"client/operator_client.h\""}}};
        QCOMPARE(program_violations(bad, "app/cli", m_backend).size(), 1);
    }

    void foreign_headers_stay_in_their_folders() {
        const QStringList wrong = fence_violations(m_tree);
        QVERIFY2(wrong.isEmpty(), qPrintable('\n' + wrong.join('\n')));
    }

    void only_shell_and_daemon_link_the_cluster() {
        for (const QString& folder : m_app.declared.keys()) {
            if (!folder.startsWith("app/") || folder == "app/shell") continue;
            QVERIFY2(!m_app.reachable(folder).contains("backend/cluster"), qPrintable(folder));
        }
        QVERIFY(!lines_of(m_tree, "app/cli/CMakeLists.txt").join('\n').contains(QRegularExpression("\\bcluster\\b")));
    }

    void pure_folders_reach_no_service_and_no_storage() {
        for (const char* folder : {"simulation", "commit", "ledger", "view", "checks", "runtime"})
            for (const char* heavy : {"rpc", "storage", "transport", "operator", "client", "cluster"})
                QVERIFY2(!m_backend.reachable(folder).contains(heavy), folder);
    }

    void a_wrong_arrow_is_caught() {
        const QVector<SourceFile> bad{
            {"backend/commit/x.cpp", {"#include \"storage/sqlite.h\""}},
            {"backend/nowhere/x.h", {"#pragma once"}},
        };
        QCOMPARE(backend_violations(bad, m_backend).size(), 2);
        const QVector<SourceFile> bad_app{{"app/theme/x.h", {"#include \"watch/watch_page.h\"", "#include \"view/view.h\""}}};
        QCOMPARE(app_violations(bad_app, m_app, m_backend).size(), 2);
    }

    void a_foreign_header_out_of_place_is_caught() {
        const QVector<SourceFile> bad{
            {"app/watch/x.cpp", {"#include <qcustomplot.h>"}}, {"app/watch/y.cpp", {"#include \"indoubt/v1/event.pb.h\""}},
            {"backend/view/x.cpp", {"#include <sqlite3.h>"}},  {"backend/simulation/x.h", {"#include \"indoubt/v1/scenario.pb.h\""}},
            {"backend/base/x.h", {"#include <QString>"}},      {"backend/ledger/x.h", {"#include <absl/container/flat_hash_map.h>"}},
            {"backend/runtime/x.h", {"#include <absl/container/btree_map.h>"}}, {"backend/operator/x.cpp", {"#include <openssl/rand.h>"}},
            {"backend/view/x.cpp", {"#include <nlohmann/json.hpp>"}},
        };
        for (const SourceFile& file : bad) QVERIFY2(!fence_violations({file}).isEmpty(), qPrintable(file.path));
    }

  private:
    QVector<SourceFile> m_tree;
    Graph m_backend, m_app;
};

INDOUBT_TEST(ArrowsTest);
#include "arrows_test.moc"
