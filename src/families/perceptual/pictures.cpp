#include "families/perceptual/pictures.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "image/decode.hpp"
#include "inkstone/error.hpp"
#include "tensor/picture.hpp"

namespace inkstone::perceptual {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto kind = entry.path().extension();
    if (entry.is_regular_file() && (kind == ".jpg" || kind == ".jpeg" || kind == ".png" || kind == ".ppm"))
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());  // the order of a directory is not that of its names
  return files;
}

at::Tensor scaled_to(const at::Tensor& picture, int64_t side) {
  if (picture.size(2) == side) return picture;
  return at::_upsample_bilinear2d_aa(picture, {side, side}, false);
}

int64_t draw_below(int64_t limit, const at::Generator& generator) {
  return std::min<int64_t>(limit - 1, static_cast<int64_t>(draw(generator) * static_cast<double>(limit)));
}

// White noise of a random grain: 1 to 16 pixels, grey or coloured.
at::Tensor noise_like(const at::Tensor& picture, const at::Generator& generator) {
  const int64_t side = picture.size(2), grain = int64_t(1) << draw_below(5, generator);
  const auto coarse = at::rand({1, 3, std::max<int64_t>(2, side / grain), std::max<int64_t>(2, side / grain)}, generator);
  return at::upsample_bilinear2d(coarse, {side, side}, false);
}

}  // namespace

double draw(const at::Generator& generator) {
  return at::rand({1}, generator, at::TensorOptions(at::kDouble)).item<double>();
}

PictureStore::PictureStore(const std::vector<fs::path>& folders, int longest_side) {
  for (const auto& folder : folders)
    for (const auto& file : files_below(folder)) {
      const auto picture = to_tensor(decode_image(file, {.fit_within = longest_side}));
      pictures_.push_back(picture[0].mul(255).round().to(at::kByte));
    }
  if (pictures_.empty()) throw Error(ErrorCategory::not_found, "the folders of training pictures hold no .jpg, .png or .ppm");
}

at::Tensor PictureStore::cut(int64_t side, const at::Generator& generator) const {
  const auto& picture = pictures_[draw_below(static_cast<int64_t>(size()), generator)];
  const int64_t height = picture.size(1), width = picture.size(2), shorter = std::min(height, width);
  const double factor = std::exp2(2 * draw(generator) - 0.7);  // source pixels per pixel: 0.6 to 2.5
  const int64_t window = std::clamp<int64_t>(static_cast<int64_t>(static_cast<double>(side) * factor), 16, shorter);
  const int64_t y = draw_below(height - window + 1, generator), x = draw_below(width - window + 1, generator);
  auto cut = picture.narrow(1, y, window).narrow(2, x, window).unsqueeze(0).to(at::kFloat).div(255);
  if (draw(generator) < 0.5) cut = cut.flip(3);
  return scaled_to(cut.contiguous(), side);
}

at::Tensor spoil(const at::Tensor& picture, const PictureStore& others, const at::Generator& generator) {
  const double kind = draw(generator) * 3, amount = draw(generator);
  if (kind < 0.25) return picture.lerp(others.cut(picture.size(2), generator), amount / 2);
  if (kind < 0.55) return picture + (at::rand(picture.sizes(), generator) - 0.5) * (amount * 0.6);
  if (kind < 0.75) return (picture - picture.mean()) * (0.3 + 1.5 * amount) + draw(generator);
  if (kind < 0.85) return noise_like(picture, generator);
  if (kind < 1.0) return picture + (noise_like(picture, generator) - 0.5) * amount;
  return picture;
}

}  // namespace inkstone::perceptual
