// The one question that samplers ask: given x = x0 + sigma epsilon, what is x0? Everything that differs between diffusion
// networks (what they predict, how they are scaled, what they are told about time) is hidden behind it, so a solver is written
// once.
#pragma once

#include <functional>
#include <memory>

#include <ATen/core/Tensor.h>

#include "models/diffusion/parameterisation.hpp"
#include "sample/condition.hpp"
#include "sample/noise_schedule.hpp"

namespace inkstone {

struct Denoised {
  at::Tensor x0;  // float32, like x
  // Where the network has learned its variance: float32 like x in [0,1], from the posterior's (0) to beta (1), in logarithms.
  at::Tensor variance;
};

class Denoiser {
 public:
  virtual ~Denoiser() = default;
  // x float32 [N,C,H,W] at noise level sigma > 0, the signal unscaled.
  virtual Denoised denoise(const at::Tensor& x, double sigma, const Condition& condition) const = 0;
  at::Tensor operator()(const at::Tensor& x, double sigma, const Condition& condition) const {
    return denoise(x, sigma, condition).x0;
  }
};

// A network as it is: x scaled as it was trained, time float32 [N] -> its output.
using NoiseNetwork = std::function<at::Tensor(const at::Tensor& x, const at::Tensor& time, const Condition& condition)>;

// What a network over steps is told of a noise level: its time. A walk may say so itself (Trajectory::time_of).
using TimeOf = std::function<double(double sigma)>;

// Over the steps of a variance-preserving schedule; epsilon, velocity or clean. Times between steps are interpolated, unless
// time_of is given. learned_variance: the output has twice the channels, the second half in [-1,1].
std::unique_ptr<Denoiser> discrete_denoiser(NoiseNetwork network, NoiseSchedule schedule, Prediction prediction,
                                            bool learned_variance = false, TimeOf time_of = {});

// Preconditioned as in Karras et al. 2022.
std::unique_ptr<Denoiser> edm_denoiser(NoiseNetwork network, double sigma_data);

// x0 held to [-1,1], as suits pixels (Ho et al. 2020). Keeps a reference.
std::unique_ptr<Denoiser> clipped(const Denoiser& denoiser);

// Calls `look` with every estimate of x0, for previews. Keeps a reference.
std::unique_ptr<Denoiser> watched(const Denoiser& denoiser, std::function<void(const at::Tensor& x0, double sigma)> look);

// Says the noise level of every question before it is asked, to networks that act by it. Keeps a reference.
std::unique_ptr<Denoiser> announced(const Denoiser& denoiser, std::function<void(double sigma)> tell);

// One denoiser after another: each from its noise level down, the noisiest first (prompts that change on the way, refiners).
// Keeps references. Throws bad_argument where the levels do not fall.
struct FromLevel {
  double sigma;
  const Denoiser* denoiser;
};
std::unique_ptr<Denoiser> in_turn(std::vector<FromLevel> parts);

}  // namespace inkstone
