// SPDX-License-Identifier: GPL-3.0-or-later
// Who listens at a port of this machine. A token opens everything, and a port is anybody's once its owner is gone: before a token is
// shown over TCP, the kernel is asked whose socket it is.
#pragma once
#include <string>

namespace indoubt::security {

// At "HOST:PORT" listens a program of another user (root's are nobody's secret anyway). False also where nobody listens, and where the
// kernel does not tell (/proc/net).
bool stranger_listens(const std::string& address);

}  // namespace indoubt::security
