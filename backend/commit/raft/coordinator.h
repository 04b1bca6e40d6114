// SPDX-License-Identifier: GPL-3.0-or-later
// The coordinator's half of one transaction: two-phase commit with presumed abort whose COMMIT is an entry of the replicated log.
// Phases: none -> preparing -> deciding -> committing -> committed, or preparing -> aborted, or at any time dropped: deposed.
//
// It is fenced by the term in which it began. Until its entry is committed it says nothing of COMMIT; once its node has lost that
// term it says nothing at all: the next leader knows the entry, or presumes ABORT. It may abort on its own as long as it has
// proposed nothing, for nobody else ever proposes this transaction.
//
// Its own records (BEGIN, COMMIT, ABORT, END, all lazy) are for whoever reads the log; after a restart nothing follows from them,
// because the group alone knows what was decided.
#pragma once
#include <string>
#include <vector>

#include "commit/identity.h"

namespace indoubt::commit::raft {

class Coordinator final : public Machine {
  public:
    Coordinator(Context context, Xid xid, ProtocolChoice protocol);

    void step(const Input& input, Effects& effects) override;
    base::Result<> permits(const Order& order) const override;
    Phase phase() const override { return m_phase; }
    std::unique_ptr<Machine> clone() const override { return std::make_unique<Coordinator>(*this); }
    bool equals(const Machine& other) const override;
    std::uint64_t hash() const override;
    std::string describe() const override;

  private:
    struct Branch {
        Enrolled enrolled;
        Vote vote = Vote::none;
        bool acked = false;
        Heuristic heuristic = Heuristic::none;
        Refusal refusal = Refusal::none;
        std::string text;
        friend bool operator==(const Branch&, const Branch&) = default;
    };

    void on_begin(const Begin& begin, Effects& effects);
    void on_message(const Message& message, Effects& effects);
    void on_vote(const Message& message, Effects& effects);
    void on_ack(const Message& message, Effects& effects);
    void on_told(const Told& told, Effects& effects);
    void on_timeout(TimerKind kind, Effects& effects);
    void on_order(const Order& order, Effects& effects);
    void decide_when_all_voted(Effects& effects);
    void propose(Effects& effects);
    void chosen(const Told& told, Effects& effects);
    void adopt(const Told& told, Effects& effects);
    void spread(const Told& told, const std::vector<NodeId>& quorum, bool repeat, Effects& effects);
    void abort(Refusal refusal, const std::string& text, Effects& effects);
    void drop(Effects& effects);
    void finish_commit(Effects& effects);
    void send_prepare(const Branch& branch, bool repeat, Effects& effects) const;
    void send_commit(const Branch& branch, bool repeat, Effects& effects) const;
    Branch* find(NodeId node);
    std::vector<NodeId> voters() const;

    Identity m_id;
    Phase m_phase = Phase::none;
    std::uint64_t m_term = 0;  // in which it began, or was adopted
    PaymentPtr m_payment;      // not part of the state's value: it never changes after Begin
    std::vector<Branch> m_branches;
};

}  // namespace indoubt::commit::raft
