// The procedural painters as a data set: as many pictures as one says, each painted when it is asked for.
#pragma once

#include <memory>
#include <string>

#include "data/dataset.hpp"

namespace inkstone {

// text: kinds by comma, or "all", then perhaps options: "julia,forest:size=64x48,count=20000,palette=auto,seed=7" (size is width
// x height). Labels are the kinds in the order given, captions those of the painters; the split "test" has other seeds than
// "train". Defaults: 64x64 pixels, 50000 pictures (10000 of them for "test"), seed 0. Throws bad_argument naming what is unknown.
std::shared_ptr<const Dataset> open_procedural(const std::string& text, const std::string& split);

}  // namespace inkstone
