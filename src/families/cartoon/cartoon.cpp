#include "families/cartoon/cartoon.hpp"

#include <cmath>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "families/painting.hpp"
#include "families/repainting.hpp"
#include "inkstone/error.hpp"
#include "models/anime_gan/anime_gan.hpp"
#include "models/anime_gan/discriminator.hpp"
#include "models/cartoon_gan/cartoon_gan.hpp"
#include "models/perceptual/perceptual.hpp"
#include "nn/frozen.hpp"
#include "objectives/cartoon.hpp"

namespace inkstone {
namespace {

using objectives::CartoonFeatures;

// Either network: rgb in [0,1] -> the same.
struct CartoonPainter {
  std::shared_ptr<torch::nn::Module> module;
  std::function<at::Tensor(const at::Tensor& rgb)> paint;
};

CartoonPainter painter_of(const CartoonOptions& o) {
  if (o.generator == "cartoongan") {
    CartoonGan network(CartoonGanConfig{o.features, o.blocks});
    return {network.ptr(), [network](const at::Tensor& rgb) mutable { return network->forward(rgb); }};
  }
  AnimeGan network(AnimeGanConfig{.width = o.features});
  return {network.ptr(), [network](const at::Tensor& rgb) mutable { return network->forward(rgb); }};
}

CartoonDiscriminatorConfig judge_config(const CartoonOptions& o) {
  return {o.discriminator_features, o.discriminator_halvings, o.spectral_norm, o.discriminator_norm};
}

CartoonFeatures features_for(const CartoonOptions& o, at::Device device) {
  auto network = perceptual_network(o.network);
  for (auto& stage : network.stages)
    for (auto* tensor : {&stage.weight, &stage.bias})
      if (tensor->defined()) *tensor = tensor->to(device);
  return {std::move(network), o.content_layer, o.loss == "relative"};
}

at::Tensor of_both(const at::Tensor& rgb) {
  return rgb * 2 - 1;
}

class CartoonFamily : public Family {
 public:
  CartoonFamily(const CartoonOptions& options, const PictureShape& shape)
      : options_(options),
        shape_(shape),
        painter_(painter_of(options)),
        judge_(judge_config(options)),
        game_(objectives::adversarial_loss(options.adversarial)),
        balance_{options.drawing_share, options.painted_share, options.grey_share, options.smoothed_share} {}

  std::vector<Network> networks() override {
    return {{.name = "generator", .module = painter_.module},
            {.name = "discriminator", .module = judge_.ptr(), .paints = false, .rate = options_.discriminator_rate}};
  }

  void prepare(const RunOutline& run) override { device_ = run.device; }

  std::vector<std::string> wanted_data() const override {
    if (options_.frames.empty())
      throw Error(ErrorCategory::bad_argument, "no drawings to learn from; name a folder of them with --frames FOLDER");
    if (!shows_smoothed()) return {options_.frames};
    if (options_.smoothed.empty())
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("no drawings with smoothed edges; make them: inkstone dataset smooth {} -o smoothed, then "
                              "--smoothed smoothed; or leave them out with --smoothed-share 0",
                              options_.frames));
    return {options_.frames, options_.smoothed};
  }
  void take_data(std::vector<std::shared_ptr<BatchSource>> sources, int64_t batches_per_epoch) override {
    sources_ = std::move(sources);
    pretraining_ = int64_t(std::ceil(options_.pretrain_epochs * double(batches_per_epoch)));
    features_.emplace(features_for(options_, device_));
  }
  double rate(int64_t step) const override { return step < pretraining_ ? options_.pretrain_rate : 1; }

  void step(const Batch& batch, TrainingStep& step) override {
    if (step.number() < pretraining_)
      pretrain(batch, step);
    else
      play(batch, step);
  }

  std::map<std::string, double> validate(const Batch& batch, StepNoise&) override {
    const at::NoGradGuard frozen;
    const auto photograph = unit_range(batch.pictures), painted = painter_.paint(photograph);
    return {{"content", features()(painted, photograph).content.item<double>()},
            {"colour", objectives::colour_loss(painted, photograph).item<double>()}};
  }

  // Rows in turn: photographs, and what the network makes of them.
  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override {
    return rows_in_turn(examples, rows, columns,
                        [&](const at::Tensor& photographs, int64_t) { return of_both(painter_.paint(unit_range(photographs))); });
  }

  void probe() override {
    const at::NoGradGuard frozen;
    painter_.paint(at::zeros({1, 3, shape_.height, shape_.width}).to(device_of(*painter_.module)));
  }

  at::Tensor paint(const PaintSpec&, Observer&) override {
    throw Error(ErrorCategory::unsupported,
                "a cartoon network paints nothing of its own; give it a photograph: inkstone stylize PHOTO --model MODEL");
  }
  std::vector<int64_t> latent_shape() const override { return {1}; }

 private:
  bool shows_smoothed() const { return options_.smoothed_share > 0; }

  const CartoonFeatures& features() const {
    if (!features_) throw Error(ErrorCategory::bad_argument, "the family has not been given its data yet");
    return *features_;
  }

  void pretrain(const Batch& batch, TrainingStep& step) {
    step.minimise("generator", batch, [&](const Batch& part) {
      const auto photograph = unit_range(part.pictures);
      const auto content = features()(painter_.paint(photograph), photograph).content;
      step.report("content", content.detach());
      return options_.content_weight * content;
    });
  }

  // The discriminator on paintings without their graph, then the generator on the same paintings through a frozen discriminator.
  void play(const Batch& batch, TrainingStep& step) {
    const auto frames = drawn(0, step.number(), batch);
    const auto smoothed = shows_smoothed() ? drawn(1, step.number(), batch) : at::Tensor();
    std::vector<at::Tensor> made;  // by part, with the generator's graph
    int64_t first = 0;
    step.minimise("discriminator", batch, [&](const Batch& part) {
      const auto rows = [&](const at::Tensor& all) { return all.defined() ? all.narrow(0, first, part.size()) : all; };
      made.push_back(painter_.paint(unit_range(part.pictures)));
      const auto loss = judging_loss(rows(frames), rows(smoothed), made.back(), step);
      first += part.size();
      return loss;
    });
    first = 0;
    std::size_t next = 0;
    step.minimise("generator", batch, [&](const Batch& part) {
      const auto loss = painting_loss(std::exchange(made.at(next++), {}), unit_range(part.pictures),
                                      frames.narrow(0, first, part.size()), step);
      first += part.size();
      return loss;
    });
  }

  // float32 [N,3,H,W] in [-1,1]; which ones is a function of the step alone.
  at::Tensor drawn(std::size_t source, int64_t step, const Batch& like) {
    if (source >= sources_.size())
      throw Error(ErrorCategory::bad_argument, "no drawings to learn from; name a folder of them with --frames FOLDER");
    const auto pictures = sources_[source]->get(step - pretraining_).pictures;
    return pictures.narrow(0, 0, like.size()).to(like.pictures.device());
  }

  at::Tensor judging_loss(const at::Tensor& frames, const at::Tensor& smoothed, const at::Tensor& painted, TrainingStep& step) {
    objectives::CartoonJudgements judged;
    judged.drawings = judge_->forward(frames);
    judged.painted = judge_->forward(of_both(painted.detach()));
    if (options_.grey_share > 0) judged.grey = judge_->forward(objectives::greyed(frames));
    if (smoothed.defined())
      judged.smoothed = judge_->forward(options_.smoothed_in_grey ? objectives::greyed(smoothed) : smoothed);
    const auto loss = objectives::cartoon_discriminator_loss(game_, judged, balance_);
    step.report("d_loss", loss.detach());
    step.report("D(drawing)", judged.drawings.detach().mean());
    step.report("D(painted)", judged.painted.detach().mean());
    return loss;
  }

  at::Tensor painting_loss(const at::Tensor& painted, const at::Tensor& photograph, const at::Tensor& frames,
                           TrainingStep& step) {
    const auto& o = options_;
    const nn::Frozen frozen(*judge_);
    auto loss = at::zeros({}, painted.options());
    const auto add = [&](const char* name, double weight, const at::Tensor& term) {
      step.report(name, term.detach());
      loss = loss + weight * term;
    };
    const auto terms =
        features()(painted, photograph, o.style_weight > 0 ? unit_range(objectives::greyed(frames)) : at::Tensor());
    add("adversarial", o.adversarial_weight, objectives::cartoon_generator_loss(game_, judge_->forward(of_both(painted))));
    add("content", o.content_weight, terms.content);
    if (terms.style.defined()) add("style", o.style_weight, terms.style);
    if (o.colour_weight > 0) add("colour", o.colour_weight, objectives::colour_loss(painted, photograph));
    if (o.tv_weight > 0) add("variation", o.tv_weight, objectives::cartoon_variation(painted));
    step.report("g_loss", loss.detach());
    return loss;
  }

  CartoonOptions options_;
  PictureShape shape_;
  CartoonPainter painter_;
  CartoonDiscriminator judge_;
  objectives::AdversarialLoss game_;
  objectives::CartoonBalance balance_;
  std::optional<CartoonFeatures> features_;  // read when training begins: a finished model does without
  std::vector<std::shared_ptr<BatchSource>> sources_;
  at::Device device_ = at::kCPU;
  int64_t pretraining_ = 0;  // steps
};

}  // namespace

std::unique_ptr<Family> make_cartoon(const CartoonOptions& options, const PictureShape& shape) {
  check_photographs(shape, "a cartoon network", 4);
  return std::make_unique<CartoonFamily>(options, shape);
}

}  // namespace inkstone
