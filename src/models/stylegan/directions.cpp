#include "models/stylegan/directions.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "tensor/noise.hpp"

namespace inkstone::stylegan {
namespace {

constexpr int64_t kSamplesAtOnce = 1000;
constexpr double kLeastLength = 1e-12;

// Sums that a mean and a covariance within classes are made of.
struct StyleSums {
  at::Tensor counts, sums, products;  // [classes], [classes,style], [style,style]

  StyleSums(int64_t classes, int64_t style)
      : counts(at::zeros({classes}, at::kDouble)),
        sums(at::zeros({classes, style}, at::kDouble)),
        products(at::zeros({style, style}, at::kDouble)) {}

  void add(const at::Tensor& w, const at::Tensor& labels) {
    counts.index_add_(0, labels, at::ones({w.size(0)}, at::kDouble));
    sums.index_add_(0, labels, w);
    products += at::matmul(w.t(), w);
  }

  StyleSpread spread() const {
    const double total = counts.sum().item<double>();
    const auto means = sums / counts.clamp_min(1).unsqueeze(1);
    return {sums.sum(0) / total, (products - at::matmul(sums.t(), means)) / total};
  }
};

// The signs of eigenvectors are chance; a dial must turn the same way wherever it is computed.
at::Tensor with_signs(const at::Tensor& axes) {
  const auto largest = axes.gather(1, axes.abs().argmax(1, true));
  return axes * at::where(largest.lt(0), -at::ones_like(largest), at::ones_like(largest));
}

// Rows: eigenvectors of a symmetric matrix, largest eigenvalue first.
at::Tensor eigenvectors(const at::Tensor& matrix) {
  const auto rising = std::get<1>(at::linalg_eigh(matrix));
  return with_signs(rising.t().flip(0).contiguous());
}

Directions with_deviations(const at::Tensor& axes, const at::Tensor& covariance) {
  const auto variances = (at::matmul(axes, covariance) * axes).sum(1);
  return {axes.to(at::kFloat), variances.clamp_min(0).sqrt().to(at::kFloat)};
}

std::string layer_weight_name(const Config& config, int64_t layer) {
  if (layer == config.styles() - 1) return fmt::format("synthesis.{}.torgb.affine.weight", block_name(config.levels()));
  return fmt::format("synthesis.{}.conv{}.affine.weight", block_name((layer + 1) / 2), layer % 2 == 0 ? 1 : 0);
}

}  // namespace

StyleSpread style_spread(Generator& generator, int64_t samples, uint64_t seed, int64_t label,
                         const std::function<bool()>& keep_going) {
  const at::NoGradGuard frozen;
  const auto& config = generator.config();
  const auto device = generator.mapping->w_avg.device();
  const int64_t classes = std::max<int64_t>(1, config.classes);
  auto random = generator_of(seed);
  StyleSums sums(classes, config.style);
  for (int64_t first = 0; first < samples && (first == 0 || !keep_going || keep_going()); first += kSamplesAtOnce) {
    const int64_t count = std::min(kSamplesAtOnce, samples - first);
    const auto labels =
        label >= 0 ? at::full({count}, label, at::kLong) : at::arange(first, first + count, at::kLong).remainder(classes);
    const auto z = at::randn({count, config.latent}, random);
    sums.add(generator.map(z.to(device), labels.to(device)).to(at::kCPU, at::kDouble), labels);
  }
  return sums.spread();
}

double deviation_of(const StyleSpread& spread) {
  return std::sqrt(std::max(0.0, spread.covariance.diagonal().sum().item<double>()));
}

Directions principal_directions(const at::Tensor& covariance) {
  return with_deviations(eigenvectors(covariance), covariance);
}

Directions factorised_directions(const at::Tensor& weights, const at::Tensor& covariance) {
  const auto rows = weights.to(at::kDouble);
  const auto even = rows / rows.norm(2, 1, true).clamp_min(kLeastLength);
  return with_deviations(eigenvectors(at::matmul(even.t(), even)), covariance);
}

at::Tensor style_weights(const Generator& generator, Layers layers) {
  const auto parameters = generator.named_parameters();
  std::vector<at::Tensor> weights;
  for (int64_t layer = layers.first; layer <= layers.last; ++layer)
    weights.push_back(parameters[layer_weight_name(generator.config(), layer)].detach().to(at::kCPU, at::kFloat));
  return at::cat(weights);
}

at::Tensor moved(const at::Tensor& ws, const at::Tensor& by, Layers layers) {
  auto result = ws.clone(at::MemoryFormat::Contiguous);
  result.narrow(1, layers.first, layers.last - layers.first + 1) += by.to(ws.device());
  return result;
}

}  // namespace inkstone::stylegan
