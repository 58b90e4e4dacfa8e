#include "models/gan/gan.hpp"

#include <ATen/ATen.h>

#include "nn/convolution.hpp"
#include "nn/norm_rectifier.hpp"

namespace inkstone::gan {
namespace {

using nn::Norm;
using torch::nn::Identity;

constexpr double kSlope = 0.2;

// Its place in PyTorch's numbering is two (norm, LeakyReLU), which the Identity keeps.
void add_norm(torch::nn::Sequential& model, int64_t width) {
  model->push_back(nn::NormRectifier(Norm::batch, width, kSlope));
  model->push_back(Identity());
}

void add_rectifier(torch::nn::Sequential& model) {
  model->push_back(nn::NormRectifier(Norm::none, 0, kSlope));
}

at::Tensor beside_label(const at::Tensor& x, torch::nn::Embedding& embedding, const at::Tensor& labels) {
  return embedding.is_empty() ? x : at::cat({x, embedding->forward(labels).to(x.scalar_type())}, 1);
}

}  // namespace

Generator::Generator(const Config& config) : config_(config) {
  if (config.classes > 0) label_emb_ = register_module("label_emb", torch::nn::Embedding(config.classes, config.classes));
  torch::nn::Sequential model;
  model->push_back(nn::Linear(config.latent + config.classes, 128));
  add_rectifier(model);
  model->push_back(nn::Linear(128, 256));
  add_norm(model, 256);
  model->push_back(nn::Linear(256, 512));
  add_norm(model, 512);
  model->push_back(nn::Linear(512, config.pixels()));
  model->push_back(torch::nn::Tanh());
  model_ = register_module("model", model);
}

at::Tensor Generator::forward(const at::Tensor& z, const at::Tensor& labels) {
  const auto rows = model_->forward(beside_label(z, label_emb_, labels));
  return rows.view({z.size(0), config_.channels, config_.height, config_.width});
}

Discriminator::Discriminator(const Config& config) {
  if (config.classes > 0) label_emb_ = register_module("label_emb", torch::nn::Embedding(config.classes, config.classes));
  torch::nn::Sequential model;
  model->push_back(nn::Linear(config.pixels() + config.classes, 512));
  add_rectifier(model);
  model->push_back(nn::Linear(512, 256));
  add_rectifier(model);
  model->push_back(nn::Linear(256, 1));
  model_ = register_module("model", model);
}

at::Tensor Discriminator::forward(const at::Tensor& x, const at::Tensor& labels) {
  return model_->forward(beside_label(x.flatten(1), label_emb_, labels)).flatten();
}

}  // namespace inkstone::gan
