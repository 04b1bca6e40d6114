// SPDX-License-Identifier: GPL-3.0-or-later
// Participants that are interchangeable: renaming one to the other everywhere (states, messages, what they name) maps everything
// that can happen to something that can happen. Nothing is taken on trust: a guess says which message a renamed one would be, and an
// exchange counts only if every class of states then has exactly one image whose edges are the images of its edges, and the start is
// its own image. So states that are such images of each other may be explored as one (Ip and Dill, "Better verification through
// symmetry", 1996).
#pragma once
#include <string>

#include "simulation/explore/quotient.h"

namespace indoubt::simulation::explore {

struct Renaming {
    std::vector<std::uint32_t> node, klass, message;  // what each becomes
};

struct Symmetry {
    std::vector<Renaming> renamings;                   // a group, the identity first
    std::vector<std::vector<std::string>> alike;       // names of the participants that are interchangeable, two and more
    std::vector<std::string> refused;                  // "A and B are not alike: ..."
};

// `model`: that which the quotient was made from.
Symmetry symmetry_of(const ClusterModel& model, const Quotient& quotient);

}  // namespace indoubt::simulation::explore
