// SPDX-License-Identifier: GPL-3.0-or-later
// The participant of Faster Paxos Commit: a two-phase participant that counts the acceptors' 2b messages itself.
#pragma once
#include "commit/paxos/acceptor.h"
#include "commit/two_phase/participant.h"

namespace indoubt::commit::paxos {

class FasterParticipant final : public two_phase::Participant {
  public:
    using Participant::Participant;

    void step(const Input& input, Effects& effects) override;
    std::unique_ptr<Machine> clone() const override { return std::make_unique<FasterParticipant>(*this); }
    bool equals(const Machine& other) const override;
    std::uint64_t hash() const override;

  private:
    std::vector<NodeId> m_accepted;  // acceptors that hold every vote as ready, in ballot 0; sorted
};

}  // namespace indoubt::commit::paxos
