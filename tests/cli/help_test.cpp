// SPDX-License-Identifier: GPL-3.0-or-later
// The help as a tree: every command that it names explains itself, and its example is one that the command takes.
#include <QRegularExpression>

#include "cli/process.h"
#include "support/test_main.h"

using namespace indoubt::tests;

class HelpTest : public QObject {
    Q_OBJECT

    // The words that stand under "Subcommands:".
    static QStringList commands_in(const QString& help) {
        QStringList names;
        bool listed = false;
        for (const QString& line : help.split('\n')) {
            if (line.startsWith("Subcommands:")) listed = true;
            else if (listed && !line.startsWith("  ")) listed = false;
            else if (listed && line.size() > 2 && line[2] != ' ') names << line.trimmed().section(' ', 0, 0);
        }
        return names;
    }
    // As a shell takes it apart.
    static QStringList words_of(const QString& line) {
        QStringList words;
        static const QRegularExpression word("'([^']*)'|(\\S+)");
        for (auto found = word.globalMatch(line); found.hasNext();) {
            const auto match = found.next();
            words << (match.captured(2).isEmpty() ? match.captured(1) : match.captured(2));
        }
        return words;
    }
    void walk(const Daemon& nobody, const QStringList& path, QStringList& seen) {
        const Answer help = nobody.ctl(path + QStringList{"--help"});
        QVERIFY2(help.code == 0 && help.out.contains("Usage"), help.text());
        seen << path.join(' ');
        const QStringList below = commands_in(help.out);
        if (!path.isEmpty()) {
            static const QRegularExpression lines("\nExample:\n  indoubtctl ([^\n]+)\n");
            const auto found = lines.match(help.out);
            QVERIFY2(found.hasMatch(), qPrintable(path.join(' ') + " has no example\n" + help.out));
            const QStringList words = words_of(found.captured(1));
            QVERIFY2(words.mid(0, path.size()) == path, qPrintable(found.captured(1)));
            // With nobody there it gets as far as looking for a cluster, if its words are right. Those that need none are not run.
            if (!QStringList{"bench", "simulate", "import", "cost", "ready", "explore"}.contains(path[0])) {
                const Answer tried = nobody.ctl(words);
                QVERIFY2(tried.code == 2 && tried.err.contains("indoubtd"), tried.text());
            }
        }
        for (const QString& name : below) walk(nobody, path + QStringList{name}, seen);
    }

  private slots:
    void every_command_explains_itself_and_gives_an_example() {
        const Daemon nobody(QStringList{"--version"});  // only its directories are wanted
        QStringList seen;
        walk(nobody, {}, seen);
        for (const char* name : {"submit", "import", "traffic", "tx list", "tx show", "tx timeline", "tx abort", "tx resolve", "tx forget", "tx retry", "tx refuse", "tx deliver", "node list", "node crash",
                                 "node restart", "node pause", "node resume", "fault add", "fault list", "fault clear", "events", "account list", "account show", "account history", "simulate", "bench commit", "bench log", "cost", "ready", "explore"})
            QVERIFY2(seen.contains(name), name);
    }
};

INDOUBT_TEST(HelpTest);
#include "help_test.moc"
