// SPDX-License-Identifier: GPL-3.0-or-later
#include "checks/mutants.h"

#include "commit/machine.h"
#include "commit/paxos/paxos.h"
#include "commit/raft/raft.h"
#include "commit/three_phase/three_phase.h"
#include "commit/two_phase/two_phase.h"

namespace indoubt::tests {

using namespace commit;
using events::MessageKind;
using events::RecordKind;

namespace {

struct Mind {  // what a mutant remembers between steps
    PaymentPtr payment;
    std::vector<Enrolled> enrolled;
    std::vector<Effect> kept;
    bool done = false;
};

class Mutant;
using Spoil = void (*)(const Input& input, Machine& real, Mind& mind, Effects& effects);

class Mutant final : public Machine {
  public:
    Mutant(MachineValue real, Spoil spoil) : m_real(std::move(real)), m_spoil(spoil) {}
    void step(const Input& input, Effects& effects) override {
        if (const auto* message = std::get_if<Message>(&input); message && message->kind == MessageKind::prepare) m_mind.payment = message->payment;
        if (const auto* begin = std::get_if<Begin>(&input)) m_mind.enrolled = begin->enrolled;
        Effects own;
        m_real->step(input, own);
        m_spoil(input, *m_real.operator->(), m_mind, own);
        for (auto& effect : own) effects.push_back(std::move(effect));
    }
    base::Result<> permits(const Order& order) const override { return m_real->permits(order); }
    Phase phase() const override { return m_real->phase(); }
    std::unique_ptr<Machine> clone() const override { return std::make_unique<Mutant>(*this); }
    bool equals(const Machine& other) const override { return m_real->equals(other); }
    std::uint64_t hash() const override { return m_real->hash(); }
    std::string describe() const override { return m_real->describe(); }

    const Machine& real() const { return *m_real.operator->(); }

  private:
    MachineValue m_real;
    Spoil m_spoil;
    Mind m_mind;
};

const Message* message_of(const Input& input, MessageKind kind) {
    const auto* message = std::get_if<Message>(&input);
    return message && message->kind == kind ? message : nullptr;
}
Send* send_of(Effect& effect, MessageKind kind) {
    auto* send = std::get_if<Send>(&effect);
    return send && send->message.kind == kind ? send : nullptr;
}
Append* append_of(Effect& effect, RecordKind kind) {
    auto* append = std::get_if<Append>(&effect);
    return append && append->record.kind == kind ? append : nullptr;
}

// As if every other participant had sent the same message.
void echo_from_all(const Message& message, Machine& real, const Mind& mind, Effects& effects) {
    for (const Enrolled& enrolled : mind.enrolled) {
        if (enrolled.node == message.from) continue;
        Message other = message;
        other.from = enrolled.node;
        real.step(other, effects);
    }
}

void nothing(const Input&, Machine&, Mind&, Effects&) {}

void two_faced(const Input&, Machine&, Mind& mind, Effects& effects) {
    for (Effect& effect : effects)
        if (Send* send = send_of(effect, MessageKind::commit); send && send->message.to != mind.enrolled.front().node) send->message.kind = MessageKind::abort;
}

void changes_its_mind(const Input&, Machine&, Mind& mind, Effects& effects) {
    for (std::size_t i = 0; i < effects.size() && !mind.done; ++i) {
        const Append* append = append_of(effects[i], RecordKind::decision);
        if (!append || append->record.outcome != Outcome::commit) continue;
        Append second = *append;
        second.record.outcome = Outcome::abort;
        second.record.forced = false;
        effects.insert(effects.begin() + static_cast<std::ptrdiff_t>(i) + 1, second);
        mind.done = true;
    }
}

void first_yes_is_enough(const Input& input, Machine& real, Mind& mind, Effects& effects) {
    if (const Message* yes = message_of(input, MessageKind::vote_yes)) echo_from_all(*yes, real, mind, effects);
}

void aborts_for_no_reason(const Input&, Machine&, Mind&, Effects& effects) {
    bool decided = false;
    for (Effect& effect : effects) {
        if (auto* decide = std::get_if<Decide>(&effect); decide && decide->outcome == Outcome::commit) {
            decide->outcome = Outcome::abort;
            decide->text = "changed its mind";
            decided = true;
        }
        if (!decided) continue;
        if (Append* append = append_of(effect, RecordKind::decision)) {
            append->record.outcome = Outcome::abort;
            append->record.forced = false;
        }
        if (auto* answer = std::get_if<Answer>(&effect)) answer->outcome = Outcome::abort;
        if (Send* send = send_of(effect, MessageKind::commit)) send->message.kind = MessageKind::abort;
    }
    if (decided) effects.push_back(Finish{});
}

void one_after_the_other(const Input& input, Machine&, Mind& mind, Effects& effects) {
    if (std::holds_alternative<Begin>(input)) {
        bool first = true;
        for (std::size_t i = 0; i < effects.size();) {
            if (!send_of(effects[i], MessageKind::prepare) || std::exchange(first, false)) {
                ++i;
                continue;
            }
            mind.kept.push_back(effects[i]);
            effects.erase(effects.begin() + static_cast<std::ptrdiff_t>(i));
        }
        return;
    }
    const bool vote = message_of(input, MessageKind::vote_yes) || message_of(input, MessageKind::vote_no) || message_of(input, MessageKind::vote_read_only);
    if (!vote || mind.kept.empty()) return;
    effects.push_back(mind.kept.front());
    mind.kept.erase(mind.kept.begin());
}

void yes_before_disk(const Input&, Machine&, Mind&, Effects& effects) {
    for (Effect& effect : effects)
        if (Append* append = append_of(effect, RecordKind::prepared)) append->record.forced = false;
}

void commit_before_disk(const Input&, Machine&, Mind&, Effects& effects) {
    for (Effect& effect : effects)
        if (Append* append = append_of(effect, RecordKind::decision)) append->record.forced = false;
}

void impatient_branch(const Input& input, Machine& real, Mind&, Effects& effects) {
    const auto* timeout = std::get_if<Timeout>(&input);
    if (!timeout || timeout->kind != TimerKind::inquiry || real.phase() != Phase::prepared) return;
    effects.clear();
    Message abort;
    abort.kind = MessageKind::abort;
    real.step(abort, effects);
}

void ends_at_first_ack(const Input& input, Machine& real, Mind& mind, Effects& effects) {
    if (const Message* ack = message_of(input, MessageKind::ack)) echo_from_all(*ack, real, mind, effects);
}

// Takes silence for prepared.
void proposes_what_nobody_reported(const Input&, Machine&, Mind&, Effects& effects) {
    for (Effect& effect : effects) {
        Send* send = send_of(effect, MessageKind::phase_2a);
        if (!send) continue;
        auto agreement = std::make_shared<events::Agreement>(*send->message.agreement);
        for (events::InstanceVote& vote : agreement->votes) vote.vote = Vote::yes;
        send->message.agreement = std::move(agreement);
    }
}

// The END of an abort, and with it the memory of the transaction, in the step that decides it.
void forgets_aborts_at_once(const Input&, Machine&, Mind&, Effects& effects) {
    for (std::size_t i = 0; i < effects.size(); ++i) {
        const Append* decision = append_of(effects[i], RecordKind::decision);
        if (!decision || decision->record.outcome != Outcome::abort) continue;
        Append end = *decision;
        end.record.kind = RecordKind::end;
        end.record.forced = false;
        effects.push_back(end);
        effects.push_back(Finish{});
        return;
    }
}

void frees_locks_early(const Input&, Machine&, Mind&, Effects& effects) {
    for (std::size_t i = 0; i < effects.size(); ++i) {
        const Send* yes = send_of(effects[i], MessageKind::vote_yes);
        if (yes && !yes->message.repeat) return static_cast<void>(effects.insert(effects.begin() + static_cast<std::ptrdiff_t>(i) + 1, Undo{}));
    }
}

void posts_twice(const Input&, Machine&, Mind& mind, Effects& effects) {
    for (std::size_t i = 0; i < effects.size(); ++i) {
        if (!std::holds_alternative<Apply>(effects[i]) || !mind.payment) continue;
        effects.insert(effects.begin() + static_cast<std::ptrdiff_t>(i) + 1, Apply{});
        effects.insert(effects.begin() + static_cast<std::ptrdiff_t>(i) + 1, AskVote{mind.payment});
        return;
    }
}

void rounds_up(const Input&, Machine&, Mind&, Effects& effects) {
    for (Effect& effect : effects) {
        auto* ask = std::get_if<AskVote>(&effect);
        if (!ask || !ask->payment) continue;
        Payment payment = *ask->payment;
        for (auto& leg : payment.legs)
            if (leg.kind == events::LegKind::credit) leg.amount.minor += 1;
        ask->payment = std::make_shared<const Payment>(std::move(payment));
    }
}

void hides_damage(const Input&, Machine&, Mind&, Effects& effects) {
    for (Effect& effect : effects)
        if (Append* append = append_of(effect, RecordKind::damage)) append->record.kind = RecordKind::decision;
    std::erase_if(effects, [](const Effect& effect) {
        const auto* observe = std::get_if<Observe>(&effect);
        return observe && observe->kind == events::EventKind::damage;
    });
}

void forces_without_force(const Input&, Machine&, Mind&, Effects& effects) {
    for (Effect& effect : effects)
        if (Append* append = append_of(effect, RecordKind::heuristic)) append->record.forced = false;
}

void never_asks(const Input&, Machine&, Mind&, Effects& effects) {
    std::erase_if(effects, [](Effect& effect) {
        const auto* timer = std::get_if<SetTimer>(&effect);
        return (timer && (timer->kind == TimerKind::inquiry || timer->kind == TimerKind::retry)) || send_of(effect, MessageKind::inquiry);
    });
}

// One PRE-COMMIT is sent, and its acknowledgement taken for those of all.
void one_pre_commit_is_enough(const Input& input, Machine& real, Mind& mind, Effects& effects) {
    std::erase_if(effects, [&](Effect& effect) {
        const Send* send = send_of(effect, MessageKind::pre_commit);
        return send && !mind.enrolled.empty() && send->message.to != mind.enrolled.front().node;
    });
    if (const Message* ack = message_of(input, MessageKind::pre_commit_ack)) echo_from_all(*ack, real, mind, effects);
}

void counts_its_calls(const Input&, Machine&, Mind&, Effects& effects) {
    static int calls = 0;  // a state that no seed decides
    for (Effect& effect : effects)
        if (auto* send = std::get_if<Send>(&effect)) send->message.text = std::to_string(++calls);
}

template <Spoil spoil>
MachineValue coordinator(const Context& context, const Xid& xid, const ProtocolChoice& protocol) {
    return MachineValue(std::make_unique<Mutant>(two_phase::presumed_abort_protocol().make_coordinator(context, xid, protocol), spoil));
}
template <Spoil spoil>
MachineValue participant(const Context& context, const Xid& xid, const ProtocolChoice& protocol) {
    return MachineValue(std::make_unique<Mutant>(two_phase::presumed_abort_protocol().make_participant(context, xid, protocol), spoil));
}
// Presumed commit with a spoilt coordinator, under its own name: its rules go by that.
Protocol spoilt_presumed_commit() {
    Protocol protocol = two_phase::presumed_commit_protocol();
    protocol.make_coordinator = [](const Context& context, const Xid& xid, const ProtocolChoice& choice) {
        return MachineValue(std::make_unique<Mutant>(two_phase::presumed_commit_protocol().make_coordinator(context, xid, choice), forgets_aborts_at_once));
    };
    return protocol;
}
Protocol spoilt_paxos_commit() {
    Protocol protocol = paxos::paxos_commit();
    protocol.make_coordinator = [](const Context& context, const Xid& xid, const ProtocolChoice& choice) {
        return MachineValue(std::make_unique<Mutant>(paxos::paxos_commit().make_coordinator(context, xid, choice), proposes_what_nobody_reported));
    };
    return protocol;
}
// ---- replicas of the decision log ----
// Every candidate is its favourite.
void votes_for_everybody(const Input& input, Machine&, Mind&, Effects& effects) {
    const Message* asked = message_of(input, MessageKind::raft_request_vote);
    for (Effect& effect : effects) {
        Send* send = send_of(effect, MessageKind::raft_vote);
        if (!asked || !send || !asked->agreement || send->message.agreement->ballot > asked->agreement->ballot) continue;
        auto vote = std::make_shared<events::Agreement>(*send->message.agreement);
        vote->granted = true;
        send->message.agreement = vote;
    }
}
// A leader that takes its own log for a majority.
void chooses_alone(const Input& input, Machine&, Mind&, Effects& effects) {
    const auto* told = std::get_if<Told>(&input);
    if (told && told->kind == ToldKind::propose && !told->entry.end) effects.insert(effects.begin(), Tell{told->entry.xid, {ToldKind::chosen, told->entry, told->term}});
}
void acknowledges_before_disk(const Input&, Machine&, Mind&, Effects& effects) {
    for (Effect& effect : effects)
        if (Append* append = append_of(effect, RecordKind::raft_entries)) append->record.forced = false;
}
template <Spoil spoil>
Protocol spoilt_group(std::string_view name) {
    Protocol protocol = raft::raft_two_phase();
    protocol.name = name;
    protocol.make_group = [](const Context& context, const ProtocolChoice& choice) {
        return MachineValue(std::make_unique<Mutant>(raft::raft_two_phase().make_group(context, choice), spoil));
    };
    protocol.leads = [](const Machine& group) { return raft::raft_two_phase().leads(dynamic_cast<const Mutant&>(group).real()); };
    return protocol;
}
// Three-phase commit likewise.
template <Protocol (*of)()>
Protocol hasty() {
    Protocol protocol = of();
    protocol.make_coordinator = [](const Context& context, const Xid& xid, const ProtocolChoice& choice) {
        return MachineValue(std::make_unique<Mutant>(of().make_coordinator(context, xid, choice), one_pre_commit_is_enough));
    };
    return protocol;
}
template <Spoil at_coordinator, Spoil at_participant>
Protocol row(std::string_view name) {
    Protocol protocol = two_phase::presumed_abort_protocol();
    protocol.name = name;
    protocol.make_coordinator = coordinator<at_coordinator>;
    protocol.make_participant = participant<at_participant>;
    return protocol;
}

}  // namespace

const std::vector<MutantRow>& mutants() {
    static const std::vector<MutantRow> rows = {
        {"m-two-faced", "TCConsistent", false},
        {"m-changes-its-mind", "Stability", false},
        {"m-first-yes-is-enough", "Commit validity", false},
        {"m-aborts-for-no-reason", "Abort validity", false},
        {"m-aborts-for-no-reason", "Non-triviality", false},
        {"m-one-after-the-other", "Non-triviality", false},
        {"m-yes-before-disk", "Log before send", false},
        {"m-commit-before-disk", "Log before send", false},
        {"m-impatient-branch", "No unilateral exit", true},
        {"m-ends-at-first-ack", "PA forgetting", false},
        {"2pc-pc", "PC forgetting", false},
        {"paxos-commit", "Paxos", true},
        {"m-votes-for-everybody", "Raft", true},
        {"m-chooses-alone", "Raft", false},
        {"raft-2pc", "Log before send", false},
        {"3pc", "Skeen", false},
        {"3pc-quorum", "Quorum 3PC", false},
        {"3pc-e3pc", "Quorum 3PC", false},
        {"m-frees-locks-early", "Locks", false},
        {"m-posts-twice", "Exactly once", false},
        {"m-rounds-up", "Conservation", false},
        {"m-hides-damage", "Heuristic accounting", true},
        {"m-forces-without-force", "Heuristic accounting", true},
        {"m-never-asks", "Liveness", true},
        {"m-counts-its-calls", "Determinism", false},
    };
    return rows;
}

}  // namespace indoubt::tests

// The registry of this test program, in place of commit/registry.cpp.
namespace indoubt::commit {

const std::vector<Protocol>& protocols() {
    using namespace indoubt::tests;
    static const std::vector<Protocol> family = {
        two_phase::presumed_abort_protocol(),
        row<two_faced, nothing>("m-two-faced"),
        row<nothing, changes_its_mind>("m-changes-its-mind"),
        row<first_yes_is_enough, nothing>("m-first-yes-is-enough"),
        row<aborts_for_no_reason, nothing>("m-aborts-for-no-reason"),
        row<one_after_the_other, nothing>("m-one-after-the-other"),
        row<nothing, yes_before_disk>("m-yes-before-disk"),
        row<commit_before_disk, nothing>("m-commit-before-disk"),
        row<nothing, impatient_branch>("m-impatient-branch"),
        row<ends_at_first_ack, nothing>("m-ends-at-first-ack"),
        spoilt_presumed_commit(),
        spoilt_paxos_commit(),
        spoilt_group<votes_for_everybody>("m-votes-for-everybody"),
        spoilt_group<chooses_alone>("m-chooses-alone"),
        spoilt_group<acknowledges_before_disk>("raft-2pc"),
        hasty<three_phase::classic_protocol>(),
        hasty<three_phase::quorum_protocol>(),
        hasty<three_phase::e3pc_protocol>(),
        row<nothing, frees_locks_early>("m-frees-locks-early"),
        row<nothing, posts_twice>("m-posts-twice"),
        row<nothing, rounds_up>("m-rounds-up"),
        row<nothing, hides_damage>("m-hides-damage"),
        row<nothing, forces_without_force>("m-forces-without-force"),
        row<never_asks, never_asks>("m-never-asks"),
        row<counts_its_calls, nothing>("m-counts-its-calls"),
        row<nothing, nothing>("m-healthy"),
    };
    return family;
}

base::Result<const Protocol*> find_protocol(std::string_view name) {
    for (const Protocol& protocol : protocols())
        if (protocol.name == name) return &protocol;
    return base::invalid_argument("no protocol is named \"" + std::string(name) + "\"");
}

}  // namespace indoubt::commit
