// SPDX-License-Identifier: GPL-3.0-or-later
// Style as a unit test: what a reviewer should never have to say twice.
#include <QDir>
#include <QRegularExpression>

#include "architecture/source_tree.h"
#include "support/test_main.h"

using namespace indoubt::tests::architecture;

namespace {

constexpr int kLinesMost = 500;

bool is_code(const QString& path) { return path.endsWith(".h") || path.endsWith(".cpp") || path.endsWith(".proto"); }

QStringList licence_violations(const QVector<SourceFile>& tree) {
    QStringList wrong;
    for (const SourceFile& file : tree) {
        const bool build = file.path.endsWith(".cmake") || file.path.endsWith("CMakeLists.txt") || file.path.endsWith(".sh");
        if (!is_code(file.path) && !build) continue;
        if (!file.lines.mid(0, 3).join('\n').contains("SPDX-License-Identifier: GPL-3.0-or-later")) wrong << file.path;
    }
    return wrong;
}

// The words are put together here, for this file is read as well.
QStringList banned_violations(const QVector<SourceFile>& tree) {
    const QRegularExpression banned(QString("\\bTO%1|\\bFIX%2|/wo%3/|/home/[a-z]|/ro%4/").arg("DO\\b", "ME\\b", "rk", "ot"));
    QStringList wrong;
    for (const SourceFile& file : tree)
        for (int i = 0; i < file.lines.size(); ++i) {
            const auto match = banned.match(file.lines[i]);
            if (match.hasMatch()) wrong << QString("%1:%2 says %3").arg(file.path).arg(i + 1).arg(match.captured(0));
        }
    return wrong;
}

QStringList length_violations(const QVector<SourceFile>& tree, int most) {
    QStringList wrong;
    for (const SourceFile& file : tree)
        if (is_code(file.path) && file.lines.size() - 1 > most)
            wrong << QString("%1 has %2 lines").arg(file.path).arg(file.lines.size() - 1);
    return wrong;
}

QStringList name_violations(const QVector<SourceFile>& tree) {
    static const QRegularExpression snake("^[a-z0-9_]+(_test)?\\.(h|cpp|proto)$");
    QStringList wrong;
    for (const SourceFile& file : tree)
        if (is_code(file.path) && !snake.match(file.path.section('/', -1)).hasMatch()) wrong << file.path;
    return wrong;
}

// A header belongs to the namespace of its folder (`operator` is a keyword, so that folder chooses its own).
QStringList namespace_violations(const QVector<SourceFile>& tree) {
    QStringList wrong;
    for (const SourceFile& file : tree) {
        if (!file.path.endsWith(".h")) continue;
        const QString backend = folder_of(file.path, "backend"), app = folder_of(file.path, "app");
        QString name;
        if (!backend.isEmpty() && backend != "operator") name = "namespace indoubt::" + backend;
        if (!app.isEmpty() && app != "cli" && app != "daemon") name = "namespace indoubt::console::" + app;
        const QString text = file.lines.join('\n');
        if (!name.isEmpty() && text.contains("namespace ") && !text.contains(name)) wrong << file.path + " lacks " + name;
        if (!text.contains("#pragma once")) wrong << file.path + " lacks #pragma once";
    }
    return wrong;
}

QString listed(const QStringList& wrong) { return '\n' + wrong.join('\n'); }

}  // namespace

class TidyTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        m_tree = read_tree(INDOUBT_SOURCE_DIR);
        QVERIFY2(m_tree.size() > 50, "the source tree was not found");
    }

    void every_source_names_its_licence() {
        const QStringList wrong = licence_violations(m_tree);
        QVERIFY2(wrong.isEmpty(), qPrintable(listed(wrong)));
    }

    void nothing_is_left_to_do_and_no_machine_is_named() {
        const QStringList wrong = banned_violations(m_tree);
        QVERIFY2(wrong.isEmpty(), qPrintable(listed(wrong)));
    }

    void no_file_is_longer_than_a_person_can_read() {
        const QStringList wrong = length_violations(m_tree, kLinesMost);
        QVERIFY2(wrong.isEmpty(), qPrintable(listed(wrong)));
    }

    void file_names_are_snake_case() {
        const QStringList wrong = name_violations(m_tree);
        QVERIFY2(wrong.isEmpty(), qPrintable(listed(wrong)));
    }

    void headers_live_in_the_namespace_of_their_folder() {
        const QStringList wrong = namespace_violations(m_tree);
        QVERIFY2(wrong.isEmpty(), qPrintable(listed(wrong)));
    }

    void the_top_level_is_fixed() {
        const QStringList allowed{"CMakeLists.txt", "CMakePresets.json", "README.md", "app",       "backend",
                                  "build",          "packaging",         "proto",     "resources", "tests"};
        for (const QString& name : QDir(INDOUBT_SOURCE_DIR).entryList(QDir::AllEntries | QDir::NoDotAndDotDot))
            QVERIFY2(allowed.contains(name), qPrintable(name + " does not belong at the top level"));
    }

    void each_rule_can_fail() {
        QCOMPARE(licence_violations({{"backend/base/x.h", {"#pragma once"}}}).size(), 1);
        QCOMPARE(
            banned_violations({{"x.cpp", {QString("// TO") + "DO later", QString("open(\"/wo") + "rk/x\")", "todos los dias"}}}).size(), 2);
        QCOMPARE(length_violations({{"x.cpp", QStringList(kLinesMost + 2)}}, kLinesMost).size(), 1);
        QCOMPARE(length_violations({{"x.cpp", QStringList(kLinesMost + 1)}}, kLinesMost).size(), 0);
        QCOMPARE(name_violations({{"app/watch/WatchPage.h", {}}}).size(), 1);
        QCOMPARE(namespace_violations({{"backend/base/x.h", {"#pragma once", "namespace other {"}}}).size(), 1);
    }

  private:
    QVector<SourceFile> m_tree;
};

INDOUBT_TEST(TidyTest);
#include "tidy_test.moc"
