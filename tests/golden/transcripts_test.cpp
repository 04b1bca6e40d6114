// SPDX-License-Identifier: GPL-3.0-or-later
// Golden transcripts: one payment over three participants, undisturbed and with a crash at every point of the protocol, event
// by event. A change of these files is a change of the protocol: read it before committing it.
// INDOUBT_UPDATE_GOLDEN=1 rewrites them.
#include "checks/rules.h"
#include "golden/golden.h"
#include "simulation/fault_plan.h"
#include "support/test_main.h"

#include <QFile>
#include <optional>

using namespace indoubt::simulation;
using namespace indoubt::tests;
namespace runtime = indoubt::runtime;

namespace {

struct Case {
    std::string file, title, steps, extra_legs;
    std::string debit = "120.00", credit = "119.40", fee = "0.60";
    bool cooperative = false;
    std::string crash = {};  // the rule that must strike; empty: none
    std::string protocol = "2pc-pa";
    std::string path() const { return (protocol == "2pc-pa" ? "" : protocol + "/") + file + ".txt"; }
};

// Three-phase commit beside presumed abort: a folder each.
const std::vector<std::string> protocols = {"2pc-pa", "2pc", "2pc-pc", "paxos-commit", "3pc", "3pc-quorum", "3pc-e3pc"};

// What brings a payment to a point of the protocol, and what mends it after the crash there.
struct Stage {
    Case made;                       // legs, money, cooperation
    std::string node;                // that crashes
    std::string lead, mend;          // steps before the crash and after it
    int of = 0;                      // sends of this message: each is a point of its own; 0: one point
};

const std::string check_leg = R"(legs { kind: "check" node: "D" account: "limit" amount: "120.00" })";

std::string order_at(int ms, const std::string& node, const std::string& action) {
    return "steps { at_ms: " + std::to_string(ms) + " order { reference: \"INV-2042\" node: \"" + node + "\" action: \"" + action + "\" reason: \"the customer waits\" } }\n";
}

// What three-phase commit adds, and where its terminations need another way to the same point.
std::optional<Stage> three_phase_stage_of(const PointKind& point, Stage stage, bool detects) {
    const std::string what(point.what);
    const std::string t_undecided = fault_at(0, "crash before force COMMIT at T"), t_silent = fault_at(0, "crash after force PRE-COMMITTED at T");
    const std::string t_back = restart_at(20000, "T");
    if (what == "PRE-COMMITTED" || what == "PRE-COMMIT" || what == "PRE-COMMIT-ACK") {
        if (point.point == runtime::FaultPoint::send && point.coordinator) stage.of = 3;
    } else if (detects && (what == "ORDER" || what == "HEURISTIC ROLLBACK" || what == "HEURISTIC COMMIT" || what == "DAMAGE" || what == "FORGET")) {
        // A detected failure ends it at once: B stays in doubt only while PRE-COMMIT does not come. Once B has failed T goes on without it.
        stage.lead = fault_at(0, "hold PRE-COMMIT from T to B") + order_at(200, "B", what == "HEURISTIC COMMIT" ? "commit" : "rollback");
        if (what == "DAMAGE" || what == "FORGET") stage.lead += crash_at(1000, "B") + restart_at(1500, "B");
        if (what == "FORGET") {
            stage.lead += order_at(5000, "B", "forget");
            stage.mend = restart_at(8000, "B") + order_at(9000, "B", "forget");
        }
    } else if (what == "ORDER" || what == "HEURISTIC ROLLBACK" || what == "HEURISTIC COMMIT") {
        // Before the branches have ended it among themselves.
        stage.lead = t_undecided + order_at(200, "B", what == "HEURISTIC COMMIT" ? "commit" : "rollback");
        stage.mend += t_back;
    } else if (what == "DAMAGE") {
        stage.lead = t_undecided + order_at(200, "B", "rollback");
        stage.mend += t_back;
    } else if (what == "FORGET") {
        stage.lead = t_undecided + order_at(200, "B", "rollback") + restart_at(3000, "T") + order_at(15000, "B", "forget");
        stage.mend = restart_at(18000, "B") + order_at(19000, "B", "forget");
    } else if (what == "REFUSED") {  // B has not voted when A leads the termination
        stage.lead = fault_at(0, "drop PREPARE from T to B") + crash_at(50, "T");
        stage.mend += t_back;
    } else {  // a termination: T has said nothing since the votes, and A leads
        stage.lead = t_silent;
        stage.mend += t_back;
        const bool leads = what == "INQUIRY" || ((what == "STATE-REQUEST" || what == "MOVE") && point.point == runtime::FaultPoint::send) ||
                           ((what == "STATE-REPORT" || what == "MOVED") && point.point == runtime::FaultPoint::receive);
        if (leads) stage.node = "A";
        if (what == "MOVE" || what == "MOVED") {
            // Only A is pre-committed. It waits longer where time counts: there B leads, and moves C.
            stage.lead = fault_at(0, "crash after send PRE-COMMIT 1 of 3 at T");
            if (!detects) stage.node = leads ? "B" : "C";
        }
        if (detects && what == "INQUIRY") stage.node = "B", stage.lead = fault_at(0, "hold YES from C to T");
        stage.mend = restart_at(3000, stage.node) + t_back;
    }
    return stage;
}

// No stage: nothing reaches the point, and the test says so.
std::optional<Stage> stage_of(const PointKind& point, const std::string& protocol) {
    const std::string what(point.what);
    const bool three_phase = indoubt::checks::rules_of(protocol).termination != indoubt::checks::Rules::none;
    const bool force = point.point == runtime::FaultPoint::force, send = point.point == runtime::FaultPoint::send;
    Stage stage{{}, point.coordinator ? "T" : "B", "", "", 0};
    stage.mend = restart_at(3000, stage.node);
    const auto poor = [&] { stage.made.debit = "3000.00", stage.made.credit = "2985.00", stage.made.fee = "15.00"; };
    const auto& rules = indoubt::checks::rules_of(protocol);
    const std::string decision = rules.acceptors ? "ACCEPTED" : "COMMIT";  // the record with which it is decided
    const std::string t_undecided = fault_at(0, "crash before force " + decision + " at T"), t_decided = fault_at(0, "crash after force " + decision + " at T");
    const bool by_termination = what.starts_with("PRE-") || what.starts_with("STATE-") || what.starts_with("MOVE") || what == "ELECTED" || what == "HEURISTIC ROLLBACK" ||
                                what == "HEURISTIC COMMIT" || what == "DAMAGE" || what == "FORGET" || what == "REFUSED" || ((what == "ORDER" || what == "INQUIRY") && !point.coordinator);
    if (three_phase && by_termination) return three_phase_stage_of(point, std::move(stage), indoubt::checks::rules_of(protocol).termination == indoubt::checks::Rules::sites);
    if (what == "INCARNATION") {  // on the way back from another crash
        stage.lead = point.coordinator ? t_decided + restart_at(100, "T") : fault_at(0, "crash after force PREPARED at B") + restart_at(100, "B");
    } else if (what == "ORDER" && point.coordinator) {
        stage.lead = fault_at(0, "hold YES from C to T") + order_at(100, "T", "abort");
    } else if (what == "ORDER" || what == "HEURISTIC ROLLBACK") {  // ORDER agrees with the presumed abort, ROLLBACK contradicts a COMMIT
        stage.lead = (what == "ORDER" ? t_undecided : t_decided) + order_at(1000, "B", "rollback");
        stage.mend += restart_at(5000, "T");
    } else if (what == "HEURISTIC COMMIT") {
        stage.lead = t_undecided + order_at(1000, "B", "commit");
        stage.mend += restart_at(5000, "T");
    } else if (what == "DAMAGE") {
        stage.lead = t_decided + order_at(1000, "B", "rollback") + restart_at(2000, "T");
        stage.mend = restart_at(4000, "B");
    } else if (what == "FORGET") {
        stage.lead = t_undecided + order_at(1000, "B", "rollback") + restart_at(2000, "T") + order_at(4000, "B", "forget");
        stage.mend = restart_at(6000, "B") + order_at(8000, "B", "forget");
    } else if (what == "REFUSED") {  // B has not voted when the others ask it
        stage.made.cooperative = true;
        stage.lead = fault_at(0, "drop PREPARE from T to B") + crash_at(50, "T");
        stage.mend += restart_at(5000, "T");
    } else if (what == "ACCOUNT") {
        stage.lead = "steps { at_ms: 5 open { node: \"B\" accounts { account: \"late\" currency: \"EUR\" balance: \"7.00\" } } }\n";
    } else if (what == "UNDECIDED" || (what == "INQUIRY" && point.coordinator)) {  // somebody asks while T still collects
        stage.lead = fault_at(0, "hold YES from C to T");
    } else if (what == "INQUIRY" || what == "PEER-INQUIRY" || what == "PEER-ANSWER") {
        stage.made.cooperative = what != "INQUIRY";
        stage.lead = t_undecided;
        stage.mend += restart_at(5000, "T");
    } else if (what == "NO" || what == "ABORT" || (what == "ACK" && !rules.acks_commit)) {
        poor();
        if (what == "NO" && !point.coordinator) stage.node = "A", stage.mend = restart_at(3000, "A");
        if (what == "ABORT" && send) stage.of = 2, stage.lead = fault_at(0, "delay 5ms NO from A to T");  // B and C are told together
    } else if (what == "READ-ONLY") {
        stage.made.extra_legs = check_leg;
        if (!point.coordinator) stage.node = "D", stage.mend = restart_at(3000, "D");
    } else if (what == "PREPARE" || what == "COMMIT" || what == "YES" || what == "ACK" || (force && (what == "PREPARED" || what == "BEGIN" || what == "ACCEPTED"))) {
        if (send && point.coordinator) stage.of = 3;
    } else {
        return std::nullopt;
    }
    return stage;
}

std::vector<Case> crash_cases(const PointKind& point, const std::string& protocol) {
    std::vector<Case> list;
    const auto stage = stage_of(point, protocol);
    if (!stage) return list;
    std::string name = point.name();
    name = name.substr(0, name.find(" at "));
    for (const std::string side : {"before ", "after "}) {
        for (int i = std::min(1, stage->of); i <= stage->of; ++i) {
            const std::string at = side + name + (i == 0 ? "" : " " + std::to_string(i) + " of " + std::to_string(stage->of));
            Case one = stage->made;
            one.protocol = protocol;
            one.crash = "crash " + at + " at " + stage->node;
            one.file = file_of(point.coordinator ? "coordinator" : "participant", one.crash);
            one.title = one.crash + ", restart after 3 s";
            one.steps = fault_at(0, one.crash) + stage->lead + stage->mend;
            list.push_back(std::move(one));
        }
    }
    return list;
}

std::vector<Case> cases() {
    std::vector<Case> list;
    for (const std::string& protocol : protocols) {
        std::vector<Case> calm(4);
        calm[0] = {"commit", "fault-free commit", "", ""};
        calm[1] = {"abort", "A has too little: abort", "", "", "3000.00", "2985.00", "15.00"};
        calm[2] = {"read_only", "D only checks a limit", "", check_leg};
        calm[3] = {"read_only_all", "nobody changes anything", "", "all"};
        for (Case& one : calm) {
            one.protocol = protocol;
            list.push_back(std::move(one));
        }
        for (const PointKind& point : point_kinds(protocol))
            for (Case& one : crash_cases(point, protocol)) list.push_back(std::move(one));
    }
    return list;
}

std::string scenario_of(const Case& one) {
    const auto leg = [](const char* kind, const char* node, const char* account, const std::string& amount) {
        return std::string("legs { kind: \"") + kind + "\" node: \"" + node + "\" account: \"" + account + "\" amount: \"" + amount + "\" }\n";
    };
    std::string legs = leg("debit", "A", "mara", one.debit) + leg("credit", "B", "shop", one.credit) + leg("fee", "C", "fees", one.fee) + one.extra_legs;
    if (one.extra_legs == "all") legs = leg("check", "A", "mara", "1.00") + leg("check", "B", "shop", "1.00") + leg("check", "C", "fees", "1.00");
    return "protocol: \"" + one.protocol + "\"\n" + (one.cooperative ? "cooperative: true\n" : "") + R"(participants { node: "A" accounts { account: "mara" currency: "EUR" balance: "2480.00" } }
              participants { node: "B" accounts { account: "shop" currency: "EUR" balance: "310.75" } }
              participants { node: "C" accounts { account: "fees" currency: "EUR" } }
              participants { node: "D" accounts { account: "limit" currency: "EUR" limit: "500.00" } }
              steps { at_ms: 10 pay { reference: "INV-2042" currency: "EUR" )" + legs + "} }\n" + one.steps;
}

Golden golden_of(const Case& one) { return {one.path(), one.protocol + ": " + one.title, scenario_of(one), one.crash}; }

}  // namespace

class TranscriptsTest : public QObject {
    Q_OBJECT
  private slots:
    void each_run_is_event_for_event_what_it_was_data() {
        QTest::addColumn<int>("index");
        const auto list = cases();
        for (std::size_t i = 0; i < list.size(); ++i) QTest::newRow(list[i].path().c_str()) << static_cast<int>(i);
    }
    void each_run_is_event_for_event_what_it_was() {
        QFETCH(int, index);
        const Case one = cases()[static_cast<std::size_t>(index)];
        const std::string trouble = trouble_with(golden_of(one));
        QVERIFY2(trouble.empty(), trouble.c_str());
    }
    void paxos_commit_with_one_acceptor_is_presumed_abort_message_for_message() {
        const auto messages = [](const QString& name) {
            QFile file(INDOUBT_SOURCE_DIR "/tests/golden/" + name);
            QStringList lines;
            if (file.open(QIODevice::ReadOnly))
                for (const QString& line : QString::fromUtf8(file.readAll()).split('\n'))
                    if (line.contains(" send ") || line.contains(" receive ") || line.contains(", forced")) lines << QString(line).replace("ACCEPTED", "COMMIT");
            return lines;
        };
        for (const char* name : {"commit.txt", "abort.txt", "read_only.txt"}) {
            QVERIFY(messages(name).size() > 10);
            QCOMPARE(messages(QString("paxos-commit/") + name), messages(name));
        }
    }
    void every_crash_point_has_its_transcripts_and_every_transcript_its_point() {
        std::vector<std::string> folders;
        std::vector<Golden> list;
        for (const std::string& protocol : protocols) {
            folders.push_back(protocol == "2pc-pa" ? "" : protocol);
            for (const PointKind& point : point_kinds(protocol)) QVERIFY2(crash_cases(point, protocol).size() >= 2, ("nothing here reaches " + point.name()).c_str());
        }
        for (const Case& one : cases()) list.push_back(golden_of(one));
        const std::string odd = strays(folders, list);
        QVERIFY2(odd.empty(), odd.c_str());
    }
};
INDOUBT_TEST(TranscriptsTest);
#include "transcripts_test.moc"
