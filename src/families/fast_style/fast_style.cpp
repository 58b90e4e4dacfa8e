#include "families/fast_style/fast_style.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "families/painting.hpp"
#include "families/repainting.hpp"
#include "inkstone/error.hpp"
#include "models/fast_style/fast_style.hpp"
#include "models/perceptual/perceptual.hpp"
#include "objectives/perceptual.hpp"
#include "tensor/picture.hpp"

namespace inkstone {
namespace {

FastStyleConfig painter_config(const FastStyleOptions& o) {
  FastStyleConfig config;
  config.widths = {o.features, 2 * o.features, 4 * o.features};
  config.blocks = o.blocks;
  return config;
}

objectives::PerceptualLoss loss_of(const FastStyleOptions& o) {
  using objectives::PerceptualScale;
  const auto scale = o.loss == "lengstrom" ? PerceptualScale::lengstrom : PerceptualScale::relative;
  return {perceptual_network(o.network), {o.content_layers, o.style_layers, scale}};
}

at::Tensor style_at(const at::Tensor& painting, int64_t longer_side) {
  const double scale = double(longer_side) / double(std::max(painting.size(2), painting.size(3)));
  const auto side = [&](int64_t dim) { return std::max<int64_t>(32, int64_t(double(painting.size(dim)) * scale + 0.5)); };
  return resize(painting.to(at::kFloat), side(2), side(3)).clamp(0, 1);
}

class FastStyleFamily : public Family {
 public:
  FastStyleFamily(const FastStyleOptions& options, const PictureShape& shape)
      : options_(options), shape_(shape), network_(painter_config(options)), loss_(loss_of(options)) {}

  std::vector<Network> networks() override { return {{.name = "painter", .module = network_.ptr()}}; }

  std::vector<std::string> wanted_pictures() const override { return options_.style; }
  void take_pictures(const std::vector<at::Tensor>& pictures) override {
    std::vector<at::Tensor> paintings;
    for (const auto& picture : pictures) paintings.push_back(style_at(picture, options_.style_size));
    loss_.set_styles(paintings);
    ready_ = !paintings.empty();
  }

  void step(const Batch& batch, TrainingStep& step) override {
    need_painting();
    step.minimise("painter", batch, [&](const Batch& part) {
      const auto terms = terms_of(part);
      const auto loss = weighted(terms);
      step.report("loss", loss.detach());
      step.report("content", terms.content.detach());
      step.report("style", terms.style.detach());
      step.report("variation", terms.variation.detach());
      return loss;
    });
  }

  std::map<std::string, double> validate(const Batch& batch, StepNoise&) override {
    const at::NoGradGuard frozen;
    need_painting();
    const auto terms = terms_of(batch);
    return {{"loss", weighted(terms).item<double>()},
            {"content", terms.content.item<double>()},
            {"style", terms.style.item<double>()}};
  }

  // Rows in turn: photographs, and what the network makes of them.
  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override {
    return rows_in_turn(examples, rows, columns, [&](const at::Tensor& photographs, int64_t) {
      return network_->forward(unit_range(photographs)) * 2 - 1;
    });
  }

  void probe() override {
    const at::NoGradGuard frozen;
    network_->forward(at::zeros({1, 3, shape_.height, shape_.width}).to(device_of(*network_)));
  }

  at::Tensor paint(const PaintSpec&, Observer&) override {
    throw Error(ErrorCategory::unsupported,
                "a style network paints nothing of its own; give it a photograph: inkstone stylize PHOTO --model MODEL");
  }
  std::vector<int64_t> latent_shape() const override { return {1}; }

 private:
  objectives::PerceptualLoss::Terms terms_of(const Batch& batch) {
    const auto photographs = unit_range(batch.pictures);
    return loss_(network_->forward(photographs), photographs);
  }
  at::Tensor weighted(const objectives::PerceptualLoss::Terms& t) const {
    return options_.content_weight * t.content + options_.style_weight * t.style + options_.tv_weight * t.variation;
  }
  void need_painting() const {
    if (!ready_) throw Error(ErrorCategory::bad_argument, "no painting to learn from; name one with --style PAINTING");
  }

  FastStyleOptions options_;
  PictureShape shape_;
  FastStyle network_;
  objectives::PerceptualLoss loss_;
  bool ready_ = false;
};

}  // namespace

std::unique_ptr<Family> make_fast_style_family(const FastStyleOptions& options, const PictureShape& shape) {
  check_photographs(shape, "a style network", 4);
  return std::make_unique<FastStyleFamily>(options, shape);
}

}  // namespace inkstone
