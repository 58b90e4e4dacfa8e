#include "sample/stable_diffusion/painter.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/memory.hpp"
#include "inkstone/error.hpp"
#include "sample/caching.hpp"
#include "sample/guidance.hpp"
#include "sample/inpaint.hpp"
#include "sample/stable_diffusion/memory_need.hpp"
#include "sample/trajectory.hpp"
#include "sample/variation.hpp"
#include "sample/word_effects.hpp"
#include "tensor/noise.hpp"
#include "tensor/picture.hpp"
#include "text/prompt_schedule.hpp"

namespace inkstone::sd {
namespace {

// A U-Net that is as weak as the condition asks, while in scope.
class Weakened {
 public:
  Weakened(UNet2DConditionModel unet, const Condition& condition)
      : unet_(std::move(unet)), asked_(condition.perturbation != Perturbation::none) {
    const auto weakness = condition.perturbation == Perturbation::skip_layers ? Weakness::skipped : Weakness::attention;
    if (asked_) unet_->weaken(weakness, condition.layers);
  }
  ~Weakened() {
    if (asked_) unet_->weaken(Weakness::none, {});
  }
  Weakened(const Weakened&) = delete;
  Weakened& operator=(const Weakened&) = delete;

 private:
  UNet2DConditionModel unet_;
  bool asked_;
};

// Large pictures gain nothing from company on the CPU, and cost memory; small ones gain much.
std::size_t pictures_at_once(const PictureExtent& extent) {
  constexpr int64_t kPixels = 512 * 512;
  return std::size_t(std::clamp<int64_t>(kPixels / (extent.width * extent.height), 1, 16));
}

// Rows asked together for each picture.
int64_t conditions_of(const Brief& brief, Task task) {
  return task == Task::instruct ? 3 : brief.guidance == 1 ? 1 : 2;
}

bool starts_from_picture(const Brief& brief, Task task) {
  return brief.picture.defined() && task == Task::paint;
}

// From shares of the steps to noise levels.
void limit_guidance(GuidanceOptions& options, const Brief& brief, const std::vector<double>& sigmas) {
  const auto level = [&](double share) { return sigmas[std::size_t(std::ceil(share * double(sigmas.size() - 1)))]; };
  if (brief.guidance_start > 0) options.most_sigma = level(brief.guidance_start);
  if (brief.guidance_end < 1) options.least_sigma = level(brief.guidance_end);
}

PictureExtent scaled_extent(const PictureExtent& extent, double scale, int64_t unit) {
  const auto side = [&](int64_t length) {
    return std::max<int64_t>(8, std::llround(double(length) * scale / double(unit))) * unit;
  };
  return {side(extent.width), side(extent.height)};
}

}  // namespace

// Where a walk begins.
struct Painter::Start {
  at::Tensor noise;
  at::Tensor original, mask;  // latents of a picture that it starts from, and [1,1,h,w] of what is painted in it; or undefined
  at::Tensor concat;          // what the network takes beside the latents; or undefined
};

// Denoisers refer to one another, so they are kept together.
struct Painter::Guide {
  std::vector<std::unique_ptr<Denoiser>> kept;
  const Denoiser& last() const { return *kept.back(); }
  const Denoiser& keep(std::unique_ptr<Denoiser> denoiser) { return *kept.emplace_back(std::move(denoiser)); }
};

Painter::Painter(Checkpoint checkpoint, at::ScalarType compute, bool eight_bits)
    : checkpoint_(std::move(checkpoint)),
      compute_(compute),
      weight_bytes_(weight_bytes(checkpoint_, compute, eight_bits)),
      prompter_(checkpoint_, at::kFloat),
      unet_(build_unet(checkpoint_)),
      codec_(checkpoint_, compute),
      schedule_(schedule_of(checkpoint_.scheduler)) {
  unet_->eval();
  if (eight_bits) nn::keep_in_eight_bits(*unet_);
}

PictureExtent Painter::native_extent() const {
  const bool xl = checkpoint_.version == Version::sdxl || checkpoint_.version == Version::sdxl_refiner;
  const int64_t side = xl                                                                                         ? 1024
                       : checkpoint_.version == Version::sd2 && checkpoint_.scheduler.prediction == Prediction::v ? 768
                                                                                                                  : 512;
  return {side, side};
}

std::vector<int64_t> Painter::latent_shape(const PictureExtent& extent) const {
  const int64_t down = codec_.config().downscale();
  return {codec_.config().latent_channels, extent.height / down, extent.width / down};
}

NoiseNetwork Painter::network(Steer& steer, nn::AttentionListener* listener) {
  return [this, &steer, listener](const at::Tensor& x, const at::Tensor& time, const Condition& condition) {
    Conditioning told;
    told.context = condition.context.to(compute_);
    if (condition.pooled.defined()) told.pooled = condition.pooled.to(compute_);
    told.time_ids = condition.time_ids;
    const auto in = [&](const at::Tensor& t) { return t.to(compute_).contiguous(at::MemoryFormat::ChannelsLast); };
    const auto residuals = steer.empty() ? Residuals() : steer.residuals(in(x), time, told);
    const Weakened weakened(unet_, condition);
    const Heard heard(unet_, condition.perturbation == Perturbation::none ? listener : nullptr);
    return unet_(in(condition.concat.defined() ? at::cat({x, condition.concat}, 1) : x), time, told, residuals).to(at::kFloat);
  };
}

// The prompts of each step, the guided denoiser for each run of equal ones, and the one that takes them in turn.
Painter::Guide Painter::guide_of(const Brief& brief, const Plan& plan, const PictureExtent& extent, const at::Tensor& concat,
                                 Steer& steer) {
  const int steps = int(plan.trajectory.steps());
  const auto positive = prompt_schedule(brief.prompt, steps), negative = prompt_schedule(brief.negative_prompt, steps);
  std::set<int> ends;
  for (const auto& span : positive) ends.insert(span.until);
  for (const auto& span : negative) ends.insert(span.until);
  const auto at_step = [](const std::vector<PromptSpan>& spans, int step) {
    return std::find_if(spans.begin(), spans.end(), [&](const PromptSpan& span) { return step < span.until; })->prompt;
  };
  std::vector<Prompter::Prompt> prompts;
  std::vector<int> firsts;
  for (int first = 0; const int until : ends) {
    prompts.push_back({at_step(positive, first), false});
    prompts.push_back({at_step(negative, first), true});
    firsts.push_back(std::exchange(first, until));
  }
  auto conditions = prompter_.conditions(prompts, extent, brief.text);
  for (auto& condition : conditions) condition.concat = concat;

  Guide guide;
  const auto prediction = prediction_of(checkpoint_.scheduler.prediction);
  guide.keep(discrete_denoiser(network(steer, brief.listener), schedule_, prediction, false, plan.trajectory.time_of(schedule_)));
  if (brief.listener != nullptr && brief.listener->effects_every() > 0) probe(brief, plan, extent, concat, steer, guide);
  const auto& plain = guide.keep(announced(guide.last(), [&steer](double sigma) { steer.at_level(sigma); }));
  GuidanceOptions options{.scale = brief.guidance,
                          .rescale = brief.guidance_rescale,
                          .prediction = prediction,
                          .perturbed_scale = brief.perturbed_guidance,
                          .perturbation = brief.perturbation,
                          .layers = brief.perturbed_blocks};
  limit_guidance(options, brief, plan.trajectory.sigmas);
  if (checkpoint_.task() == Task::instruct) options.image_scale = brief.image_guidance;
  std::vector<FromLevel> turns;
  for (std::size_t i = 0; i < firsts.size(); ++i)
    turns.push_back(
        {plan.trajectory.sigmas.at(firsts[i]), &guide.keep(guided(plain, conditions[2 * i], conditions[2 * i + 1], options))});
  if (turns.size() > 1) guide.keep(in_turn(turns));
  if (brief.cache_interval > 1)
    guide.keep(cached(guide.last(), {.interval = brief.cache_interval}, [this](bool reuse) { reuse_deep_features(reuse); }));
  return guide;
}

// What the words of the prompt do, told to the listener.
void Painter::probe(const Brief& brief, const Plan& plan, const PictureExtent& extent, const at::Tensor& concat, Steer& steer,
                    Guide& guide) {
  std::vector<Prompter::Prompt> without;
  for (const auto& text : without_each_word(token_spans(brief.prompt, brief.text))) without.push_back({text, false});
  if (without.empty()) return;
  const auto conditions = prompter_.conditions(without, extent, brief.text);
  auto all = conditions.front();
  for (std::size_t k = 1; k < conditions.size(); ++k) all = joined(all, conditions[k]);
  if (concat.defined()) all.concat = concat.expand({int64_t(conditions.size()), -1, -1, -1});
  const auto& inner = guide.last();
  const auto& silent =
      guide.keep(discrete_denoiser(network(steer, nullptr), schedule_, prediction_of(checkpoint_.scheduler.prediction), false,
                                   plan.trajectory.time_of(schedule_)));
  guide.keep(probed(inner, silent, all, *brief.listener));
}

void Painter::reuse_deep_features(bool reuse) {
  unet_->set_deep_features(reuse ? DeepFeatures::reuse : DeepFeatures::keep);
}

// What the network takes beside the latents: inpainting a mask and the latents of what stays, editing the latents of the picture.
at::Tensor Painter::concat_of(const Brief& brief, const CodecOptions& codec, PictureNoise& draws) {
  const auto task = checkpoint_.task();
  if (task != Task::inpaint && task != Task::instruct) return {};
  if (!brief.picture.defined())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} paints on a picture; give one with --init-img", checkpoint_.path.filename().string()));
  if (task == Task::instruct) return codec_.encode(brief.picture, {}, codec);
  const auto mask =
      brief.mask.defined() ? brief.mask.ge(0.5).to(at::kFloat) : at::ones({1, 1, brief.extent.height, brief.extent.width});
  const auto kept = codec_.scaled(codec_.encode(brief.picture * (1 - mask), draws.next(), codec));
  const std::vector<int64_t> size = {kept.size(2), kept.size(3)};
  return at::cat({at::upsample_nearest2d(mask, size).expand({kept.size(0), -1, -1, -1}), kept}, 1);
}

at::Tensor Painter::walk(const Brief& brief, const Plan& plan, const PictureExtent& extent, Start start, PictureNoise& draws,
                         WalkObserver& observer) {
  Steer steer(brief.steering, extent, plan.trajectory.sigmas, compute_, brief.codec.wrapping);
  auto guide = guide_of(brief, plan, extent, start.concat, steer);
  if (start.mask.defined()) guide.keep(inpainted(guide.last(), start.mask, start.original, start.noise));
  guide.keep(watched(guide.last(), [&observer](const at::Tensor& x0, double) { observer.see(x0); }));
  const auto x = plan.part ? start_from(plan.trajectory, start.original, start.noise) : plan.trajectory.start(start.noise);
  const Condition told_already;
  const Sampling sampling{guide.last(), plan.trajectory.sigmas, told_already, draws, observer, plan.options};
  auto latents = plan.trajectory.finish(plan.solver->run(sampling, x));
  if (brief.cache_interval > 1)
    observer.on_message(fmt::format("deep features reused between whole steps had changed by {:.1f}% when computed anew",
                                    100 * unet_->deep_change()));
  unet_->set_deep_features(DeepFeatures::afresh);
  if (start.mask.defined()) latents = blended(start.original, latents, start.mask);
  if (!latents.isfinite().all().item<bool>())
    throw Error(ErrorCategory::unsupported,
                compute_ == at::kFloat
                    ? "the network answers with numbers that are none; the model, or an adapter in it, is damaged"
                    : "the network overflowed in reduced precision; paint with --type f32");
  return latents;
}

at::Tensor Painter::first_pass(const Brief& brief, const Rows& rows, const Plans& plans, WalkObserver& observer) {
  const auto shape = latent_shape(brief.extent);
  Start start;
  start.noise = rows.noise.defined() ? rows.noise : latents_of(rows.seeds, shape);
  PictureNoise draws(rows.seeds, shape);
  if (starts_from_picture(brief, checkpoint_.task())) {
    start.original = codec_.scaled(codec_.encode(brief.picture, start.noise, plans.codec));
    start.noise = draws.next();
    if (brief.mask.defined()) start.mask = at::adaptive_avg_pool2d(brief.mask, {shape[1], shape[2]});
  }
  if (brief.variation_strength > 0)
    start.noise = variation(start.noise, latents_of({brief.variation_seed}, shape), brief.variation_strength);
  start.concat = concat_of(brief, plans.codec, draws);
  return walk(brief, plans.first, brief.extent, std::move(start), draws, observer);
}

at::Tensor Painter::enlarged(const at::Tensor& latents, const HighResolution& how, const PictureExtent& extent,
                             const CodecOptions& codec, Observer& observer) {
  const auto shape = latent_shape(extent);
  const std::vector<int64_t> size = {shape[1], shape[2]};
  switch (how.enlarging) {
    case Enlarging::latent_nearest:
      return at::upsample_nearest2d(latents, size);
    case Enlarging::latent_bilinear:
      return at::upsample_bilinear2d(latents, size, false);
    case Enlarging::latent_bicubic:
      return at::upsample_bicubic2d(latents, size, false);
    case Enlarging::picture:
      break;
  }
  const auto pictures = codec_.decode(latents, codec, observer);
  std::vector<at::Tensor> large;
  for (int64_t k = 0; k < pictures.size(0); ++k)
    large.push_back(codec_.encode(resize(pictures.narrow(0, k, 1), extent.height, extent.width).clamp(-1, 1), {}, codec));
  return codec_.scaled(at::cat(large));
}

// The enlarged picture under fresh noise of the same seeds, as web UIs and diffusers' own pipeline for pictures draw it.
at::Tensor Painter::second_pass(const Brief& brief, const Rows& rows, const Plans& plans, const at::Tensor& small,
                                WalkObserver& observer) {
  const auto extent = final_extent(brief);
  const auto shape = latent_shape(extent);
  observer.begin("enlarge");
  Start start;
  start.original = enlarged(small, *brief.high_resolution, extent, plans.codec, observer);
  start.noise = latents_of(rows.seeds, shape);
  if (brief.variation_strength > 0)
    start.noise = variation(start.noise, latents_of({brief.variation_seed}, shape), brief.variation_strength);
  PictureNoise draws(rows.seeds, shape);
  return walk(brief, plans.second, extent, std::move(start), draws, observer);
}

at::Tensor Painter::paint_some(const Brief& brief, const Rows& rows, const Plans& plans, WalkObserver& observer) {
  nn::wrap(*unet_, brief.codec.wrapping);
  observer.begin("paint");
  auto latents = first_pass(brief, rows, plans, observer);
  if (brief.high_resolution && !observer.stop_requested()) latents = second_pass(brief, rows, plans, latents, observer);
  observer.decoding(false);
  auto pictures = codec_.decode(latents, plans.codec, observer);
  observer.decoding(true);
  if (brief.mask.defined() && brief.keep_outside) pictures = brief.picture + brief.mask * (pictures - brief.picture);
  return pictures;
}

PictureExtent Painter::final_extent(const Brief& brief) const {
  if (!brief.high_resolution) return brief.extent;
  return scaled_extent(brief.extent, brief.high_resolution->scale, codec_.config().downscale());
}

void Painter::check(const Brief& brief) const {
  const int64_t down = codec_.config().downscale();
  const auto refuse = [](const std::string& what) { throw Error(ErrorCategory::bad_argument, what); };
  if (brief.extent.width % down != 0 || brief.extent.height % down != 0 || brief.extent.width < 8 * down ||
      brief.extent.height < 8 * down)
    refuse(fmt::format("{}x{} is no size for this model: width and height must be multiples of {}, at least {}",
                       brief.extent.width, brief.extent.height, down, 8 * down));
  if (brief.high_resolution && (brief.picture.defined() || checkpoint_.task() != Task::paint))
    refuse("the high-resolution pass is for pictures from words alone; leave --init-img out, or --hires-fix");
  if (brief.preview == PreviewKind::tiny && !codec_.has_tiny())
    refuse("previews by the tiny autoencoder need one; give it with --taesd, or take --preview proj");
}

CodecOptions Painter::fitted_codec(const Brief& brief, std::size_t pictures, Observer& observer) const {
  auto codec = brief.codec;
  codec.tiny = codec.tiny && codec_.has_tiny();
  const auto extent = final_extent(brief);
  const auto count = int64_t(std::min(pictures, brief.seeds.size()));
  const uint64_t limit = brief.most_memory > 0 ? brief.most_memory : available_memory();
  const uint64_t weights = resident_ && brief.most_memory == 0 ? 0 : weight_bytes_;
  if (weights > limit)
    throw Error(ErrorCategory::out_of_memory,
                fmt::format("the model takes {} of memory and {} are free; free some, or take a smaller model",
                            human_bytes(weights), human_bytes(limit)));
  const auto network = network_bytes(checkpoint_.unet_config, extent, codec_.config().downscale(),
                                     count * conditions_of(brief, checkpoint_.task()), compute_);
  fit_into_memory(limit - weights, network, codec_.config(), extent, count, compute_, codec, observer);
  return codec;
}

WalkObserver::MakePicture Painter::preview_of(const Brief& brief) {
  const auto codec = brief.codec;
  switch (brief.preview) {
    case PreviewKind::none:
      return {};
    case PreviewKind::projection:
      return [this](const at::Tensor& x) { return projected(x, checkpoint_.version, codec_.config().downscale()); };
    case PreviewKind::tiny:
      return [this](const at::Tensor& x) { return codec_.quick(x); };
    case PreviewKind::full:
      break;
  }
  return [this, codec](const at::Tensor& x) {
    Observer silent;
    auto large = codec;
    large.tiny = false;
    return codec_.decode(x, large, silent);
  };
}

BriefResult Painter::paint(const Brief& brief, Observer& observer) {
  const at::NoGradGuard no_gradient;
  check(brief);
  const bool over_picture = starts_from_picture(brief, checkpoint_.task());
  const auto at_once = pictures_at_once(final_extent(brief));
  Plans plans{plan_of(brief, checkpoint_.scheduler, schedule_, brief.steps, over_picture ? brief.strength : 1), {}, {}};
  auto walks = int64_t(plans.first.trajectory.steps());
  if (const auto& high = brief.high_resolution) {
    plans.second = plan_of(brief, checkpoint_.scheduler, schedule_, high->steps > 0 ? high->steps : brief.steps, high->strength);
    walks += int64_t(plans.second.trajectory.steps());
  }
  plans.codec = fitted_codec(brief, at_once, observer);
  BriefResult result;
  result.solver = plans.first.solver->name;
  result.schedule = plans.first.schedule;
  result.tiled = plans.codec.tiled;
  result.tile = plans.codec.tile;
  WalkObserver walking(observer, walks * int64_t((brief.seeds.size() + at_once - 1) / at_once), preview_of(brief));
  std::vector<at::Tensor> pictures;
  for (std::size_t first = 0; first < brief.seeds.size() && !result.stopped; first += at_once) {
    const auto last = std::min(first + at_once, brief.seeds.size());
    Rows rows{{brief.seeds.begin() + first, brief.seeds.begin() + last}, {}};
    if (brief.noise.defined()) rows.noise = brief.noise.narrow(0, int64_t(first), int64_t(last - first));
    pictures.push_back(paint_some(brief, rows, plans, walking));
    resident_ = true;
    result.stopped = observer.stop_requested();
  }
  result.pictures = at::cat(pictures);
  return result;
}

}  // namespace inkstone::sd
