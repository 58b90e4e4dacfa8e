// Trains the embedded perceptual network: a closed-form start (regression.hpp), then Adam on all layers at once with every
// layer supervised (Romero et al., "FitNets", ICLR 2015), on pictures beside others that are being painted on the student.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <ATen/core/Generator.h>

#include "families/perceptual/adam.hpp"
#include "families/perceptual/canvases.hpp"
#include "families/perceptual/pictures.hpp"
#include "families/perceptual/student.hpp"
#include "families/perceptual/teachers.hpp"

namespace inkstone::perceptual {

struct DistillSettings {
  uint64_t seed = 1;
  int64_t steps = 150;
  int64_t batch = 4;  // cuts per step; canvases come on top
  int64_t canvases = 2;
  int64_t side = 128;
  double learning_rate = 1e-4;  // cosine to 0
  double gram_weight = 3;
};

// Per layer, what was lost at one step: relative squared error of features, and of Gram matrices.
struct LayerLoss {
  double features = 0, gram = 0;
};
using StepLosses = std::map<std::string, LayerLoss>;

class Distiller {
 public:
  // The stores and teachers outlive this object.
  Distiller(const Teachers& teachers, const PictureStore& photographs, const PictureStore& paintings, DistillSettings settings);

  // Solves what can be solved in closed form (regression.hpp). Once, before the first step.
  void start_from_regression();
  StepLosses step();
  int64_t steps_done() const { return done_; }
  bool finished() const { return done_ >= settings_.steps; }
  FeatureNetwork network() const { return student_.finished(); }

  // Everything that the steps to come depend on: resumed equals uninterrupted.
  StateDict checkpoint() const;
  void resume(const StateDict& state);

 private:
  double learning_rate() const;
  at::Tensor draw_batch();
  at::Tensor block_losses(const at::Tensor& rgb, StepLosses& losses) const;

  const Teachers& teachers_;
  const PictureStore &photographs_, &paintings_;
  DistillSettings settings_;
  at::Generator generator_;
  Student student_;
  Adam adam_;
  Canvases canvases_;
  int64_t done_ = 0;
};

}  // namespace inkstone::perceptual
