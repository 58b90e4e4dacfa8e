#include "families/contrastive/contrastive.hpp"

#include <algorithm>

#include <ATen/ATen.h>

#include "families/contrastive/paired_space.hpp"
#include "families/painting.hpp"
#include "inkstone/error.hpp"
#include "nn/mixed_precision.hpp"
#include "objectives/contrastive.hpp"

namespace inkstone {
namespace {

constexpr int64_t kMostPairs = 256;  // that a recall is taken over: more are harder, so the figure needs a number

class ContrastiveFamily : public Family {
 public:
  ContrastiveFamily(const ContrastiveOptions& options, const PictureShape& shape) : space_(options, shape) {}

  std::vector<Network> networks() override { return {{.name = "pair", .module = space_.encoder().ptr()}}; }

  void step(const Batch& batch, TrainingStep& step) override {
    check_captions(batch, "contrastive");
    auto encoder = space_.encoder();
    encoder->hold_scale();
    step.minimise("pair", batch, [&](const Batch& part) {
      const auto pictures = encoder->see(part.pictures);
      const auto texts = encoder->read(space_.ids_of(part.captions)).direction;
      const nn::FullPrecision full;
      const auto scale = encoder->scale();
      const auto loss = objectives::contrastive_loss(pictures, texts, scale);
      step.report("loss", loss.detach());
      step.report("scale", scale.detach());
      return loss;
    });
  }

  std::map<std::string, double> validate(const Batch& batch, StepNoise&) override {
    check_captions(batch, "contrastive");
    const at::NoGradGuard frozen;
    const auto part = batch.part(0, std::min(batch.size(), kMostPairs));
    const auto pictures = space_.see_batch(part.pictures), texts = space_.read(part.captions);
    const auto recall = objectives::recall_at_1(pictures, texts);
    return {{"loss", objectives::contrastive_loss(pictures, texts, space_.encoder()->scale()).item<double>()},
            {"recall/picture", recall.picture_of_text},
            {"recall/text", recall.text_of_picture}};
  }

  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override {
    if (examples.captions.empty()) return examples.pictures;
    std::vector<std::string> captions;
    for (int64_t k = 0; k < rows; ++k) captions.push_back(examples.captions[std::size_t(k) % examples.captions.size()]);
    return nearest_pictures(space_.read(captions), space_.see_batch(examples.pictures), examples.pictures, columns);
  }

  void probe() override {
    const auto& shape = space_.shape();
    space_.encoder()->eval();
    space_.see_batch(at::zeros({1, shape.channels, shape.height, shape.width}, space_.encoder()->parameters().front().options()));
    space_.read({""});
  }

  at::Tensor paint(const PaintSpec&, Observer&) override {
    throw Error(ErrorCategory::unsupported,
                "a contrastive model says what words and pictures have in common and paints none; use it with inkstone annotate "
                "--clip, or train unclip-prior and unclip-decoder on it");
  }
  std::vector<int64_t> latent_shape() const override { return {1}; }

 private:
  PairedSpace space_;
};

}  // namespace

std::unique_ptr<Family> make_contrastive(const ContrastiveOptions& options, const PictureShape& shape) {
  return std::make_unique<ContrastiveFamily>(options, shape);
}

}  // namespace inkstone
