// In place of the catalogue: models are files.
#include "inkstone/models.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "studio/model_record.hpp"

namespace inkstone {

std::filesystem::path model_path(const std::string& name) {
  throw Error(ErrorCategory::not_found,
              fmt::format("the engine has no catalogue, so it cannot find the model '{}' by name; give its file", name));
}

std::string studio::catalogue_licence(const std::string&) {
  return {};
}

}  // namespace inkstone
