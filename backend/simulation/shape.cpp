// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/shape.h"

#include "base/check.h"

namespace indoubt::simulation {

events::ClusterShape make_shape(const ShapeSetup& setup) {
    using Shape = events::ClusterShape;
    const std::uint32_t managers = 2 * setup.faults + 1;
    INDOUBT_CHECK(setup.participants >= 1 && setup.participants <= 19, "participants are A to S");
    INDOUBT_CHECK(!setup.colocated || setup.participants >= managers, "every manager is a participant's node");
    Shape shape;
    shape.name = "Simulation";
    shape.protocol = setup.protocol;
    const auto add = [&](const std::string& name, Shape::Role role) { shape.members.push_back({base::NodeId::of(name), name, "", role}); };
    if (!setup.colocated) add("T", setup.faults == 0 ? Shape::by_place : Shape::manager);
    for (std::uint32_t i = 0; i < setup.participants; ++i)
        add(std::string(1, static_cast<char>('A' + i)), setup.colocated ? (i < managers ? Shape::both : Shape::participant) : setup.faults == 0 ? Shape::by_place : Shape::participant);
    if (!setup.colocated)
        for (std::uint32_t i = 1; i < managers; ++i) add("T" + std::to_string(i + 1), Shape::manager);
    shape.coordinator = shape.members.front().node;
    return shape;
}

}  // namespace indoubt::simulation
