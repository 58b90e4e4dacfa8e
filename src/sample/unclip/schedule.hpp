// The walk of unCLIP's networks from noise: ancestral steps (Ho et al. 2020, equation 7) over the cosine schedule, at a choice of
// its times, with the variance fixed or learned (Nichol and Dhariwal 2021, equation 15). As diffusers' UnCLIPScheduler, number
// for number in float32.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "models/unclip/config.hpp"

namespace inkstone::unclip {

class Schedule {
 public:
  // steps: at least 2, at most as many as it was trained with; else bad_argument.
  Schedule(const ScheduleConfig& config, int64_t steps);

  std::size_t steps() const { return times_.size(); }
  int64_t time(std::size_t step) const { return times_[step]; }
  bool draws_noise(std::size_t step) const { return times_[step] > 0; }

  // output: what the network says of x [N,C,...], [N,C,...] or, with a learned variance, [N,2C,...].
  at::Tensor estimate(std::size_t step, const at::Tensor& output, const at::Tensor& x) const;
  // The next x. estimate: of this step; noise: standard normal, of the shape of x, undefined where the step draws none.
  at::Tensor next(std::size_t step, const at::Tensor& estimate, const at::Tensor& output, const at::Tensor& x,
                  const at::Tensor& noise) const;

 private:
  struct Level {
    float kept, kept_before, alpha, beta;  // alpha bar here and at the next time, and of the step between
  };
  Level level(std::size_t step) const;
  at::Tensor deviation(const Level& level, const at::Tensor& output, int64_t channels) const;

  ScheduleConfig config_;
  std::vector<int64_t> times_;
  std::vector<float> betas_, kept_;
};

}  // namespace inkstone::unclip
