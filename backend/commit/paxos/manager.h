// SPDX-License-Identifier: GPL-3.0-or-later
// The coordinator's half of one transaction at one manager: acceptor of all its instances, and leader of ballot 0 (where the payment was
// submitted) or of a ballot with which it takes over: when its votes do not come in, or when a branch in doubt asks it. Ballot numbers: round x managers + place among them; ballot 0 is the participants'.
// Phases: none -> preparing -> committing -> committed, or preparing -> aborted.
#pragma once
#include <string>

#include "commit/paxos/acceptor.h"

namespace indoubt::commit::paxos {

class Manager final : public Machine {
  public:
    Manager(Context context, Xid xid, ProtocolChoice protocol, bool faster);

    void step(const Input& input, Effects& effects) override;
    base::Result<> permits(const Order& order) const override;
    Phase phase() const override { return m_phase; }
    std::unique_ptr<Machine> clone() const override { return std::make_unique<Manager>(*this); }
    bool equals(const Machine& other) const override;
    std::uint64_t hash() const override;
    std::string describe() const override;

  private:
    struct Report {  // of one acceptor, in the ballot that this manager leads
        NodeId node;
        Votes votes;
        friend bool operator==(const Report&, const Report&) = default;
    };
    enum class Leading : std::uint8_t { nothing, ballot_zero, phase_one, phase_two };

    void on_begin(const Begin& begin, Effects& effects);
    void on_restart(const Restart& restart, Effects& effects);
    void on_timeout(TimerKind kind, Effects& effects);
    void on_order(const Order& order, Effects& effects);
    void on_message(const Message& message, Effects& effects);
    // ---- acceptor: acceptor.cpp ----
    void on_vote(const Message& message, Effects& effects);
    void on_1a(const Message& message, Effects& effects);
    void on_2a(const Message& message, Effects& effects);
    void tell_ballot_zero(Effects& effects);
    void write(events::RecordKind kind, Effects& effects) const;
    // ---- leader: leader.cpp ----
    void take_over(Effects& effects);
    void on_1b(const Message& message, Effects& effects);
    void on_2b(const Message& message, Effects& effects);
    void judge(Effects& effects);
    void decide(Outcome outcome, const Votes& votes, Refusal refusal, const std::string& text, Effects& effects);
    void note_commit(NodeId from, Effects& effects);
    void on_learned(const Message& message, Effects& effects);
    void on_ack(const Message& message, Effects& effects);
    void on_inquiry(const Message& message, Effects& effects);
    void tell_managers(bool ended, Effects& effects) const;
    void finish(Effects& effects);

    void arm(std::int64_t delay_ms, Effects& effects);
    void enroll(const std::vector<Enrolled>& enrolled);
    bool enrolled(NodeId node) const;
    bool origin() const { return m_id.xid.coordinator == m_id.context.self && m_began; }
    bool decided() const { return m_phase == Phase::committing || m_phase == Phase::committed || m_phase == Phase::aborted; }
    std::size_t quorum() const { return m_managers.size() / 2 + 1; }
    bool waits_for(NodeId node) const;
    Message with(NodeId to, events::MessageKind kind, std::uint64_t ballot, const Votes& votes) const;
    void send_prepare(const Enrolled& branch, bool repeat, Effects& effects) const;
    void send_outcome(NodeId to, bool repeat, Effects& effects) const;

    Identity m_id;
    std::vector<NodeId> m_managers;  // of the shape; never changes
    bool m_faster;
    bool m_began = false;            // the payment was submitted here, in this life
    Phase m_phase = Phase::none;
    PaymentPtr m_payment;            // where it was submitted; never changes, so no part of the value
    std::vector<Enrolled> m_enrolled;
    std::uint64_t m_low_water = 0;   // as the votes tell it
    Acceptor m_acceptor;
    Leading m_leading = Leading::nothing;
    std::uint64_t m_ballot = 0;      // led
    std::vector<Report> m_reports;   // of it
    std::vector<NodeId> m_updaters;  // whose ACK is wanted, once committing
    std::vector<NodeId> m_acked;
    Heuristic m_heuristic = Heuristic::none;
    bool m_armed = false;            // its election timer runs
};

}  // namespace indoubt::commit::paxos
