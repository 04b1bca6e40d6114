// SPDX-License-Identifier: GPL-3.0-or-later
#include "commit/two_phase/two_phase.h"

#include "commit/two_phase/row.h"

namespace indoubt::commit::two_phase {

Protocol basic_protocol() { return row<basic>("two-phase commit, presumed nothing"); }
Protocol presumed_abort_protocol() { return row<presumed_abort>("presumed abort"); }
Protocol presumed_commit_protocol() { return row<presumed_commit>("presumed commit"); }

}  // namespace indoubt::commit::two_phase
