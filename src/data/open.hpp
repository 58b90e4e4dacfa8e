// A data set by what one writes in a config: the sources that need no image library.
#pragma once

#include <memory>
#include <string>

#include "data/dataset.hpp"

namespace inkstone {

// spec, with split "train" or "test":
//   idx:PATH             data/idx.hpp
//   cifar:PATH           data/cifar.hpp
//   packed:PATH          data/packed.hpp; a folder with train and test in it (folders or .safetensors files) gives the one asked
//   for,
//                        anything else is taken for either split. The prefix may be left out.
//   procedural:KINDS     data/procedural_dataset.hpp
// Throws bad_argument for a spec of none of these forms (naming them), and what the sources throw.
std::shared_ptr<const Dataset> open_dataset(const std::string& spec, const std::string& split);

// True for what open_dataset takes, judged by prefix and, for a bare path, by what is there.
bool is_engine_dataset(const std::string& spec);

// Whether split "test" of spec, or of a folder with parts in it, holds other pictures than "train".
bool has_parts(const std::string& spec);

}  // namespace inkstone
