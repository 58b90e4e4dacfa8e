#include "core/scratch_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {

ScratchFolder::ScratchFolder(const std::filesystem::path& parent, const std::string& prefix) {
  auto form = (parent / (prefix + "XXXXXX")).string();
  if (::mkdtemp(form.data()) == nullptr)
    throw Error(ErrorCategory::io, fmt::format("cannot make a folder in {}: {}", parent.string(), std::strerror(errno)));
  path_ = form;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace inkstone
