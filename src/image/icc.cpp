#include "image/icc.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace inkstone {
namespace {

using vips::VImage;

VImage transform(const VImage& picture, bool embedded) {
  auto* options = VImage::option()
                      ->set("embedded", embedded)
                      ->set("depth", 16)
                      ->set("intent", VIPS_INTENT_RELATIVE)
                      ->set("black_point_compensation", true);
  if (picture.interpretation() == VIPS_INTERPRETATION_CMYK) options->set("input_profile", "cmyk");
  return picture.icc_transform("srgb", options);
}

// 9 levels of each channel, as a picture with the same profile.
VImage make_probe(const VImage& like) {
  const int bands = like.bands(), levels = 9;
  int count = 1;
  for (int b = 0; b < bands; ++b) count *= levels;
  std::vector<std::uint8_t> samples;
  for (int i = 0; i < count; ++i)
    for (int b = 0, rest = i; b < bands; ++b, rest /= levels)
      samples.push_back(static_cast<std::uint8_t>(rest % levels * 255 / (levels - 1)));
  VImage probe =
      VImage(vips_image_new_from_memory_copy(samples.data(), samples.size(), count, 1, bands, VIPS_FORMAT_UCHAR))
          .copy(VImage::option()->set("interpretation", bands == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB));
  std::size_t length = 0;
  const void* profile = like.get_blob(VIPS_META_ICC_NAME, &length);
  vips_image_set_blob_copy(probe.get_image(), VIPS_META_ICC_NAME, profile, length);
  return probe;
}

// A profile is sRGB, whatever its name and version, if it moves no probe colour by more than one 8-bit step.
bool moves_colours(const VImage& picture) {
  const VImage probe = make_probe(picture);
  VImage wide = probe.linear(257.0, 0.0);
  if (wide.bands() == 1) wide = VImage::bandjoin({wide, wide, wide});
  return (transform(probe, true) - wide).abs().max() > 257 * 1.01;
}

}  // namespace

vips::VImage to_srgb(const vips::VImage& picture) {
  const bool cmyk = picture.interpretation() == VIPS_INTERPRETATION_CMYK;
  if (picture.get_typeof(VIPS_META_ICC_NAME) != 0) try {
      if (cmyk || moves_colours(picture)) return transform(picture, true);
      return picture;
    } catch (const vips::VError&) {
      vips_error_clear();
    }
  return cmyk ? transform(picture, false) : picture;
}

}  // namespace inkstone
