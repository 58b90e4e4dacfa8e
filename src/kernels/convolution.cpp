#include "kernels/convolution.hpp"

#include <map>
#include <tuple>
#include <utility>

#include <ATen/ATen.h>

#ifdef INKSTONE_HAVE_DNNL
#include "kernels/onednn.hpp"
#endif

namespace inkstone::kernels {
namespace {

// Towards the input, a stride-1 convolution is again a convolution: channels swapped, kernel turned by 180 degrees.
at::Tensor turned(const at::Tensor& weight) {
  return weight.transpose(0, 1).flip({2, 3}).contiguous();
}

at::Tensor aten_convolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, bool relu) {
  const auto options = x.options();
  const auto y = at::conv2d(x, weight.to(options), bias.defined() ? bias.to(options) : bias, 1, weight.size(2) / 2);
  return relu ? at::relu(y) : y;
}

}  // namespace

#ifdef INKSTONE_HAVE_DNNL

struct FrozenConvolution::Packed {
  struct Plan {
    dnnl::convolution_forward::primitive_desc desc;
    dnnl::convolution_forward primitive;
    dnnl::memory weight;
  };
  using Key = std::tuple<int64_t, int64_t, int64_t, bool, bool, bool>;  // N, H, W, bfloat16, transposed, relu
  std::map<Key, Plan> plans;
  dnnl::stream stream{cpu_engine()};

  // Tiles come in nine sizes, pyramids in a few more; equal packings are shared between plans.
  static constexpr std::size_t kMaxPlans = 48;

  const Plan& plan(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, bool transposed, bool relu) {
    const Key key{x.size(0), x.size(2), x.size(3), x.scalar_type() == at::kBFloat16, transposed, relu};
    const auto found = plans.find(key);
    if (found != plans.end()) return found->second;
    if (plans.size() >= kMaxPlans) plans.clear();
    return plans.emplace(key, make_plan(x, transposed ? turned(weight) : weight, bias, transposed, relu)).first->second;
  }

  Plan make_plan(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, bool transposed, bool relu) {
    using dnnl::memory;
    const auto type = data_type(x);
    const int64_t pad = weight.size(2) / 2;
    const memory::desc src({x.size(0), x.size(1), x.size(2), x.size(3)}, type, memory::format_tag::nhwc);
    const memory::desc dst({x.size(0), weight.size(0), x.size(2), x.size(3)}, type, memory::format_tag::nhwc);
    const memory::dims dims(weight.sizes().begin(), weight.sizes().end());
    const memory::desc any_weight(dims, type, memory::format_tag::any);
    const memory::desc plain_bias =
        bias.defined() ? memory::desc({weight.size(0)}, memory::data_type::f32, memory::format_tag::x) : memory::desc();
    dnnl::post_ops post;
#if DNNL_VERSION_MAJOR < 3
    if (relu) post.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
#else
    if (relu) post.append_eltwise(dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
#endif
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(post);
#if DNNL_VERSION_MAJOR < 3
    const dnnl::convolution_forward::primitive_desc desc({dnnl::prop_kind::forward_inference,
                                                          dnnl::algorithm::convolution_direct,
                                                          src,
                                                          any_weight,
                                                          plain_bias,
                                                          dst,
                                                          {1, 1},
                                                          {pad, pad},
                                                          {pad, pad}},
                                                         attributes, cpu_engine());
#else
    const dnnl::convolution_forward::primitive_desc desc(cpu_engine(), dnnl::prop_kind::forward_inference,
                                                         dnnl::algorithm::convolution_direct, src, any_weight, plain_bias, dst,
                                                         {1, 1}, {pad, pad}, {pad, pad}, attributes);
#endif
    Plan plan{desc, dnnl::convolution_forward(desc), pack(desc.weights_desc(), weight, dims, transposed)};
    return plan;
  }

  dnnl::memory pack(const dnnl::memory::desc& wanted, const at::Tensor& weight, const dnnl::memory::dims& dims, bool transposed) {
    for (const auto& [key, plan] : plans)
      if (std::get<4>(key) == transposed && plan.desc.weights_desc() == wanted) return plan.weight;
    const dnnl::memory::desc plain(dims, dnnl::memory::data_type::f32, dnnl::memory::format_tag::oihw);
    auto source = wrap(plain, weight);
    dnnl::memory packed(wanted, cpu_engine());
    dnnl::reorder(source, packed).execute(stream, source, packed);
    stream.wait();
    return packed;
  }
};

at::Tensor FrozenConvolution::run(const at::Tensor& x, bool transposed, bool relu) {
  const auto bias = transposed ? at::Tensor() : bias_;
  if (!x.is_cpu()) return aten_convolution(x, transposed ? turned(weight_) : weight_, bias, relu);
  const auto input = x.contiguous(at::MemoryFormat::ChannelsLast);
  if (!packed_) packed_ = std::make_unique<Packed>();
  const auto& plan = packed_->plan(input, weight_, bias, transposed, relu);
  auto output = at::empty({x.size(0), transposed ? in_channels() : out_channels(), x.size(2), x.size(3)}, x.options(),
                          at::MemoryFormat::ChannelsLast);
  std::unordered_map<int, dnnl::memory> arguments{{DNNL_ARG_SRC, wrap(plan.desc.src_desc(), input)},
                                                  {DNNL_ARG_WEIGHTS, plan.weight},
                                                  {DNNL_ARG_DST, wrap(plan.desc.dst_desc(), output)}};
  if (bias.defined()) arguments.emplace(DNNL_ARG_BIAS, wrap(plan.desc.bias_desc(), bias));
  plan.primitive.execute(packed_->stream, arguments);
  packed_->stream.wait();
  return output;
}

bool has_fast_bfloat16() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

#else

struct FrozenConvolution::Packed {};

at::Tensor FrozenConvolution::run(const at::Tensor& x, bool transposed, bool relu) {
  return aten_convolution(x, transposed ? turned(weight_) : weight_, transposed ? at::Tensor() : bias_, relu);
}

bool has_fast_bfloat16() {
  return false;
}

#endif

FrozenConvolution::FrozenConvolution(at::Tensor weight, at::Tensor bias)
    : weight_(weight.to(at::kFloat).contiguous()), bias_(bias.to(at::kFloat).contiguous()) {}
FrozenConvolution::~FrozenConvolution() = default;
FrozenConvolution::FrozenConvolution(FrozenConvolution&&) noexcept = default;

at::Tensor FrozenConvolution::forward(const at::Tensor& x, bool relu) {
  return run(x, false, relu);
}
at::Tensor FrozenConvolution::backward_data(const at::Tensor& dy) {
  return run(dy, true, false);
}

}  // namespace inkstone::kernels
