// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/machine.h"
#include "support/test_main.h"

using namespace indoubt::commit;
using indoubt::base::Currency;
using indoubt::events::EventKind;
using indoubt::events::LegKind;
using indoubt::events::MessageKind;

namespace {

const NodeId A = NodeId::of("A"), B = NodeId::of("B"), C = NodeId::of("C"), T = NodeId::of("T");
const Xid xid{T, 1, 1};

PaymentPtr at_a() {
    Payment payment;
    payment.legs = {{A, LegKind::debit, "eur", {12000, Currency::of("EUR")}},
                    {A, LegKind::debit, "jpy", {700, Currency::of("JPY")}},
                    {A, LegKind::credit, "other", {700, Currency::of("JPY")}}};
    return std::make_shared<const Payment>(payment);
}

MachineValue prepared() {
    MachineValue machine = find_protocol("2pc-pa").value()->make_participant({A, 1, T}, xid, {});
    Message prepare;
    prepare.kind = MessageKind::prepare;
    prepare.xid = xid;
    prepare.from = T;
    prepare.to = A;
    prepare.payment = at_a();
    prepare.enrolled = {{A, true, 1}, {B, true, 1}, {C, false, 1}};
    Effects effects;
    machine->step(prepare, effects);
    machine->step(LocalVote{Vote::yes}, effects);
    return machine;
}

}  // namespace

class ParticipantTest : public QObject {
    Q_OBJECT
  private slots:
    void damage_is_told_once_per_currency_with_the_larger_side() {
        MachineValue machine = prepared();
        Effects effects;
        machine->step(Order{OrderKind::force_rollback, nullptr, 0, {}}, effects);
        effects.clear();
        Message commit;
        commit.kind = MessageKind::commit;
        commit.xid = xid;
        commit.from = T;
        machine->step(commit, effects);
        std::vector<indoubt::events::Amount> told;
        for (const Effect& effect : effects)
            if (const auto* observe = std::get_if<Observe>(&effect); observe && observe->kind == EventKind::damage) told.push_back(observe->note.amount);
        QCOMPARE(told, (std::vector<indoubt::events::Amount>{{12000, Currency::of("EUR")}, {700, Currency::of("JPY")}}));
    }
    void a_prepared_branch_takes_a_decision_only_from_who_can_know_it() {
        MachineValue machine = prepared();
        for (const OrderKind kind : {OrderKind::deliver_commit, OrderKind::deliver_abort}) {
            const auto says = [&](std::uint64_t lsn, NodeId node) {
                const auto permitted = machine->permits(Order{kind, nullptr, lsn, node});
                Effects effects;
                MachineValue copy = machine;
                if (!permitted) copy->step(Order{kind, nullptr, lsn, node}, effects);
                return permitted ? std::string() : !effects.empty() ? "it was carried out all the same" : permitted.error().message;
            };
            QCOMPARE(says(7, T), std::string());
            QCOMPARE(says(7, B), std::string());
            QVERIFY(says(0, T).starts_with("a delivery needs the record that proves the decision"));
            QVERIFY(says(7, {}).starts_with("a delivery needs the record that proves the decision"));
            QVERIFY(says(7, A).starts_with("a record at A proves nothing here"));             // its own log cannot know
            QVERIFY(says(7, C).starts_with("a record at C proves nothing here"));             // a reader is told of no decision
            QVERIFY(says(7, NodeId::of("D")).starts_with("a record at D proves nothing here"));  // takes no part
        }
    }
    void only_a_branch_that_waits_takes_a_delivery() {
        MachineValue fresh = find_protocol("2pc-pa").value()->make_participant({A, 1, T}, xid, {});
        MachineValue told = prepared();
        Effects effects;
        Message commit;
        commit.kind = MessageKind::commit;
        commit.xid = xid;
        commit.from = T;
        told->step(commit, effects);
        for (MachineValue* machine : {&fresh, &told}) {
            const auto refused = (*machine)->permits(Order{OrderKind::deliver_abort, nullptr, 7, T});
            QVERIFY(!refused.ok());
            QVERIFY2(refused.error().message.find("it waits for no answer") != std::string::npos, refused.error().message.c_str());
        }
    }
    void the_record_that_a_delivery_names_stands_in_the_branchs_own() {
        MachineValue machine = prepared();
        Effects effects;
        machine->step(Order{OrderKind::deliver_commit, nullptr, 7, B}, effects);
        const Record* decision = nullptr;
        for (const Effect& effect : effects)
            if (const auto* append = std::get_if<Append>(&effect)) decision = &append->record;
        QVERIFY(decision);
        QCOMPARE(decision->proof_lsn, std::uint64_t{7});
        QVERIFY(decision->node == B);
    }
};
INDOUBT_TEST(ParticipantTest);
#include "participant_test.moc"
