#include "sample/stable_diffusion/painter.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "sample/diffusers_scheduler.hpp"
#include "sample/guidance.hpp"
#include "sample/inpaint.hpp"
#include "sample/trajectory.hpp"
#include "sample/variation.hpp"
#include "sample/walk.hpp"
#include "tensor/noise.hpp"
#include "text/prompt_schedule.hpp"

namespace inkstone::sd {
namespace {

inkstone::Prediction prediction_of(Prediction prediction) {
  switch (prediction) {
    case Prediction::v:
      return inkstone::Prediction::velocity;
    case Prediction::sample:
      return inkstone::Prediction::clean;
    case Prediction::epsilon:
      break;
  }
  return inkstone::Prediction::epsilon;
}

NoiseSchedule schedule_of(const SchedulerSettings& settings) {
  const auto base = settings.beta_schedule == "linear"
                        ? linear_schedule(settings.train_steps, settings.beta_first, settings.beta_last)
                    : settings.beta_schedule == "scaled_linear"
                        ? scaled_linear_schedule(settings.train_steps, settings.beta_first, settings.beta_last)
                        : cosine_schedule(settings.train_steps);
  return settings.zero_terminal_snr ? zero_terminal_snr(base) : base;
}

// Large pictures gain nothing from company on the CPU, and cost memory; small ones gain much.
std::size_t pictures_at_once(const PictureExtent& extent) {
  constexpr int64_t kPixels = 512 * 512;
  return std::size_t(std::clamp<int64_t>(kPixels / (extent.width * extent.height), 1, 16));
}

}  // namespace

// How the brief's noise levels fall.
struct Painter::Plan {
  const SolverEntry* solver;
  std::string schedule;
  ScheduleOptions schedule_options;
  SolverOptions options;
  Trajectory trajectory;
};

// Denoisers refer to one another, so they are kept together.
struct Painter::Guide {
  std::vector<std::unique_ptr<Denoiser>> kept;
  const Denoiser& last() const { return *kept.back(); }
  const Denoiser& keep(std::unique_ptr<Denoiser> denoiser) { return *kept.emplace_back(std::move(denoiser)); }
};

Painter::Painter(Checkpoint checkpoint, at::ScalarType compute)
    : checkpoint_(std::move(checkpoint)),
      compute_(compute),
      prompter_(checkpoint_, at::kFloat),
      unet_(build_unet(checkpoint_)),
      autoencoder_(build_autoencoder(checkpoint_)),
      schedule_(schedule_of(checkpoint_.scheduler)) {
  unet_->eval();
  autoencoder_->eval();
}

PictureExtent Painter::native_extent() const {
  const bool xl = checkpoint_.version == Version::sdxl || checkpoint_.version == Version::sdxl_refiner;
  const int64_t side = xl                                                                                         ? 1024
                       : checkpoint_.version == Version::sd2 && checkpoint_.scheduler.prediction == Prediction::v ? 768
                                                                                                                  : 512;
  return {side, side};
}

NoiseNetwork Painter::network() {
  return [this](const at::Tensor& x, const at::Tensor& time, const Condition& condition) {
    Conditioning told;
    told.context = condition.context.to(compute_);
    if (condition.pooled.defined()) told.pooled = condition.pooled.to(compute_);
    told.time_ids = condition.time_ids;
    auto input = condition.concat.defined() ? at::cat({x, condition.concat}, 1) : x;
    input = input.to(compute_).contiguous(at::MemoryFormat::ChannelsLast);
    return unet_(input, time, told).to(at::kFloat);
  };
}

// The checkpoint's own scheduler, as its folder describes it.
Painter::Plan Painter::own_plan() const {
  const auto& settings = checkpoint_.scheduler;
  const auto choice = sampler_of({.class_name = settings.solver,
                                  .timestep_spacing = settings.spacing,
                                  .algorithm_type = settings.algorithm_type,
                                  .solver_type = settings.solver_type,
                                  .final_sigmas_type = settings.final_sigmas_type,
                                  .steps_offset = settings.steps_offset,
                                  .solver_order = settings.solver_order,
                                  .set_alpha_to_one = settings.set_alpha_to_one,
                                  .use_karras_sigmas = settings.use_karras_sigmas});
  return {choice.solver, choice.schedule, choice.schedule_options, choice.solver_options, {}};
}

// A solver by name; where no schedule comes with it, the usual one of web UIs.
Painter::Plan Painter::named_plan(const Brief& brief) const {
  const auto named = solver_named(brief.solver.empty() ? "dpm++2m" : brief.solver);
  Plan plan{named.solver, {}, {}, {}, {}};
  plan.schedule =
      named.schedule ? *named.schedule : checkpoint_.scheduler.spacing.value_or(brief.solver.empty() ? "karras" : "discrete");
  plan.schedule_options.offset = checkpoint_.scheduler.steps_offset.value_or(1);
  return plan;
}

Painter::Plan Painter::plan_of(const Brief& brief) const {
  auto plan = brief.solver.empty() && !checkpoint_.scheduler.solver.empty() ? own_plan() : named_plan(brief);
  if (!brief.schedule.empty()) plan.schedule = brief.schedule;
  plan.schedule_options.grid = plan.solver->grid;
  plan.trajectory = trajectory(plan.schedule, schedule_, brief.steps, plan.schedule_options);
  plan.schedule = schedule_name_of(plan.schedule).value_or(plan.schedule);
  plan.options.planned = plan.trajectory.steps();
  plan.options.schedule = &schedule_;
  if (brief.eta) plan.options.eta = brief.eta;
  if (brief.picture.defined() && checkpoint_.task() == Task::paint && brief.strength < 1)
    plan.trajectory = cut(plan.trajectory, brief.strength);
  return plan;
}

// The prompts of each step, the guided denoiser for each run of equal ones, and the one that takes them in turn.
Painter::Guide Painter::guide_of(const Brief& brief, const Plan& plan, const at::Tensor& concat) {
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
  auto conditions = prompter_.conditions(prompts, brief.extent, brief.text);
  for (auto& condition : conditions) condition.concat = concat;

  Guide guide;
  const auto prediction = prediction_of(checkpoint_.scheduler.prediction);
  const auto& plain = guide.keep(discrete_denoiser(network(), schedule_, prediction, false, plan.trajectory.time_of(schedule_)));
  GuidanceOptions options{.scale = brief.guidance, .rescale = brief.guidance_rescale, .prediction = prediction};
  if (checkpoint_.task() == Task::instruct) options.image_scale = brief.image_guidance;
  std::vector<FromLevel> turns;
  for (std::size_t i = 0; i < firsts.size(); ++i)
    turns.push_back(
        {plan.trajectory.sigmas.at(firsts[i]), &guide.keep(guided(plain, conditions[2 * i], conditions[2 * i + 1], options))});
  if (turns.size() > 1) guide.keep(in_turn(turns));
  return guide;
}

at::Tensor Painter::encode(const at::Tensor& picture, const at::Tensor& noise) {
  const auto distribution = autoencoder_->encode(picture.to(compute_).contiguous(at::MemoryFormat::ChannelsLast));
  const auto mean = distribution.mean.to(at::kFloat);
  return noise.defined() ? mean + (distribution.logvar.to(at::kFloat) / 2).exp() * noise : mean;
}

at::Tensor Painter::decode(const at::Tensor& latents, Observer& observer) {
  const auto z = autoencoder_->unscaled(latents);
  const auto in = [&](at::ScalarType type) {
    return autoencoder_->decode(z.to(type).contiguous(at::MemoryFormat::ChannelsLast)).to(at::kFloat);
  };
  auto pictures = in(compute_);
  if (compute_ != at::kFloat && !pictures.isfinite().all().item<bool>()) {
    if (!std::exchange(said_overflow_, true))
      observer.on_message("the decoder overflowed in reduced precision; decoding in float32");
    pictures = in(at::kFloat);
  }
  return pictures.clamp(-1, 1);
}

// What the network takes beside the latents: inpainting a mask and the latents of what stays, editing the latents of the picture.
at::Tensor Painter::concat_of(const Brief& brief, PictureNoise& draws) {
  const auto task = checkpoint_.task();
  if (task != Task::inpaint && task != Task::instruct) return {};
  if (!brief.picture.defined())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} paints on a picture; give one with --init-img", checkpoint_.path.filename().string()));
  if (task == Task::instruct) return encode(brief.picture, {});
  const auto mask =
      brief.mask.defined() ? brief.mask.ge(0.5).to(at::kFloat) : at::ones({1, 1, brief.extent.height, brief.extent.width});
  const auto kept = autoencoder_->scaled(encode(brief.picture * (1 - mask), draws.next()));
  const std::vector<int64_t> size = {kept.size(2), kept.size(3)};
  return at::cat({at::upsample_nearest2d(mask, size).expand({kept.size(0), -1, -1, -1}), kept}, 1);
}

at::Tensor Painter::paint_some(const Brief& brief, const std::vector<uint64_t>& seeds, const Plan& plan, Observer& observer) {
  const int64_t down = autoencoder_->config().downscale();
  const std::vector<int64_t> shape = {autoencoder_->config().latent_channels, brief.extent.height / down,
                                      brief.extent.width / down};
  auto noise = latents_of(seeds, shape);
  PictureNoise draws(seeds, shape);
  const bool over_picture = brief.picture.defined() && checkpoint_.task() == Task::paint;
  at::Tensor original;
  if (over_picture) {
    original = autoencoder_->scaled(encode(brief.picture, noise));
    noise = draws.next();
  }
  if (brief.variation_strength > 0) noise = variation(noise, latents_of({brief.variation_seed}, shape), brief.variation_strength);
  auto guide = guide_of(brief, plan, concat_of(brief, draws));
  at::Tensor latent_mask;
  if (over_picture && brief.mask.defined()) {
    latent_mask = at::adaptive_avg_pool2d(brief.mask, {shape[1], shape[2]});
    guide.keep(inpainted(guide.last(), latent_mask, original, noise));
  }
  const auto x = over_picture && brief.strength < 1 ? start_from(plan.trajectory, original, noise) : plan.trajectory.start(noise);
  const Condition told_already;
  const Sampling sampling{guide.last(), plan.trajectory.sigmas, told_already, draws, observer, plan.options};
  auto latents = plan.trajectory.finish(plan.solver->run(sampling, x));
  if (latent_mask.defined()) latents = blended(original, latents, latent_mask);
  auto pictures = decode(latents, observer);
  if (brief.mask.defined() && brief.keep_outside) pictures = brief.picture + brief.mask * (pictures - brief.picture);
  return pictures;
}

BriefResult Painter::paint(const Brief& brief, Observer& observer) {
  const at::NoGradGuard no_gradient;
  const int64_t down = autoencoder_->config().downscale();
  if (brief.extent.width % down != 0 || brief.extent.height % down != 0 || brief.extent.width < 8 * down ||
      brief.extent.height < 8 * down)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{}x{} is no size for this model: width and height must be multiples of {}, at least {}",
                            brief.extent.width, brief.extent.height, down, 8 * down));
  const Plan plan = plan_of(brief);
  if (plan.solver->flow)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} is for flow-matching models, which this is not; try euler", plan.solver->name));
  BriefResult result;
  result.solver = plan.solver->name;
  result.schedule = plan.schedule;
  std::vector<at::Tensor> pictures;
  const auto at_once = pictures_at_once(brief.extent);
  for (std::size_t first = 0; first < brief.seeds.size() && !result.stopped; first += at_once) {
    const auto last = std::min(first + at_once, brief.seeds.size());
    pictures.push_back(paint_some(brief, {brief.seeds.begin() + first, brief.seeds.begin() + last}, plan, observer));
    result.stopped = observer.stop_requested();
  }
  result.pictures = at::cat(pictures);
  return result;
}

}  // namespace inkstone::sd
