#include "families/adain/adain.hpp"

#include <algorithm>
#include <filesystem>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "families/painting.hpp"
#include "families/repainting.hpp"
#include "inkstone/error.hpp"
#include "models/adain/adain.hpp"
#include "models/features/frozen_features.hpp"
#include "models/perceptual/perceptual.hpp"
#include "tensor/picture.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

at::Tensor shorter_side_at(const at::Tensor& painting, int64_t side) {
  const double scale = double(side) / double(std::min(painting.size(2), painting.size(3)));
  const auto scaled = [&](int64_t dim) { return std::max<int64_t>(side, int64_t(double(painting.size(dim)) * scale + 0.5)); };
  return resize(painting.to(at::kFloat), scaled(2), scaled(3)).clamp(0, 1);
}

bool looks_like_a_picture(const fs::path& path) {
  const auto end = path.extension().string();
  return end == ".jpg" || end == ".jpeg" || end == ".png" || end == ".webp" || end == ".tif" || end == ".tiff";
}

// Folders give their pictures, by name.
std::vector<std::string> paintings_in(const std::vector<std::string>& named) {
  std::vector<std::string> files;
  for (const auto& name : named) {
    if (!fs::is_directory(name)) {
      files.push_back(name);
      continue;
    }
    const auto first = std::ptrdiff_t(files.size());
    for (const auto& entry : fs::directory_iterator(name))
      if (entry.is_regular_file() && looks_like_a_picture(entry.path())) files.push_back(entry.path().string());
    std::sort(files.begin() + first, files.end());
    if (std::ptrdiff_t(files.size()) == first)
      throw Error(ErrorCategory::bad_argument, fmt::format("there is no picture in {}", name));
  }
  return files;
}

class AdainFamily : public Family {
 public:
  AdainFamily(const AdainOptions& options, const PictureShape& shape)
      : AdainFamily(options, shape, perceptual_network(options.network)) {}

  std::vector<Network> networks() override { return {{.name = "decoder", .module = decoder_.ptr()}}; }

  std::vector<std::string> wanted_pictures() const override { return paintings_in(options_.style); }
  void take_pictures(const std::vector<at::Tensor>& pictures) override {
    const int64_t side = std::max<int64_t>({options_.style_size, shape_.height, shape_.width});
    for (const auto& picture : pictures) paintings_.push_back((shorter_side_at(picture, side) * 255).round().to(at::kByte));
  }

  void step(const Batch& batch, TrainingStep& step) override {
    step.minimise("decoder", batch, [&](const Batch& part) {
      const auto terms = terms_of(part, step.noise());
      step.report("loss", terms.total.detach());
      step.report("content", terms.content.detach());
      step.report("style", terms.style.detach());
      return terms.total;
    });
  }

  std::map<std::string, double> validate(const Batch& batch, StepNoise& noise) override {
    const at::NoGradGuard frozen;
    const auto terms = terms_of(batch, noise);
    return {
        {"loss", terms.total.item<double>()}, {"content", terms.content.item<double>()}, {"style", terms.style.item<double>()}};
  }

  // Rows in turn: photographs, and these in the style of the first paintings.
  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override {
    return rows_in_turn(examples, rows, columns, [&](const at::Tensor& photographs, int64_t first) {
      return painted(unit_range(photographs), first_paintings(first, columns).to(photographs.device())) * 2 - 1;
    });
  }

  void probe() override {
    const at::NoGradGuard frozen;
    const auto picture = at::zeros({1, 3, shape_.height, shape_.width}).to(device_of(*decoder_));
    decoder_->forward(seen(picture));
  }

  at::Tensor paint(const PaintSpec&, Observer&) override {
    throw Error(ErrorCategory::unsupported,
                "a style network paints nothing of its own; give it a photograph and a painting: inkstone stylize PHOTO --model "
                "MODEL --style PAINTING");
  }
  std::vector<int64_t> latent_shape() const override { return {1}; }

 private:
  struct Terms {
    at::Tensor total, content, style;
  };

  AdainFamily(const AdainOptions& options, const PictureShape& shape, const FeatureNetwork& network)
      : options_(options),
        shape_(shape),
        encoder_(network, {options.layer}),
        both_(network, joined(options.style_layers, options.layer)),
        decoder_(mirrored_steps(network, options.layer)) {}

  static std::vector<std::string> joined(std::vector<std::string> layers, const std::string& last) {
    layers.push_back(last);
    return layers;
  }

  at::Tensor seen(const at::Tensor& rgb) const { return encoder_(rgb).front(); }

  // t = AdaIN(f(c), f(s)), equation 8; style: f(s).
  at::Tensor target(const at::Tensor& photographs, const at::Tensor& style) const {
    const auto x = seen(photographs);
    return adaptive_norm(x, feature_moments(x), feature_moments(style));
  }
  at::Tensor painted(const at::Tensor& photographs, const at::Tensor& paintings) {
    return decoder_->forward(target(photographs, seen(paintings)));
  }

  // Equations 11 to 14: |f(g(t)) - t|^2, and the moments of g(t)'s features against the painting's at every style layer; means.
  Terms terms_of(const Batch& batch, StepNoise& noise) {
    const auto photographs = unit_range(batch.pictures);
    const auto paintings = drawn_paintings(noise).to(photographs.device());
    std::vector<at::Tensor> wanted;
    at::Tensor t;
    {
      const at::NoGradGuard fixed;
      wanted = both_(paintings);
      t = target(photographs, wanted.back());
    }
    const auto got = both_(decoder_->forward(t));
    Terms terms;
    terms.content = at::mse_loss(got.back().to(at::kFloat), t);
    terms.style = at::zeros({}, t.options());
    for (std::size_t i = 0; i < options_.style_layers.size(); ++i) {
      const auto own = feature_moments(got[i]), other = feature_moments(wanted[i]);
      terms.style = terms.style + at::mse_loss(own.mean, other.mean) + at::mse_loss(own.deviation, other.deviation);
    }
    terms.total = options_.content_weight * terms.content + options_.style_weight * terms.style;
    return terms;
  }

  // A painting for every photograph, and a place in it, from the step's noise.
  at::Tensor drawn_paintings(StepNoise& noise) const {
    need_paintings();
    const auto which = noise.integers(0, int64_t(paintings_.size())).to(at::kCPU), place = noise.uniform({2}).to(at::kCPU);
    std::vector<at::Tensor> crops;
    for (int64_t k = 0; k < which.size(0); ++k)
      crops.push_back(
          crop(paintings_[std::size_t(which[k].item<int64_t>())], place[k][0].item<double>(), place[k][1].item<double>()));
    return at::cat(crops);
  }
  at::Tensor first_paintings(int64_t from, int64_t count) const {
    need_paintings();
    std::vector<at::Tensor> crops;
    for (int64_t k = 0; k < count; ++k) crops.push_back(crop(paintings_[std::size_t(from + k) % paintings_.size()], 0.5, 0.5));
    return at::cat(crops);
  }
  at::Tensor crop(const at::Tensor& painting, double down, double right) const {
    const auto offset = [](int64_t room, double share) { return std::min(room, int64_t(share * double(room + 1))); };
    return painting.narrow(2, offset(painting.size(2) - shape_.height, down), shape_.height)
               .narrow(3, offset(painting.size(3) - shape_.width, right), shape_.width)
               .to(at::kFloat) /
           255;
  }
  void need_paintings() const {
    if (paintings_.empty())
      throw Error(ErrorCategory::bad_argument,
                  "no paintings to learn from; name pictures or folders of them with --style PAINTINGS");
  }

  AdainOptions options_;
  PictureShape shape_;
  FrozenFeatures encoder_, both_;  // f alone; and after the style layers
  AdainDecoder decoder_;
  std::vector<at::Tensor> paintings_;  // uint8 [1,3,h,w]
};

}  // namespace

std::unique_ptr<Family> make_adain(const AdainOptions& options, const PictureShape& shape) {
  check_photographs(shape, "a style network", 8);
  return std::make_unique<AdainFamily>(options, shape);
}

}  // namespace inkstone
