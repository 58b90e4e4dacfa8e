#include "kernels/packed.hpp"

#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>

#ifdef INKSTONE_HAVE_DNNL
#include "kernels/packed_weight.hpp"
#endif

namespace inkstone::kernels {
namespace {

at::Tensor plus(const at::Tensor& y, const at::Tensor& residual) {
  return residual.defined() ? y + residual : y;
}

at::Tensor aten_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& residual) {
  return plus(at::linear(x, weight.to(x.options()), bias.defined() ? bias.to(x.options()) : bias), residual);
}

}  // namespace

bool is_packable(const at::Tensor& x) {
#ifdef INKSTONE_HAVE_DNNL
  return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16) && x.numel() > 0;
#else
  return false;
#endif
}

#ifdef INKSTONE_HAVE_DNNL

namespace {

using dnnl::memory;

dnnl::primitive_attr with(const dnnl::post_ops& post) {
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(post);
  return attributes;
}

// The residual from its own memory.
dnnl::primitive_attr adding(bool residual, const memory::desc& like) {
  dnnl::post_ops post;
  if (residual) post.append_binary(dnnl::algorithm::binary_add, like);
  return with(post);
}

// The residual from where the result goes: oneDNN's fast convolutions know no other addition.
dnnl::primitive_attr adding_to_result(bool residual) {
  dnnl::post_ops post;
  if (residual) post.append_sum();
  return with(post);
}

template <class Plan>
void execute(const Plan& plan, dnnl::stream& stream, const at::Tensor& x, const at::Tensor& bias, const at::Tensor& residual,
             const at::Tensor& y) {
  std::unordered_map<int, memory> arguments{{DNNL_ARG_SRC, wrap(plan.desc.src_desc(), x)},
                                            {DNNL_ARG_WEIGHTS, plan.weight},
                                            {DNNL_ARG_DST, wrap(plan.desc.dst_desc(), y)}};
  if (bias.defined()) arguments.emplace(DNNL_ARG_BIAS, wrap(plan.desc.bias_desc(), bias));
  if (residual.defined())
    arguments.emplace(DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1, wrap(plan.desc.dst_desc(), residual));
  plan.primitive.execute(stream, arguments);
  stream.wait();
}

// Sizes of a run are few; a painter that changes them all the time starts over now and then.
constexpr std::size_t kMostPlans = 24;

template <class Plans>
void make_room(Plans& plans) {
  if (plans.size() >= kMostPlans) plans.clear();
}

}  // namespace

struct PackedLinear::Packed {
  struct Plan {
    dnnl::matmul::primitive_desc desc;
    dnnl::matmul primitive;
    memory weight;
  };
  using Key = std::tuple<at::ScalarType, int64_t, bool>;  // dtype, rows, residual
  std::map<Key, Plan> plans;
  PackedWeight weight;
  at::Tensor bias;  // float32 [1,O] or undefined
  dnnl::stream stream{cpu_engine()};

  explicit Packed(const at::Tensor& b) : bias(b.defined() ? b.to(at::kFloat).contiguous().view({1, -1}) : b) {}

  const Plan& plan(at::ScalarType type, int64_t rows, bool residual, const at::Tensor& w) {
    const Key key{type, rows, residual};
    const auto found = plans.find(key);
    if (found != plans.end()) return found->second;
    make_room(plans);
    const auto dnnl_type = type == at::kBFloat16 ? memory::data_type::bf16 : memory::data_type::f32;
    const auto src = plain({rows, w.size(1)}, dnnl_type, memory::format_tag::ab),
               dst = plain({rows, w.size(0)}, dnnl_type, memory::format_tag::ab);
    const auto bias_desc = bias.defined() ? plain(bias.sizes(), memory::data_type::f32, memory::format_tag::ab) : memory::desc();
    const auto attributes = adding(residual, dst);
    const auto make = [&](const memory::desc& weights) {
#if DNNL_VERSION_MAJOR < 3
      return dnnl::matmul::primitive_desc(
          bias.defined() ? dnnl::matmul::desc(src, weights, bias_desc, dst) : dnnl::matmul::desc(src, weights, dst), attributes,
          cpu_engine());
#else
      return dnnl::matmul::primitive_desc(cpu_engine(), src, weights, bias_desc, dst, attributes);
#endif
    };
    const auto any = plain({w.size(1), w.size(0)}, dnnl_type, memory::format_tag::any);
    const auto [desc, packed] = weight.plan(make, any, w.t(), type, memory::format_tag::ab);
    return plans.emplace(key, Plan{desc, dnnl::matmul(desc), packed}).first->second;
  }
};

at::Tensor PackedLinear::forward(const at::Tensor& x, const at::Tensor& residual) {
  if (!is_packable(x)) return aten_linear(x, weight_, bias_, residual);
  if (!packed_) packed_ = std::make_unique<Packed>(bias_);
  const auto rows = x.reshape({-1, x.size(-1)}).contiguous();
  const auto& plan = packed_->plan(x.scalar_type(), rows.size(0), residual.defined(), weight_);
  auto sizes = x.sizes().vec();
  sizes.back() = weight_.size(0);
  const auto y = at::empty(sizes, x.options());
  execute(plan, packed_->stream, rows, packed_->bias, residual.defined() ? residual.contiguous() : residual, y);
  return y;
}

struct PackedConvolution::Packed {
  struct Plan {
    dnnl::convolution_forward::primitive_desc desc;
    dnnl::convolution_forward primitive;
    memory weight;
  };
  using Key = std::tuple<at::ScalarType, int64_t, int64_t, int64_t, bool>;  // dtype, N, H, W, residual
  std::map<Key, Plan> plans;
  PackedWeight weight;
  at::Tensor bias;  // float32 [O] or undefined
  dnnl::stream stream{cpu_engine()};

  explicit Packed(const at::Tensor& b) : bias(b.defined() ? b.to(at::kFloat).contiguous() : b) {}

  const Plan& plan(at::ScalarType type, at::IntArrayRef in, at::IntArrayRef out, bool residual, const at::Tensor& w,
                   int64_t stride, int64_t padding) {
    const Key key{type, in[0], in[2], in[3], residual};
    const auto found = plans.find(key);
    if (found != plans.end()) return found->second;
    make_room(plans);
    const auto dnnl_type = type == at::kBFloat16 ? memory::data_type::bf16 : memory::data_type::f32;
    const auto src = plain(in, dnnl_type, memory::format_tag::nhwc), dst = plain(out, dnnl_type, memory::format_tag::nhwc);
    const auto bias_desc = bias.defined() ? plain(bias.sizes(), memory::data_type::f32, memory::format_tag::x) : memory::desc();
    const auto attributes = adding_to_result(residual);
    const memory::dims strides{stride, stride}, before{padding, padding};
    // what the last window needs, where the size does not divide
    const memory::dims after{(out[2] - 1) * stride + w.size(2) - in[2] - padding,
                             (out[3] - 1) * stride + w.size(3) - in[3] - padding};
    const auto make = [&](const memory::desc& weights) {
#if DNNL_VERSION_MAJOR < 3
      return dnnl::convolution_forward::primitive_desc({dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
                                                        src, weights, bias_desc, dst, strides, before, after},
                                                       attributes, cpu_engine());
#else
      return dnnl::convolution_forward::primitive_desc(cpu_engine(), dnnl::prop_kind::forward_inference,
                                                       dnnl::algorithm::convolution_direct, src, weights, bias_desc, dst, strides,
                                                       before, after, attributes);
#endif
    };
    const auto [desc, packed] =
        weight.plan(make, plain(w.sizes(), dnnl_type, memory::format_tag::any), w, type, memory::format_tag::oihw);
    return plans.emplace(key, Plan{desc, dnnl::convolution_forward(desc), packed}).first->second;
  }
};

namespace {

std::vector<int64_t> output_sizes(at::IntArrayRef in, const at::Tensor& weight, int64_t stride, int64_t padding) {
  const auto side = [&](int64_t size, int64_t kernel) { return (size + 2 * padding - kernel) / stride + 1; };
  return {in[0], weight.size(0), side(in[2], weight.size(2)), side(in[3], weight.size(3))};
}

}  // namespace

at::Tensor PackedConvolution::forward(const at::Tensor& x, const at::Tensor& residual) {
  if (!is_packable(x)) {
    const auto bias = bias_.defined() ? bias_.to(x.options()) : bias_;
    return plus(at::conv2d(x, weight_.to(x.options()), bias, stride_, padding_), residual);
  }
  if (!packed_) packed_ = std::make_unique<Packed>(bias_);
  const auto input = x.contiguous(at::MemoryFormat::ChannelsLast);
  const auto sizes = output_sizes(x.sizes(), weight_, stride_, padding_);
  const auto y = residual.defined() ? residual.to(x.scalar_type()).clone(at::MemoryFormat::ChannelsLast)
                                    : at::empty(sizes, x.options(), at::MemoryFormat::ChannelsLast);
  const auto& plan = packed_->plan(x.scalar_type(), x.sizes(), sizes, residual.defined(), weight_, stride_, padding_);
  execute(plan, packed_->stream, input, packed_->bias, {}, y);
  return y;
}

#else

struct PackedLinear::Packed {};
struct PackedConvolution::Packed {};
at::Tensor PackedLinear::forward(const at::Tensor& x, const at::Tensor& residual) {
  return aten_linear(x, weight_, bias_, residual);
}
at::Tensor PackedConvolution::forward(const at::Tensor& x, const at::Tensor& residual) {
  const auto bias = bias_.defined() ? bias_.to(x.options()) : bias_;
  return plus(at::conv2d(x, weight_.to(x.options()), bias, stride_, padding_), residual);
}

#endif

PackedLinear::PackedLinear(at::Tensor weight, at::Tensor bias) : weight_(std::move(weight)), bias_(std::move(bias)) {}
PackedLinear::~PackedLinear() = default;
PackedLinear::PackedLinear(PackedLinear&&) noexcept = default;
PackedLinear& PackedLinear::operator=(PackedLinear&&) noexcept = default;

PackedConvolution::PackedConvolution(at::Tensor weight, at::Tensor bias, int64_t stride, int64_t padding)
    : weight_(std::move(weight)), bias_(std::move(bias)), stride_(stride), padding_(padding) {}
PackedConvolution::~PackedConvolution() = default;
PackedConvolution::PackedConvolution(PackedConvolution&&) noexcept = default;
PackedConvolution& PackedConvolution::operator=(PackedConvolution&&) noexcept = default;

}  // namespace inkstone::kernels
