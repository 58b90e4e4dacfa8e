#include "transform/adain.hpp"

#include <algorithm>
#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "inkstone/error.hpp"
#include "models/adain/adain.hpp"
#include "models/perceptual/perceptual.hpp"
#include "tensor/picture.hpp"
#include "transform/arbitrary_style.hpp"
#include "weights/load.hpp"

namespace inkstone::transform {
namespace {

namespace fs = std::filesystem;

constexpr const char *kDecoderFile = "decoder.pth", *kEncoderFile = "vgg_normalised.pth";
constexpr int64_t kLeastSide = 32;

fs::path folder_of(const fs::path& path) {
  return fs::is_directory(path) ? path : path.parent_path();
}

bool is_published(const fs::path& path) {
  return fs::exists(folder_of(path) / kDecoderFile) && fs::exists(folder_of(path) / kEncoderFile) &&
         (fs::is_directory(path) || path.filename() == kDecoderFile);
}

// What the family wrote beside the weights.
nlohmann::json options_of(const StateDict& weights) {
  const auto found = weights.metadata.find("inkstone.options");
  return found == weights.metadata.end() ? nlohmann::json::object() : nlohmann::json::parse(found->second, nullptr, false);
}

std::unique_ptr<AdainEncoder> encoder_of(const StateDict& weights) {
  const auto options = options_of(weights);
  if (!options.is_object() || !options.contains("layer"))
    throw Error(
        ErrorCategory::corrupt_file,
        "this decoder of AdaIN does not say what it was trained with; put vgg_normalised.pth beside it, and call it decoder.pth");
  return adain_encoder(perceptual_network(options.value("network", std::string())), options["layer"].get<std::string>());
}

class AdainPainter : public ArbitraryStyle {
 public:
  AdainPainter(std::unique_ptr<AdainEncoder> encoder, AdainDecoder decoder, at::ScalarType dtype)
      : encoder_(std::move(encoder)), decoder_(std::move(decoder)), dtype_(dtype) {}

  Geometry geometry() const override {
    return {.multiple = decoder_->enlargement(), .bytes_per_pixel = 4 * 64 * 4, .least = kLeastSide};
  }

  // Several styles: the mean of what each makes of the features (Huang and Belongie, section 7.2), which is linear in the
  // moments.
  void set_styles(const std::vector<StyleShare>& styles, double strength) override {
    const at::NoGradGuard frozen;
    double sum = 0;
    for (const auto& style : styles) sum += style.weight;
    if (!(sum > 0)) throw Error(ErrorCategory::bad_argument, "--style-blend-weights must not all be 0");
    style_ = {};
    for (const auto& style : styles) {
      const auto seen = feature_moments((*encoder_)(at_least(style.painting)));
      add(style_.mean, seen.mean * (style.weight / sum));
      add(style_.deviation, seen.deviation * (style.weight / sum));
    }
    strength_ = strength;
  }

  at::Tensor forward(const at::Tensor& picture) override {
    const at::NoGradGuard frozen;
    const auto x = (*encoder_)(picture);
    const auto own = kept_ ? *kept_ : feature_moments(x);
    return decoder_->forward(strength_ * adaptive_norm(x, own, style_) + (1 - strength_) * x, dtype_);
  }

  void begin_tiles(const at::Tensor& overview) override {
    const at::NoGradGuard frozen;
    kept_ = feature_moments((*encoder_)(overview));
  }
  void end_tiles() override { kept_.reset(); }

 private:
  static void add(at::Tensor& sum, const at::Tensor& term) { sum = sum.defined() ? sum + term : term; }
  static at::Tensor at_least(const at::Tensor& painting) {
    const int64_t height = std::max(kLeastSide, painting.size(2)), width = std::max(kLeastSide, painting.size(3));
    return height == painting.size(2) && width == painting.size(3) ? painting : resize(painting, height, width).clamp(0, 1);
  }

  std::unique_ptr<AdainEncoder> encoder_;
  AdainDecoder decoder_;
  at::ScalarType dtype_;
  FeatureMoments style_;
  double strength_ = 1;
  std::optional<FeatureMoments> kept_;
};

}  // namespace

bool is_adain_model(const ModelContent& content) {
  if (is_published(content.path())) return true;
  const StateDict* weights = content.weights_if_any();
  return weights && is_adain_decoder(*weights);
}

std::unique_ptr<PictureNetwork> make_adain_painter(const ModelContent& content, const Compute& compute) {
  if (!is_published(content.path()))
    return std::make_unique<AdainPainter>(encoder_of(content.weights()), make_adain_decoder(content.weights()), compute.dtype);
  const auto folder = folder_of(content.path());
  return std::make_unique<AdainPainter>(adain_encoder(load_weights(folder / kEncoderFile)),
                                        make_adain_decoder(load_weights(folder / kDecoderFile)), compute.dtype);
}

}  // namespace inkstone::transform
