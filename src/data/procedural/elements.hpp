// The elements: colours of the models of Corey, Pauling and Koltun as programs have them, and radii (covalent: B. Cordero et al.,
// Dalton Trans. 2008; van der Waals: A. Bondi 1964).
#pragma once

#include <string_view>

#include "data/procedural/colour.hpp"

namespace inkstone::procedural {

struct Element {
  const char* symbol;
  std::uint32_t colour;            // 0xrrggbb
  double covalent, van_der_waals;  // angstrom
};

// Symbols from H to Og.
bool is_element(std::string_view symbol);
// Rare elements look alike.
Element element(std::string_view symbol);

}  // namespace inkstone::procedural
