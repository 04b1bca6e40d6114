// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/counterexample/counterexample.h"
#include "commit/machine.h"
#include "commit/paxos/paxos.h"
#include "commit/raft/raft.h"
#include "commit/three_phase/three_phase.h"
#include "commit/two_phase/two_phase.h"

namespace indoubt::commit {

const std::vector<Protocol>& protocols() {
    static const std::vector<Protocol> family = {
        two_phase::presumed_abort_protocol(),
        two_phase::basic_protocol(),
        two_phase::presumed_commit_protocol(),
        paxos::paxos_commit(),
        paxos::faster_paxos_commit(),
        raft::raft_two_phase(),
        three_phase::classic_protocol(),
        three_phase::quorum_protocol(),
        three_phase::e3pc_protocol(),
        counterexample::majority_two_phase(),
        counterexample::premature_end(),
        counterexample::unforced_collecting(),
        counterexample::unfenced_backup(),
        three_phase::quorum_commit_counterexample(),
    };
    return family;
}

base::Result<const Protocol*> find_protocol(std::string_view name) {
    std::string known;
    for (const Protocol& protocol : protocols()) {
        if (protocol.name == name) return &protocol;
        known += (known.empty() ? "" : ", ") + std::string(protocol.name);
    }
    return base::invalid_argument("no protocol is named \"" + std::string(name.substr(0, 40)) + "\"; known: " + known);
}

}  // namespace indoubt::commit
