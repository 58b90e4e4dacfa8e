#include "studio/output.hpp"

#include <fmt/format.h>

#include "image/encode.hpp"
#include "image/metadata.hpp"
#include "studio/packed_output.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

Metadata metadata_of(const Painting& painting) {
  Metadata metadata;
  metadata.parameters = painting.parameters;
  metadata.exif = painting.exif;
  metadata.keep_private = !painting.exif.empty();
  metadata.software = fmt::format("Inkstone {}", version());
  if (!painting.recipe.empty()) metadata.recipe = nlohmann::json::parse(painting.recipe);
  if (painting.generated) metadata.digital_source_type = kTrainedAlgorithmicMedia;
  return metadata;
}

bool has_deep_samples(ImageFormat format) {
  return format == ImageFormat::png || format == ImageFormat::tiff || format == ImageFormat::ppm || format == ImageFormat::avif;
}

EncodeOptions encoding_of(const Painting& painting, ImageFormat format) {
  EncodeOptions options;
  options.format = format;
  options.metadata = metadata_of(painting);
  if (has_deep_samples(format)) options.bits = painting.bits;
  return options;
}

}  // namespace

void check_output(const fs::path& path, bool moves) {
  check_place(path);
  if (!moves && !is_packed_output(path)) format_for_extension(path);
}

void save_painting(const Painting& painting, const fs::path& path) {
  if (is_packed_output(path)) return save_packed({painting}, path);
  save_image(path, painting.picture, encoding_of(painting, format_for_extension(path)));
}

std::string png_of(const Painting& painting) {
  return encode_image(painting.picture, encoding_of(painting, ImageFormat::png));
}

}  // namespace inkstone::studio
