// The mapping network: from a random latent z, or a class, to a style w, whose directions need not follow the shape of a Gaussian
// and so mean something one by one (Karras et al. 2019).
#pragma once

#include <vector>

#include <torch/nn.h>

#include "models/stylegan/layers.hpp"

namespace inkstone::stylegan {

struct MappingOptions {
  int64_t latent = 512;  // 0: labels alone
  int64_t classes = 0;
  int64_t style = 512;
  int64_t layers = 8;
  double rate = 0.01;
  bool average = true;  // keeps w_avg
};

// fc0, fc1, ...; embed [style, classes] where there are classes; w_avg [style], a running mean of w.
class MappingImpl : public torch::nn::Module {
 public:
  explicit MappingImpl(MappingOptions options);

  // z float32 [N,latent], labels int64 [N] -> [N,style]. Either may be undefined where it is not read.
  at::Tensor forward(const at::Tensor& z, const at::Tensor& labels);

  // Moves w_avg towards the mean of these styles.
  void track(const at::Tensor& w);

  at::Tensor w_avg;

 private:
  MappingOptions options_;
  EqualLinear embed_ = nullptr;
  std::vector<EqualLinear> layers_;
};
TORCH_MODULE(Mapping);

// x over the root of its mean square, row by row.
at::Tensor normalised_rows(const at::Tensor& x);

}  // namespace inkstone::stylegan
