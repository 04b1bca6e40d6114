// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/paxos/participant.h"

namespace indoubt::commit::paxos {

void FasterParticipant::step(const Input& input, Effects& effects) {
    const auto* message = std::get_if<Message>(&input);
    if (!message || message->kind != events::MessageKind::phase_2b_all) return Participant::step(input, effects);
    if (!message->agreement || message->agreement->ballot != 0 || !all_ready(message->agreement->votes)) return;
    const auto at = std::lower_bound(m_accepted.begin(), m_accepted.end(), message->from);
    if (at == m_accepted.end() || *at != message->from) m_accepted.insert(at, message->from);
    if (m_accepted.size() < two_phase::active_acceptors(identity().context).size()) return;
    Message commit = *message;  // F+1 acceptors hold it: that is the decision, and the coordinator hears of it by our ACK
    commit.kind = events::MessageKind::commit;
    commit.from = identity().context.coordinator;
    commit.agreement = nullptr;
    Participant::step(commit, effects);
}

bool FasterParticipant::equals(const Machine& other) const {
    const auto* o = dynamic_cast<const FasterParticipant*>(&other);
    return o && Participant::equals(other) && m_accepted == o->m_accepted;
}

std::uint64_t FasterParticipant::hash() const {
    base::Hasher hasher;
    hasher.add(Participant::hash());
    for (const NodeId node : m_accepted) hasher.add(node.packed());
    return hasher.value();
}

}  // namespace indoubt::commit::paxos
