#include "studio/packed_output.hpp"

#include <unistd.h>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "data/packed.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {

namespace fs = std::filesystem;

bool is_packed_output(const fs::path& path) {
  return path.extension() == ".safetensors";
}

void save_packed(const std::vector<Painting>& paintings, const fs::path& path) {
  if (!is_packed_output(path))
    throw Error(ErrorCategory::bad_argument,
                fmt::format("several pictures go into one file as a packed data set; end {} in .safetensors", path.string()));
  PackOptions options;
  if (!paintings.empty())
    options.metadata = {{"inkstone", paintings.front().recipe}, {"parameters", paintings.front().parameters}};
  options.metadata["software"] = fmt::format("Inkstone {}", version());
  PackWriter writer(path, std::move(options));
  for (const auto& painting : paintings)
    writer.add({.picture = to_tensor(painting.picture)[0].mul(255).round().to(at::kByte), .caption = {}});
  writer.finish();
}

void check_place(const fs::path& path) {
  if (fs::exists(path) && !fs::is_regular_file(path))
    throw Error(ErrorCategory::bad_argument, fmt::format("cannot write to {}: it is not a regular file", path.string()));
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder))
    throw Error(ErrorCategory::not_found, fmt::format("there is no folder {} to write to", folder.string()));
  if (::access(folder.c_str(), W_OK) != 0)
    throw Error(ErrorCategory::io, fmt::format("not allowed to write into {}", folder.string()));
}

}  // namespace inkstone::studio
