// Real photographs through real trained weights: taef2 (madebyollin/taesd), encoder and decoder in the files of the original
// release.
#include <algorithm>
#include <cmath>

#include <filesystem>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "image/decode.hpp"
#include "models/stable_diffusion/tiny_autoencoder.hpp"
#include "tensor/picture.hpp"

namespace inkstone::sd {
namespace {

namespace fs = std::filesystem;

const fs::path kShared = INKSTONE_SOURCE_DIR "/../shared";

// Sides cut to multiples of 8, values in [-1,1].
at::Tensor photograph(const fs::path& path) {
  const auto rgb = to_tensor(decode_image(path));
  return rgb.slice(2, 0, rgb.size(2) / 8 * 8).slice(3, 0, rgb.size(3) / 8 * 8) * 2 - 1;
}

constexpr int kPhotographs = 6;

// The first of each folder by name.
std::vector<fs::path> photographs() {
  std::vector<fs::path> chosen;
  for (const char* folder : {"images/photos", "images/bsds500"}) {
    std::vector<fs::path> all;
    for (const auto& entry : fs::directory_iterator(kShared / folder))
      if (entry.path().extension() == ".jpg") all.push_back(entry.path());
    std::sort(all.begin(), all.end());
    chosen.insert(chosen.end(), all.begin(), all.begin() + std::min<std::ptrdiff_t>(kPhotographs / 2, std::ssize(all)));
  }
  return chosen;
}

double psnr(const at::Tensor& a, const at::Tensor& b) {
  return -10 * std::log10(((a - b.clamp(-1, 1)) / 2).square().mean().item<double>());
}

TEST(TinyAutoencoderPhotographs, ComeBackThroughTrainedWeights) {
  const auto weights = kShared / "models/taef2/taef2_decoder.pth";
  if (!fs::exists(weights)) GTEST_SKIP() << "the trained weights of taef2 are not here";
  auto net = load_tiny_autoencoder(weights, at::kFloat), coarse = load_tiny_autoencoder(weights, at::kBFloat16);
  EXPECT_EQ(net->config().latent_channels, 32);
  EXPECT_TRUE(net->config().pooled);
  double sum = 0;
  int count = 0;
  for (const auto& path : photographs()) {
    const auto x = photograph(path);
    const auto y = net->decode(net->encode(x));
    const double here = psnr(x, y);
    const double half = psnr(y.clamp(-1, 1), coarse->decode(coarse->encode(x.to(at::kBFloat16))).to(at::kFloat));
    fmt::print("{:36} {:4}x{:<4} {:5.2f} dB; bfloat16 {:5.2f} dB from it\n", path.filename().string(), x.size(3), x.size(2), here,
               half);
    EXPECT_GT(here, 20) << path;
    EXPECT_GT(half, 35) << path;
    sum += here;
    ++count;
  }
  ASSERT_EQ(count, kPhotographs);
  fmt::print("mean {:.2f} dB\n", sum / count);
  EXPECT_GT(sum / count, 28);
}

}  // namespace
}  // namespace inkstone::sd
