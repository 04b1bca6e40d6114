// SPDX-License-Identifier: GPL-3.0-or-later
// One NO settles it: whoever decides does so at once, and whoever is prepared is told at once, however long the other votes take.
#include "commit/machine.h"
#include "support/test_main.h"

using namespace indoubt::commit;
using indoubt::base::Currency;
using indoubt::events::ClusterShape;
using indoubt::events::LegKind;
using indoubt::events::MessageKind;

namespace {

const NodeId A = NodeId::of("A"), B = NodeId::of("B"), C = NodeId::of("C"), T = NodeId::of("T");
const Xid xid{T, 1, 1};
const std::vector<Enrolled> all = {{A, true, 1}, {B, true, 1}, {C, true, 1}};

// A coordinator's half after its Begin, what it has sent since, and what it has decided.
struct Half {
    explicit Half(std::string_view name) : protocol(name) {
        ProtocolChoice choice;
        choice.name = name;
        auto shape = std::make_shared<ClusterShape>();
        shape->protocol = choice;
        shape->coordinator = T;
        shape->members = {{T, "", ""}, {A, "", ""}, {B, "", ""}, {C, "", ""}};
        Context context{T, 1, T};
        context.shape = shape;
        machine = find_protocol(name).value()->make_coordinator(context, xid, choice);
        auto payment = std::make_shared<Payment>();
        payment->legs = {{A, LegKind::debit, "a", {300, Currency::of("EUR")}}, {B, LegKind::credit, "b", {200, Currency::of("EUR")}}, {C, LegKind::credit, "c", {100, Currency::of("EUR")}}};
        step(Begin{payment, all, 1});
        sent.clear();
    }
    void step(const Input& input) {
        Effects effects;
        machine->step(input, effects);
        for (const Effect& effect : effects) {
            if (const auto* send = std::get_if<Send>(&effect)) sent.push_back(send->message);
            if (const auto* decide = std::get_if<Decide>(&effect)) ++decisions, decided = decide->outcome, why = decide->text;
            finished = finished || std::holds_alternative<Finish>(effect);
        }
    }
    void hear(NodeId from, MessageKind kind) {
        Message message;
        message.kind = kind;
        message.xid = xid;
        message.from = from;
        message.from_incarnation = 1;
        message.to = T;
        message.protocol.name = protocol;
        message.enrolled = all;
        message.text = kind == MessageKind::vote_no ? "no money" : "";
        step(message);
    }
    std::string told() {  // "ABORT to C", and whether that was said before
        std::string text;
        for (const Message& message : std::exchange(sent, {}))
            text += (text.empty() ? "" : ", ") + std::string(indoubt::events::word(message.kind)) + " to " + message.to.name() + (message.repeat ? " again" : "");
        return text;
    }
    std::string protocol;
    MachineValue machine;
    std::vector<Message> sent;
    Outcome decided = Outcome::none;
    std::string why;
    int decisions = 0;
    bool finished = false;
};

void rows(std::initializer_list<const char*> names) {
    QTest::addColumn<QByteArray>("protocol");
    for (const char* name : names) QTest::newRow(name) << QByteArray(name);
}

}  // namespace

class FirstNoTest : public QObject {
    Q_OBJECT
  private slots:
    void a_no_decides_while_another_vote_is_missing_data() { rows({"2pc", "2pc-pa", "2pc-pc", "3pc", "3pc-quorum", "3pc-e3pc", "raft-2pc", "paxos-commit", "paxos-commit-fast"}); }
    void a_no_decides_while_another_vote_is_missing() {
        QFETCH(QByteArray, protocol);
        Half half(protocol.toStdString());
        half.hear(C, MessageKind::vote_yes);
        QCOMPARE(half.decided, Outcome::none);
        half.hear(A, MessageKind::vote_no);
        QCOMPARE(half.decided, Outcome::abort);
        QCOMPARE(half.why, std::string("A voted NO: no money"));
        QCOMPARE(half.told(), std::string("ABORT to C"));  // B is told when its vote comes: it may well be a NO
    }
    // Where an ABORT is acknowledged the late voter is one whose ACK counts, and until it votes it is asked like any that does not acknowledge.
    void a_late_vote_is_answered_where_aborts_are_acknowledged_data() { rows({"2pc", "2pc-pc"}); }
    void a_late_vote_is_answered_where_aborts_are_acknowledged() {
        QFETCH(QByteArray, protocol);
        Half half(protocol.toStdString());
        half.hear(A, MessageKind::vote_no);
        QCOMPARE(half.told(), std::string());
        half.hear(C, MessageKind::vote_yes);
        QCOMPARE(half.told(), std::string("ABORT to C"));
        half.hear(C, MessageKind::vote_yes);
        QCOMPARE(half.told(), std::string("ABORT to C again"));
        half.hear(C, MessageKind::ack);
        QVERIFY(!half.finished);  // B may be prepared, its YES under way
        Half silent = half;
        silent.step(Timeout{TimerKind::retry});
        QCOMPARE(silent.told(), std::string("ABORT to B again"));
        silent.hear(B, MessageKind::ack);
        QVERIFY(silent.finished);
        half.hear(B, MessageKind::vote_no);
        QCOMPARE(half.told(), std::string());
        QVERIFY(half.finished);
        QCOMPARE(half.decisions, 1);
    }
    void presumed_abort_forgets_it_at_once() {
        Half half("2pc-pa");
        half.hear(A, MessageKind::vote_no);
        QVERIFY(half.finished);
    }
    // The counter-example commits when most say YES: one NO does not keep it from that.
    void a_majority_may_still_commit() {
        Half half("x-majority-2pc");
        half.hear(A, MessageKind::vote_no);
        QCOMPARE(half.decided, Outcome::none);
        half.hear(B, MessageKind::vote_yes);
        half.hear(C, MessageKind::vote_yes);
        QCOMPARE(half.decided, Outcome::commit);
    }
};
INDOUBT_TEST(FirstNoTest);
#include "first_no_test.moc"
