// SPDX-License-Identifier: GPL-3.0-or-later
// The coordinator's half of one transaction, in the variant that its policy says. Phases: none -> preparing -> committing ->
// committed, or preparing -> aborted; where an abort is acknowledged, preparing -> aborting -> aborted.
//
// The first NO decides, and whoever has said YES is told at once. Who has not voted yet is told when its YES comes (presumed abort: by the
// presumption), so that an abort costs the same in whatever order the votes come, and a second NO voter is told nothing. On a time-out
// or an operator's order the silent are told with the others.
#pragma once
#include <string>
#include <vector>

#include "commit/identity.h"
#include "commit/two_phase/policy.h"

namespace indoubt::commit::two_phase {

class Coordinator : public Machine {
  public:
    Coordinator(const Policy& policy, Context context, Xid xid, ProtocolChoice protocol);

    void step(const Input& input, Effects& effects) override;
    base::Result<> permits(const Order& order) const override;
    Phase phase() const override { return m_phase; }
    std::unique_ptr<Machine> clone() const override { return std::make_unique<Coordinator>(*this); }
    bool equals(const Machine& other) const override;
    std::uint64_t hash() const override;
    std::string describe() const override;

  protected:
    struct Branch {
        Enrolled enrolled;
        Vote vote = Vote::none;
        bool acked = false;
        Heuristic heuristic = Heuristic::none;
        Refusal refusal = Refusal::none;
        std::string text;
        friend bool operator==(const Branch&, const Branch&) = default;
    };

    // What other protocols' coordinators do in their own way.
    virtual void on_message(const Message& message, Effects& effects);
    virtual void on_timeout(TimerKind kind, Effects& effects);
    virtual void on_order(const Order& order, Effects& effects);
    virtual void on_restart(const Restart& restart, Effects& effects);
    virtual void finish(Effects& effects);
    virtual void outfit(Message&) const {}  // what else a PREPARE carries
    virtual void agreed(Effects& effects) { commit("all votes are in", voters(), effects); }  // no NO among the votes

    void on_begin(const Begin& begin, Effects& effects);
    void on_vote(const Message& message, Effects& effects);
    void on_ack(const Message& message, Effects& effects);
    void weigh_votes(Effects& effects);
    void commit(const std::string& text, std::vector<NodeId> quorum, Effects& effects);
    void abort(Refusal refusal, const std::string& text, Effects& effects);
    bool waits_for(const Branch& branch) const;
    void send_decision(const Branch& branch, bool repeat, Effects& effects) const;
    void send_prepare(const Branch& branch, bool repeat, Effects& effects) const;
    Branch* find(NodeId node);
    std::vector<NodeId> voters() const;

    const Policy* m_policy;  // one of those in policy.h; named by the protocol
    Identity m_id;
    Phase m_phase = Phase::none;
    PaymentPtr m_payment;  // not part of the state's value: it never changes after Begin
    std::vector<Branch> m_branches;
    Refusal m_refusal = Refusal::none;  // of an abort; for those who are told, so no part of the value
    std::string m_text;
    bool m_tells_late = false;  // this abort is on a NO. Says only what is sent a second time, so no part of the value
};

}  // namespace indoubt::commit::two_phase
