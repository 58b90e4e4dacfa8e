#include "families/unclip/prior.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "families/painting.hpp"
#include "inkstone/error.hpp"
#include "models/clip/clip_vision.hpp"
#include "models/diffusion/parameterisation.hpp"
#include "nn/frozen.hpp"
#include "nn/mixed_precision.hpp"
#include "objectives/contrastive.hpp"
#include "sample/noise_schedule.hpp"
#include "sample/unclip/schedule.hpp"
#include "tensor/noise.hpp"

namespace inkstone {
namespace {

constexpr int64_t kMeasured = 512;  // pictures that mean and deviation are taken of
constexpr double kFarthest = 5;     // deviations that an estimate may be away
constexpr int64_t kTrainedSteps = 1000;

unclip::PriorConfig prior_config(const UnclipPriorOptions& o) {
  return {.heads = o.heads, .head_width = o.head_width, .layers = o.depth, .embedding = o.embedding, .words = o.text_length};
}

// Some of the pictures, spread over all of the data.
at::Tensor some_embeddings(const Dataset& data, PairedSpace& space) {
  const int64_t count = std::min(kMeasured, data.size());
  std::vector<at::Tensor> rows;
  for (int64_t k = 0; k < count; ++k) {
    auto picture = data.get(k * data.size() / count).picture.unsqueeze(0).to(at::kFloat) / 255;
    rows.push_back(space.see(picture.size(1) == 1 ? picture.expand({-1, 3, -1, -1}) : picture));
  }
  return at::stack(rows);
}

}  // namespace

UnclipPrior::UnclipPrior(const UnclipPriorOptions& options, const PictureShape& shape)
    : EmbeddedFamily(options.clip_model, shape, {options.embedding, options.text_length}),
      options_(options),
      network_(prior_config(options)) {
  network_->begin();
}

void UnclipPrior::prepare(const RunOutline& run) {
  EmbeddedFamily::prepare(run);
  network_->measure(some_embeddings(run.data, space()).to(device_of(*network_)));
}

at::Tensor UnclipPrior::said(const at::Tensor& x, const at::Tensor& time, const contrastive::TextReading& words) {
  return network_(x, time, words.direction * std::sqrt(double(options_.embedding)), words.hidden).to(at::kFloat);
}

// E |f(z_t, t, y) - z|^2, equation 2, in units of the deviation of embeddings.
at::Tensor UnclipPrior::loss_of(const Batch& part, const std::vector<std::string>& captions, StepNoise& noise) {
  static const auto schedule = cosine_schedule(kTrainedSteps);
  const auto z = network_->scaled(space().see_batch(part.pictures));
  const auto words = space().read_whole(captions);
  const auto t = noise.integers(0, schedule.steps());
  const auto z_t = noised(z, noise.normal({options_.embedding}), schedule.alpha_bar_at(t).unsqueeze(1));
  const auto z_hat = said(z_t, t.to(at::kFloat), words);
  const nn::FullPrecision full;
  return (z_hat - z).square().mean();
}

void UnclipPrior::step(const Batch& batch, TrainingStep& step) {
  check_captions(batch, "unclip-prior");
  step.minimise("prior", batch, [&](const Batch& part) {
    const auto kept = (step.noise().uniform({}) >= options_.caption_dropout).to(at::kCPU);
    auto captions = part.captions;
    for (std::size_t k = 0; k < captions.size(); ++k)
      if (!kept[int64_t(k)].item<bool>()) captions[k].clear();
    const auto loss = loss_of(part, captions, step.noise());
    step.report("loss", loss.detach());
    return loss;
  });
}

std::map<std::string, double> UnclipPrior::validate(const Batch& batch, StepNoise& noise) {
  const at::NoGradGuard frozen;
  const nn::FreshlyPacked packed(*network_);
  if (batch.captions.empty()) return {};
  const auto z = space().see_batch(batch.pictures);
  const auto words = space().read_whole(batch.captions), nothing = space().read_whole({""});
  const auto z_hat = imagined(words, nothing, usual(), [&] { return noise.normal({options_.embedding}); });
  const auto cosine = [&](const at::Tensor& with) { return (z * with).sum(1).mean().item<double>(); };
  return {{"loss", loss_of(batch, batch.captions, noise).item<double>()},
          {"cosine", cosine(z_hat)},
          {"cosine/text", cosine(words.direction)},
          {"recall", objectives::recall_at_1(z, z_hat).picture_of_text}};
}

at::Tensor UnclipPrior::imagined(const contrastive::TextReading& words, const contrastive::TextReading& without, const Walk& walk,
                                 const std::function<at::Tensor()>& draw) {
  const at::NoGradGuard frozen;
  const nn::FreshlyPacked packed(*network_);
  const unclip::Schedule schedule({.train_steps = kTrainedSteps, .predicts_sample = true, .clip = kFarthest}, walk.steps);
  auto x = draw();
  const auto rows = [&](const contrastive::TextReading& reading) {
    return contrastive::TextReading{reading.hidden.expand({x.size(0), -1, -1}), reading.direction.expand({x.size(0), -1})};
  };
  const auto with = rows(words), nothing = rows(without);
  for (std::size_t step = 0; step < schedule.steps(); ++step) {
    const auto time = at::full({x.size(0)}, double(schedule.time(step)), x.options());
    auto z_hat = said(x, time, with);
    if (walk.guidance != 1) {
      const auto base = said(x, time, nothing);
      z_hat = base + walk.guidance * (z_hat - base);
    }
    const auto estimate = schedule.estimate(step, z_hat, x);
    x = schedule.next(step, estimate, z_hat, x, schedule.draws_noise(step) ? draw() : at::Tensor());
  }
  return direction(network_->unscaled(x));
}

at::Tensor UnclipPrior::preview(const Batch& examples, int64_t rows, int64_t columns) {
  if (examples.captions.empty()) return examples.pictures;
  std::vector<std::string> captions;
  for (int64_t k = 0; k < rows; ++k) captions.push_back(examples.captions[std::size_t(k) % examples.captions.size()]);
  auto generator = generator_of(0);
  const auto device = device_of(*network_);
  const auto draw = [&] { return at::randn({rows, options_.embedding}, generator, at::kFloat).to(device); };
  const auto z = imagined(space().read_whole(captions), space().read_whole({""}), usual(), draw);
  return nearest_pictures(z, space().see_batch(examples.pictures), examples.pictures, columns);
}

void UnclipPrior::probe() {
  const at::NoGradGuard frozen;
  const auto options = network_->parameters().front().options().requires_grad(false);
  const nn::FreshlyPacked packed(*network_);
  const auto row = at::zeros({1, options_.embedding}, options);
  network_(row, at::zeros({1}, options), row, at::zeros({1, options_.text_length, options_.embedding}, options));
}

at::Tensor UnclipPrior::paint(const PaintSpec&, Observer&) {
  throw Error(ErrorCategory::unsupported,
              "a prior imagines embeddings and paints none; put its run beside those of its space and decoder, as FOLDER/prior, "
              "FOLDER/clip and FOLDER/decoder, and paint with -m FOLDER");
}

std::unique_ptr<Family> make_unclip_prior(const UnclipPriorOptions& options, const PictureShape& shape) {
  if (options.heads * options.head_width % 2 != 0)
    throw Error(ErrorCategory::bad_argument, "--heads times --head-width must be even");
  return std::make_unique<UnclipPrior>(options, shape);
}

}  // namespace inkstone
