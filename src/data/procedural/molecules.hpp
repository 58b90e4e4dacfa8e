// Molecules as balls and sticks or as the spheres that they fill, lit like a still life. Every built-in one is an SDF text that
// goes through the same parser as a file.
#pragma once

#include <span>
#include <string_view>

#include "data/procedural/painter.hpp"
#include "data/procedural/sdf.hpp"

namespace inkstone::procedural {

// SDF texts: water, benzene, caffeine, ...
std::span<const std::string_view> built_in_molecules();

// One of the built-in molecules, chosen by the seed.
Painted paint_molecules(const Brief& brief);
// Any other.
Painted paint_molecule(const Molecule& molecule, const Brief& brief);

}  // namespace inkstone::procedural
