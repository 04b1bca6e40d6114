// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/machine.h"
#include "support/test_main.h"

using namespace indoubt::commit;
using indoubt::base::Currency;
using indoubt::events::EventKind;
using indoubt::events::LegKind;
using indoubt::events::MessageKind;

namespace {

const NodeId A = NodeId::of("A"), B = NodeId::of("B"), T = NodeId::of("T");
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
    prepare.enrolled = {{A, true, 1}, {B, true, 1}};
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
        const auto permitted = [&](std::uint64_t lsn, NodeId node) { return machine->permits(Order{OrderKind::deliver_abort, nullptr, lsn, node}).ok(); };
        QVERIFY(permitted(7, T));
        QVERIFY(permitted(7, B));
        QVERIFY(!permitted(0, T));
        QVERIFY(!permitted(7, {}));
        QVERIFY(!permitted(7, A));
        QVERIFY(!permitted(7, NodeId::of("C")));
    }
};
INDOUBT_TEST(ParticipantTest);
#include "participant_test.moc"
