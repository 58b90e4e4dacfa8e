#include "kernels/winograd.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include <ATen/ATen.h>

#ifdef INKSTONE_HAVE_DNNL
#include "kernels/packed_weight.hpp"
#endif

namespace inkstone::kernels {

#ifdef INKSTONE_HAVE_DNNL
namespace {

using dnnl::memory;
using Forward = dnnl::convolution_forward;
using BackwardData = dnnl::convolution_backward_data;
using BackwardWeights = dnnl::convolution_backward_weights;

constexpr int64_t kChannelBlock = 16, kFewest = 32;  // channels; below, turning pictures into tiles costs more than it saves
constexpr int64_t kSmallest = 6;                     // pixels of a side: most of a tile must be picture
constexpr auto kWay = dnnl::algorithm::convolution_winograd;
constexpr auto kTraining = dnnl::prop_kind::forward_training;

std::vector<int64_t> output_sizes(at::IntArrayRef x, at::IntArrayRef w, int64_t padding) {
  return {x[0], w[0], x[2] + 2 * padding - 2, x[3] + 2 * padding - 2};
}

// One layer on pictures of one size, as oneDNN is told of it; layouts are its own to choose.
struct Geometry {
  memory::desc src, weight, bias, dst;
  memory::dims stride{1, 1}, margin;

  Geometry(at::IntArrayRef x, at::IntArrayRef w, bool biased, int64_t padding)
      : src(plain(x, memory::data_type::f32, memory::format_tag::any)),
        weight(plain(w, memory::data_type::f32, memory::format_tag::any)),
        bias(biased ? plain({w[0]}, memory::data_type::f32, memory::format_tag::x) : memory::desc()),
        dst(plain(output_sizes(x, w, padding), memory::data_type::f32, memory::format_tag::any)),
        margin{padding, padding} {}

  // Empty where oneDNN has no such kernel.
  Forward::primitive_desc forward() const {
#if DNNL_VERSION_MAJOR < 3
    return {{kTraining, kWay, src, weight, bias, dst, stride, margin, margin}, cpu_engine(), true};
#else
    return {cpu_engine(), kTraining, kWay, src, weight, bias, dst, stride, margin, margin, dnnl::primitive_attr(), true};
#endif
  }
  BackwardData::primitive_desc backward_data(const Forward::primitive_desc& hint) const {
#if DNNL_VERSION_MAJOR < 3
    return {{kWay, src, weight, dst, stride, margin, margin}, cpu_engine(), hint, true};
#else
    return {cpu_engine(), kWay, src, weight, dst, stride, margin, margin, hint, dnnl::primitive_attr(), true};
#endif
  }
  BackwardWeights::primitive_desc backward_weights(const Forward::primitive_desc& hint) const {
#if DNNL_VERSION_MAJOR < 3
    return {{kWay, src, weight, bias, dst, stride, margin, margin}, cpu_engine(), hint, true};
#else
    return {cpu_engine(), kWay, src, weight, bias, dst, stride, margin, margin, hint, dnnl::primitive_attr(), true};
#endif
  }
};

// A layer's passes, made once: oneDNN frees its working memory with the last primitive, and fresh pages cost more than the
// arithmetic.
struct Passes {
  Forward::primitive_desc forward_desc;
  BackwardData::primitive_desc data_desc;
  BackwardWeights::primitive_desc weights_desc;
  Forward forward;
  BackwardData backward_data;
  BackwardWeights backward_weights;

  explicit Passes(const Geometry& geometry)
      : forward_desc(geometry.forward()),
        data_desc(geometry.backward_data(forward_desc)),
        weights_desc(geometry.backward_weights(forward_desc)),
        forward(forward_desc),
        backward_data(data_desc),
        backward_weights(weights_desc) {}
};

constexpr std::size_t kMostPasses = 64;  // sizes of a run are few

// Working memory belongs to a thread, and so do these.
const Passes& passes_of(at::IntArrayRef x, at::IntArrayRef w, bool biased, int64_t padding) {
  thread_local std::map<std::vector<int64_t>, Passes> made;
  const std::vector<int64_t> key = {x[0], x[1], x[2], x[3], w[0], biased, padding};
  const auto found = made.find(key);
  if (found != made.end()) return found->second;
  if (made.size() >= kMostPasses) made.clear();
  return made.emplace(key, Passes(Geometry(x, w, biased, padding))).first->second;
}

// All three passes exist.
bool is_known(const Geometry& geometry) {
  const auto forward = geometry.forward();
  return forward.get(true) && geometry.backward_data(forward).get(true) && geometry.backward_weights(forward).get(true);
}

memory::desc channels_last(at::IntArrayRef sizes) {
  return plain(sizes, memory::data_type::f32, memory::format_tag::nhwc);
}
memory::desc row_major(const at::Tensor& weight) {
  return plain(weight.sizes(), memory::data_type::f32, memory::format_tag::oihw);
}

at::Tensor empty_picture(at::IntArrayRef sizes) {
  return at::empty(sizes, at::TensorOptions(at::kFloat), at::MemoryFormat::ChannelsLast);
}

bool is_float_on_cpu(const at::Tensor& t) {
  return t.is_cpu() && t.scalar_type() == at::kFloat;
}

}  // namespace

bool suits_winograd(const at::Tensor& x, const at::Tensor& weight, int64_t padding) {
  if (!is_float_on_cpu(x) || !is_float_on_cpu(weight) || x.dim() != 4 || x.numel() == 0) return false;
  if (weight.size(2) != 3 || weight.size(3) != 3 || weight.size(1) != x.size(1) || padding < 0 || padding > 1) return false;
  const auto fits = [](int64_t channels) { return channels >= kFewest && channels % kChannelBlock == 0; };
  if (!fits(x.size(1)) || !fits(weight.size(0)) || std::min(x.size(2), x.size(3)) < kSmallest) return false;
  static std::mutex guard;
  static std::map<std::vector<int64_t>, bool> asked;
  const std::vector<int64_t> key = {x.size(0), x.size(1), x.size(2), x.size(3), weight.size(0), padding};
  const std::lock_guard hold(guard);
  const auto found = asked.find(key);
  if (found != asked.end()) return found->second;
  if (asked.size() > 1000) asked.clear();
  return asked[key] = is_known(Geometry(x.sizes(), weight.sizes(), true, padding));
}

WinogradOutput winograd(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t padding) {
  const auto& passes = passes_of(x.sizes(), weight.sizes(), bias.defined(), padding);
  const auto& desc = passes.forward_desc;
  dnnl::stream stream(cpu_engine());
  const auto input = laid(x.contiguous(at::MemoryFormat::ChannelsLast), channels_last(x.sizes()), desc.src_desc(), stream);
  const auto dense = weight.contiguous();
  const auto filter = laid(dense, row_major(dense), desc.weights_desc(), stream);
  const auto output = room_for(desc.dst_desc());
  std::unordered_map<int, memory> arguments{{DNNL_ARG_SRC, wrap(desc.src_desc(), input)},
                                            {DNNL_ARG_WEIGHTS, wrap(desc.weights_desc(), filter)},
                                            {DNNL_ARG_DST, wrap(desc.dst_desc(), output)}};
  const auto added = bias.defined() ? bias.contiguous() : bias;
  if (added.defined()) arguments.emplace(DNNL_ARG_BIAS, wrap(desc.bias_desc(), added));
  passes.forward.execute(stream, arguments);
  const auto sizes = output_sizes(x.sizes(), weight.sizes(), padding);
  const auto y = empty_picture(sizes);
  reorder(desc.dst_desc(), output, channels_last(sizes), y, stream);
  stream.wait();
  return {y, input};
}

WinogradGradients winograd_backward(const at::Tensor& dy, const at::Tensor& input, at::IntArrayRef sizes,
                                    const at::Tensor& weight, int64_t padding, bool wants_x, bool wants_weight) {
  const auto& passes = passes_of(sizes, weight.sizes(), true, padding);
  const auto& hint = passes.forward_desc;
  dnnl::stream stream(cpu_engine());
  const auto gradient = dy.contiguous(at::MemoryFormat::ChannelsLast), dense = weight.contiguous();
  const auto blocked = laid(gradient, channels_last(gradient.sizes()), hint.dst_desc(), stream);
  WinogradGradients found;
  if (wants_x) {
    const auto& desc = passes.data_desc;
    const auto filter = laid(dense, row_major(dense), desc.weights_desc(), stream),
               from = laid(blocked, hint.dst_desc(), desc.diff_dst_desc(), stream), to = room_for(desc.diff_src_desc());
    passes.backward_data.execute(stream, {{DNNL_ARG_DIFF_DST, wrap(desc.diff_dst_desc(), from)},
                                          {DNNL_ARG_WEIGHTS, wrap(desc.weights_desc(), filter)},
                                          {DNNL_ARG_DIFF_SRC, wrap(desc.diff_src_desc(), to)}});
    found.x = empty_picture(sizes);
    reorder(desc.diff_src_desc(), to, channels_last(sizes), found.x, stream);
  }
  if (wants_weight) {
    const auto& desc = passes.weights_desc;
    const auto seen = laid(input, hint.src_desc(), desc.src_desc(), stream),
               from = laid(blocked, hint.dst_desc(), desc.diff_dst_desc(), stream), to = room_for(desc.diff_weights_desc());
    found.bias = at::empty({weight.size(0)}, at::kFloat);
    passes.backward_weights.execute(stream, {{DNNL_ARG_SRC, wrap(desc.src_desc(), seen)},
                                             {DNNL_ARG_DIFF_DST, wrap(desc.diff_dst_desc(), from)},
                                             {DNNL_ARG_DIFF_WEIGHTS, wrap(desc.diff_weights_desc(), to)},
                                             {DNNL_ARG_DIFF_BIAS, wrap(desc.diff_bias_desc(), found.bias)}});
    found.weight = at::empty(weight.sizes(), at::kFloat);
    reorder(desc.diff_weights_desc(), to, row_major(found.weight), found.weight, stream);
  }
  stream.wait();
  return found;
}

#else

bool suits_winograd(const at::Tensor&, const at::Tensor&, int64_t) {
  return false;
}
WinogradOutput winograd(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, int64_t padding) {
  return {at::conv2d(x, weight, bias, 1, padding), x};
}
WinogradGradients winograd_backward(const at::Tensor&, const at::Tensor&, at::IntArrayRef, const at::Tensor&, int64_t, bool,
                                    bool) {
  return {};
}

#endif

}  // namespace inkstone::kernels
