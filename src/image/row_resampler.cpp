#include "image/row_resampler.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace inkstone {
namespace {

constexpr double kLobes = 3;

double sinc(double x) {
  return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

double lanczos(double x) {
  return std::abs(x) < kLobes ? sinc(x) * sinc(x / kLobes) : 0;
}

// Shrinking widens the kernel to the source's spacing, so that what the result cannot hold is averaged away.
LanczosAxis::Tap make_tap(int i, int source, double ratio) {
  const double stretch = std::max(ratio, 1.0), centre = (i + 0.5) * ratio - 0.5;
  const int low = static_cast<int>(std::floor(centre - kLobes * stretch)) + 1;
  const int high = static_cast<int>(std::ceil(centre + kLobes * stretch)) - 1;
  LanczosAxis::Tap tap{std::clamp(low, 0, source - 1), {}};
  std::vector<double> weights(std::clamp(high, 0, source - 1) - tap.first + 1);
  double sum = 0;
  for (int k = low; k <= high; ++k) {
    const double weight = lanczos((k - centre) / stretch);
    weights[std::clamp(k, 0, source - 1) - tap.first] += weight;
    sum += weight;
  }
  for (const double weight : weights) tap.weights.push_back(static_cast<float>(weight / sum));
  return tap;
}

}  // namespace

LanczosAxis::LanczosAxis(int source, int result) {
  const double ratio = static_cast<double>(source) / result;
  for (int i = 0; i < result; ++i) taps_.push_back(make_tap(i, source, ratio));
}

RowResampler::RowResampler(int source_width, int source_height, int width, int height, int channels)
    : across_(source_width, width),
      down_(source_height, height),
      width_(width),
      channels_(channels),
      line_(std::size_t(width) * channels),
      result_(std::size_t(width) * height * channels) {}

template <int kChannels>
void RowResampler::resample_across(const float* row) {
  float* to = line_.data();
  for (int x = 0; x < width_; ++x, to += kChannels) {
    const auto& tap = across_[x];
    float sum[kChannels] = {};
    const float* from = row + std::size_t(tap.first) * kChannels;
    for (const float weight : tap.weights) {
      for (int c = 0; c < kChannels; ++c) sum[c] += weight * from[c];
      from += kChannels;
    }
    std::copy_n(sum, kChannels, to);
  }
}

void RowResampler::push(const float* row) {
  channels_ == 4 ? resample_across<4>(row) : resample_across<3>(row);
  const auto past = [&](int y) { return down_[y].first + static_cast<int>(down_[y].weights.size()) <= row_; };
  while (open_ < down_.size() && past(open_)) ++open_;
  for (int y = open_; y < down_.size() && down_[y].first <= row_; ++y) {
    if (past(y)) continue;
    const float weight = down_[y].weights[row_ - down_[y].first];
    float* to = result_.data() + std::size_t(y) * line_.size();
    for (std::size_t i = 0; i < line_.size(); ++i) to[i] += weight * line_[i];
  }
  ++row_;
}

}  // namespace inkstone
