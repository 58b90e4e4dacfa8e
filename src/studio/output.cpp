#include "studio/output.hpp"

#include <unistd.h>

#include <fmt/format.h>

#include "image/encode.hpp"
#include "image/metadata.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

Metadata metadata_of(const Painting& painting) {
  Metadata metadata;
  metadata.parameters = painting.parameters;
  metadata.software = fmt::format("Inkstone {}", version());
  if (!painting.recipe.empty()) metadata.recipe = nlohmann::json::parse(painting.recipe);
  if (painting.generated) metadata.digital_source_type = kTrainedAlgorithmicMedia;
  return metadata;
}

}  // namespace

void check_output(const fs::path& path) {
  if (fs::exists(path) && !fs::is_regular_file(path))
    throw Error(ErrorCategory::bad_argument, fmt::format("cannot write to {}: it is not a regular file", path.string()));
  format_for_extension(path);
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder)) throw Error(ErrorCategory::not_found, fmt::format("there is no folder {} to write to", folder.string()));
  if (::access(folder.c_str(), W_OK) != 0) throw Error(ErrorCategory::io, fmt::format("not allowed to write into {}", folder.string()));
}

void save_painting(const Painting& painting, const fs::path& path) {
  EncodeOptions options;
  options.metadata = metadata_of(painting);
  save_image(path, painting.picture, options);
}

}  // namespace inkstone::studio
