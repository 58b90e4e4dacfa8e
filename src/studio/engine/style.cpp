// In place of studio/painted_style.cpp: the engine paints nothing over.
#include "inkstone/error.hpp"
#include "studio/painted_style.hpp"

namespace inkstone::studio {

void check_style(const PaintRequest&, LoadedModels&) {
  throw Error(ErrorCategory::unsupported,
              "the engine paints nothing over in a style; leave --style out, and go on with the whole program: inkstone stylize");
}

std::vector<Painting> in_style(std::vector<Painting> paintings, const PaintRequest&, LoadedModels&, Observer&) {
  return paintings;
}

}  // namespace inkstone::studio
