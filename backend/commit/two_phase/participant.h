// SPDX-License-Identifier: GPL-3.0-or-later
// The participant's half of one transaction: one branch. Phases: none -> active -> prepared -> committed | aborted, or
// prepared -> heuristic (an operator decided) until the real outcome is known and the branch is forgotten.
#pragma once
#include <string>
#include <vector>

#include "commit/identity.h"
#include "commit/two_phase/policy.h"

namespace indoubt::commit::two_phase {

class Participant : public Machine {
  public:
    Participant(const Policy& policy, Context context, Xid xid, ProtocolChoice protocol);

    void step(const Input& input, Effects& effects) override;
    base::Result<> permits(const Order& order) const override;
    Phase phase() const override { return m_phase; }
    std::unique_ptr<Machine> clone() const override { return std::make_unique<Participant>(*this); }
    bool equals(const Machine& other) const override;
    std::uint64_t hash() const override;
    std::string describe() const override;

  protected:
    const Identity& identity() const { return m_id; }
    // What other protocols' branches do in their own way; all else of a branch is the same everywhere, an operator's orders above all.
    virtual void on_message(const Message& message, Effects& effects);
    virtual void on_local_vote(const LocalVote& vote, Effects& effects);
    virtual void on_timeout(TimerKind kind, Effects& effects);
    virtual void on_restart(const Restart& restart, Effects& effects);
    virtual void ask(Effects& effects);
    virtual bool in_doubt() const { return m_phase == Phase::prepared; }  // and nobody has forced it

    void on_prepare(const Message& message, Effects& effects);
    void on_decision(Outcome outcome, const Message& message, Effects& effects);
    void on_peer_inquiry(const Message& message, Effects& effects);
    void on_peer_answer(const Message& message, Effects& effects);
    void on_order(const Order& order, Effects& effects);
    void recall(const Restart& restart);
    void conclude(Outcome outcome, std::uint64_t proof_lsn, NodeId proof_node, NodeId tell, Effects& effects);
    void settle_heuristic(Outcome outcome, NodeId tell, Effects& effects);
    void tell_damage(Effects& effects) const;
    void force(Outcome outcome, const Order& order, Effects& effects);
    void forget(const Order& order, Effects& effects);
    // Of a delivery: that it names a record, and a node that could hold it: the coordinator, or another branch that moves money. A
    // branch reads nobody's log, so it cannot check that the record is there or that it says so: whoever gives the order has seen it
    // on that node's disk (operator/orders.cpp), and the branch's own decision record names it for whoever audits.
    base::Result<> checks_proof(const Order& order) const;
    bool waits() const { return in_doubt() || (m_phase == Phase::heuristic && m_known == Outcome::none); }
    bool may_refuse(const std::vector<Enrolled>& enrolled) const;
    void refuse(Effects& effects);
    void send_vote(events::MessageKind kind, bool repeat, Effects& effects) const;
    void send_no(Refusal refusal, std::string text, Effects& effects) const;
    void send_to_voted(Message vote, bool repeat, Effects& effects) const;

    const Policy* m_policy;  // one of those in policy.h; named by the protocol
    Identity m_id;
    Phase m_phase = Phase::none;
    Heuristic m_heuristic = Heuristic::none;  // what an operator forced
    Outcome m_known = Outcome::none;          // the real outcome, once known to a heuristic branch
    PaymentPtr m_payment;                     // own legs; never changes after PREPARE, so no part of the value
    std::vector<Enrolled> m_enrolled;
    std::uint64_t m_low_water = 0;
};

}  // namespace indoubt::commit::two_phase
