#include "nn/picture_convolution.hpp"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "kernels/elementwise.hpp"
#include "nn/convolve_3x3.hpp"
#include "nn/group_norm.hpp"
#include "nn/mirror.hpp"
#include "nn/mixed_precision.hpp"

namespace inkstone::nn {
namespace {

namespace idx = at::indexing;
using kernels::Edge;
using kernels::Frame;
using kernels::PictureView;

// Border of a convolution without enlargement: what its last window needs, no more.
Frame border_of(const PictureConvolutionOptions& o) {
  const int64_t total = o.kernel - o.stride;
  const int64_t before = o.tensorflow ? total / 2 : o.kernel / 2;
  return {before, total - before, o.edge};
}

// weight [O,I,k,k] moved by (a, b) within a window one larger.
at::Tensor shifted(const at::Tensor& weight, int64_t a, int64_t b) {
  return at::constant_pad_nd(weight, {b, 1 - b, a, 1 - a});
}

// Four pixels of the result from one window of stride 2: [4 O, I, k+1, k+1].
at::Tensor block_weight(const at::Tensor& weight) {
  std::vector<at::Tensor> phases;
  for (const int64_t a : {0, 1})
    for (const int64_t b : {0, 1}) phases.push_back(shifted(weight, a, b));
  return at::cat(phases);
}

// A 3-vector of weights along one side of the doubled picture as 2 weights on the picture itself, for the even (0) or odd (1)
// pixel.
at::Tensor nearest_taps(const at::Tensor& w, int64_t dim, int64_t phase) {
  const auto first = w.narrow(dim, 0, 1), middle = w.narrow(dim, 1, 1), last = w.narrow(dim, 2, 1);
  return phase == 0 ? at::cat({first, middle + last}, dim) : at::cat({first + middle, last}, dim);
}

// Likewise of TensorFlow's transposed convolution: the even pixel 2 i gets w[2] from i - 1 and w[0] from i, the odd one w[1] from
// i.
at::Tensor same_taps(const at::Tensor& w, int64_t dim, int64_t phase) {
  const auto first = w.narrow(dim, 0, 1), middle = w.narrow(dim, 1, 1), last = w.narrow(dim, 2, 1);
  return phase == 0 ? at::cat({last, first}, dim) : at::cat({at::zeros_like(middle), middle}, dim);
}

// And of PyTorch's: the even pixel gets w[1] from i, the odd one w[2] from i and w[0] from i + 1.
at::Tensor transposed_taps(const at::Tensor& w, int64_t dim, int64_t phase) {
  const auto first = w.narrow(dim, 0, 1), middle = w.narrow(dim, 1, 1), last = w.narrow(dim, 2, 1);
  return phase == 0 ? at::cat({middle, at::zeros_like(middle)}, dim) : at::cat({last, first}, dim);
}

// [O,I/groups,k,k] as [O,I,k,k] with zeros: the few channels of these networks fill the matrix units no better apart.
at::Tensor ungrouped(const at::Tensor& weight, int64_t groups) {
  if (groups == 1) return weight;
  const int64_t out = weight.size(0) / groups, in = weight.size(1);
  auto dense = at::zeros({weight.size(0), in * groups, weight.size(2), weight.size(3)});
  for (int64_t g = 0; g < groups; ++g) dense.narrow(0, g * out, out).narrow(1, g * in, in).copy_(weight.narrow(0, g * out, out));
  return dense;
}

template <class Taps>
at::Tensor phase_weight(const at::Tensor& weight, Taps taps) {
  std::vector<at::Tensor> phases;
  for (const int64_t a : {0, 1})
    for (const int64_t b : {0, 1}) phases.push_back(taps(taps(weight, 2, a), 3, b));
  return at::cat(phases);
}

// relu with the backward pass of frozen networks, which runs on bits: libtorch's is slow in bfloat16.
struct Rectifier : torch::autograd::Function<Rectifier> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x) {
    at::AutoDispatchBelowADInplaceOrView below;
    const auto y = at::relu(x.contiguous(at::MemoryFormat::ChannelsLast));
    context->save_for_backward({y});
    return y;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    auto gradient = gradients[0].clone(at::MemoryFormat::ChannelsLast);
    kernels::relu_backward_(gradient, context->get_saved_variables()[0]);
    return {gradient};
  }
};

at::Tensor rectified(const at::Tensor& x) {
  return x.scalar_type() == at::kDouble ? at::relu(x) : Rectifier::apply(x);
}

int64_t version_of(const at::Tensor& weight) {
  return weight.is_inference() ? 0 : int64_t(weight._version());
}

}  // namespace

ScaleShiftImpl::ScaleShiftImpl(int64_t channels) {
  weight = register_parameter("weight", torch::ones({channels}));
  bias = register_parameter("bias", torch::zeros({channels}));
}

PictureConvolution::PictureConvolution(PictureConvolutionOptions options)
    : options_(options),
      conv_(torch::nn::Conv2dOptions(options.in, options.out, options.kernel)
                .stride(options.stride)
                .groups(options.groups)
                .bias(options.bias)) {
  if (options.norm) norm_ = ScaleShift(options.out);
}

at::Tensor PictureConvolution::bordered(const at::Tensor& x) const {
  const auto [before, after, edge] = options_.enlarge == Enlarge::nearest ? Frame{1, 1, options_.edge} : border_of(options_);
  if (edge == Edge::mirror) return mirrored(x, before, after);
  return at::constant_pad_nd(x, {before, after, before, after});
}

at::Tensor PictureConvolution::transposed(const at::Tensor& x) const {
  const auto y = at::conv_transpose2d(x, conv_->weight.transpose(0, 1), conv_->bias, 2);  // one row and column more than wanted
  const int64_t first = options_.tensorflow ? 0 : 1;
  return y.narrow(2, first, 2 * x.size(2)).narrow(3, first, 2 * x.size(3));
}

at::Tensor PictureConvolution::forward(const at::Tensor& x) {
  at::Tensor y;
  if (options_.enlarge == Enlarge::transposed) {
    y = transposed(x);
  } else {
    const auto large = options_.enlarge == Enlarge::nearest ? at::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)}) : x;
    const auto framed = bordered(large);
    y = options_.stride == 1 && options_.groups == 1 ? convolve_3x3(conv_, framed, 0) : conv_(framed);
  }
  if (norm_) y = instance_norm(y, norm_->weight, norm_->bias, options_.eps);
  return options_.relu ? rectified(y) : y;
}

Frame PictureConvolution::wanted() const {
  if (options_.enlarge == Enlarge::nearest) return {1, 1, options_.edge == Edge::zero ? Edge::zero : Edge::replicate};
  if (options_.enlarge == Enlarge::transposed) return options_.tensorflow ? Frame{1, 0, Edge::zero} : Frame{0, 1, Edge::zero};
  return border_of(options_);
}

void PictureConvolution::pack() {
  const at::NoGradGuard frozen;
  const auto weight = ungrouped(conv_->weight.detach().to(at::kFloat), options_.groups);
  int64_t stride = options_.stride;
  at::Tensor shaped = weight;
  if (options_.enlarge == Enlarge::nearest) shaped = phase_weight(weight, nearest_taps);
  if (options_.enlarge == Enlarge::transposed) shaped = phase_weight(weight, options_.tensorflow ? same_taps : transposed_taps);
  if (in_blocks()) {
    shaped = block_weight(weight);
    stride = 2;
  }
  packed_ = std::make_unique<kernels::PackedConvolution>(shaped.contiguous(), at::Tensor(), stride, 0);
}

kernels::PictureMoments PictureConvolution::moments(const PictureView& y) {
  if (recall_ == Recall::use && kept_) return *kept_;
  auto moments = kernels::picture_moments(y);
  if (recall_ == Recall::keep) kept_ = moments;
  return moments;
}

PictureView PictureConvolution::run(const PictureView& x, Frame frame, const PictureView& residual) {
  const at::NoGradGuard frozen;
  const bool stale = packed_from_ != conv_->weight.data_ptr() || packed_version_ != version_of(conv_->weight);
  if (!packed_ || stale) {
    pack();
    packed_from_ = conv_->weight.data_ptr();
    packed_version_ = version_of(conv_->weight);
  }
  PictureView y{packed_->forward(x.data)};
  if (options_.enlarge == Enlarge::nearest) y.phases = {2, 1};
  if (options_.enlarge == Enlarge::transposed || in_blocks()) y.phases = {2, 0};
  const int64_t pictures = x.data.size(0), channels = options_.out;
  if (!norm_) {
    const auto bias = conv_->bias.defined() ? conv_->bias.detach().to(at::kFloat) : at::zeros({channels});
    return kernels::sweep(y, at::ones({pictures, channels}), bias.expand({pictures, channels}), options_.relu, frame, residual);
  }
  const auto found = moments(y);  // a bias before the norm moves the mean alone
  const auto scale = norm_->weight.detach().to(at::kFloat) * at::rsqrt(found.variance + options_.eps);
  const auto offset = norm_->bias.detach().to(at::kFloat) - found.mean * scale;
  return kernels::sweep(y, scale.expand({pictures, channels}), offset.expand({pictures, channels}), options_.relu, frame,
                        residual);
}

void PictureConvolution::set_recall(Recall recall) {
  recall_ = recall;
  if (recall == Recall::off) kept_.reset();
}

PictureView framed(const at::Tensor& x, double scale, double shift, at::ScalarType dtype, Frame frame) {
  const at::NoGradGuard frozen;
  const PictureView picture{x.to(dtype).contiguous(at::MemoryFormat::ChannelsLast)};
  const std::vector<int64_t> sizes = {x.size(0), x.size(1)};
  return kernels::sweep(picture, at::full(sizes, scale, at::kFloat), at::full(sizes, shift, at::kFloat), false, frame);
}

at::Tensor plain(const PictureView& view) {
  const auto y = view.frame.total() == 0 && view.phases.factor == 1
                     ? view.data
                     : kernels::sweep(view, at::ones({view.pictures(), view.channels()}),
                                      at::zeros({view.pictures(), view.channels()}), false, {})
                           .data;
  return y.to(at::kFloat).contiguous();
}

}  // namespace inkstone::nn
