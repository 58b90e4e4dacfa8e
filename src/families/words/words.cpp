#include "families/words/words.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/options.hpp"
#include "data/words/vocabulary.hpp"
#include "families/ddpm/process.hpp"
#include "families/first_stage/latent_space.hpp"
#include "families/painting.hpp"
#include "families/words/chinese_names.hpp"
#include "inkstone/error.hpp"
#include "models/words/painter.hpp"
#include "nn/frozen.hpp"
#include "sample/guidance.hpp"
#include "sample/inpaint.hpp"
#include "sample/solvers/table.hpp"
#include "sample/trajectory.hpp"
#include "sample/word_effects.hpp"
#include "text/word_tokens.hpp"
#include "train/autocast.hpp"

namespace inkstone {
namespace {

constexpr int64_t kGlimpseSteps = 20;
constexpr const char* kUsualSolver = "euler";

words::PainterConfig painter_config(const WordsOptions& o, const PictureShape& shape, int64_t vocabulary) {
  words::PainterConfig config{shape.channels, shape.height, shape.width, o.patch, o.features, o.depth, o.heads, o.strokes};
  config.unet_channels.assign(o.unet_channels.begin(), o.unet_channels.end());
  config.vocabulary = vocabulary;
  config.text_length = o.text_length;
  config.text_features = o.text_features;
  config.text_depth = o.text_depth;
  return config;
}

std::unique_ptr<DiffusionProcess> process_for(const WordsOptions& o) {
  if (o.prediction == "flow") return make_flow_process(o.time_mean, o.time_deviation);
  DdpmOptions steps;
  steps.prediction = o.prediction;
  steps.noise_schedule = o.noise_schedule;
  steps.loss_weight = o.snr_gamma > 0 ? "min-snr" : "uniform";
  steps.snr_gamma = o.snr_gamma;
  return make_process(steps);
}

std::unique_ptr<LatentSpace> latents_for(const WordsOptions& o) {
  return o.first_stage.empty() ? nullptr : std::make_unique<LatentSpace>(o.first_stage);
}

class WordsFamily : public Family {
 public:
  WordsFamily(const WordsOptions& options, const PictureShape& shape)
      : options_(options),
        latents_(latents_for(options)),
        shape_(latents_ ? latents_->shape_of(shape) : shape),
        process_(process_for(options)),
        tokens_(options.vocabulary.empty() ? words::caption_tokens() : options.vocabulary),
        painter_(painter_config(options, shape_, tokens_.size())) {}

  std::vector<Network> networks() override {
    std::vector<Network> all = {{.name = "painter", .module = painter_.ptr()}};
    if (latents_) all.push_back(latents_->network());
    return all;
  }
  std::vector<int64_t> latent_shape() const override { return {shape_.channels, shape_.height, shape_.width}; }
  bool reads() const override { return true; }
  void recompute_blocks() override { painter_->recompute_blocks(); }
  void prepare(const RunOutline&) override {
    if (latents_) latents_->keep(options_.latent_cache);
  }
  std::vector<nn::TokenSpan> token_spans(const std::string& prompt) const override {
    return words::with_names_whole(tokens_.spans(prompt, std::size_t(options_.text_length)));
  }

  void step(const Batch& batch, TrainingStep& step) override {
    check_captions(batch, "words");
    step.minimise("painter", batch, [&](const Batch& part) {
      const auto ids = heard(part, step.noise());
      const auto loss = loss_of(drawn(part.pictures), ids, step.noise());
      step.report("loss", loss.detach());
      return loss;
    });
  }

  std::map<std::string, double> validate(const Batch& batch, StepNoise& noise) override {
    const at::NoGradGuard frozen;
    if (batch.captions.empty()) return {};
    const nn::FreshlyPacked packed(*painter_);
    return {{"loss", loss_of(drawn(batch.pictures), read(batch.captions), noise).item<double>()}};
  }

  at::Tensor drift(const Batch& batch, StepNoise& noise, const AsBefore& before) override {
    const auto ids = heard(batch, noise);
    at::Tensor words_before;
    before([&] { words_before = painter_->text_encoder(ids); });
    const NoiseNetwork teacher = [&](const at::Tensor& x, const at::Tensor& time, const Condition&) {
      at::Tensor answer;
      before([&] { answer = network()(x, time, {.context = words_before}); });
      return answer;
    };
    const Condition now{.context = painter_->text_encoder(ids)};
    return process_->loss(network(), drawn(batch.pictures), now, noise, teacher).per_picture.mean();
  }

  at::Tensor paint(const PaintSpec& spec, Observer& observer) override;

  // Painted from the captions of the examples.
  at::Tensor preview(const Batch& examples, int64_t rows, int64_t columns) override {
    auto spec = preview_spec(rows * columns, 0);
    spec.bf16 = has_fast_bf16();
    spec.steps = std::min<int64_t>(kGlimpseSteps, options_.sampling_steps);
    for (int64_t k = 0; k < rows * columns && !examples.captions.empty(); ++k)
      spec.prompts.push_back(examples.captions[std::size_t(k) % examples.captions.size()]);
    Observer silent;
    return paint(spec, silent);
  }

 private:
  at::Tensor read(const std::vector<std::string>& texts) const {
    std::vector<at::Tensor> rows;
    for (const auto& text : texts) rows.push_back(at::tensor(tokens_.encode(text, std::size_t(options_.text_length)), at::kLong));
    return at::stack(rows).to(device_of(*painter_));
  }

  // Captions as training gives them: some left out, some words spelled.
  at::Tensor heard(const Batch& part, StepNoise& noise) const {
    const auto kept = (noise.uniform({}) >= options_.caption_dropout).to(at::kCPU);
    const auto spelled = (noise.uniform({options_.text_length}) < options_.spelled).to(at::kCPU).contiguous();
    std::vector<at::Tensor> rows;
    for (int64_t k = 0; k < part.size(); ++k) {
      const bool* row = spelled.data_ptr<bool>() + k * options_.text_length;
      const auto is_spelled = [&](std::size_t n) { return n < std::size_t(options_.text_length) && row[n]; };
      const auto& caption = part.captions[std::size_t(k)];
      rows.push_back(at::tensor(
          tokens_.encode(kept[k].item<bool>() ? caption : "", std::size_t(options_.text_length), is_spelled), at::kLong));
    }
    return at::stack(rows).to(part.pictures.device());
  }

  // Pictures as the network works on them.
  at::Tensor drawn(const at::Tensor& pictures) { return latents_ ? latents_->encode(pictures) : pictures; }

  NoiseNetwork network(nn::AttentionListener* listener = nullptr, bool bf16 = false) {
    return [this, listener, bf16](const at::Tensor& x, const at::Tensor& time, const Condition& condition) {
      const Autocast cast(bf16, x.device().type());
      return painter_->paint(x, time, condition.context, listener).to(at::kFloat);
    };
  }

  at::Tensor loss_of(const at::Tensor& x0, const at::Tensor& ids, StepNoise& noise) {
    return process_->loss(network(), x0, {.context = painter_->text_encoder(ids)}, noise).per_picture.mean();
  }

  // The words of pictures [first, first + count) as the transformer takes them, read once.
  Condition told(const std::vector<std::string>& prompts, int64_t first, int64_t count) {
    std::vector<std::string> part(std::size_t(count), "");
    if (!prompts.empty()) std::copy_n(prompts.begin() + first, count, part.begin());
    return {.context = painter_->text_encoder(read(part))};
  }

  // The picture that is painted over and its mask, as the network works on them.
  Ground ground_of(const PaintSpec& spec) {
    auto ground = *spec.ground;
    ground.picture = drawn(ground.picture.to(device_of(*painter_)));
    if (ground.mask.defined())
      ground.mask = at::adaptive_avg_pool2d(ground.mask, {shape_.height, shape_.width}).to(ground.picture.device());
    return ground;
  }

  // Where the listener wants to know what the words of the first prompt do.
  std::unique_ptr<Denoiser> with_effects(const PaintSpec& spec, const Denoiser& bare, const Denoiser& silent) {
    const at::NoGradGuard frozen;
    if (spec.listener == nullptr || spec.listener->effects_every() == 0 || spec.prompts.empty()) return nullptr;
    const auto without = without_each_word(token_spans(spec.prompts.front()));
    if (without.empty()) return nullptr;
    return probed(bare, silent, {.context = painter_->text_encoder(read(without))}, *spec.listener);
  }

  WordsOptions options_;
  std::unique_ptr<LatentSpace> latents_;  // none: on pixels
  PictureShape shape_;                    // of what the network works on
  std::unique_ptr<DiffusionProcess> process_;
  WordTokens tokens_;
  words::Painter painter_;
};

at::Tensor WordsFamily::paint(const PaintSpec& spec, Observer& observer) {
  const auto solver = solver_named(spec.sampler.empty() ? kUsualSolver : spec.sampler).solver;
  if (solver->flow)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("--sampler {}: take a solver of the other frame, euler, heun or dpm++2m say", solver->name));
  const nn::FreshlyPacked packed(*painter_);
  Trajectory walk;
  walk.sigmas = process_->sigmas(spec.steps > 0 ? spec.steps : options_.sampling_steps);
  walk.start_scale = std::sqrt(1 + walk.sigmas[0] * walk.sigmas[0]);
  std::optional<Ground> ground;
  if (spec.ground) ground = ground_of(spec), walk = cut(walk, spec.ground->strength);
  const auto bare = process_->denoiser(network(spec.listener, spec.bf16)),
             silent = process_->denoiser(network(nullptr, spec.bf16));
  const auto asked = with_effects(spec, *bare, *silent);
  return paint_in_parts(spec, observer, *painter_, [&](const at::Tensor& latents, int64_t first, int64_t count) {
    const auto condition = told(spec.prompts, first, count);
    const GuidanceOptions guidance{.scale = spec.guidance > 0 ? spec.guidance : options_.guidance};
    const auto steered = guided(asked ? *asked : *bare, condition, told(spec.negative_prompts, first, count), guidance);
    const auto held = latents_ ? nullptr : clipped(*steered);
    const auto& everywhere = held ? *held : *steered;
    const auto masked =
        ground && ground->mask.defined() ? inpainted(everywhere, ground->mask, ground->picture, latents) : nullptr;
    const auto& denoiser = masked ? *masked : everywhere;
    const auto start = ground ? start_from(walk, ground->picture, latents) : walk.start(latents);
    PictureNoise noise({spec.seeds.begin() + first, spec.seeds.begin() + first + count}, latent_shape(), latents.device());
    StopsAlone inner(observer);
    const auto x0 = solver->run({denoiser, walk.sigmas, condition, noise, inner}, start);
    return latents_ ? latents_->decode(x0) : x0;
  });
}

}  // namespace

std::unique_ptr<Family> make_words(const WordsOptions& options, const PictureShape& shape) {
  if (options.features % (4 * options.heads) != 0 || options.text_features % 4 != 0)
    throw Error(ErrorCategory::bad_argument, "--features must be a multiple of four times --heads, and --text-features of 4");
  return std::make_unique<WordsFamily>(options, shape);
}

nlohmann::json settled_words(nlohmann::json options) {
  const auto first_stage = options.value("first-stage", std::string());
  if (!first_stage.empty()) options["first-stage"] = LatentSpace(first_stage).layout();
  return options;
}

}  // namespace inkstone
