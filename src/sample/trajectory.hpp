// The path of a sampler: which noise levels it visits, what the network is told there, and how noise becomes its start. Tools
// differ in just these things; a trajectory states them, so that the same seed gives the same picture.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "sample/denoiser.hpp"

namespace inkstone {

struct Trajectory {
  std::vector<double> sigmas;  // falling; the last is 0, or where the tool that is followed leaves off
  std::vector<double>
      times;               // what the network is told at each level but the last; empty: the time that the schedule has for sigma
  double start_scale = 1;  // of the noise: sigma of the first level, or sqrt(1 + sigma^2) where the signal counts too
  double end_scale = 1;    // of the result: below 1 where a variance-preserving process ends before sigma 0

  std::size_t steps() const { return sigmas.empty() ? 0 : sigmas.size() - 1; }
  // noise: standard normal [N,C,H,W] -> where the solver starts.
  at::Tensor start(const at::Tensor& noise) const;
  // What the solver returned -> the picture (or latent).
  at::Tensor finish(const at::Tensor& x) const;
  // A TimeOf for discrete_denoiser: the times of this trajectory at its levels, the schedule's elsewhere.
  TimeOf time_of(const NoiseSchedule& schedule) const;
};

// For a picture to start from: the last floor(strength * steps) steps of the trajectory, as diffusers cuts it. strength in (0,1];
// throws bad_argument where no step is left.
Trajectory cut(const Trajectory& whole, double strength);

// Where the cut trajectory starts: x0 + sigma noise. x0, noise [N,C,H,W].
at::Tensor start_from(const Trajectory& cut, const at::Tensor& x0, const at::Tensor& noise);

}  // namespace inkstone
