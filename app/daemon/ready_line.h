// SPDX-License-Identifier: GPL-3.0-or-later
// The one line on stdout that tells scripts where the cluster is. Stable keys; more may be added.
#pragma once
#include <string>

#include "events/record.h"

namespace indoubt {

// {"ready":true,"name":..,"environment":..,"address":..,"token_file":..,"data":..,"protocol":..,"nodes":["T","A",..],"pid":..}
std::string daemon_ready_line(const events::ClusterShape& shape, const std::string& address, const std::string& token_file, const std::string& data, bool json);

}  // namespace indoubt
