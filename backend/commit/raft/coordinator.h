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
#include "commit/two_phase/coordinator.h"

namespace indoubt::commit::raft {

// Presumed abort, its COMMIT kept by the group; whoever leads may answer an inquiry.
extern const two_phase::Policy replicated;

class Coordinator final : public two_phase::Coordinator {
  public:
    Coordinator(Context context, Xid xid, ProtocolChoice protocol);

    void step(const Input& input, Effects& effects) override;
    base::Result<> permits(const Order& order) const override;
    std::unique_ptr<Machine> clone() const override { return std::make_unique<Coordinator>(*this); }
    bool equals(const Machine& other) const override;
    std::uint64_t hash() const override;
    std::string describe() const override;

  private:
    using Base = two_phase::Coordinator;

    void on_message(const Message& message, Effects& effects) override;
    void on_restart(const Restart& restart, Effects& effects) override;
    void agreed(Effects& effects) override;
    void finish(Effects& effects) override;
    void outfit(Message& prepare) const override;
    void chosen(const Told& told, Effects& effects);
    void adopt(const Told& told, Effects& effects);
    void drop(Effects& effects);
    bool updates() const;  // some branch has changed something

    std::uint64_t m_term = 0;  // in which it began, or was adopted
};

}  // namespace indoubt::commit::raft
