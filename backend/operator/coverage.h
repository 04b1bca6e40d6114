// SPDX-License-Identifier: GPL-3.0-or-later
// Which nodes an answer rests on, as of when. Internal to operator.
#pragma once
#include <span>

#include "indoubt/v1/operator.pb.h"
#include "operator/host.h"

namespace indoubt::operators {

using CoverageList = google::protobuf::RepeatedPtrField<v1::Coverage>;

// Every node hosted here; with `only`, those named; not those the answer has told of already. A node that is up is known up to now, any other up to its last event.
void cover(Host& host, CoverageList& coverage);
void cover(Host& host, std::span<const NodeId> only, CoverageList& coverage);
inline void cover(Host& host, NodeId only, CoverageList& coverage) { cover(host, std::span(&only, 1), coverage); }

}  // namespace indoubt::operators
