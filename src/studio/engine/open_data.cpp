// In place of studio/open_data.cpp: data that was packed elsewhere, and what needs no image library.
#include "studio/open_data.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "data/open.hpp"
#include "data/place.hpp"
#include "inkstone/error.hpp"

namespace inkstone::studio {

namespace fs = std::filesystem;

const std::vector<std::string>& ready_datasets() {
  static const std::vector<std::string> none;
  return none;
}

std::shared_ptr<const Dataset> open_data(const std::string& spec, const std::string& split, Observer&, const DataWish&) {
  if (spec.empty()) throw Error(ErrorCategory::bad_argument, "no data; name a packed data set with --data");
  if (is_engine_dataset(spec)) return open_dataset(spec, split);
  throw Error(is_there(spec) ? ErrorCategory::unsupported : ErrorCategory::not_found,
              fmt::format("the engine reads packed data (also idx:, cifar: and procedural:), and {} is none; where the whole "
                          "program is: inkstone dataset pack {} -o {}.safetensors",
                          spec, spec, fs::path(spec).stem().string()));
}

bool has_test_split(const std::string& spec) {
  return has_parts(spec);
}

}  // namespace inkstone::studio
