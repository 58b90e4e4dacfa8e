// A family of a few weights whose training is quick and easily followed: a linear map of the picture and a little noise to a
// number.
#pragma once

#include <torch/nn.h>

#include "train/family.hpp"

namespace inkstone {

struct ToyFamily : Family {
  explicit ToyFamily(int64_t pixels = 4) : linear(torch::nn::Linear(pixels, 1)), dropout(torch::nn::Dropout(0.1)) {
    at::NoGradGuard no_gradient;
    linear->weight.fill_(0.5);
    linear->bias.fill_(0.1);
    noisy->register_module("linear", linear);
    noisy->register_module("dropout", dropout);
  }

  std::vector<Network> networks() override { return {{.name = "net", .module = noisy}}; }

  void step(const Batch& batch, TrainingStep& step) override {
    step.minimise("net", batch, [&](const Batch& part) {
      auto x = part.pictures.flatten(1) + 0.1 * step.noise().normal({part.pictures[0].numel()});
      if (uses_dropout) x = dropout(x);
      at::Tensor loss = (linear(x).squeeze(1) - part.pictures.flatten(1).sum(1)).square().mean();
      if (step.number() == spoil_at && spoils-- > 0) loss = loss * std::numeric_limits<float>::quiet_NaN();
      step.report("loss", loss);
      return loss;
    });
  }

  at::Tensor paint(const PaintSpec& spec, Observer&) override { return spec.latents.expand({-1, 1, 2, 2}); }
  std::vector<int64_t> latent_shape() const override { return {1, 1, 1}; }
  std::map<std::string, double> validate(const Batch& batch, StepNoise&) override {
    return {{"loss",
             (linear(batch.pictures.flatten(1)).squeeze(1) - batch.pictures.flatten(1).sum(1)).square().mean().item<double>()}};
  }

  std::shared_ptr<torch::nn::Module> noisy = std::make_shared<torch::nn::Module>("toy");
  torch::nn::Linear linear;
  torch::nn::Dropout dropout;
  bool uses_dropout = true;
  int64_t spoil_at = -1;  // this step's loss is NaN, so often
  int64_t spoils = 0;
};

// Batch b of pictures [N,1,2,2] that are a function of b alone.
struct ToyData : BatchSource {
  explicit ToyData(int64_t batch, int64_t first = 0, int64_t count = -1)
      : batch(batch), first(first), count(count < 0 ? batch : count) {}
  Batch get(int64_t number) override {
    const auto k = at::arange(batch * 4, at::kFloat) + float(number * batch * 4);
    return Batch{at::sin(k * 0.7).reshape({batch, 1, 2, 2}), at::zeros({batch}, at::kLong), {}, number * batch}.part(first,
                                                                                                                     count);
  }
  int64_t batches_per_epoch() const override { return 3; }
  int64_t batch, first, count;
};

}  // namespace inkstone
