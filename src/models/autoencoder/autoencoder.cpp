#include "models/autoencoder/autoencoder.hpp"

#include <ATen/ATen.h>

#include "nn/transposed_convolution.hpp"

namespace inkstone::autoencoder {
namespace {

using torch::nn::Identity;

constexpr double kMomentum = 0.01;  // of the codes' statistics: about the last hundred batches

void add_norm(torch::nn::Sequential& stages, nn::Norm norm, int64_t channels, double slope) {
  stages->push_back(nn::NormRectifier(norm, channels, slope));
  stages->push_back(Identity());
}

}  // namespace

Autoencoder::Autoencoder(const Config& config) : config_(config), plan_(config.plan()) {
  const int64_t embedded = config.classes > 0 ? config.latent : 0;
  const int64_t features = plan_.channels(0, config.features) * plan_.base_height * plan_.base_width;
  build_encoder();
  fc_mu_ = register_module("fc_mu", nn::Linear(features + embedded, config.latent));
  if (config.variational) fc_var_ = register_module("fc_var", nn::Linear(features + embedded, config.latent));
  decoder_input_ = register_module("decoder_input", nn::Linear(config.latent + embedded, features));
  build_decoder();
  if (embedded > 0) label_emb_ = register_module("label_emb", torch::nn::Embedding(config.classes, embedded));
  if (config.learned_variance) log_sigma_ = register_parameter("log_sigma", torch::zeros({}));
  if (config.variational) return;
  code_mean_ = register_buffer("code_mean", torch::zeros({config.latent}));
  code_covariance_ = register_buffer("code_covariance", torch::eye(config.latent));
}

void Autoencoder::build_encoder() {
  torch::nn::Sequential stages;
  int64_t in = config_.channels;
  for (int64_t level = plan_.doublings - 1; level >= 0; --level) {
    const int64_t out = plan_.channels(level, config_.features);
    stages->push_back(nn::Convolution(nn::ConvolutionOptions{in, out}));
    add_norm(stages, config_.norm, out, 0.2);
    in = out;
  }
  encoder_ = register_module("encoder", stages);
}

void Autoencoder::build_decoder() {
  torch::nn::Sequential stages;
  for (int64_t level = 1; level < plan_.doublings; ++level) {
    const int64_t out = plan_.channels(level, config_.features);
    stages->push_back(
        nn::TransposedConvolution(nn::TransposedConvolutionOptions{plan_.channels(level - 1, config_.features), out}));
    add_norm(stages, config_.norm, out, 0);
  }
  nn::TransposedConvolutionOptions last{config_.features, config_.channels};
  last.bias = true;
  stages->push_back(nn::TransposedConvolution(last));
  stages->push_back(torch::nn::Tanh());
  decoder_ = register_module("decoder", stages);
}

at::Tensor Autoencoder::beside_label(const at::Tensor& rows, const at::Tensor& labels) {
  return label_emb_.is_empty() ? rows : at::cat({rows, label_emb_->forward(labels).to(rows.scalar_type())}, 1);
}

Code Autoencoder::encode(const at::Tensor& x, const at::Tensor& labels) {
  const auto features = encoder_->forward(x.contiguous(at::MemoryFormat::ChannelsLast));
  const auto rows = beside_label(features.contiguous().flatten(1), labels);
  Code code{fc_mu_->forward(rows).to(x.scalar_type()), {}};
  if (config_.variational) code.log_variance = fc_var_->forward(rows).to(x.scalar_type());
  return code;
}

at::Tensor Autoencoder::decode(const at::Tensor& z, const at::Tensor& labels) {
  const auto features = at::relu(decoder_input_->forward(beside_label(z, labels)));
  return decoder_->forward(features.view({z.size(0), -1, plan_.base_height, plan_.base_width})).to(z.scalar_type());
}

void Autoencoder::track(const at::Tensor& codes) {
  const at::NoGradGuard frozen;
  const auto rows = codes.detach().to(code_mean_.scalar_type());
  const auto centred = rows - code_mean_;
  code_covariance_.lerp_(centred.t().mm(centred) / rows.size(0), kMomentum);
  code_mean_.lerp_(rows.mean(0), kMomentum);
}

at::Tensor Autoencoder::codes_from(const at::Tensor& standard) const {
  if (config_.variational) return standard;
  const auto [variances, axes] = at::linalg_eigh(code_covariance_.to(at::kDouble));  // ascending
  const auto to_code = (axes * variances.clamp_min(0).sqrt()).flip(1).t().to(standard.scalar_type());
  return code_mean_ + standard.mm(to_code);
}

}  // namespace inkstone::autoencoder
