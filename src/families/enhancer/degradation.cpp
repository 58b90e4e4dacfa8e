#include "families/enhancer/degradation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <ATen/ATen.h>

#include "families/enhancer/blur_kernel.hpp"

namespace inkstone {
namespace {

constexpr int64_t kDrawsPerPicture = 64;

// Uniform numbers of one picture, taken in order.
class PictureDraws {
 public:
  explicit PictureDraws(const at::Tensor& row) : next_(row.data_ptr<float>()) {}
  double between(double low, double high) { return low + (high - low) * *next_++; }
  bool chance(double probability) { return *next_++ < probability; }

 private:
  const float* next_;
};

// The ranges of one of the two rounds, at full strength; those of the official configuration
// (options/train_realesrgan_x4plus.yml).
struct Round {
  double blur_chance, widest_blur;
  double up, down, highest_scale, lowest_scale;  // chances, and scales at four times; the rest keeps its size
  double most_noise, most_shot_noise;
};
constexpr Round kFirst = {1.0, 3.0, 0.2, 0.7, 1.5, 0.15, 30, 3};
constexpr Round kSecond = {0.8, 1.5, 0.3, 0.4, 1.2, 0.3, 25, 2.5};
constexpr double kSincChance = 0.1, kFinalSincChance = 0.8, kGreyNoiseChance = 0.4;
constexpr double kBestQuality = 95;

at::Tensor random_sinc(PictureDraws& draws) {
  const auto side = 7 + 2 * int64_t(draws.between(0, 8));
  return sinc_kernel(draws.between(side < 13 ? std::numbers::pi / 3 : std::numbers::pi / 5, std::numbers::pi), side);
}

at::Tensor random_blur(double widest, PictureDraws& draws) {
  if (draws.chance(kSincChance)) return random_sinc(draws);
  BlurShape shape;
  const double which = draws.between(0, 1);  // Gaussian 0.7, generalised 0.15, plateau 0.15
  shape.sigma = draws.between(0.2, widest);
  shape.sigma_across = draws.chance(0.65) ? shape.sigma : draws.between(0.2, widest);
  shape.angle = draws.between(0, std::numbers::pi);
  const double generalised = draws.between(0.5, 4), plateau = draws.between(1, 2);
  shape.plateau = which >= 0.85;
  shape.beta = which < 0.7 ? 1 : shape.plateau ? plateau : generalised;
  return blur_kernel(shape);
}

at::Tensor resized(const at::Tensor& x, int64_t height, int64_t width, PictureDraws& draws) {
  const double way = draws.between(0, 3);
  if (x.size(2) == height && x.size(3) == width) return x;
  if (way < 1) return at::_upsample_bicubic2d_aa(x, {height, width}, false);
  if (way < 2) return at::_upsample_bilinear2d_aa(x, {height, width}, false);
  return at::adaptive_avg_pool2d(x, {height, width});  // "area"
}

double random_factor(const Round& round, double strength, double blur_chance, PictureDraws& draws) {
  const double choice = draws.between(0, 1), place = draws.between(0, 1);
  if (choice < blur_chance * round.up) return 1 + place * strength * (round.highest_scale - 1);
  if (choice < blur_chance * (round.up + round.down)) return 1 - place * strength * (1 - round.lowest_scale);
  return 1;
}

// Gaussian, or shot noise as its normal approximation; of one value per pixel in grey.
at::Tensor with_noise(const at::Tensor& x, const at::Tensor& normal, const Round& round, double strength, PictureDraws& draws) {
  const bool shot = draws.chance(0.5), grey = draws.chance(kGreyNoiseChance);
  const double amount = draws.between(0, strength);
  auto n = normal.narrow(1, 0, grey ? 1 : 3).narrow(2, 0, x.size(2)).narrow(3, 0, x.size(3));
  if (!shot) return (x + n * (amount * round.most_noise / 255)).clamp(0, 1);
  const auto light = grey ? x.mean(1, true) : x;
  return (x + n * light.clamp_min(0).sqrt() * (amount * round.most_shot_noise / 16)).clamp(0, 1);  // 16 = sqrt(256 levels)
}

class RealDegradation {
 public:
  RealDegradation(const Degradation& wanted, double strength, PictureDraws draws)
      : wanted_(wanted), strength_(strength), draws_(draws) {}

  at::Tensor apply(const at::Tensor& picture, const at::Tensor& first_noise, const at::Tensor& second_noise) {
    const int64_t height = picture.size(2) / wanted_.scale, width = picture.size(3) / wanted_.scale;
    auto x = blur(picture, kFirst);
    x = rescale(x, picture.size(2), picture.size(3), kFirst);
    x = noised(x, first_noise, kFirst);
    x = compressed(x);
    x = blur(x, kSecond);
    x = rescale(x, height, width, kSecond);
    x = noised(x, second_noise, kSecond);
    return finish(x, height, width);
  }

 private:
  // The paper's blurs and scales are meant for a result four times smaller; a result of the same size keeps more.
  double share() const { return std::min(1.0, 0.25 * double(wanted_.scale) + 0.25); }

  at::Tensor blur(const at::Tensor& x, const Round& round) {
    const bool wanted = draws_.chance(wanted_.blur_chance * round.blur_chance);
    const auto kernel = random_blur(0.2 + strength_ * (share() * round.widest_blur - 0.2), draws_);
    return wanted ? blurred(x, kernel).clamp(0, 1) : x;
  }

  at::Tensor noised(const at::Tensor& x, const at::Tensor& normal, const Round& round) {
    return draws_.chance(wanted_.noise_chance) ? with_noise(x, normal, round, strength_, draws_) : x;
  }

  at::Tensor compressed(const at::Tensor& x) {
    if (!draws_.chance(wanted_.noise_chance)) return x;
    return jpeg_compressed(x, draws_.between(kBestQuality - strength_ * (kBestQuality - wanted_.worst_quality), kBestQuality));
  }

  at::Tensor rescale(const at::Tensor& x, int64_t height, int64_t width, Round round) {
    round.lowest_scale = std::pow(round.lowest_scale, share());
    const double factor = random_factor(round, strength_, wanted_.blur_chance, draws_);
    const auto side = [&](int64_t length) { return std::max<int64_t>(4, std::llround(double(length) * factor)); };
    return resized(x, side(height), side(width), draws_).clamp(0, 1);
  }

  // Back to size with ringing, before or after the second JPEG.
  at::Tensor finish(const at::Tensor& picture, int64_t height, int64_t width) {
    const bool jpeg_last = draws_.chance(0.5), ringing = draws_.chance(wanted_.blur_chance * kFinalSincChance * strength_);
    auto x = picture;
    if (!jpeg_last) x = compressed(x);
    x = resized(x, height, width, draws_);
    const auto kernel = random_sinc(draws_);
    if (ringing) x = blurred(x, kernel);
    x = x.clamp(0, 1);
    return jpeg_last ? compressed(x) : x;
  }

  const Degradation& wanted_;
  double strength_;
  PictureDraws draws_;
};

at::Tensor really_degraded(const at::Tensor& pictures, const Degradation& wanted, StepNoise& noise) {
  const auto draws = noise.uniform({kDrawsPerPicture}).cpu().contiguous();
  // room for the largest that a round may make of a picture
  const auto room = [](int64_t side) { return std::max<int64_t>(4, side + (side + 1) / 2); };
  const auto first = noise.normal({3, room(pictures.size(2)), room(pictures.size(3))});
  const auto second = noise.normal({3, room(pictures.size(2)), room(pictures.size(3))});
  std::vector<at::Tensor> made;
  for (int64_t k = 0; k < pictures.size(0); ++k) {
    PictureDraws own(draws[k]);
    const double strength = own.between(wanted.least, wanted.most);
    RealDegradation chain(wanted, strength, own);
    made.push_back(chain.apply(pictures.narrow(0, k, 1), first.narrow(0, k, 1), second.narrow(0, k, 1)));
  }
  return at::cat(made);
}

// BT.601 luma in all three channels, at the 256 values of a file.
at::Tensor in_grey(const at::Tensor& x) {
  const auto luma = (x * at::tensor({0.299F, 0.587F, 0.114F}, x.options()).view({1, 3, 1, 1})).sum(1, true);
  return ((luma.clamp(0, 1) * 255).round() / 255).expand(x.sizes()).contiguous();
}

}  // namespace

at::Tensor degraded(const at::Tensor& pictures, const Degradation& wanted, StepNoise& noise) {
  const at::NoGradGuard frozen;
  const auto x = pictures.contiguous();
  if (wanted.kind == "grey") return in_grey(x);
  const auto worse = wanted.kind == "bicubic"
                         ? at::_upsample_bicubic2d_aa(x, {x.size(2) / wanted.scale, x.size(3) / wanted.scale}, false)
                         : really_degraded(x, wanted, noise);
  return (worse.clamp(0, 1) * 255).round() / 255;
}

}  // namespace inkstone
