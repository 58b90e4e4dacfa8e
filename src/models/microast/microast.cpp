#include "models/microast/microast.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using kernels::Frame;
using kernels::PictureView;
using nn::PictureConvolution;
using nn::PictureConvolutionOptions;

constexpr double kEps = 1e-5;

// in: channels that come in; the files leave out how many groups share them.
std::unique_ptr<PictureConvolution> convolution(const StateDict& weights, const std::string& name, int64_t in, int64_t stride = 1,
                                                bool relu = true) {
  const auto& weight = weights.at(name + ".conv_layer.weight", {-1, -1, -1, -1});
  const auto& bias = weights.at(name + ".conv_layer.bias", {weight.size(0)});
  if (weight.size(1) < 1 || in % weight.size(1) != 0 || weight.size(0) % (in / weight.size(1)) != 0)
    throw Error(ErrorCategory::corrupt_file, fmt::format("{}.conv_layer.weight does not take {} channels", name, in));
  PictureConvolutionOptions o;
  o.in = in;
  o.out = weight.size(0);
  o.kernel = weight.size(2);
  o.stride = stride;
  o.groups = in / weight.size(1);
  o.norm = false;
  o.relu = relu;
  auto made = std::make_unique<PictureConvolution>(o);
  made->conv()->weight.set_data(weight.to(at::kFloat).contiguous());
  made->conv()->bias.set_data(bias.to(at::kFloat).contiguous());
  return made;
}

// A dense picture with a border.
PictureView with_frame(const at::Tensor& x, Frame frame) {
  const auto picture = x.contiguous(at::MemoryFormat::ChannelsLast);
  if (frame.total() == 0) return {picture};
  const std::vector<int64_t> sizes = {x.size(0), x.size(1)};
  return kernels::sweep({picture}, at::ones(sizes), at::zeros(sizes), false, frame);
}

at::Tensor run_dense(PictureConvolution& layer, const at::Tensor& x) {
  return layer.run(with_frame(x, layer.wanted()), {}).data;
}

at::Tensor column(const at::Tensor& of_channels) {
  return of_channels.unsqueeze(2).unsqueeze(3);
}

at::Tensor deviation_of(const kernels::PictureMoments& moments, int64_t pixels) {
  const double unbiased = double(pixels) / double(std::max<int64_t>(1, pixels - 1));
  return (moments.variance * unbiased + kEps).sqrt();
}

at::Tensor doubled_smoothly(const at::Tensor& x) {
  const auto large =
      at::upsample_bilinear2d(x.to(at::kFloat).contiguous(at::MemoryFormat::ChannelsLast), {2 * x.size(2), 2 * x.size(3)}, false);
  return large.to(x.scalar_type());
}

}  // namespace

struct MicroAst::Residual {
  std::unique_ptr<PictureConvolution> first, second;
  // relu: between the two; modulated ones rectify what they have modulated.
  Residual(const StateDict& weights, const std::string& name, int64_t channels, bool relu)
      : first(convolution(weights, name + ".conv1", channels, 1, relu)),
        second(convolution(weights, name + ".conv2", channels, 1, false)) {}

  at::Tensor plain(const at::Tensor& x) {
    return second->run(first->run(with_frame(x, first->wanted()), second->wanted()), {}, {x}).data;
  }

  // With filters w F + b, F the filters of the file.
  at::Tensor modulated(const at::Tensor& x, const MicroAstStyle::Signals& style) {
    const auto w = style.weight.to(x.scalar_type()), b = style.bias.to(x.scalar_type());
    const auto inner = at::relu(w * run_dense(*first, x) + b * x);
    return x + w * run_dense(*second, inner) + b * inner;
  }
};

struct MicroAst::Encoder {
  std::vector<std::unique_ptr<PictureConvolution>> layers;
  std::unique_ptr<Residual> first, second;

  explicit Encoder(const StateDict& weights) {
    int64_t channels = 3;
    for (const auto& [layer, stride] : {std::pair<int, int64_t>{0, 1}, {2, 2}, {4, 1}, {6, 2}, {8, 1}}) {
      layers.push_back(convolution(weights, fmt::format("enc1.{}", layer), channels, stride));
      channels = layers.back()->options().out;
    }
    first = std::make_unique<Residual>(weights, "enc1.10", channels, true);
    second = std::make_unique<Residual>(weights, "enc2.0", channels, true);
  }

  std::array<at::Tensor, 2> run(const at::Tensor& rgb, at::ScalarType dtype) {
    auto x = nn::framed(rgb, 1, 0, dtype, layers[0]->wanted());
    for (std::size_t i = 0; i < layers.size(); ++i)
      x = layers[i]->run(x, i + 1 < layers.size() ? layers[i + 1]->wanted() : Frame{});
    const auto once = first->plain(x.data);
    return {once, second->plain(once)};
  }
};

struct MicroAst::Decoder {
  std::unique_ptr<Residual> first, second;
  std::vector<std::unique_ptr<PictureConvolution>> layers;

  explicit Decoder(const StateDict& weights) {
    int64_t channels = weights.at("dec1.conv1.conv_layer.weight", {-1, -1, -1, -1}).size(0);
    first = std::make_unique<Residual>(weights, "dec1", channels, false);
    second = std::make_unique<Residual>(weights, "dec2", channels, false);
    for (const int layer : {1, 3, 6, 8, 10}) {
      layers.push_back(convolution(weights, fmt::format("dec3.{}", layer), channels, 1, layer != 10));
      channels = layers.back()->options().out;
    }
  }

  at::Tensor enlarge(at::Tensor x) {
    for (std::size_t i = 0; i < 4; i += 2) {
      x = doubled_smoothly(x);
      x = layers[i + 1]->run(layers[i]->run(with_frame(x, layers[i]->wanted()), layers[i + 1]->wanted()), {}).data;
    }
    return nn::plain(layers[4]->run(with_frame(x, layers[4]->wanted()), {}));
  }
};

MicroAst::MicroAst(const Weights& weights, at::ScalarType dtype)
    : dtype_(dtype),
      content_encoder_(std::make_unique<Encoder>(weights.content_encoder)),
      style_encoder_(std::make_unique<Encoder>(weights.style_encoder)),
      decoder_(std::make_unique<Decoder>(weights.decoder)) {
  for (std::size_t i = 0; i < 2; ++i) {
    const int64_t channels = style_encoder_->first->first->options().in;
    weight_of_[i] = convolution(weights.modulator, fmt::format("weight{}.0", i + 1), channels, 1, false);
    bias_of_[i] = convolution(weights.modulator, fmt::format("bias{}.0", i + 1), channels, 1, false);
  }
}

MicroAst::~MicroAst() = default;

MicroAstStyle MicroAst::look_at(const at::Tensor& painting) {
  const at::NoGradGuard frozen;
  const auto cut = painting.slice(2, 0, painting.size(2) / 4 * 4).slice(3, 0, painting.size(3) / 4 * 4).contiguous();
  const auto features = style_encoder_->run(cut, at::kFloat);
  MicroAstStyle style;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto moments = kernels::picture_moments({features[i]});
    auto& signals = style.signals[i];
    signals.mean = column(moments.mean);
    signals.deviation = column(deviation_of(moments, features[i].size(2) * features[i].size(3)));
    signals.weight = run_dense(*weight_of_[i], features[i]).mean({2, 3}, true);
    signals.bias = run_dense(*bias_of_[i], features[i]).mean({2, 3}, true);
  }
  return style;
}

MicroAstStyle blended(const std::vector<MicroAstStyle>& styles, const std::vector<double>& weights) {
  MicroAstStyle sum;
  for (std::size_t i = 0; i < 2; ++i)
    for (const auto member : {&MicroAstStyle::Signals::mean, &MicroAstStyle::Signals::deviation, &MicroAstStyle::Signals::weight,
                              &MicroAstStyle::Signals::bias})
      for (std::size_t k = 0; k < styles.size(); ++k) {
        const auto share = styles[k].signals[i].*member * weights[k];
        auto& total = sum.signals[i].*member;
        total = total.defined() ? total + share : share;
      }
  return sum;
}

at::Tensor MicroAst::adapted(const at::Tensor& x, const MicroAstStyle::Signals& style, double strength, std::size_t place) {
  auto& kept = kept_[place];
  const auto moments = recall_ == nn::Recall::use && kept ? *kept : kernels::picture_moments({x});
  if (recall_ == nn::Recall::keep) kept = moments;
  const auto mean = column(moments.mean), deviation = column(deviation_of(moments, x.size(2) * x.size(3)));
  const auto wide = x.to(at::kFloat);
  const auto gain = style.deviation / deviation;
  const auto y = wide * (strength * gain + (1 - strength)) + strength * (style.mean - gain * mean);
  return y.to(x.scalar_type());
}

at::Tensor MicroAst::paint(const at::Tensor& photograph, const MicroAstStyle& style, double strength) {
  const at::NoGradGuard frozen;
  const auto features = content_encoder_->run(photograph, dtype_);
  auto x = adapted(features[1], style.signals[1], strength, 1);
  x = decoder_->first->modulated(x, style.signals[1]);
  x = adapted(x, style.signals[0], strength, 0);
  x = decoder_->second->modulated(x, style.signals[0]);
  return decoder_->enlarge(x);
}

void MicroAst::set_recall(nn::Recall recall) {
  recall_ = recall;
  if (recall == nn::Recall::off) kept_ = {};
}

}  // namespace inkstone
