// SPDX-License-Identifier: GPL-3.0-or-later
// Deliberately broken protocols, one for each checker: the real machines of presumed abort behind a wrapper that spoils what
// they do. This test program has its own registry (mutants.cpp defines it in place of the product's), so that no product binary
// ever contains one.
#pragma once
#include <string>
#include <vector>

namespace indoubt::tests {

struct MutantRow {
    std::string protocol;   // the name it is registered under
    std::string caught_by;  // the invariant that must catch it
    bool faults = true;     // shows only under faults; else a healthy cluster is enough
};
const std::vector<MutantRow>& mutants();

}  // namespace indoubt::tests
