// A training step without the loop: Adam from torch::optim on each network, and everything that was reported.
#pragma once

#include <map>
#include <string>

#include <torch/optim.h>

#include "train/family.hpp"

namespace inkstone {

class PlainTrainer {
 public:
  explicit PlainTrainer(Family& family, double rate = 1e-3, double beta1 = 0.5, int64_t parts = 1)
      : family_(family), parts_(parts) {
    for (auto& network : family.networks()) {
      network.module->train();
      optimizers_[network.name] = std::make_unique<torch::optim::Adam>(network.module->parameters(),
                                                                       torch::optim::AdamOptions(rate).betas({beta1, 0.999}));
    }
  }

  // Step after step on the same batch, in training mode; the reports of the last one stay in `reported`.
  void run(const Batch& batch, int64_t steps) {
    for (int64_t k = 0; k < steps; ++k) {
      Step step(*this, number_++, batch.size());
      reported.clear();
      family_.step(batch, step);
    }
  }

  // As if so many steps had been taken.
  void skip(int64_t steps) { number_ += steps; }

  void evaluate() {
    for (auto& network : family_.networks()) network.module->eval();
  }

  std::map<std::string, double> reported;
  std::map<std::string, int64_t> minimised;  // calls by network

 private:
  class Step : public TrainingStep {
   public:
    Step(PlainTrainer& owner, int64_t number, int64_t size)
        : owner_(owner), number_(number), noise_(11, number, {0, size, size}, at::kCPU) {}

    int64_t number() const override { return number_; }
    StepNoise& noise() override { return noise_; }
    void report(const std::string& name, const at::Tensor& value) override { owner_.reported[name] = value.item<double>(); }

    void minimise(const std::string& network, const Batch& batch, const LossOf& loss_of) override {
      auto& optimizer = *owner_.optimizers_.at(network);
      ++owner_.minimised[network];
      optimizer.zero_grad();
      const auto call = noise_.calls();
      const int64_t count = batch.size() / owner_.parts_;
      for (int64_t k = 0; k < owner_.parts_; ++k) {
        noise_.select(k * count, count, call);
        const Batch part{batch.pictures.narrow(0, k * count, count),
                         batch.labels.defined() ? batch.labels.narrow(0, k * count, count) : at::Tensor(),
                         batch.captions.empty() ? batch.captions
                                                : std::vector<std::string>(batch.captions.begin() + k * count,
                                                                           batch.captions.begin() + (k + 1) * count),
                         0};
        (loss_of(part) / double(owner_.parts_)).backward();
      }
      noise_.select(0, batch.size(), noise_.calls());
      optimizer.step();
    }

   private:
    PlainTrainer& owner_;
    int64_t number_;
    StepNoise noise_;
  };

  Family& family_;
  int64_t parts_, number_ = 0;
  std::map<std::string, std::unique_ptr<torch::optim::Adam>> optimizers_;
};

// Pictures of smooth blobs in [-1,1], labels counted round.
inline Batch blobs(int64_t count, int64_t channels, int64_t height, int64_t width, int64_t classes = 0) {
  const auto y = at::linspace(-1, 1, height).view({1, 1, -1, 1}), x = at::linspace(-1, 1, width).view({1, 1, 1, -1});
  const auto k = at::arange(count, at::kFloat).view({-1, 1, 1, 1}), c = at::arange(channels, at::kFloat).view({1, -1, 1, 1});
  const auto centre_y = (k * 2.1 + c * 0.3).sin() * 0.5, centre_x = (k * 1.3).cos() * 0.5;
  Batch batch;
  batch.pictures = (2 * (-8 * ((y - centre_y).square() + (x - centre_x).square())).exp() - 1).contiguous();
  batch.labels = classes > 0 ? at::arange(count, at::kLong).remainder(classes) : at::full({count}, -1, at::kLong);
  return batch;
}

inline PaintSpec paint_spec(const Family& family, int64_t count, uint64_t first_seed = 0) {
  PaintSpec spec;
  for (int64_t k = 0; k < count; ++k) spec.seeds.push_back(first_seed + uint64_t(k));
  std::vector<at::Tensor> rows;
  for (const auto seed : spec.seeds) {
    at::manual_seed(seed);
    rows.push_back(at::randn(family.latent_shape()));
  }
  spec.latents = at::stack(rows);
  spec.labels = at::full({count}, -1, at::kLong);
  return spec;
}

inline double psnr(const at::Tensor& a, const at::Tensor& b) {
  return -10 * std::log10((a - b).square().mean().item<double>() / 4 + 1e-30);
}

}  // namespace inkstone
