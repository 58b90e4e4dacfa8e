// The kinds of diffusion that a network is trained in: over the steps of a schedule (Ho et al. 2020 and followers), over
// continuous noise levels (Karras et al. 2022), and flow matching (Lipman et al. 2023). Each knows its loss and the denoiser that
// the trained network then is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "families/ddpm/ddpm.hpp"
#include "sample/denoiser.hpp"
#include "train/noise.hpp"

namespace inkstone {

class DiffusionProcess {
 public:
  struct Loss {
    at::Tensor per_picture;  // float32 [N], with its graph
    at::Tensor noise_level;  // float32 [N] in [0,1): where in the process each picture was, from clean to noise
  };

  virtual ~DiffusionProcess() = default;
  // teacher: where given, its answers are aimed at in the place of what x0 says (a learned variance is left alone then).
  virtual Loss loss(const NoiseNetwork& network, const at::Tensor& x0, const Condition& condition, StepNoise& noise,
                    const NoiseNetwork& teacher = {}) const = 0;
  virtual std::unique_ptr<Denoiser> denoiser(NoiseNetwork network) const = 0;
  // What a sampler of so many steps walks along, most noise first, ending with 0.
  virtual std::vector<double> sigmas(int64_t steps) const = 0;
  virtual int64_t most_steps() const = 0;
};

std::unique_ptr<DiffusionProcess> make_process(const DdpmOptions& options);

// x_t = (1 - t) x0 + t epsilon, the logit of t normal with this mean and deviation (Esser et al. 2024); the network says x0, and
// the loss is the velocity's (Li and He 2025).
std::unique_ptr<DiffusionProcess> make_flow_process(double time_mean, double time_deviation);

}  // namespace inkstone
