#include "families/enhancer/enhancer.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "families/enhancer/degradation.hpp"
#include "families/painting.hpp"
#include "families/repainting.hpp"
#include "inkstone/error.hpp"
#include "models/srvgg/srvgg.hpp"
#include "tensor/picture.hpp"

namespace inkstone {
namespace {

constexpr double kCharbonnier = 1e-3;  // epsilon, of a range of 1

SrvggConfig network_config(const EnhancerOptions& o) {
  return {o.features, o.convolutions, o.scale, o.unshuffle, o.activation, o.base};
}

// One of the four quarter turns for each square picture; mirroring is the loader's.
at::Tensor turned(const at::Tensor& pictures, StepNoise& noise) {
  if (pictures.size(2) != pictures.size(3)) return pictures;
  const auto turns = noise.integers(0, 4);
  std::vector<at::Tensor> made;
  for (int64_t k = 0; k < pictures.size(0); ++k) made.push_back(at::rot90(pictures[k], turns[k].item<int64_t>(), {1, 2}));
  return at::stack(made);
}

at::Tensor distance(const std::string& kind, const at::Tensor& got, const at::Tensor& wanted) {
  if (kind == "l1") return at::l1_loss(got, wanted);
  if (kind == "l2") return at::mse_loss(got, wanted);
  return ((got - wanted).square() + kCharbonnier * kCharbonnier).sqrt().mean();
}

class EnhancerFamily : public Family {
 public:
  EnhancerFamily(const EnhancerOptions& options, const PictureShape& shape)
      : options_(options), shape_(shape), network_(network_config(options)) {}

  std::vector<Network> networks() override { return {{.name = "enhancer", .module = network_.ptr()}}; }

  void step(const Batch& batch, TrainingStep& step) override {
    const auto good = turned(unit_range(batch.pictures), step.noise());
    const auto bad = degraded(good, degradation(), step.noise());  // outside the loss, whose precision may be lower
    step.minimise("enhancer", batch, [&](const Batch& part) {
      const int64_t first = part.first_draw - batch.first_draw, count = part.size();
      const auto loss = distance(options_.loss, network_->forward(bad.narrow(0, first, count)), good.narrow(0, first, count));
      step.report("loss", loss.detach());
      return loss;
    });
  }

  std::map<std::string, double> validate(const Batch& batch, StepNoise& noise) override {
    const at::NoGradGuard frozen;
    const auto good = unit_range(batch.pictures), bad = degraded(good, degradation(), noise);
    return {{"psnr", decibels(network_->forward(bad), good)}, {"psnr-input", decibels(enlarged(bad), good)}};
  }

  // Rows in turn: the bad pictures, what the network makes of them, the good ones.
  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override {
    const at::NoGradGuard frozen;
    const auto places = at::arange(columns, at::kLong).remainder(examples.size()).to(examples.pictures.device());
    const auto good = unit_range(examples.pictures.index_select(0, places));
    StepNoise noise(0, 0, {0, columns, columns}, good.device());
    const auto bad = degraded(good, degradation(), noise);
    const std::vector<at::Tensor> kinds = {enlarged(bad), network_->forward(bad).clamp(0, 1), good};
    std::vector<at::Tensor> shown;
    for (int64_t row = 0; row < rows; ++row) shown.push_back(kinds[std::size_t(row) % kinds.size()]);
    return (at::cat(shown).clamp(0, 1) * 2 - 1).to(at::kCPU, at::kFloat);
  }

  void probe() override {
    const at::NoGradGuard frozen;
    network_->eval();
    network_->forward(at::zeros({1, 3, shape_.height / options_.scale, shape_.width / options_.scale}).to(device_of(*network_)));
  }

  at::Tensor paint(const PaintSpec&, Observer&) override {
    throw Error(ErrorCategory::unsupported,
                "an enhancer paints nothing of its own; give it a picture: inkstone upscale PICTURE -m MODEL, or restore");
  }
  std::vector<int64_t> latent_shape() const override { return {1}; }

 private:
  Degradation degradation() const {
    return {options_.degradation, options_.scale,        options_.least_strength, options_.strength,
            options_.blur_chance, options_.noise_chance, options_.worst_quality};
  }
  at::Tensor enlarged(const at::Tensor& bad) const {
    return resize(bad, bad.size(2) * options_.scale, bad.size(3) * options_.scale);
  }

  EnhancerOptions options_;
  PictureShape shape_;
  SrvggNet network_;
};

}  // namespace

std::unique_ptr<Family> make_enhancer(const EnhancerOptions& options, const PictureShape& shape) {
  const auto fail = [](const std::string& what) { throw Error(ErrorCategory::bad_argument, what); };
  check_colour(shape, "an enhancer");
  const int step = options.scale * options.unshuffle;
  if (shape.height % step != 0 || shape.width % step != 0)
    fail(fmt::format("pictures of {}x{} pixels are no multiple of scale times unshuffle, {}; choose another width and height",
                     shape.width, shape.height, step));
  if (std::min(shape.height, shape.width) / options.scale < 4)
    fail("an enhancer needs pictures of at least 4 x 4 pixels after scaling down");
  if (options.degradation == "grey" && options.scale != 1)
    fail("degradation grey keeps the size of pictures; it goes with scale 1");
  if (options.least_strength > options.strength) fail("least-strength is above strength");
  return std::make_unique<EnhancerFamily>(options, shape);
}

}  // namespace inkstone
