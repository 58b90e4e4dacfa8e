// Which file an error is about: readers that see only bytes cannot say it themselves.
#pragma once

#include <filesystem>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {

// read(), its errors opening with the path.
template <class Read>
auto naming_file(const std::filesystem::path& path, Read&& read) {
  try {
    return read();
  } catch (const Error& error) {
    throw Error(error.category(), fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace inkstone
