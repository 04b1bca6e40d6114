// SPDX-License-Identifier: GPL-3.0-or-later
// Golden transcripts of two-phase commit over a replicated coordinator with F = 1: one payment over two participants, undisturbed
// and with a crash at every point of the protocol, event by event. See transcripts_test.cpp.
#include "simulation/scenario.h"
#include "simulation/transcript.h"
#include "support/test_main.h"

#include <QDir>
#include <QFile>
#include <QSet>
#include <algorithm>

using namespace indoubt::simulation;

namespace {

const QString directory = INDOUBT_SOURCE_DIR "/tests/golden/raft-2pc/";

struct Case {
    std::string file, title, steps, crash;
    std::string amount = "120.00";
};

std::string fault(const std::string& rule) { return "steps { at_ms: 5 fault: \"" + rule + "\" }\n"; }
std::string restart_at(int ms, const std::string& node) { return "steps { at_ms: " + std::to_string(ms) + " restart: \"" + node + "\" }\n"; }

struct Point { std::string where, node, lead; };

std::vector<Case> cases() {
    std::vector<Case> list;
    list.push_back({"commit", "fault-free commit", "", ""});
    list.push_back({"abort", "A has too little: abort", "", "", "3000.00"});
    list.push_back({"leader_cut_off", "the leader is cut off from the other managers as it proposes", fault("drop RAFT-APPEND from T to T2") + fault("drop RAFT-APPEND from T to T3"), ""});
    const std::string t_dies = fault("crash after receive YES at T");  // what is left is another leader's
    const std::vector<Point> points = {
        {"send PREPARE 1 of 2", "T", ""}, {"send PREPARE 2 of 2", "T", ""}, {"receive YES", "T", ""}, {"force RAFT-ENTRIES", "T", ""}, {"receive RAFT-APPEND-REPLY", "T", ""},
        {"send RAFT-APPEND", "T", ""}, {"send COMMIT 1 of 2", "T", ""}, {"send COMMIT 2 of 2", "T", ""}, {"receive ACK", "T", ""},
        {"force RAFT-ENTRIES", "T2", ""}, {"receive RAFT-APPEND", "T2", ""}, {"send RAFT-APPEND-REPLY", "T2", ""},
        {"force RAFT-TERM", "T2", t_dies}, {"send RAFT-REQUEST-VOTE", "T2", t_dies}, {"receive RAFT-VOTE", "T2", t_dies},
        {"receive RAFT-REQUEST-VOTE", "T3", t_dies}, {"send RAFT-VOTE", "T3", t_dies},
        {"receive PREPARE", "B", ""}, {"force PREPARED", "B", ""}, {"send YES", "B", ""}, {"receive COMMIT", "B", ""}, {"force COMMIT", "B", ""}, {"send ACK", "B", ""},
        {"send INQUIRY", "B", t_dies}, {"receive ABORT", "B", t_dies},
    };
    for (const Point& point : points)
        for (const std::string side : {"before ", "after "}) {
            Case one;
            one.crash = "crash " + side + point.where + " at " + point.node;
            one.file = point.node + "_" + one.crash.substr(0, one.crash.rfind(" at "));
            std::transform(one.file.begin(), one.file.end(), one.file.begin(), [](unsigned char c) { return c == ' ' ? '_' : static_cast<char>(std::tolower(c)); });
            one.title = one.crash + (point.lead.empty() ? "" : ", with T down") + ", restart after 3 s";
            one.steps = fault(one.crash) + point.lead + restart_at(3000, point.node) + (point.lead.empty() ? "" : restart_at(6000, "T"));
            list.push_back(std::move(one));
        }
    return list;
}

std::string scenario_of(const Case& one) {
    const auto leg = [&](const char* kind, const char* node, const char* account) {
        return std::string("legs { kind: \"") + kind + "\" node: \"" + node + "\" account: \"" + account + "\" amount: \"" + one.amount + "\" }\n";
    };
    return R"(protocol: "raft-2pc" faults: 1
              participants { node: "A" accounts { account: "mara" currency: "EUR" balance: "2480.00" } }
              participants { node: "B" accounts { account: "shop" currency: "EUR" balance: "310.75" } }
              steps { at_ms: 10 pay { reference: "INV-2042" currency: "EUR" )" + leg("debit", "A", "mara") + leg("credit", "B", "shop") + "} }\n" + one.steps;
}

std::string golden_text(const Case& one, const ScenarioResult& result) {
    TranscriptOptions options;
    options.housekeeping = false;
    std::string text = "# raft-2pc, F = 1: " + one.title + "\n" + transcript(result.trace, options);
    for (const auto& transaction : result.transactions) {
        text += "= " + transaction.outcome + (transaction.reason.empty() ? "" : " (" + transaction.reason + ")");
        for (const auto& node : transaction.nodes) text += ", " + node.node.name() + " " + node.state + (node.blocked ? " blocked" : "");
        text += "\n";
    }
    return text;
}

}  // namespace

class RaftTranscriptsTest : public QObject {
    Q_OBJECT
  private slots:
    void each_run_is_event_for_event_what_it_was_data() {
        QTest::addColumn<int>("index");
        const auto list = cases();
        for (std::size_t i = 0; i < list.size(); ++i) QTest::newRow(list[i].file.c_str()) << static_cast<int>(i);
    }
    void each_run_is_event_for_event_what_it_was() {
        QFETCH(int, index);
        const Case one = cases()[static_cast<std::size_t>(index)];
        const auto result = run_scenario(scenario_of(one), one.file);
        QVERIFY2(result.ok(), result ? "" : result.error().message.c_str());
        for (const auto& check : result->invariants) QVERIFY2(check.holds, qPrintable(QString::fromStdString(check.name + ": " + check.why)));
        const bool struck = one.crash.empty() || std::any_of(result->trace.begin(), result->trace.end(), [&](const auto& e) {
                                return e.kind == indoubt::events::EventKind::crash && e.note() && e.note()->text.find(one.crash) != std::string::npos;
                            });
        QVERIFY2(struck, "the crash that the title names never happened");
        for (const auto& transaction : result->transactions)
            for (const auto& node : transaction.nodes) QVERIFY(!node.blocked && node.state != "prepared");
        const QString now = QString::fromStdString(golden_text(one, *result));
        QFile file(directory + one.file.c_str() + ".txt");
        if (qEnvironmentVariableIsSet("INDOUBT_UPDATE_GOLDEN")) {
            QVERIFY(QDir().mkpath(directory));
            QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
            file.write(now.toUtf8());
            return;
        }
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable("there is no " + file.fileName()));
        QCOMPARE(now, QString::fromUtf8(file.readAll()));
    }
    void every_transcript_has_its_case() {
        QSet<QString> wanted;
        for (const Case& one : cases()) wanted.insert(QString::fromStdString(one.file) + ".txt");
        const QStringList there = QDir(directory).entryList({"*.txt"});
        QCOMPARE(QSet<QString>(there.begin(), there.end()), wanted);
    }
};
INDOUBT_TEST(RaftTranscriptsTest);
#include "raft_transcripts_test.moc"
