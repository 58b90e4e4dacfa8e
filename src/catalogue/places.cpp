#include "catalogue/places.hpp"

#include <cstdlib>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::filesystem::path home_folder() {
  if (const auto home = variable("INKSTONE_HOME"); !home.empty()) return std::filesystem::absolute(home);
  // the XDG base directory specification: a relative value is to be ignored
  if (const std::filesystem::path data = variable("XDG_DATA_HOME"); data.is_absolute()) return data / "inkstone";
  if (const auto home = variable("HOME"); !home.empty()) return std::filesystem::path(home) / ".local/share/inkstone";
  throw Error(ErrorCategory::bad_argument, "there is no home folder to keep models in; set INKSTONE_HOME to a folder");
}

}  // namespace

Places Places::from_environment() {
  return {home_folder(), variable("INKSTONE_MIRROR")};
}

}  // namespace inkstone
