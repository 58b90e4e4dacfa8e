// A data set by what one writes in a config: a name that is known, a folder of pictures, a file, a rule.
#pragma once

#include <memory>
#include <string>

#include "data/dataset.hpp"
#include "inkstone/observer.hpp"

namespace inkstone::studio {

// split: "train" or "test". What had to be left out is told to the observer. Throws not_found, corrupt_file, bad_argument.
std::shared_ptr<const Dataset> open_data(const std::string& spec, const std::string& split, Observer& observer);

}  // namespace inkstone::studio
