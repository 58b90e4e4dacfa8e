// Convolutional autoencoder: pictures to a code and back (Hinton and Salakhutdinov 2006), and with two heads the encoder of a
// variational one (Kingma and Welling, ICLR 2014). Any size that nn/resolution_plan.hpp takes; with classes, the label's
// embedding joins both the features that the code is read from and the code.
#pragma once

#include <torch/nn.h>

#include "nn/convolution.hpp"
#include "nn/norm_rectifier.hpp"
#include "nn/resolution_plan.hpp"

namespace inkstone::autoencoder {

struct Config {
  int64_t channels = 1, height = 28, width = 28;
  int64_t latent = 32;
  int64_t features = 32;  // channels next to the picture; doubled per stage up to eightfold
  int64_t classes = 0;
  nn::Norm norm = nn::Norm::batch;  // after every convolution
  bool variational = false;         // adds fc_var
  bool learned_variance = false;    // adds log_sigma []: one deviation of all pixels (Rybkin et al., ICML 2021)

  nn::ResolutionPlan plan() const { return nn::plan_resolution(height, width); }  // throws bad_argument
};

struct Code {
  at::Tensor mean;          // float32 [N,latent]; of a plain autoencoder the code itself
  at::Tensor log_variance;  // float32 [N,latent]; undefined unless variational
};

// Parameters: encoder.<3i> (4x4 convolution at stride 2), encoder.<3i+1> (norm); fc_mu, fc_var; decoder_input;
// decoder.<3i> (transposed convolution), decoder.<3i+1>; the last decoder layer has no norm, but a bias and tanh. label_emb
// [classes,latent]. A plain autoencoder keeps the mean and covariance of its codes (buffers code_mean, code_covariance) to paint
// from: a Gaussian fitted to the codes (Ghosh et al., ICLR 2020).
class Autoencoder : public torch::nn::Module {
 public:
  explicit Autoencoder(const Config& config);

  // x [N,C,H,W] in [-1,1], labels int64 [N] (read with classes only).
  Code encode(const at::Tensor& x, const at::Tensor& labels);
  // z [N,latent] -> [N,C,H,W] in [-1,1].
  at::Tensor decode(const at::Tensor& z, const at::Tensor& labels);
  const at::Tensor& log_sigma() const { return log_sigma_; }

  // Follows the codes of a training batch [N,latent].
  void track(const at::Tensor& codes);
  // Standard normal [N,latent] -> codes distributed as those seen, the first number along their widest spread; a variational
  // model's are standard normal already.
  at::Tensor codes_from(const at::Tensor& standard) const;

 private:
  void build_encoder();
  void build_decoder();
  at::Tensor beside_label(const at::Tensor& rows, const at::Tensor& labels);

  Config config_;
  nn::ResolutionPlan plan_;
  torch::nn::Sequential encoder_, decoder_;
  nn::Linear fc_mu_ = nullptr, fc_var_ = nullptr, decoder_input_ = nullptr;
  torch::nn::Embedding label_emb_ = nullptr;
  at::Tensor log_sigma_, code_mean_, code_covariance_;
};

}  // namespace inkstone::autoencoder
