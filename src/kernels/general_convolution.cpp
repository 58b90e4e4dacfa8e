#include "kernels/general_convolution.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>
#include <ATen/record_function.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "kernels/packed.hpp"
#include "kernels/regrouped_weights.hpp"
#ifdef INKSTONE_HAVE_DNNL
#include "kernels/packed_weight.hpp"
#endif

namespace inkstone::kernels {
namespace {

at::Tensor rectified(const at::Tensor& y, const Rectifier& rectifier) {
  if (rectifier.kind == Rectifier::Kind::leaky) return at::leaky_relu(y, rectifier.a);
  return rectifier.kind == Rectifier::Kind::clip ? at::clamp(y, rectifier.a, rectifier.b) : y;
}

}  // namespace

std::array<int64_t, 4> GeneralConvolution::sizes(at::IntArrayRef x, const Margins& margins) const {
  std::array<int64_t, 4> result{x[0], shape_.transposed ? weight_.size(1) * shape_.groups : weight_.size(0), 0, 0};
  for (int side = 0; side < 2; ++side) {
    const int64_t window = (weight_.size(2 + side) - 1) * shape_.dilation[side] + 1;
    const int64_t margin = margins.before[side] + margins.after[side], in = x[2 + side];
    result[2 + side] =
        shape_.transposed ? (in - 1) * shape_.stride[side] + window - margin : (in + margin - window) / shape_.stride[side] + 1;
    if (result[2 + side] < 1 || (!shape_.transposed && in + margin < window))
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("the picture is too small for this model: nothing is left of {}x{} in a layer; use a larger one",
                              x[2], x[3]));
  }
  return result;
}

at::Tensor GeneralConvolution::run_aten(const at::Tensor& x, const Margins& m, const at::Tensor& residual, bool widen) const {
  const auto weight = weight_.to(x.options()), bias = bias_.defined() ? bias_.to(x.options()) : bias_;
  at::Tensor y;
  if (!shape_.transposed) {
    const bool even = m.before == m.after;
    const auto input = even ? x : at::constant_pad_nd(x, {m.before[1], m.after[1], m.before[0], m.after[0]});
    y = at::conv2d(input, weight, bias, shape_.stride, even ? at::IntArrayRef(m.before) : at::IntArrayRef({0, 0}),
                   shape_.dilation, shape_.groups);
  } else {
    const Sides beyond{std::max<int64_t>(-m.after[0], 0), std::max<int64_t>(-m.after[1], 0)};
    y = at::conv_transpose2d(x, weight, bias, shape_.stride, {0, 0}, beyond, shape_.groups, shape_.dilation);
    const auto wanted = sizes(x.sizes(), m);
    y = y.narrow(2, m.before[0], wanted[2]).narrow(3, m.before[1], wanted[3]);
  }
  if (residual.defined()) y = y + residual;
  return rectified(widen ? y.to(at::kFloat) : y, rectifier_);
}

struct GeneralConvolution::Regrouped {
  GeneralConvolution layer;
  Margins margins;    // of the layer
  int64_t left = -1;  // zeros that the weights were grouped for
};

namespace {

constexpr int64_t kGroup = 4;        // pixels; with three channels twelve of a vector's sixteen numbers
constexpr int64_t kFewChannels = 4;  // as many as a picture has
constexpr int64_t kWideWindow = 5;   // below it, grouping costs more zeros than it fills
constexpr int64_t kMostPhases = 4;

// Whether the transposed convolution's pixels between inputs can be had at once.
bool has_phases(const ConvolutionShape& shape, const at::Tensor& weight, at::IntArrayRef x, at::IntArrayRef out,
                const Margins& m) {
  const int64_t s = shape.stride[0];
  if (!shape.transposed || shape.groups != 1 || shape.dilation != Sides{1, 1} || shape.stride[1] != s || s < 2 || s > kMostPhases)
    return false;
  for (int side = 0; side < 2; ++side)
    if (m.before[side] + out[2 + side] > s * (x[2 + side] + (weight.size(2 + side) + s - 1) / s - 1)) return false;
  return true;
}

bool can_group(const ConvolutionShape& shape, const at::Tensor& weight, at::IntArrayRef x, at::IntArrayRef out) {
  return !shape.transposed && shape.groups == 1 && shape.dilation == Sides{1, 1} && shape.stride == Sides{1, 1} &&
         weight.size(3) >= kWideWindow && std::min(weight.size(0), weight.size(1)) <= kFewChannels && x[3] % kGroup == 0 &&
         out[3] % kGroup == 0;
}

at::Tensor repeated(const at::Tensor& bias, int64_t times) {
  return bias.defined() ? bias.repeat({times}) : bias;
}

}  // namespace

at::Tensor GeneralConvolution::run_phases(const at::Tensor& x, const Margins& m, at::IntArrayRef out, bool widen) {
  const int64_t s = shape_.stride[0];
  if (!regrouped_) {
    const auto weight = phase_weights(weight_, s);
    const Sides zeros{weight.size(2) - 1, weight.size(3) - 1};
    regrouped_.reset(new Regrouped{GeneralConvolution(weight, repeated(bias_, s * s), {}, rectifier_), {zeros, zeros}});
  }
  return interleaved(regrouped_->layer.forward(x, regrouped_->margins, {}, widen), s, m.before[0], m.before[1], out[2], out[3]);
}

at::Tensor GeneralConvolution::run_grouped(const at::Tensor& x, const Margins& m, bool widen) {
  if (!regrouped_ || regrouped_->left != m.before[1]) {
    const auto grouped = group_weights(weight_, kGroup, m.before[1]);
    regrouped_.reset(new Regrouped{GeneralConvolution(grouped.weight, repeated(bias_, kGroup), {}, rectifier_), {}, m.before[1]});
    regrouped_->margins.before[1] = grouped.before;
  }
  const int64_t window = regrouped_->layer.weight_.size(3),
                wanted = (x.size(3) + m.before[1] + m.after[1] - weight_.size(3) + 1) / kGroup;
  Margins& margins = regrouped_->margins;
  margins.before[0] = m.before[0];
  margins.after = {m.after[0], wanted - 1 + window - x.size(3) / kGroup - margins.before[1]};
  return single_pixels(regrouped_->layer.forward(grouped_pixels(x, kGroup), margins, {}, widen), kGroup);
}

#ifdef INKSTONE_HAVE_DNNL

struct GeneralConvolution::Packed {
  struct Plan {
    dnnl::memory::desc src, dst, bias;
    dnnl::primitive primitive;
    dnnl::memory weight;
  };
  using Memory = dnnl::memory;
  using Key =
      std::tuple<at::ScalarType, int64_t, int64_t, int64_t, Sides, Sides, bool, bool>;  // of x, N, H, W, margins, residual, widen
  static constexpr std::size_t kMostPlans = 24;

  at::Tensor weight, bias;  // weight as oneDNN orders it, [O,I,kh,kw] or [groups,O/groups,I/groups,kh,kw]
  std::map<Key, Plan> plans;
  PackedWeight packed;
  dnnl::stream stream{cpu_engine()};

  Packed(at::Tensor w, const at::Tensor& b) : weight(std::move(w)), bias(b.defined() ? b.to(at::kFloat).contiguous() : b) {}

  static at::Tensor ordered(const at::Tensor& weight, const ConvolutionShape& shape) {
    const auto grouped =
        shape.groups > 1 || shape.transposed
            ? weight.view({shape.groups, weight.size(0) / shape.groups, weight.size(1), weight.size(2), weight.size(3)})
            : weight;
    const auto turned = shape.transposed ? grouped.transpose(1, 2) : grouped;
    return shape.transposed && shape.groups == 1 ? turned.squeeze(0) : turned;
  }

  dnnl::primitive_attr attributes(bool residual, const ConvolutionShape& shape, const Rectifier& rectifier) const {
    dnnl::post_ops post;
    if (residual) post.append_sum();
    const auto append = [&](dnnl::algorithm algorithm) {
#if DNNL_VERSION_MAJOR < 3
      post.append_eltwise(1.0F, algorithm, float(rectifier.a), float(rectifier.b));
#else
      post.append_eltwise(algorithm, float(rectifier.a), float(rectifier.b));
#endif
    };
    if (rectifier.kind == Rectifier::Kind::leaky && !shape.transposed) append(dnnl::algorithm::eltwise_relu);
    if (rectifier.kind == Rectifier::Kind::clip && !shape.transposed) append(dnnl::algorithm::eltwise_clip);
    dnnl::primitive_attr result;
    result.set_post_ops(post);
    return result;
  }

  template <class Kind>  // convolution_forward or deconvolution_forward
  Plan make(const at::Tensor& x, at::IntArrayRef out, const Margins& m, bool residual, at::ScalarType result,
            const ConvolutionShape& shape, const Rectifier& rectifier) {
    const auto type = data_type(x);
    const auto src = plain(x.sizes(), type, Memory::format_tag::nhwc);
    const auto dst = plain(out, result == at::kFloat ? Memory::data_type::f32 : type, Memory::format_tag::nhwc);
    const auto bias_desc = bias.defined() ? plain(bias.sizes(), Memory::data_type::f32, Memory::format_tag::x) : Memory::desc();
    const auto attr = attributes(residual, shape, rectifier);
    const auto dims = [](const Sides& sides) { return Memory::dims(sides.begin(), sides.end()); };
    const auto strides = dims(shape.stride), dilates = dims({shape.dilation[0] - 1, shape.dilation[1] - 1});
    const auto before = dims(m.before), after = dims(exact_after(x.sizes(), out, m, shape));
    constexpr auto direct = std::is_same_v<Kind, dnnl::convolution_forward> ? dnnl::algorithm::convolution_direct
                                                                            : dnnl::algorithm::deconvolution_direct;
    const auto describe = [&](const Memory::desc& weights) {
#if DNNL_VERSION_MAJOR < 3
      return typename Kind::primitive_desc(
          {dnnl::prop_kind::forward_inference, direct, src, weights, bias_desc, dst, strides, dilates, before, after}, attr,
          cpu_engine());
#else
      return typename Kind::primitive_desc(cpu_engine(), dnnl::prop_kind::forward_inference, direct, src, weights, bias_desc, dst,
                                           strides, dilates, before, after, attr);
#endif
    };
    const auto any = plain(weight.sizes(), type, Memory::format_tag::any);
    const auto [desc, weights] = packed.plan(describe, any, weight, x.scalar_type(),
                                             weight.dim() == 5 ? Memory::format_tag::goihw : Memory::format_tag::oihw);
    return {src, dst, bias_desc, Kind(desc), weights};
  }

  // What the last window needs, where the size does not divide.
  Sides exact_after(at::IntArrayRef in, at::IntArrayRef out, const Margins& m, const ConvolutionShape& shape) const {
    Sides after = m.after;
    for (int side = 0; side < 2 && !shape.transposed; ++side) {
      const int64_t window = (weight.size(-2 + side) - 1) * shape.dilation[side] + 1;
      after[side] = (out[2 + side] - 1) * shape.stride[side] + window - in[2 + side] - m.before[side];
    }
    return after;
  }
};

at::Tensor GeneralConvolution::forward(const at::Tensor& x, const Margins& m, const at::Tensor& residual, bool widen) {
  const auto out = sizes(x.sizes(), m);
  if (!is_packable(x)) return run_aten(x, m, residual, widen);
  if (!residual.defined() && has_phases(shape_, weight_, x.sizes(), out, m)) return run_phases(x, m, out, widen);
  if (!residual.defined() && can_group(shape_, weight_, x.sizes(), out)) return run_grouped(x, m, widen);
  const auto result = widen ? at::kFloat : x.scalar_type();
  const auto y = residual.defined() ? residual.to(result).clone(at::MemoryFormat::ChannelsLast)
                                    : at::empty(out, x.options().dtype(result), at::MemoryFormat::ChannelsLast);
  return run_packed(x, m, y, residual.defined());
}

at::Tensor GeneralConvolution::add_to(at::Tensor sum, const at::Tensor& x, const Margins& m) {
  sizes(x.sizes(), m);
  if (!is_packable(x)) return run_aten(x, m, sum, sum.scalar_type() != x.scalar_type());
  return run_packed(x, m, sum.contiguous(at::MemoryFormat::ChannelsLast), true);
}

at::Tensor GeneralConvolution::run_packed(const at::Tensor& x, const Margins& m, const at::Tensor& y, bool add) {
  RECORD_FUNCTION("inkstone::general_convolution", std::vector<c10::IValue>({x}));
  if (!packed_) packed_ = std::make_unique<Packed>(Packed::ordered(weight_, shape_), bias_);
  const auto input = x.contiguous(at::MemoryFormat::ChannelsLast);
  const auto out = y.sizes();
  const bool widen = y.scalar_type() != x.scalar_type();
  const Packed::Key key{x.scalar_type(), x.size(0), x.size(2), x.size(3), m.before, m.after, add, widen};
  auto found = packed_->plans.find(key);
  if (found == packed_->plans.end()) {
    if (packed_->plans.size() >= Packed::kMostPlans) packed_->plans.clear();
    auto plan = shape_.transposed
                    ? packed_->make<dnnl::deconvolution_forward>(input, out, m, add, y.scalar_type(), shape_, rectifier_)
                    : packed_->make<dnnl::convolution_forward>(input, out, m, add, y.scalar_type(), shape_, rectifier_);
    found = packed_->plans.emplace(key, std::move(plan)).first;
  }
  auto& plan = found->second;
  std::unordered_map<int, dnnl::memory> arguments{
      {DNNL_ARG_SRC, wrap(plan.src, input)}, {DNNL_ARG_WEIGHTS, plan.weight}, {DNNL_ARG_DST, wrap(plan.dst, y)}};
  if (bias_.defined()) arguments.emplace(DNNL_ARG_BIAS, wrap(plan.bias, packed_->bias));
  plan.primitive.execute(packed_->stream, arguments);
  packed_->stream.wait();
  return shape_.transposed ? rectified(y, rectifier_) : y;
}

#else

struct GeneralConvolution::Packed {};

at::Tensor GeneralConvolution::forward(const at::Tensor& x, const Margins& m, const at::Tensor& residual, bool widen) {
  sizes(x.sizes(), m);
  return run_aten(x, m, residual, widen);
}

at::Tensor GeneralConvolution::add_to(at::Tensor sum, const at::Tensor& x, const Margins& m) {
  sizes(x.sizes(), m);
  return run_aten(x, m, sum, sum.scalar_type() != x.scalar_type());
}

#endif

GeneralConvolution::GeneralConvolution(at::Tensor weight, at::Tensor bias, ConvolutionShape shape, Rectifier rectifier)
    : weight_(weight.contiguous()), bias_(std::move(bias)), shape_(shape), rectifier_(rectifier) {}
GeneralConvolution::~GeneralConvolution() = default;
GeneralConvolution::GeneralConvolution(GeneralConvolution&&) noexcept = default;
GeneralConvolution& GeneralConvolution::operator=(GeneralConvolution&&) noexcept = default;

}  // namespace inkstone::kernels
