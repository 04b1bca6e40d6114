// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/counterexample/backup.h"

namespace indoubt::commit::counterexample {

void Backup::step(const Input& input, Effects& effects) {
    const auto* message = std::get_if<Message>(&input);
    if (!message || message->kind != events::MessageKind::inquiry) return;
    if (!m_aborted) {
        m_aborted = true;
        const std::string why = "the backup takes over and finds no decision";
        effects.push_back(Decide{Outcome::abort, Refusal::terminated, why});
        Record decision = m_id.record(events::RecordKind::decision, true);
        decision.outcome = Outcome::abort;
        decision.enrolled = message->enrolled;
        decision.refusal = Refusal::terminated;
        decision.text = why;
        effects.push_back(Append{std::move(decision)});
    }
    for (const Enrolled& branch : message->enrolled) effects.push_back(Send{m_id.to(branch.node, events::MessageKind::abort)});
}

bool Backup::equals(const Machine& other) const {
    const auto* o = dynamic_cast<const Backup*>(&other);
    return o && m_id == o->m_id && m_aborted == o->m_aborted;
}

}  // namespace indoubt::commit::counterexample
