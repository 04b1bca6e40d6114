// SPDX-License-Identifier: GPL-3.0-or-later
// Golden transcripts of the protocols with several managers, F = 1: one payment over two participants, undisturbed and with a crash
// at every point of the protocol, event by event. See golden.h.
#include "golden/golden.h"
#include "support/test_main.h"

using namespace indoubt::tests;

namespace {

struct Point {
    std::string where, node, lead;  // "force ACCEPTED", "T2", steps that lead there, with T down
};

const std::string t_dies = fault_at(5, "crash after receive YES at T");  // what is left is for another manager
// T2 alone is asked by the branches, and leads.
const std::string t2_leads = t_dies + fault_at(5, "drop INQUIRY from A to T3") + fault_at(5, "drop INQUIRY from B to T3");

const std::vector<Point> raft = {
    {"send PREPARE 1 of 2", "T", ""}, {"send PREPARE 2 of 2", "T", ""}, {"receive YES", "T", ""}, {"force RAFT-ENTRIES", "T", ""}, {"receive RAFT-APPEND-REPLY", "T", ""},
    {"send RAFT-APPEND", "T", ""}, {"send COMMIT 1 of 2", "T", ""}, {"send COMMIT 2 of 2", "T", ""}, {"receive ACK", "T", ""},
    {"force RAFT-ENTRIES", "T2", ""}, {"receive RAFT-APPEND", "T2", ""}, {"send RAFT-APPEND-REPLY", "T2", ""},
    {"force RAFT-TERM", "T2", t_dies}, {"send RAFT-REQUEST-VOTE", "T2", t_dies}, {"receive RAFT-VOTE", "T2", t_dies},
    {"receive RAFT-REQUEST-VOTE", "T3", t_dies}, {"send RAFT-VOTE", "T3", t_dies},
    {"receive PREPARE", "B", ""}, {"force PREPARED", "B", ""}, {"send YES", "B", ""}, {"receive COMMIT", "B", ""}, {"force COMMIT", "B", ""}, {"send ACK", "B", ""},
    {"send INQUIRY", "B", t_dies}, {"receive ABORT", "B", t_dies},
};

// Of both variants of Paxos Commit; then what only one of them does.
const std::vector<Point> paxos = {
    {"send PREPARE 1 of 2", "T", ""}, {"send PREPARE 2 of 2", "T", ""}, {"receive YES", "T", ""}, {"force ACCEPTED", "T", ""}, {"receive ACK", "T", ""}, {"receive YES", "T2", ""}, {"force ACCEPTED", "T2", ""},
    {"receive INQUIRY", "T2", t2_leads}, {"send 1A", "T2", t2_leads}, {"force PROMISED", "T2", t2_leads}, {"receive 1B", "T2", t2_leads}, {"send 2A", "T2", t2_leads}, {"receive 2B", "T2", t2_leads},
    {"send COMMIT", "T2", t2_leads}, {"receive ACK", "T2", t2_leads}, {"send LEARNED", "T2", t2_leads},
    {"receive 1A", "T3", t2_leads}, {"force PROMISED", "T3", t2_leads}, {"send 1B", "T3", t2_leads}, {"receive 2A", "T3", t2_leads}, {"force ACCEPTED", "T3", t2_leads}, {"send 2B", "T3", t2_leads},
    {"receive LEARNED", "T3", t2_leads},
    {"receive PREPARE", "B", ""}, {"force PREPARED", "B", ""}, {"send YES 1 of 2", "B", ""}, {"send YES 2 of 2", "B", ""}, {"force COMMIT", "B", ""}, {"send ACK", "B", ""}, {"send INQUIRY", "B", t2_leads},
};
const std::vector<Point> leader_tells = {
    {"receive 2B", "T", ""}, {"send COMMIT 1 of 2", "T", ""}, {"send COMMIT 2 of 2", "T", ""}, {"send 2B", "T2", ""}, {"receive COMMIT", "B", ""},
};
const std::vector<Point> acceptors_tell = {
    {"send 2B-ALL 1 of 2", "T", ""}, {"send 2B-ALL 2 of 2", "T", ""}, {"send 2B-ALL 1 of 2", "T2", ""}, {"send 2B-ALL 2 of 2", "T2", ""}, {"receive 2B-ALL", "B", ""},
};

std::string scenario_of(const std::string& protocol, const std::string& steps, const std::string& amount = "120.00") {
    const auto leg = [&](const char* kind, const char* node, const char* account) {
        return std::string("legs { kind: \"") + kind + "\" node: \"" + node + "\" account: \"" + account + "\" amount: \"" + amount + "\" }\n";
    };
    return "protocol: \"" + protocol + "\" faults: 1\n" + R"(participants { node: "A" accounts { account: "mara" currency: "EUR" balance: "2480.00" } }
              participants { node: "B" accounts { account: "shop" currency: "EUR" balance: "310.75" } }
              steps { at_ms: 10 pay { reference: "INV-2042" currency: "EUR" )" + leg("debit", "A", "mara") + leg("credit", "B", "shop") + "} }\n" + steps;
}

std::string folder_of(const std::string& protocol) { return protocol + (protocol == "raft-2pc" ? "/" : "-f1/"); }

void add_calm(std::vector<Golden>& list, const std::string& protocol, const std::string& name, const std::string& title, const std::string& scenario) {
    list.push_back({folder_of(protocol) + name + ".txt", protocol + ", F = 1: " + title, scenario, "", true});
}

void add(std::vector<Golden>& list, const std::string& protocol, const std::vector<Point>& points) {
    for (const Point& point : points)
        for (const std::string side : {"before ", "after "}) {
            const std::string crash = "crash " + side + point.where + " at " + point.node;
            list.push_back({folder_of(protocol) + file_of(point.node, crash) + ".txt", protocol + ", F = 1: " + crash + (point.lead.empty() ? "" : ", with T down") + ", restart after 3 s",
                            scenario_of(protocol, fault_at(5, crash) + point.lead + restart_at(3000, point.node) + (point.lead.empty() ? "" : restart_at(6000, "T"))), crash, true});
        }
}

const std::vector<Golden>& cases() {
    static const std::vector<Golden> list = [] {
        std::vector<Golden> made;
        for (const std::string protocol : {"raft-2pc", "paxos-commit", "paxos-commit-fast"}) {
            add_calm(made, protocol, "commit", "fault-free commit", scenario_of(protocol, ""));
            add_calm(made, protocol, "abort", "A has too little: abort", scenario_of(protocol, "", "3000.00"));
            add(made, protocol, protocol == "raft-2pc" ? raft : paxos);
        }
        add_calm(made, "raft-2pc", "leader_cut_off", "the leader is cut off from the other managers as it proposes",
                 scenario_of("raft-2pc", fault_at(5, "drop RAFT-APPEND from T to T2") + fault_at(5, "drop RAFT-APPEND from T to T3")));
        add(made, "paxos-commit", leader_tells);
        add(made, "paxos-commit-fast", acceptors_tell);
        add_calm(made, "paxos-commit", "ballot_one", "T2's acceptance never reaches T, which asks in a higher ballot", scenario_of("paxos-commit", fault_at(5, "drop 2B from T2 to T")));
        return made;
    }();
    return list;
}

}  // namespace

class ManagersTranscriptsTest : public QObject {
    Q_OBJECT
  private slots:
    void each_run_is_event_for_event_what_it_was_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < cases().size(); ++i) QTest::newRow(cases()[i].path.c_str()) << static_cast<int>(i);
    }
    void each_run_is_event_for_event_what_it_was() {
        QFETCH(int, index);
        const std::string trouble = trouble_with(cases()[static_cast<std::size_t>(index)]);
        QVERIFY2(trouble.empty(), trouble.c_str());
    }
    void every_transcript_has_its_case() {
        const std::string odd = strays({"raft-2pc", "paxos-commit-f1", "paxos-commit-fast-f1"}, cases());
        QVERIFY2(odd.empty(), odd.c_str());
    }
};
INDOUBT_TEST(ManagersTranscriptsTest);
#include "managers_transcripts_test.moc"
