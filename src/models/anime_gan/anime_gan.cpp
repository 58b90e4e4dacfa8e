#include "models/anime_gan/anime_gan.hpp"

#include <ATen/ATen.h>

#include "kernels/picture_sweep.hpp"
#include "nn/mirror.hpp"

namespace inkstone {
namespace {

constexpr double kAnimeSlope = 0.2;

torch::nn::Conv2d plain_conv(int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t groups, bool bias) {
  torch::nn::Conv2d conv(torch::nn::Conv2dOptions(in, out, kernel).stride(stride).groups(groups).bias(bias));
  torch::nn::init::kaiming_normal_(conv->weight, 0, torch::kFanIn, torch::kReLU);
  if (bias) torch::nn::init::zeros_(conv->bias);
  return conv;
}

// In the dtype of the picture, which autocast changes where a gradient is asked for.
at::Tensor convolved(torch::nn::Conv2d& conv, const at::Tensor& x) {
  if (at::GradMode::is_enabled()) return conv->forward(x);
  const auto bias = conv->bias.defined() ? conv->bias.to(x.scalar_type()) : at::Tensor();
  return at::conv2d(x, conv->weight.to(x.scalar_type()), bias, conv->options.stride(), at::IntArrayRef({0, 0}),
                    at::IntArrayRef({1, 1}), conv->options.groups());
}

// At stride 2 one pixel after the picture, where TensorFlow's SAME has it.
at::Tensor mirrored(const at::Tensor& x, int64_t kernel, int64_t stride) {
  const kernels::Frame frame{stride == 2 ? 0 : kernel / 2, stride == 2 ? 1 : kernel / 2, kernels::Edge::mirror};
  if (frame.total() == 0) return x;
  if (at::GradMode::is_enabled() || !x.is_cpu()) return nn::mirrored(x, frame.before, frame.after);
  const std::vector<int64_t> sizes = {x.size(0), x.size(1)};
  return kernels::sweep({x.contiguous(at::MemoryFormat::ChannelsLast)}, at::ones(sizes), at::zeros(sizes), false, frame).data;
}

at::Tensor leaky_rectified(at::Tensor x) {
  return at::GradMode::is_enabled() ? at::leaky_relu(x, kAnimeSlope) : at::leaky_relu_(x, kAnimeSlope);
}

// The norm of a whole picture, or with the moments of another that were kept before.
at::Tensor normalised_picture(nn::GroupNorm& norm, double eps, nn::Recall recall, at::Tensor& mean, at::Tensor& scale,
                              const at::Tensor& x) {
  if (recall == nn::Recall::off) return norm->forward(x);
  const auto full = x.to(at::kFloat);
  if (recall == nn::Recall::keep) {
    const auto [variance, middle] = at::var_mean(full, {1, 2, 3}, false, true);
    mean = middle;
    scale = at::rsqrt(variance + eps);
  }
  const auto gain = norm->weight.view({1, -1, 1, 1}) * scale;
  return (full * gain + (norm->bias.view({1, -1, 1, 1}) - mean * gain)).to(x.scalar_type());
}

// TensorFlow 1's: the even pixel 2 i is pixel i, the odd one lies halfway to the next, and the last has no next.
at::Tensor halfway(const at::Tensor& x, int64_t dim) {
  const int64_t size = x.size(dim);
  const auto next = at::cat({x.narrow(dim, 1, size - 1), x.narrow(dim, size - 1, 1)}, dim);
  auto shape = x.sizes().vec();
  shape[std::size_t(dim)] = 2 * size;
  return at::stack({x, (x + next) * 0.5}, dim + 1).reshape(shape);
}

}  // namespace

AnimeLayerImpl::AnimeLayerImpl(const Options& o) : options_(o) {
  conv_ = register_module("1", plain_conv(o.in, o.out, o.kernel, o.stride, o.depthwise ? o.in : 1, o.depthwise));
  norm_ = register_module("2", nn::GroupNorm(o.out, o.eps, 1));
}

at::Tensor AnimeLayerImpl::forward(const at::Tensor& x) {
  const auto y = convolved(conv_, mirrored(x, options_.kernel, options_.stride));
  return leaky_rectified(normalised_picture(norm_, options_.eps, recall_, kept_mean_, kept_scale_, y));
}

void AnimeLayerImpl::set_recall(nn::Recall recall) {
  recall_ = recall;
}

InvertedResidualImpl::InvertedResidualImpl(int64_t in, int64_t out, double eps) : adds_(in == out) {
  auto layers = register_module("layers", std::make_shared<torch::nn::Module>());
  const int64_t wide = 2 * in;
  expand_ = layers->register_module("0", AnimeLayer(AnimeLayerImpl::Options{in, wide, 1, 1, false, eps}));
  depthwise_ = layers->register_module("1", AnimeLayer(AnimeLayerImpl::Options{wide, wide, 3, 1, true, eps}));
  project_ = layers->register_module("2", plain_conv(wide, out, 1, 1, 1, false));
  norm_ = layers->register_module("3", nn::GroupNorm(out, eps, 1));
  eps_ = eps;
}

at::Tensor InvertedResidualImpl::forward(const at::Tensor& x) {
  const auto y = convolved(project_, depthwise_->forward(expand_->forward(x)));
  const auto z = normalised_picture(norm_, eps_, recall_, kept_mean_, kept_scale_, y);
  return adds_ ? x + z : z;
}

void InvertedResidualImpl::set_recall(nn::Recall recall) {
  recall_ = recall;
  expand_->set_recall(recall);
  depthwise_->set_recall(recall);
}

AnimeGanImpl::AnimeGanImpl(const AnimeGanConfig& config) : config_(config) {
  const int64_t a = config.width, b = 2 * a, c = 4 * a, d = 8 * a;
  down_ = {layer("block_a", {3, a, 7}),    layer("block_a", {a, b, 3, 2}), layer("block_a", {b, b}),
           layer("block_b", {b, c, 3, 2}), layer("block_b", {c, c}),       layer("block_c", {c, c})};
  auto middle = named_children()["block_c"];
  for (int64_t number = 1; number <= 4; ++number)
    residuals_.push_back(middle->register_module(std::to_string(number), InvertedResidual(number == 1 ? c : d, d, config.eps)));
  narrow_ = layer("block_c", {d, c});
  up_half_ = {layer("block_d", {c, c}), layer("block_d", {c, c})};
  up_full_ = {layer("block_e", {c, b}), layer("block_e", {b, b}), layer("block_e", {b, a, 7})};
  out_ =
      register_module("out_layer", std::make_shared<torch::nn::Module>())->register_module("0", plain_conv(a, 3, 1, 1, 1, false));
}

AnimeLayer AnimeGanImpl::layer(const std::string& block, const AnimeLayerImpl::Options& options) {
  const auto children = named_children();
  auto parent = children.contains(block) ? children[block] : register_module(block, std::make_shared<torch::nn::Module>());
  auto own = options;
  own.eps = config_.eps;
  return parent->register_module(std::to_string(parent->children().size()), AnimeLayer(own));
}

at::Tensor AnimeGanImpl::enlarged(const at::Tensor& x) const {
  if (config_.enlargement == AnimeGanConfig::Enlargement::corners)
    return at::upsample_bilinear2d(x, {2 * x.size(2), 2 * x.size(3)}, true);
  return halfway(halfway(x, 2), 3).contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor AnimeGanImpl::forward(const at::Tensor& rgb, at::ScalarType dtype) {
  auto x = rgb * 2 - 1;
  if (!at::GradMode::is_enabled()) x = x.to(dtype);
  x = x.contiguous(at::MemoryFormat::ChannelsLast);
  for (auto& one : down_) x = one->forward(x);
  for (auto& one : residuals_) x = one->forward(x);
  x = enlarged(narrow_->forward(x));
  for (auto& one : up_half_) x = one->forward(x);
  x = enlarged(x);
  for (auto& one : up_full_) x = one->forward(x);
  return (convolved(out_, x).to(at::kFloat).tanh() + 1) / 2;
}

void AnimeGanImpl::set_recall(nn::Recall recall) {
  for (auto* list : {&down_, &up_half_, &up_full_})
    for (auto& one : *list) one->set_recall(recall);
  for (auto& one : residuals_) one->set_recall(recall);
  narrow_->set_recall(recall);
}

}  // namespace inkstone
