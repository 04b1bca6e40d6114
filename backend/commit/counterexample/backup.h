// SPDX-License-Identifier: GPL-3.0-or-later
// The backup of x-unfenced-backup: asked by a branch that hears nothing from the coordinator, it takes that one for dead, knows of no
// decision, and aborts. What is missing is a fence: nothing keeps the first coordinator from committing.
#pragma once
#include <vector>

#include "commit/identity.h"

namespace indoubt::commit::counterexample {

class Backup final : public Machine {
  public:
    Backup(Context context, Xid xid, ProtocolChoice protocol) : m_id{std::move(context), xid, std::move(protocol), true} {}

    void step(const Input& input, Effects& effects) override;
    base::Result<> permits(const Order&) const override { return base::failed_precondition("a backup coordinator takes no orders"); }
    Phase phase() const override { return m_aborted ? Phase::aborted : Phase::none; }
    std::unique_ptr<Machine> clone() const override { return std::make_unique<Backup>(*this); }
    bool equals(const Machine& other) const override;
    std::uint64_t hash() const override { return base::Hasher().add(base::hash_value(m_id.xid)).add(m_aborted ? 1 : 0).value(); }
    std::string describe() const override { return std::string("backup ") + (m_aborted ? "aborted" : "waits"); }

  private:
    Identity m_id;
    bool m_aborted = false;
};

}  // namespace indoubt::commit::counterexample
