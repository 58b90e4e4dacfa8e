#include "families/personal/stable_diffusion_family.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "families/painting.hpp"
#include "inkstone/error.hpp"
#include "objectives/denoising.hpp"
#include "sample/guidance.hpp"
#include "sample/schedules.hpp"
#include "sample/solvers/table.hpp"
#include "sample/stable_diffusion/plan.hpp"
#include "sample/word_effects.hpp"
#include "train/autocast.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kMostLatents = 2048, kMostTexts = 4096;
constexpr int64_t kUsualSteps = 20;
constexpr double kUsualGuidance = 7;
constexpr const char* kUsualSolver = "dpm++2m";
constexpr const char* kUsualSchedule = "karras";

sd::Checkpoint fit_to_train(const sd::Checkpoint& checkpoint, const PictureShape& shape) {
  const auto name = checkpoint.path.filename().string();
  if (checkpoint.task() != sd::Task::paint)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{} paints over pictures (its network takes {} channels); a subject of one's own needs a model that "
                            "paints from words alone",
                            name, checkpoint.unet_config.in_channels));
  if (checkpoint.version == sd::Version::sdxl_refiner)
    throw Error(ErrorCategory::bad_argument, fmt::format("{} is a refiner; train its base model", name));
  if (!checkpoint.has_autoencoder())
    throw Error(ErrorCategory::bad_argument, fmt::format("{} has no autoencoder; use the whole checkpoint", name));
  const int64_t unit = checkpoint.autoencoder_config.downscale() << (checkpoint.unet_config.levels() - 1);
  if (shape.channels != 3 || shape.height % unit != 0 || shape.width % unit != 0)
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("this model trains on colour pictures whose sides are multiples of {}, and these are {}x{}; give --width and "
                    "--height",
                    unit, shape.width, shape.height));
  return checkpoint;
}

// Rows of several conditions as one.
Condition stacked(const std::vector<Condition>& rows) {
  const auto joined = [&](at::Tensor Condition::*field) {
    std::vector<at::Tensor> parts;
    for (const auto& row : rows) parts.push_back(row.*field);
    return parts.front().defined() ? at::cat(parts) : at::Tensor();
  };
  return {.context = joined(&Condition::context), .pooled = joined(&Condition::pooled), .time_ids = joined(&Condition::time_ids)};
}

}  // namespace

StableDiffusionFamily::StableDiffusionFamily(const sd::Checkpoint& checkpoint, const PersonalSettings& settings,
                                             const PictureShape& shape)
    : settings_(settings),
      shape_(shape),
      version_(checkpoint.version),
      prediction_(sd::prediction_of(checkpoint.scheduler.prediction)),
      schedule_(sd::schedule_of(checkpoint.scheduler)),
      prompter_(fit_to_train(checkpoint, shape), at::kFloat),
      unet_(sd::build_unet(checkpoint, at::kFloat)),
      autoencoder_(sd::build_autoencoder(checkpoint, at::kFloat)),
      latents_(kMostLatents) {}

std::vector<int64_t> StableDiffusionFamily::latent_shape() const {
  const auto& config = autoencoder_->config();
  return {config.latent_channels, shape_.height / config.downscale(), shape_.width / config.downscale()};
}

void StableDiffusionFamily::to(at::Device device) {
  unet_->to(device);
  autoencoder_->to(device);
  for (auto& text : conditioner().networks()) text->to(device);
}

void StableDiffusionFamily::step(const Batch& batch, TrainingStep& step) {
  step.minimise("unet", batch, [&](const Batch& part) {
    const auto loss = loss_of(part, step.noise()).mean();
    step.report("loss", loss.detach());
    return loss;
  });
}

std::map<std::string, double> StableDiffusionFamily::validate(const Batch& batch, StepNoise& noise) {
  const at::NoGradGuard frozen;
  return {{"loss", loss_of(batch, noise).mean().item<double>()}};
}

// Scaled, one picture at a time: what the autoencoder said of it is remembered, and drawn from anew each time.
at::Tensor StableDiffusionFamily::latents_of_pictures(const at::Tensor& pictures, StepNoise& noise) {
  const at::NoGradGuard constant;
  std::vector<at::Tensor> moments;
  for (const auto& picture : pictures.split(1)) {
    const auto key = picture.to(at::kCPU).contiguous();
    moments.push_back(latents_.of(key, [&] {
      const auto said = autoencoder_->encode(picture.to(at::kFloat));
      return at::cat({said.mean, (said.logvar * 0.5).exp()}, 1).contiguous();
    }));
  }
  const auto halves = at::cat(moments).chunk(2, 1);
  return autoencoder_->scaled(halves[0] + halves[1] * noise.normal(latent_shape()));
}

Condition StableDiffusionFamily::told_one(const std::string& caption, bool negative) {
  const auto key = (negative ? "-" : "+") + caption;
  if (const auto known = texts_.find(key); !text_changes_ && known != texts_.end()) return known->second;
  const auto said = prompter_.conditions({{caption, negative}}, {shape_.width, shape_.height}, plain_text()).front();
  if (!text_changes_ && texts_.size() < kMostTexts) texts_[key] = said;
  return said;
}

Condition StableDiffusionFamily::told(const std::vector<std::string>& captions, bool negative) {
  std::vector<Condition> rows;
  for (const auto& caption : captions) {
    const auto device = unet_->parameters().front().device();
    rows.push_back(each_tensor(told_one(caption, negative), [&](const at::Tensor& t) { return t.to(device); }));
  }
  return stacked(rows);
}

at::Tensor StableDiffusionFamily::answer(const at::Tensor& x, const at::Tensor& time, const Condition& condition) {
  sd::Conditioning told;
  told.context = condition.context;
  told.pooled = condition.pooled;
  told.time_ids = condition.time_ids;
  return unet_(x, time, told).to(at::kFloat);
}

at::Tensor StableDiffusionFamily::loss_at(const at::Tensor& x0, const at::Tensor& t, const at::Tensor& epsilon,
                                          const std::vector<std::string>& captions, const AsBefore& before) {
  const auto alpha_bar = schedule_.alpha_bar_at(t);
  const auto x_t = objectives::q_sample(x0, epsilon, alpha_bar);
  const auto said = [&] { return answer(x_t, t.to(at::kFloat), told(captions, false)); };
  auto target = target_of(prediction_, x0, epsilon, objectives::beside(alpha_bar));
  if (before) before([&] { target = said(); });
  const auto output = said();
  const auto loss = objectives::squared_error(output, target);
  return settings_.min_snr > 0 ? loss * objectives::min_snr_weight(prediction_, alpha_bar, settings_.min_snr) : loss;
}

at::Tensor StableDiffusionFamily::drift(const Batch& batch, StepNoise& noise, const AsBefore& before) {
  return loss_of(batch, noise, before).mean();
}

at::Tensor StableDiffusionFamily::loss_of(const Batch& batch, StepNoise& noise, const AsBefore& before) {
  if (batch.captions.empty())
    throw Error(ErrorCategory::bad_argument, "these pictures have no captions, and no token says what they show; give --token");
  const auto x0 = latents_of_pictures(batch.pictures, noise);
  const auto t = noise.integers(0, schedule_.steps());
  return loss_at(x0, t, noise.normal(latent_shape()), batch.captions, before);
}

at::Tensor StableDiffusionFamily::paint_one(const PaintSpec& spec, const at::Tensor& noise, std::size_t k, Observer& observer) {
  const auto steps = spec.steps > 0 ? spec.steps : settings_.steps > 0 ? settings_.steps : kUsualSteps;
  const auto scale = spec.guidance > 0 ? spec.guidance : settings_.guidance > 0 ? settings_.guidance : kUsualGuidance;
  const auto named = solver_named(spec.sampler.empty() ? kUsualSolver : spec.sampler);
  const auto path = trajectory(named.schedule.value_or(kUsualSchedule), schedule_, steps);
  const auto said = [&](const std::vector<std::string>& prompts) { return prompts.empty() ? std::string() : prompts.at(k); };
  const auto positive = told({said(spec.prompts)}, false), negative = told({said(spec.negative_prompts)}, true);
  const auto denoiser_heard_by = [&](nn::AttentionListener* listener) {
    const auto ask = [&, listener](const at::Tensor& x, const at::Tensor& time, const Condition& condition) {
      const Autocast cast(spec.bf16, x.device().type());
      const sd::Heard heard(unet_, listener);
      return answer(x, time, condition);
    };
    return discrete_denoiser(ask, schedule_, prediction_);
  };
  const auto bare = denoiser_heard_by(spec.listener), silent = denoiser_heard_by(nullptr);
  std::unique_ptr<Denoiser> asked;
  if (spec.listener != nullptr && spec.listener->effects_every() > 0)
    if (const auto without = without_each_word(token_spans(said(spec.prompts))); !without.empty())
      asked = probed(*bare, *silent, told(without, false), *spec.listener);
  const auto steered = guided(asked ? *asked : *bare, positive, negative, {.scale = scale, .prediction = prediction_});
  PictureNoise draws({spec.seeds.at(k)}, latent_shape(), noise.device());
  StopsAlone inner(observer);
  const Condition none;
  const auto latents = path.finish(named.solver->run({*steered, path.sigmas, none, draws, inner}, path.start(noise)));
  return autoencoder_->decode(autoencoder_->unscaled(latents));
}

at::Tensor StableDiffusionFamily::paint(const PaintSpec& spec, Observer& observer) {
  if (spec.ground)
    throw Error(ErrorCategory::unsupported,
                "a run paints over no picture; give the checkpoint with --model and what the run made with --lora-model-dir or --embd-dir");
  return paint_in_parts(spec, observer, *unet_, [&](const at::Tensor& latents, int64_t first, int64_t count) {
    std::vector<at::Tensor> pictures;
    for (int64_t k = 0; k < count; ++k)
      pictures.push_back(paint_one(spec, latents.narrow(0, k, 1), std::size_t(first + k), observer));
    return at::cat(pictures);
  });
}

}  // namespace inkstone
