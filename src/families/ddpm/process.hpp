// The two kinds of diffusion that a network is trained in: over the steps of a schedule (Ho et al. 2020 and followers), and over
// continuous noise levels (Karras et al. 2022). Each knows its loss and the denoiser that the trained network then is.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "families/ddpm/ddpm.hpp"
#include "models/unet/unet.hpp"
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
  virtual Loss loss(Unet& unet, const at::Tensor& x0, const at::Tensor& labels, StepNoise& noise) const = 0;
  virtual std::unique_ptr<Denoiser> denoiser(NoiseNetwork network) const = 0;
  // What a sampler of so many steps walks along, most noise first, ending with 0.
  virtual std::vector<double> sigmas(int64_t steps) const = 0;
  virtual int64_t most_steps() const = 0;
};

std::unique_ptr<DiffusionProcess> make_process(const DdpmOptions& options);

}  // namespace inkstone
