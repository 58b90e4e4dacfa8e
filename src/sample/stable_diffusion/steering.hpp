// Pictures that steer: ControlNets (Zhang et al. 2023) and T2I-Adapters (Mou et al. 2023), several at once, each with its
// strength and its part of the steps.
#pragma once

#include <vector>

#include "models/stable_diffusion/control_net.hpp"
#include "models/stable_diffusion/t2i_adapter.hpp"
#include "nn/frozen.hpp"
#include "sample/stable_diffusion/prompter.hpp"

namespace inkstone::sd {

// One network of the two, with its picture.
struct Steering {
  ControlNetModel control{nullptr};
  T2IAdapter adapter{nullptr};
  at::Tensor picture;  // [1,3,H,W] in [0,1]; resampled to what is painted where it has another size
  double strength = 1;
  double start = 0, end = 1;  // step i of n is steered where i/n >= start and (i+1)/n <= end
};

// All of them along one walk.
class Steer {
 public:
  // sigmas: the levels of the walk. Throws bad_argument where start is not below end.
  Steer(std::vector<Steering> all, const PictureExtent& extent, std::vector<double> sigmas, at::ScalarType compute,
        nn::Wrapping wrapping);

  bool empty() const { return all_.empty(); }
  // From here on the walk is at this noise level.
  void at_level(double sigma);
  // x [N,C,h,w], time, told as the U-Net's.
  Residuals residuals(const at::Tensor& x, const at::Tensor& time, const Conditioning& told);

 private:
  bool active(const Steering& one) const;

  std::vector<Steering> all_;
  std::vector<std::vector<at::Tensor>> features_;  // of adapters, which run once; empty for the others
  std::vector<double> sigmas_;
  at::ScalarType compute_;
  std::size_t step_ = 0;
};

}  // namespace inkstone::sd
