#include "families/perceptual/distill.hpp"

#include <cmath>
#include <numbers>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include "families/perceptual/losses.hpp"
#include "families/perceptual/regression.hpp"

namespace inkstone::perceptual {
namespace {

constexpr double kPaintingShare = 0.3, kWarmUpSteps = 50;
constexpr const char* kLastStyleLayer = "relu3_1";  // what lies deeper does not disturb what lies before
constexpr int kScaleCuts = 48;                      // pictures that the channel scales are measured on
constexpr int kSamples = 24, kCutsPerSample = 4;    // for the regression that the student starts from

// Cuts of which some are paintings and some spoiled: [count,3,side,side].
at::Tensor draw_cuts(int64_t count, int64_t side, const PictureStore& photographs, const PictureStore& paintings,
                     const at::Generator& generator) {
  std::vector<at::Tensor> cuts;
  for (int64_t i = 0; i < count; ++i) {
    const auto& store = draw(generator) < kPaintingShare ? paintings : photographs;
    cuts.push_back(spoil(store.cut(side, generator), photographs, generator));
  }
  return at::cat(cuts);
}

ChannelScales measure_scales(const Teachers& teachers, int64_t side, const PictureStore& photographs,
                             const PictureStore& paintings, const at::Generator& generator) {
  const auto targets = teachers.before_rectifiers(draw_cuts(kScaleCuts, side, photographs, paintings, generator));
  ChannelScales scales;
  for (const auto& [layer, t] : targets) {
    const auto rms = at::relu(t).square().mean({0, 2, 3}).sqrt();
    scales[layer] = rms.clamp_min(rms.mean().item<double>() * 1e-2);  // a channel silent so far
  }
  return scales;
}

// Between all channels alike and as their energy in the Gram matrices: with their RMS.
at::Tensor importance_of(const at::Tensor& scale) {
  return scale / scale.mean();
}

}  // namespace

Distiller::Distiller(const Teachers& teachers, const PictureStore& photographs, const PictureStore& paintings,
                     DistillSettings settings)
    : teachers_(teachers),
      photographs_(photographs),
      paintings_(paintings),
      settings_(settings),
      generator_(at::make_generator<at::CPUGeneratorImpl>(settings.seed)),
      student_(measure_scales(teachers, settings.side, photographs, paintings, generator_), generator_),
      adam_(student_.parameters(), 0.9, 0.99),
      canvases_(settings.canvases, settings.side) {}

void Distiller::start_from_regression() {
  std::vector<TeacherSample> samples;
  for (int i = 0; i < kSamples; ++i) {
    const auto rgb = draw_cuts(kCutsPerSample, settings_.side, photographs_, paintings_, generator_);
    samples.push_back({student_.input(rgb), teachers_.before_rectifiers(rgb)});
  }
  solve_blocks(student_, samples);
}

double Distiller::learning_rate() const {
  const double part = static_cast<double>(done_) / static_cast<double>(settings_.steps);
  const double warm = std::min(1.0, static_cast<double>(done_ + 1) / kWarmUpSteps);
  return settings_.learning_rate * warm * (0.5 + 0.5 * std::cos(std::numbers::pi * part));
}

at::Tensor Distiller::draw_batch() {
  const auto cuts = draw_cuts(settings_.batch, settings_.side, photographs_, paintings_, generator_);
  if (settings_.canvases == 0) return cuts;
  return at::cat({cuts, canvases_.paint(student_, photographs_, paintings_, generator_)});
}

at::Tensor Distiller::block_losses(const at::Tensor& rgb, StepLosses& losses) const {
  const auto targets = teachers_.before_rectifiers(rgb);
  at::Tensor total = at::zeros({}), x = student_.input(rgb);
  for (const auto& block : student_.blocks()) {
    const auto& scale = student_.scale(block.layer);
    const auto t = targets.at(block.layer) / scale.view({1, -1, 1, 1});
    const auto a = student_.before_rectifier(block, x), f = at::relu(a), g = at::relu(t);
    const auto features = feature_loss(a, t, importance_of(scale)), grams = gram_loss(f, g, scale);
    losses[block.layer] = {features.item<double>(), grams.item<double>()};
    total = total + features + grams * settings_.gram_weight;
    x = block.layer == kLastStyleLayer ? f.detach() : f;
  }
  return total;
}

StepLosses Distiller::step() {
  StepLosses losses;
  const auto total = block_losses(draw_batch(), losses);
  total.backward();
  adam_.step(learning_rate());
  ++done_;
  return losses;
}

StateDict Distiller::checkpoint() const {
  StateDict state;
  const auto parameters = student_.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i)
    state.tensors[fmt::format("parameters.{}", i)] = parameters[i].detach().contiguous().clone();
  adam_.save(state, "adam");
  canvases_.save(state);
  state.tensors["generator"] = generator_.get_state().clone();
  state.tensors["steps"] = at::tensor({done_});
  return state;
}

void Distiller::resume(const StateDict& state) {
  const at::NoGradGuard frozen;
  const auto parameters = student_.parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i)
    parameters[i].copy_(state.at(fmt::format("parameters.{}", i), parameters[i].sizes()));
  adam_.load(state, "adam");
  canvases_.load(state);
  generator_.set_state(state.at("generator"));
  done_ = state.at("steps").item<int64_t>();
}

}  // namespace inkstone::perceptual
