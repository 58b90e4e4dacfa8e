// The random numbers of an augmentation, one per picture of a batch: from the training step, or fixed by a test.
#pragma once

#include <ATen/ATen.h>

#include "train/noise.hpp"

namespace inkstone {

class Dice {
 public:
  virtual ~Dice() = default;
  virtual at::Tensor uniform() = 0;                             // float32 [N] in [0,1)
  virtual at::Tensor normal() = 0;                              // float32 [N]
  virtual at::Tensor happens(double probability) = 0;           // bool [N]
  virtual at::Tensor grain(at::IntArrayRef picture_shape) = 0;  // standard normal float32 [N, ...]
};

class StepDice : public Dice {
 public:
  explicit StepDice(StepNoise& noise) : noise_(noise) {}
  at::Tensor uniform() override { return noise_.uniform({}); }
  at::Tensor normal() override { return noise_.normal({}); }
  at::Tensor happens(double probability) override { return noise_.uniform({}).lt(probability); }
  at::Tensor grain(at::IntArrayRef picture_shape) override { return noise_.normal(picture_shape); }

 private:
  StepNoise& noise_;
};

}  // namespace inkstone
