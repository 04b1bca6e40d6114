// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON shapes that scripts rely on. Keys are only ever added.
#pragma once
#include "context.h"
#include "view/why.h"

namespace indoubt::cli {

Json to_json(const client::Coverages& coverage);
Json with_coverage(Json document, const client::Coverages& coverage);
Json to_json(const events::References& refs);
Json to_json(const events::Party& party);
// `lost`: the nodes that were not reached, for the cause.
Json to_json(const view::Transaction& transaction, std::int64_t now_hlc, const view::LostNodes& lost);      // a row of `tx list`
Json detail_json(const view::Transaction& transaction, std::int64_t now_hlc, const view::LostNodes& lost);  // and legs, branches
// Its ACK is in; under presumed commit none is sent for a commit, though the coordinator is done.
bool acknowledged(const view::Transaction& transaction, const view::Branch& branch);
Json to_json(const events::Event& event);
Json to_json(const client::NodeStatus& node);
Json to_json(const view::AccountRow& account);
Json to_json(const client::Fault& fault);
Json nullable(std::int64_t value);  // 0 -> null

}  // namespace indoubt::cli
