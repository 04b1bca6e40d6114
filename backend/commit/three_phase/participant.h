// SPDX-License-Identifier: GPL-3.0-or-later
// A branch of three-phase commit. Phases: none -> active -> prepared -> pre-committed -> committed, or -> aborted before and by a
// termination, there by way of pre-aborted where quorums count. A branch that gets no answer from the coordinator asks its peers where
// they stand and leads the termination; any number may do so at once, except by the site-failure rule, where it is the first operational
// one in the order of enrolment. What it asks and orders goes to itself too, as a message behind its own forced records.
#pragma once
#include "commit/three_phase/rules.h"
#include "commit/two_phase/participant.h"

namespace indoubt::commit::three_phase {

class Participant final : public two_phase::Participant {
  public:
    Participant(const Rules& rules, Context context, Xid xid, ProtocolChoice protocol);

    void step(const Input& input, Effects& effects) override;
    std::unique_ptr<Machine> clone() const override { return std::make_unique<Participant>(*this); }
    bool equals(const Machine& other) const override;
    std::uint64_t hash() const override;
    std::string describe() const override;

  private:
    using Base = two_phase::Participant;
    using Knowledge = events::Knowledge;

    void on_message(const Message& message, Effects& effects) override;
    void on_local_vote(const LocalVote& vote, Effects& effects) override;
    void on_timeout(TimerKind kind, Effects& effects) override;
    void on_restart(const Restart& restart, Effects& effects) override;
    void ask(Effects& effects) override;
    bool in_doubt() const override { return m_phase == Phase::prepared || m_phase == Phase::pre_committed || m_phase == Phase::pre_aborted; }

    void on_outcome(const Message& message, Effects& effects);
    void on_pre_commit(const Message& message, Effects& effects);
    void on_undecided(const Message& message, Effects& effects);
    void on_state_request(const Message& message, Effects& effects);
    void on_state_report(const Message& message, Effects& effects);
    void on_move(const Message& message, Effects& effects);
    void on_moved(const Message& message, Effects& effects);

    // ---- as the one that leads a termination: termination.cpp ----
    void await_election(Effects& effects);
    void trust_coordinator(Effects& effects);
    void elect(Effects& effects);
    void begin_round();
    void request_states(Effects& effects);
    void go_on(bool over, Effects& effects);
    void move_all(bool to_commit, Effects& effects);
    void end(Outcome outcome, const std::string& why, Effects& effects);
    void take_over_when_first(Effects& effects);
    void end_when_all_are_back(Effects& effects);
    void heard_from(const Message& message);
    void suspects(NodeId node, Effects& effects);

    Knowledge knowledge() const;
    bool knows_outcome() const { return knowledge() == Knowledge::committed || knowledge() == Knowledge::aborted; }
    Message report_to(const Message& asked, bool granted) const;
    void stand(Phase where, Effects& effects);
    void enrol();
    Report* report_of(NodeId node);
    std::size_t place_of(NodeId node) const;  // among the updaters; their number: it is none of them

    const Rules* m_rules;
    Phase m_stands = Phase::none;         // prepared, pre-committed or pre-aborted, also while an operator's choice hides it
    std::uint64_t m_elected = 1;          // E3PC's LastElected: the coordinator's own attempt is number 1
    std::uint64_t m_attempt = 0;          // E3PC's LastAttempt
    std::uint64_t m_heard = 0;            // the greatest number of an election heard of
    std::vector<Enrolled> m_updaters;     // in the order of enrolment
    std::vector<Report> m_reports;        // of each
    enum class Round : std::uint8_t { none, asking, to_commit, to_abort } m_round = Round::none;
    std::uint64_t m_number = 0;           // of the round
    bool m_awaiting = false;              // an election, by its timer
    bool m_restarted = false;             // this life only remembers: by the site-failure rule it only asks
    bool m_coordinator_failed = false, m_coordinator_asks = false;
};

}  // namespace indoubt::commit::three_phase
