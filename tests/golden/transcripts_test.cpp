// SPDX-License-Identifier: GPL-3.0-or-later
// Golden transcripts: one payment over three participants, undisturbed and with a crash at every point of the protocol, event
// by event. A change of these files is a change of the protocol: read it before committing it.
// INDOUBT_UPDATE_GOLDEN=1 rewrites them.
#include <QFile>
#include <QTextStream>

#include "simulation/scenario.h"
#include "simulation/transcript.h"
#include "support/test_main.h"

using namespace indoubt::simulation;

namespace {

struct Case {
    std::string file, title, steps, extra_legs;
    std::string debit = "120.00", credit = "119.40", fee = "0.60";
};

std::string lower(std::string text) {
    for (char& c : text) c = c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

Case crash_case(const std::string& point, const std::string& node, const std::string& who) {
    Case one;
    one.file = who + "_crash_" + lower(point);
    one.title = "crash " + point + " at " + node + ", restart after 3 s";
    one.steps = "steps { at_ms: 0 fault: \"crash " + point + " at " + node + "\" } steps { at_ms: 3000 restart: \"" + node + "\" }\n";
    return one;
}

std::vector<Case> cases() {
    const std::string check = R"(legs { kind: "check" node: "D" account: "limit" amount: "120.00" })";
    std::vector<Case> list;
    list.push_back({"commit", "fault-free commit", "", ""});
    list.push_back({"abort", "A has too little: abort", "", "", "3000.00", "2985.00", "15.00"});
    list.push_back({"read_only", "D only checks a limit", "", check});
    list.push_back({"read_only_all", "nobody changes anything", "", "all"});
    for (const std::string side : {"before ", "after "}) {
        list.push_back(crash_case(side + "force COMMIT", "T", "coordinator"));
        for (const char* i : {"1", "2", "3"}) list.push_back(crash_case(side + "send PREPARE " + i + " of 3", "T", "coordinator"));
        for (const char* i : {"1", "2", "3"}) list.push_back(crash_case(side + "send COMMIT " + i + " of 3", "T", "coordinator"));
        list.push_back(crash_case(side + "receive YES", "T", "coordinator"));
        list.push_back(crash_case(side + "receive ACK", "T", "coordinator"));
        for (const char* point : {"receive PREPARE", "force PREPARED", "send YES", "receive COMMIT", "force COMMIT", "send ACK"})
            list.push_back(crash_case(side + point, "B", "participant"));
        Case no = crash_case(side + "send NO", "A", "participant");
        no.debit = "3000.00", no.credit = "2985.00", no.fee = "15.00";
        list.push_back(no);
        Case reader = crash_case(side + "send READ-ONLY", "D", "participant");
        reader.extra_legs = check;
        list.push_back(reader);
    }
    return list;
}

std::string scenario_of(const Case& one) {
    const auto leg = [](const char* kind, const char* node, const char* account, const std::string& amount) {
        return std::string("legs { kind: \"") + kind + "\" node: \"" + node + "\" account: \"" + account + "\" amount: \"" + amount + "\" }\n";
    };
    std::string legs = leg("debit", "A", "mara", one.debit) + leg("credit", "B", "shop", one.credit) + leg("fee", "C", "fees", one.fee) + one.extra_legs;
    if (one.extra_legs == "all") legs = leg("check", "A", "mara", "1.00") + leg("check", "B", "shop", "1.00") + leg("check", "C", "fees", "1.00");
    return R"(participants { node: "A" accounts { account: "mara" currency: "EUR" balance: "2480.00" } }
              participants { node: "B" accounts { account: "shop" currency: "EUR" balance: "310.75" } }
              participants { node: "C" accounts { account: "fees" currency: "EUR" } }
              participants { node: "D" accounts { account: "limit" currency: "EUR" limit: "500.00" } }
              steps { at_ms: 10 pay { reference: "INV-2042" currency: "EUR" )" + legs + "} }\n" + one.steps;
}

std::string golden_text(const Case& one, const ScenarioResult& result) {
    TranscriptOptions options;
    options.housekeeping = false;
    std::string text = "# 2pc-pa: " + one.title + "\n" + transcript(result.trace, options);
    for (const auto& transaction : result.transactions) {
        text += "= " + transaction.outcome + (transaction.reason.empty() ? "" : " (" + transaction.reason + ")");
        for (const auto& node : transaction.nodes) text += ", " + node.node.name() + " " + node.state + (node.blocked ? " blocked" : "");
        text += "\n= " + std::to_string(transaction.cost.messages) + " messages, " + std::to_string(transaction.cost.delays) + " delays, " +
                std::to_string(transaction.cost.forced_writes) + " forced writes\n";
    }
    return text;
}

// The first lines that differ, with what stands around them.
QString difference(const QStringList& golden, const QStringList& now) {
    qsizetype first = 0;
    while (first < golden.size() && first < now.size() && golden[first] == now[first]) ++first;
    QString text = "\n";
    for (qsizetype i = std::max<qsizetype>(0, first - 3); i < first; ++i) text += "    " + golden[i] + "\n";
    for (qsizetype i = first; i < std::min(golden.size(), first + 6); ++i) text += "  - " + golden[i] + "\n";
    for (qsizetype i = first; i < std::min(now.size(), first + 6); ++i) text += "  + " + now[i] + "\n";
    return text + "  (INDOUBT_UPDATE_GOLDEN=1 rewrites the files; read them first)";
}

}  // namespace

class TranscriptsTest : public QObject {
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
        const QString now = QString::fromStdString(golden_text(one, *result));
        QFile file(QString(INDOUBT_SOURCE_DIR "/tests/golden/") + one.file.c_str() + ".txt");
        if (qEnvironmentVariableIsSet("INDOUBT_UPDATE_GOLDEN")) {
            QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
            file.write(now.toUtf8());
            return;
        }
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable("there is no " + file.fileName()));
        const QString golden = QString::fromUtf8(file.readAll());
        QVERIFY2(golden == now, qPrintable(difference(golden.split('\n'), now.split('\n'))));
    }
    void the_crash_that_the_title_names_really_happened() {
        for (const Case& one : cases()) {
            if (one.steps.empty()) continue;
            const auto result = run_scenario(scenario_of(one), one.file);
            QVERIFY(result.ok());
            const auto crash = std::find_if(result->trace.begin(), result->trace.end(), [](const auto& e) { return e.kind == indoubt::events::EventKind::crash; });
            QVERIFY2(crash != result->trace.end(), one.file.c_str());
        }
    }
};
INDOUBT_TEST(TranscriptsTest);
#include "transcripts_test.moc"
