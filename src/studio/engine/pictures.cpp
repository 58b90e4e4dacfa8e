// In place of image/decode.cpp and studio/output.cpp: pictures come and go as PPM, which needs no library, and go as packed data.
#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "image/decode.hpp"
#include "image/metadata.hpp"
#include "image/pnm.hpp"
#include "inkstone/error.hpp"
#include "studio/animation.hpp"
#include "studio/output.hpp"
#include "studio/packed_output.hpp"
#include "studio/translate.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostPixels = 100'000'000;

std::vector<std::uint8_t> rgb_bytes(const Image& image) {
  std::vector<std::uint8_t> samples;
  samples.reserve(std::size_t(image.width) * image.height * 3);
  for (std::size_t i = 0; i < image.pixels.size(); i += image.channels)
    for (int c = 0; c < 3; ++c) samples.push_back(std::uint8_t(std::clamp(image.pixels[i + c], 0.0f, 1.0f) * 255 + 0.5f));
  return samples;
}

PpmTexts texts_of(const Painting& painting) {
  PpmTexts texts = {
      {"parameters", painting.parameters}, {"inkstone", painting.recipe}, {"Software", fmt::format("Inkstone {}", version())}};
  if (painting.generated) texts.emplace_back(kPpmDigitalSource, kTrainedAlgorithmicMedia);
  return texts;
}

}  // namespace

Image decode_image(const fs::path& path, const DecodeOptions&) {
  const MappedFile file(path);
  if (sniff_format(file.bytes()) != ImageFormat::ppm)
    throw Error(ErrorCategory::unsupported,
                fmt::format("the engine reads PPM pictures alone, and {} is {}", path.string(), describe_content(file.bytes())));
  PnmReader reader(file.bytes(), path.string());
  const auto info = reader.info();
  if (std::uint64_t(info.width) * std::uint64_t(info.height) > kMostPixels)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} has {}x{} pixels, more than the engine takes", path.string(), info.width, info.height));
  Image picture(info.width, info.height, 3);
  reader.read(info.height, picture.pixels.data());
  return picture;
}

Metadata read_metadata(const fs::path& path) {
  Metadata metadata;
  const MappedFile file(path);
  if (sniff_format(file.bytes()) != ImageFormat::ppm) return metadata;
  for (const auto& [keyword, text] : read_ppm_texts(file.bytes()))
    if (keyword == "Copyright")
      metadata.licence = text;
    else if (keyword == "inkstone")
      metadata.recipe = nlohmann::json::parse(text, nullptr, false);
  return metadata;
}

std::string_view picture_ending() {
  return ".ppm";
}

void Studio::save(const Image& picture, const fs::path& path) {
  studio::translated([&] { write_file_atomic(path, as_bytes(encode_ppm(picture.width, picture.height, rgb_bytes(picture)))); });
}

namespace studio {

void check_output(const fs::path& path, bool moves) {
  check_place(path);
  if (moves) save_animation({}, path, 0);
  if (!is_packed_output(path) && path.extension() != ".ppm")
    throw Error(ErrorCategory::unsupported,
                fmt::format("the engine writes pictures as .ppm and .safetensors, not as {}", path.filename().string()));
}

void save_painting(const Painting& painting, const fs::path& path) {
  if (is_packed_output(path)) return save_packed({painting}, path);
  write_file_atomic(path, as_bytes(encode_ppm(painting.picture.width, painting.picture.height, rgb_bytes(painting.picture),
                                              texts_of(painting))));
}

void save_animation(const std::vector<Painting>&, const fs::path& path, int) {
  throw Error(ErrorCategory::unsupported, fmt::format("the engine writes no {}; take .safetensors", path.extension().string()));
}

}  // namespace studio
}  // namespace inkstone
