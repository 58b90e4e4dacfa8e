#include "kernels/packed.hpp"

#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>

#ifdef INKSTONE_HAVE_DNNL
#include "kernels/onednn.hpp"
#endif

namespace inkstone::kernels {
namespace {

at::Tensor plus(const at::Tensor& y, const at::Tensor& residual) { return residual.defined() ? y + residual : y; }

bool is_packable(const at::Tensor& x) {
#ifdef INKSTONE_HAVE_DNNL
  return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16) && x.numel() > 0;
#else
  return false;
#endif
}

at::Tensor aten_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& residual) {
  return plus(at::linear(x, weight.to(x.options()), bias.defined() ? bias.to(x.options()) : bias), residual);
}

}  // namespace

#ifdef INKSTONE_HAVE_DNNL

namespace {

using dnnl::memory;

memory::desc plain(at::IntArrayRef sizes, memory::data_type type, memory::format_tag tag) {
  return memory::desc(memory::dims(sizes.begin(), sizes.end()), type, tag);
}

// One copy of the weights for each dtype: the first plan chooses the layout, later ones take what is there.
class PackedWeight {
 public:
  bool contains(at::ScalarType type) const { return packed_.count(type) != 0; }
  memory::desc layout(at::ScalarType type, const memory::desc& any) const {
    const auto found = packed_.find(type);
    return found == packed_.end() ? any : found->second.get_desc();
  }
  const memory& in(const memory::desc& wanted, const at::Tensor& weight, at::ScalarType type, memory::format_tag plain_tag) {
    const auto found = packed_.find(type);
    if (found != packed_.end()) return found->second;
    const auto dense = weight.to(type).contiguous();
    auto source = wrap(plain(dense.sizes(), data_type(dense), plain_tag), dense);
    memory packed(wanted, cpu_engine());
    dnnl::stream stream(cpu_engine());
    dnnl::reorder(source, packed).execute(stream, source, packed);
    stream.wait();
    return packed_.emplace(type, packed).first->second;
  }

 private:
  std::map<at::ScalarType, memory> packed_;
};

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
void execute(const Plan& plan, dnnl::stream& stream, const at::Tensor& x, const memory& weight, const at::Tensor& bias, const at::Tensor& residual,
             const at::Tensor& y) {
  std::unordered_map<int, memory> arguments{{DNNL_ARG_SRC, wrap(plan.desc.src_desc(), x)},
                                            {DNNL_ARG_WEIGHTS, weight},
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
  };
  using Key = std::tuple<at::ScalarType, int64_t, bool>;  // dtype, rows, residual
  std::map<Key, Plan> plans;
  PackedWeight weight;
  at::Tensor bias;  // float32 [1,O] or undefined
  dnnl::stream stream{cpu_engine()};

  const Plan& plan(at::ScalarType type, int64_t rows, bool residual, const at::Tensor& w) {
    const Key key{type, rows, residual};
    const auto found = plans.find(key);
    if (found != plans.end()) return found->second;
    make_room(plans);
    const auto dnnl_type = type == at::kBFloat16 ? memory::data_type::bf16 : memory::data_type::f32;
    const auto src = plain({rows, w.size(1)}, dnnl_type, memory::format_tag::ab), dst = plain({rows, w.size(0)}, dnnl_type, memory::format_tag::ab);
    const auto weights = weight.layout(type, plain({w.size(1), w.size(0)}, dnnl_type, memory::format_tag::any));
    const auto bias_desc = bias.defined() ? plain(bias.sizes(), memory::data_type::f32, memory::format_tag::ab) : memory::desc();
    const auto attributes = adding(residual, dst);
#if DNNL_VERSION_MAJOR < 3
    const dnnl::matmul::primitive_desc desc(bias.defined() ? dnnl::matmul::desc(src, weights, bias_desc, dst) : dnnl::matmul::desc(src, weights, dst), attributes,
                                            cpu_engine());
#else
    const dnnl::matmul::primitive_desc desc(cpu_engine(), src, weights, bias_desc, dst, attributes);
#endif
    return plans.emplace(key, Plan{desc, dnnl::matmul(desc)}).first->second;
  }
};

void PackedLinear::pack(at::ScalarType type) {
  constexpr int64_t kUsualRows = 4096;
  if (!packed_) packed_ = std::make_unique<Packed>();
  if (packed_->weight.contains(type)) return;
  if (bias_.defined()) packed_->bias = bias_.to(at::kFloat).contiguous().view({1, -1});
  packed_->weight.in(packed_->plan(type, kUsualRows, false, weight_).desc.weights_desc(), weight_.t(), type, memory::format_tag::ab);
}

at::Tensor PackedLinear::forward(const at::Tensor& x, const at::Tensor& residual) {
  if (!is_packable(x)) return aten_linear(x, weight_, bias_, residual);
  pack(x.scalar_type());
  const auto rows = x.reshape({-1, x.size(-1)}).contiguous();
  const auto& plan = packed_->plan(x.scalar_type(), rows.size(0), residual.defined(), weight_);
  auto sizes = x.sizes().vec();
  sizes.back() = weight_.size(0);
  const auto y = at::empty(sizes, x.options());
  execute(plan, packed_->stream, rows, packed_->weight.in({}, weight_, x.scalar_type(), memory::format_tag::ab), packed_->bias,
          residual.defined() ? residual.contiguous() : residual, y);
  return y;
}

struct PackedConvolution::Packed {
  struct Plan {
    dnnl::convolution_forward::primitive_desc desc;
    dnnl::convolution_forward primitive;
  };
  using Key = std::tuple<at::ScalarType, int64_t, int64_t, int64_t, bool>;  // dtype, N, H, W, residual
  std::map<Key, Plan> plans;
  PackedWeight weight;
  at::Tensor bias;  // float32 [O] or undefined
  dnnl::stream stream{cpu_engine()};

  const Plan& plan(at::ScalarType type, at::IntArrayRef in, at::IntArrayRef out, bool residual, const at::Tensor& w, int64_t stride, int64_t padding) {
    const Key key{type, in[0], in[2], in[3], residual};
    const auto found = plans.find(key);
    if (found != plans.end()) return found->second;
    make_room(plans);
    const auto dnnl_type = type == at::kBFloat16 ? memory::data_type::bf16 : memory::data_type::f32;
    const auto src = plain(in, dnnl_type, memory::format_tag::nhwc), dst = plain(out, dnnl_type, memory::format_tag::nhwc);
    const auto weights = weight.layout(type, plain(w.sizes(), dnnl_type, memory::format_tag::any));
    const auto bias_desc = bias.defined() ? plain(bias.sizes(), memory::data_type::f32, memory::format_tag::x) : memory::desc();
    const auto attributes = adding_to_result(residual);
    const memory::dims strides{stride, stride}, before{padding, padding};
    // what the last window needs, where the size does not divide
    const memory::dims after{(out[2] - 1) * stride + w.size(2) - in[2] - padding, (out[3] - 1) * stride + w.size(3) - in[3] - padding};
#if DNNL_VERSION_MAJOR < 3
    const dnnl::convolution_forward::primitive_desc desc({dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, src, weights, bias_desc, dst,
                                                          strides, before, after},
                                                         attributes, cpu_engine());
#else
    const dnnl::convolution_forward::primitive_desc desc(cpu_engine(), dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, src, weights,
                                                         bias_desc, dst, strides, before, after, attributes);
#endif
    return plans.emplace(key, Plan{desc, dnnl::convolution_forward(desc)}).first->second;
  }
};

namespace {

std::vector<int64_t> output_sizes(at::IntArrayRef in, const at::Tensor& weight, int64_t stride, int64_t padding) {
  const auto side = [&](int64_t size, int64_t kernel) { return (size + 2 * padding - kernel) / stride + 1; };
  return {in[0], weight.size(0), side(in[2], weight.size(2)), side(in[3], weight.size(3))};
}

}  // namespace

void PackedConvolution::pack(at::ScalarType type) {
  const std::vector<int64_t> usual = {1, weight_.size(1), 32, 32};
  if (!packed_) packed_ = std::make_unique<Packed>();
  if (packed_->weight.contains(type)) return;
  if (bias_.defined()) packed_->bias = bias_.to(at::kFloat).contiguous();
  const auto& plan = packed_->plan(type, usual, output_sizes(usual, weight_, stride_, padding_), false, weight_, stride_, padding_);
  packed_->weight.in(plan.desc.weights_desc(), weight_, type, memory::format_tag::oihw);
}

at::Tensor PackedConvolution::forward(const at::Tensor& x, const at::Tensor& residual) {
  if (!is_packable(x)) {
    const auto bias = bias_.defined() ? bias_.to(x.options()) : bias_;
    return plus(at::conv2d(x, weight_.to(x.options()), bias, stride_, padding_), residual);
  }
  pack(x.scalar_type());
  const auto input = x.contiguous(at::MemoryFormat::ChannelsLast);
  const auto sizes = output_sizes(x.sizes(), weight_, stride_, padding_);
  const auto y = residual.defined() ? residual.to(x.scalar_type()).clone(at::MemoryFormat::ChannelsLast)
                                    : at::empty(sizes, x.options(), at::MemoryFormat::ChannelsLast);
  const auto& plan = packed_->plan(x.scalar_type(), x.sizes(), sizes, residual.defined(), weight_, stride_, padding_);
  execute(plan, packed_->stream, input, packed_->weight.in({}, weight_, x.scalar_type(), memory::format_tag::oihw), packed_->bias, {}, y);
  return y;
}

#else

struct PackedLinear::Packed {};
struct PackedConvolution::Packed {};
void PackedLinear::pack(at::ScalarType) {}
void PackedConvolution::pack(at::ScalarType) {}
at::Tensor PackedLinear::forward(const at::Tensor& x, const at::Tensor& residual) { return aten_linear(x, weight_, bias_, residual); }
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
