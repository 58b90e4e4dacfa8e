// What a StyleGAN's training remembers beside its weights: the probability of augmentation, steered by how sure the discriminator
// is of the data (Karras et al., NeurIPS 2020, section 3), and the mean path length. Buffers of the discriminator, so that
// checkpoints hold them.
#pragma once

#include <torch/nn.h>

namespace inkstone {

struct ControllerOptions {
  double target = 0.6;  // of E sign D(x); 0: the probability stays
  double start = 0;
  double images = 500000;  // over which it can go from 0 to 1
};

class Controller {
 public:
  // Registers augment_p [], real_signs [2] (their sum and their number since the last turn) and path_mean [] with the module.
  Controller(torch::nn::Module& owner, ControllerOptions options);

  double probability() const;
  void see(const at::Tensor& real_logits);
  // After every step; turns the probability every few of them.
  void after_step(int64_t step, int64_t batch);

  // (lengths - their running mean)^2 on average, the mean moved on first, as the gradient goes through it. lengths [N].
  at::Tensor path_penalty(const at::Tensor& lengths);

 private:
  ControllerOptions options_;
  at::Tensor p_, signs_, path_mean_;
};

}  // namespace inkstone
