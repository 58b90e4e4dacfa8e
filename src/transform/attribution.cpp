#include "transform/attribution.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/autograd.h>

#include "inkstone/error.hpp"
#include "tensor/noise.hpp"

namespace inkstone::transform {
namespace {

at::Tensor input_of(const FeatureNetwork& network, const at::Tensor& picture) {
  return preprocess(network, picture).contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor logits_of(const FeatureNetwork& network, const at::Tensor& picture) {
  return run_stages(network, input_of(network, picture), {network.stage("logits")}).front();
}

struct Slope {
  double value = 0;
  at::Tensor gradient;  // like the picture
};

Slope slope_at(const FeatureNetwork& network, const at::Tensor& picture, int64_t class_index) {
  const at::AutoGradMode tracing(true);
  const auto x = picture.detach().clone().requires_grad_();
  const auto logit = logits_of(network, x)[0][class_index];
  return {logit.item<double>(), torch::autograd::grad({logit}, {x}).front()};
}

std::size_t last_map(const FeatureNetwork& network) {
  for (std::size_t i = network.stages.size(); i-- > 0;)
    if (network.stages[i].kind == FeatureStage::Kind::mean) return inputs_of(network, i).front();
  throw Error(ErrorCategory::unsupported, fmt::format("{} has no classifier to explain; use -m resnet50-imagenet", network.name));
}

void tell(Observer& observer, std::string_view stage, int64_t step, int64_t total) {
  observer.on_progress({.stage = stage, .step = step, .total = total, .values = {}});
}

}  // namespace

at::Tensor grad_cam(const FeatureNetwork& network, const at::Tensor& picture, int64_t class_index, const std::string& layer) {
  const at::AutoGradMode tracing(true);
  const auto stage = layer.empty() ? last_map(network) : network.stage(layer);
  const auto x = picture.detach().clone().requires_grad_();
  const auto outputs = run_stages(network, input_of(network, x), {stage, network.stage("logits")});
  if (outputs[0].dim() != 4)
    throw Error(ErrorCategory::bad_argument, fmt::format("{} has no places in the picture; name an earlier layer", layer));
  const auto slope = torch::autograd::grad({outputs[1][0][class_index]}, {outputs[0]}).front();
  return at::relu((outputs[0].detach() * slope.mean({2, 3}, true)).sum(1, true));
}

IntegratedGradients integrated_gradients(const FeatureNetwork& network, const at::Tensor& picture, const at::Tensor& baseline,
                                         int64_t class_index, int64_t steps, Observer& observer) {
  IntegratedGradients result;
  const auto way = picture - baseline;
  auto sum = at::zeros_like(picture);
  int64_t done = 0;
  while (done < steps && !result.stopped) {
    const double u = (static_cast<double>(done) + 0.5) / static_cast<double>(steps);
    sum += slope_at(network, baseline + way * (u * u), class_index).gradient * (2 * u);
    tell(observer, "explain", ++done, steps);
    result.stopped = observer.stop_requested();
  }
  result.shares = way * sum / static_cast<double>(steps);
  const at::NoGradGuard looking;
  result.value = logits_of(network, picture)[0][class_index].item<double>();
  result.baseline_value = logits_of(network, baseline)[0][class_index].item<double>();
  return result;
}

at::Tensor smooth_gradients(const FeatureNetwork& network, const at::Tensor& picture, int64_t class_index, int64_t steps,
                            uint64_t seed, Observer& observer) {
  constexpr double kNoise = 0.15;
  auto generator = generator_of(seed);
  auto sum = at::zeros_like(picture.narrow(1, 0, 1));
  for (int64_t done = 0; done < steps;) {
    const auto noisy = picture + at::randn(picture.sizes(), generator) * kNoise;
    sum += slope_at(network, noisy, class_index).gradient.abs().amax(1, true);
    tell(observer, "explain", ++done, steps);
    if (observer.stop_requested()) break;
  }
  return sum / static_cast<double>(steps);
}

at::Tensor occlusion(const FeatureNetwork& network, const at::Tensor& picture, int64_t class_index, int64_t grid,
                     Observer& observer) {
  const at::NoGradGuard looking;
  const auto probability = [&](const at::Tensor& x) {
    return at::softmax(logits_of(network, x), 1)[0][class_index].item<double>();
  };
  const double whole = probability(picture);
  const auto grey = picture.mean({2, 3}, true);
  auto map = at::zeros({1, 1, grid, grid});
  const int64_t height = picture.size(2), width = picture.size(3);
  for (int64_t cell = 0; cell < grid * grid; ++cell) {
    const int64_t row = cell / grid, column = cell % grid;
    // a patch of twice its cell, so that what is small enough to hide behind one cell's edge is found too
    const auto span = [grid](int64_t k, int64_t length) {
      const int64_t begin = std::max<int64_t>(0, (2 * k - 1) * length / (2 * grid)),
                    end = std::min(length, (2 * k + 3) * length / (2 * grid));
      return std::pair{begin, std::max<int64_t>(1, end - begin)};
    };
    const auto [y, h] = span(row, height);
    const auto [x, w] = span(column, width);
    auto covered = picture.clone();
    covered.narrow(2, y, h).narrow(3, x, w).copy_(grey.expand({1, 3, h, w}));
    map[0][0][row][column] = whole - probability(covered);
    tell(observer, "explain", cell + 1, grid * grid);
    if (observer.stop_requested()) break;
  }
  return map;
}

}  // namespace inkstone::transform
