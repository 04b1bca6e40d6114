// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of three-phase commit's machines that runs reach rarely, one by one.
#include "commit/machine.h"
#include "commit/three_phase/rules.h"
#include "support/test_main.h"

using namespace indoubt::commit;
using indoubt::events::Agreement;
using indoubt::events::EventKind;
using indoubt::events::Knowledge;
using indoubt::events::LegKind;
using indoubt::events::MessageKind;
using indoubt::events::RecordKind;
namespace three_phase = indoubt::commit::three_phase;

namespace {

const NodeId A = NodeId::of("A"), B = NodeId::of("B"), C = NodeId::of("C"), T = NodeId::of("T");
const Xid xid{T, 1, 1};
const std::vector<Enrolled> all = {{A, true, 1}, {B, true, 1}, {C, true, 1}};

Message message(MessageKind kind, NodeId from, NodeId to, std::string_view protocol) {
    Message m;
    m.kind = kind;
    m.xid = xid;
    m.from = from;
    m.from_incarnation = 1;
    m.to = to;
    m.protocol.name = protocol;
    m.enrolled = all;
    return m;
}

indoubt::events::AgreementPtr numbered(std::uint64_t ballot, std::uint64_t attempt = 0, bool granted = false) {
    auto agreement = std::make_shared<Agreement>();
    agreement->ballot = ballot;
    agreement->attempt = attempt;
    agreement->granted = granted;
    return agreement;
}

// A machine whose messages to itself come at once, as the core delivers them once its records are durable.
struct Node {
    Node(NodeId id, std::string_view name) : self(id), protocol(name) {
        ProtocolChoice choice;
        choice.name = name;
        machine = find_protocol(name).value()->make_participant({id, 1, T}, xid, choice);
    }
    void step(const Input& input) {
        Effects effects;
        machine->step(input, effects);
        for (const Effect& effect : effects) {
            if (const auto* send = std::get_if<Send>(&effect)) {
                if (send->message.to == self) step(send->message);
                else sent.push_back(send->message);
            } else if (const auto* append = std::get_if<Append>(&effect)) {
                written.push_back(append->record);
            } else if (const auto* decide = std::get_if<Decide>(&effect)) {
                decided = decide->outcome;
            }
        }
    }
    void hear(MessageKind kind, NodeId from, Knowledge knowledge = Knowledge::unknown, indoubt::events::AgreementPtr agreement = std::make_shared<Agreement>()) {
        Message m = message(kind, from, self, protocol);
        m.knowledge = knowledge;
        m.agreement = std::move(agreement);
        step(m);
    }
    Node& prepared() {
        Message prepare = message(MessageKind::prepare, T, self, protocol);
        Payment payment;
        payment.legs = {{self, LegKind::debit, "a", {100, indoubt::base::Currency::of("EUR")}}};
        prepare.payment = std::make_shared<const Payment>(payment);
        step(prepare);
        step(LocalVote{Vote::yes});
        sent.clear();
        return *this;
    }
    std::size_t count(MessageKind kind) const {
        return static_cast<std::size_t>(std::count_if(sent.begin(), sent.end(), [&](const Message& m) { return m.kind == kind; }));
    }
    std::size_t records(RecordKind kind) const {
        return static_cast<std::size_t>(std::count_if(written.begin(), written.end(), [&](const Record& r) { return r.kind == kind && r.forced; }));
    }

    NodeId self;
    std::string protocol;
    MachineValue machine;
    std::vector<Message> sent;
    std::vector<Record> written;
    Outcome decided = Outcome::none;
};

}  // namespace

class ThreePhaseTest : public QObject {
    Q_OBJECT
  private slots:
    void a_branch_forces_pre_committed_before_it_acknowledges() {
        for (const char* protocol : {"3pc", "3pc-quorum", "3pc-e3pc"}) {
            Node a(A, protocol);
            a.prepared().hear(MessageKind::pre_commit, T);
            QCOMPARE(a.machine->phase(), Phase::pre_committed);
            QCOMPARE(a.records(RecordKind::pre_committed), std::size_t{1});
            QCOMPARE(a.count(MessageKind::pre_commit_ack), std::size_t{1});
            a.hear(MessageKind::pre_commit, T);  // ours was lost
            QCOMPARE(a.records(RecordKind::pre_committed), std::size_t{1});
            QCOMPARE(a.count(MessageKind::pre_commit_ack), std::size_t{2});
        }
    }
    void silence_leads_to_an_election_and_a_patient_coordinator_ends_the_wait() {
        Node a(A, "3pc-quorum");
        a.prepared().step(Timeout{TimerKind::inquiry});
        QCOMPARE(a.count(MessageKind::inquiry), std::size_t{1});
        QCOMPARE(a.count(MessageKind::state_request), std::size_t{0});
        a.step(Timeout{TimerKind::election});
        QCOMPARE(a.count(MessageKind::state_request), std::size_t{2});
    }
    void quorum_three_phase_commit_never_turns_from_one_side_to_the_other() {
        Node a(A, "3pc-quorum");
        a.prepared().hear(MessageKind::move, B, Knowledge::pre_aborted);
        QCOMPARE(a.machine->phase(), Phase::pre_aborted);
        a.hear(MessageKind::pre_commit, T);
        a.hear(MessageKind::move, C, Knowledge::pre_committed);
        QCOMPARE(a.machine->phase(), Phase::pre_aborted);
        QCOMPARE(a.records(RecordKind::pre_committed), std::size_t{0});
        QCOMPARE(a.count(MessageKind::state_report), std::size_t{2});
    }
    void a_quorum_of_the_pre_committed_commits_without_the_coordinator() {
        Node a(A, "3pc-quorum");
        a.prepared().hear(MessageKind::pre_commit, T);
        a.step(Timeout{TimerKind::inquiry});
        a.step(Timeout{TimerKind::election});
        a.hear(MessageKind::state_report, B, Knowledge::prepared);
        QCOMPARE(a.count(MessageKind::move), std::size_t{0});  // C may still report
        a.step(Timeout{TimerKind::election});
        QCOMPARE(a.count(MessageKind::move), std::size_t{1});
        a.hear(MessageKind::moved, B, Knowledge::pre_committed);
        QCOMPARE(a.decided, Outcome::commit);
        QCOMPARE(a.count(MessageKind::commit), std::size_t{3});  // to B, C and the coordinator's half
        QCOMPARE(a.count(MessageKind::ack), std::size_t{1});
    }
    void a_tie_ends_nothing() {
        Node a(A, "3pc-quorum");
        a.prepared().hear(MessageKind::pre_commit, T);
        a.step(Timeout{TimerKind::inquiry});
        a.step(Timeout{TimerKind::election});
        a.hear(MessageKind::state_report, B, Knowledge::pre_aborted);
        for (int i = 0; i < 5; ++i) a.step(Timeout{TimerKind::election});  // C is silent: one each way, and nobody left to move
        QCOMPARE(a.decided, Outcome::none);
        QCOMPARE(a.count(MessageKind::move), std::size_t{0});
    }
    void an_election_passes_over_the_attempt_of_the_coordinator() {
        Node a(A, "3pc-e3pc");
        a.prepared().hear(MessageKind::state_request, B, Knowledge::unknown, numbered(2));
        QCOMPARE(a.records(RecordKind::elected), std::size_t{1});
        QVERIFY(a.sent.back().agreement->granted);
        a.hear(MessageKind::state_request, C, Knowledge::unknown, numbered(2));  // one number, one leader
        QVERIFY(!a.sent.back().agreement->granted);
        a.hear(MessageKind::pre_commit, T);
        QCOMPARE(a.machine->phase(), Phase::prepared);
        QCOMPARE(a.count(MessageKind::pre_commit_ack), std::size_t{0});
        a.hear(MessageKind::move, B, Knowledge::pre_aborted, numbered(2));
        QCOMPARE(a.machine->phase(), Phase::pre_aborted);
        a.hear(MessageKind::move, C, Knowledge::pre_committed, numbered(3));  // E3PC alone may turn, in a later election
        QCOMPARE(a.machine->phase(), Phase::pre_committed);
        a.hear(MessageKind::move, B, Knowledge::pre_aborted, numbered(2));
        QCOMPARE(a.machine->phase(), Phase::pre_committed);
    }
    void the_greatest_last_attempt_says_which_way() {
        Node a(A, "3pc-e3pc");
        a.prepared().hear(MessageKind::pre_commit, T);  // attempt 1
        a.step(Timeout{TimerKind::inquiry});
        a.step(Timeout{TimerKind::election});           // number 2
        a.hear(MessageKind::state_report, B, Knowledge::pre_aborted, numbered(2, 0, true));
        a.hear(MessageKind::state_report, C, Knowledge::prepared, numbered(2, 0, true));
        QCOMPARE(a.count(MessageKind::move), std::size_t{2});
        QCOMPARE(a.sent.back().knowledge, Knowledge::pre_committed);
        a.hear(MessageKind::moved, B, Knowledge::pre_committed, numbered(1, 1, true));  // of another attempt
        QCOMPARE(a.decided, Outcome::none);
        a.hear(MessageKind::moved, B, Knowledge::pre_committed, numbered(2, 2, true));
        QCOMPARE(a.decided, Outcome::commit);
    }
    void by_the_site_failure_rule_the_first_operational_branch_leads() {
        Node b(B, "3pc");
        b.prepared().step(Suspect{T});
        QCOMPARE(b.count(MessageKind::state_request), std::size_t{0});  // A comes first
        b.step(Suspect{A});
        QCOMPARE(b.count(MessageKind::state_request), std::size_t{1});
        b.hear(MessageKind::state_report, C, Knowledge::pre_committed);
        QCOMPARE(b.machine->phase(), Phase::committed);  // it moved itself, and all operational sites are pre-committed
        QCOMPARE(b.records(RecordKind::pre_committed), std::size_t{1});
    }
    void by_the_site_failure_rule_time_decides_nothing() {
        Node a(A, "3pc");
        a.prepared();
        for (int i = 0; i < 5; ++i) a.step(Timeout{TimerKind::inquiry}), a.step(Timeout{TimerKind::election});
        QCOMPARE(a.count(MessageKind::state_request), std::size_t{0});
        QCOMPARE(a.machine->phase(), Phase::prepared);
    }
    void a_site_that_restarts_only_asks() {
        Node first(A, "3pc");
        first.prepared();
        Restart restart;
        for (const Record& record : first.written) restart.records.push_back(std::make_shared<const Record>(record));
        Node again(A, "3pc");
        again.step(restart);
        again.step(Suspect{T});
        QCOMPARE(again.count(MessageKind::state_request), std::size_t{2});
        again.hear(MessageKind::state_report, B, Knowledge::prepared);
        again.hear(MessageKind::state_report, C, Knowledge::prepared);
        QCOMPARE(again.decided, Outcome::none);  // they have never failed: one of them leads
        again.hear(MessageKind::state_report, B, Knowledge::committed);
        QCOMPARE(again.decided, Outcome::commit);
    }
    void the_rules_count_a_majority_of_those_enrolled() {
        QCOMPARE(three_phase::quorum_of(1), std::size_t{1});
        QCOMPARE(three_phase::quorum_of(2), std::size_t{2});
        QCOMPARE(three_phase::quorum_of(3), std::size_t{2});
        QCOMPARE(three_phase::quorum_of(4), std::size_t{3});
    }
    void an_operator_can_force_a_branch_that_is_pre_committed_and_it_goes_on_voting() {
        Node a(A, "3pc-quorum");
        a.prepared().hear(MessageKind::pre_commit, T);
        a.step(Order{OrderKind::force_rollback, nullptr, 0, {}});
        QCOMPARE(a.machine->phase(), Phase::heuristic);
        a.hear(MessageKind::state_request, B);
        QCOMPARE(a.sent.back().knowledge, Knowledge::pre_committed);  // the operator's choice is no evidence
        a.hear(MessageKind::commit, B);
        QCOMPARE(a.records(RecordKind::damage), std::size_t{1});
    }
};
INDOUBT_TEST(ThreePhaseTest);
#include "three_phase_test.moc"
