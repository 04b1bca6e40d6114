// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON shapes that scripts rely on. Keys are only ever added.
#pragma once
#include "context.h"

namespace indoubt::cli {

Json to_json(const std::vector<client::Coverage>& coverage);
Json to_json(const events::References& refs);
Json to_json(const events::Party& party);
Json to_json(const view::Transaction& transaction, std::int64_t now_hlc);      // a row of `tx list`
Json detail_json(const view::Transaction& transaction, std::int64_t now_hlc);  // the row, its legs and its branches
Json to_json(const events::Event& event);
Json to_json(const client::NodeStatus& node);
Json to_json(const view::AccountRow& account);
Json to_json(const client::Fault& fault);
Json nullable(std::int64_t value);  // 0 -> null

// Why a payment is not finished, in words; empty for a finished one.
std::string cause_text(const view::Transaction& transaction);

}  // namespace indoubt::cli
