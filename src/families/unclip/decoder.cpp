#include "families/unclip/decoder.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "families/painting.hpp"
#include "inkstone/error.hpp"
#include "sample/guidance.hpp"
#include "sample/solvers/table.hpp"
#include "train/autocast.hpp"

namespace inkstone {
namespace {

constexpr int64_t kPreviewWalk = 20;

words::PainterConfig decoder_config(const UnclipDecoderOptions& o, const PictureShape& shape) {
  words::PainterConfig config{shape.channels, shape.height, shape.width, o.patch, o.features, o.depth, o.heads, o.strokes};
  config.text_features = o.context_features;
  return config;
}

}  // namespace

UnclipDecoder::UnclipDecoder(const UnclipDecoderOptions& options, const PictureShape& shape)
    : EmbeddedFamily(options.clip_model, shape, {options.embedding}),
      options_(options),
      process_(make_flow_process(options.time_mean, options.time_deviation)),
      painter_(decoder_config(options, shape), options.embedding, options.tokens) {}

NoiseNetwork UnclipDecoder::network(bool bf16) {
  return [this, bf16](const at::Tensor& x, const at::Tensor& time, const Condition& condition) {
    const Autocast cast(bf16, x.device().type());
    return painter_->forward(x, time, condition.context).to(at::kFloat);
  };
}

at::Tensor UnclipDecoder::loss_of(const at::Tensor& x0, const at::Tensor& context, StepNoise& noise) {
  return process_->loss(network(), x0, {.context = context}, noise).per_picture.mean();
}

void UnclipDecoder::step(const Batch& batch, TrainingStep& step) {
  step.minimise("painter", batch, [&](const Batch& part) {
    const auto kept = step.noise().uniform({}) >= options_.embedding_dropout;
    const auto loss = loss_of(part.pictures, painter_->context(space().see_batch(part.pictures), kept), step.noise());
    step.report("loss", loss.detach());
    return loss;
  });
}

std::map<std::string, double> UnclipDecoder::validate(const Batch& batch, StepNoise& noise) {
  const at::NoGradGuard frozen;
  return {{"loss", loss_of(batch.pictures, painter_->context(space().see_batch(batch.pictures)), noise).item<double>()}};
}

at::Tensor UnclipDecoder::decoded(const at::Tensor& z, const at::Tensor& latents, const Walk& walk, Observer& observer,
                                  const Look& look) {
  const at::NoGradGuard frozen;
  const auto sigmas = process_->sigmas(walk.steps);
  const auto bare = process_->denoiser(network(walk.bf16));
  const Condition nothing{.context = painter_->no_context(latents.size(0))};
  const auto told = z.defined() ? Condition{.context = painter_->context(z.to(latents.device()))} : nothing;
  const auto steered = guided(*bare, told, nothing, {.scale = z.defined() ? walk.guidance : 1});
  const auto held = clipped(*steered);
  const auto seen = watched(*held, [&](const at::Tensor& x0, double) {
    if (look) look(x0);
  });
  PictureNoise none(std::vector<uint64_t>(std::size_t(latents.size(0)), 0), latent_shape(),
                    latents.device());  // Euler's steps draw none
  return solver_named("euler").solver->run({*seen, sigmas, told, none, observer}, latents * std::sqrt(1 + sigmas[0] * sigmas[0]));
}

at::Tensor UnclipDecoder::paint(const PaintSpec& spec, Observer& observer) {
  if (!spec.sampler.empty())
    throw Error(ErrorCategory::bad_argument, "an unCLIP decoder paints with Euler's steps; leave the sampler out");
  return paint_in_parts(spec, observer, *painter_, [&](const at::Tensor& latents, int64_t, int64_t) {
    StopsAlone inner(observer);
    return decoded({}, latents, {spec.steps > 0 ? spec.steps : options_.sampling_steps, 1, spec.bf16}, inner);
  });
}

at::Tensor UnclipDecoder::preview(const Batch& examples, int64_t rows, int64_t columns) {
  const auto count = std::min(rows, examples.size());
  const auto shown = examples.pictures.narrow(0, 0, count);
  const auto z = space().see_batch(shown).repeat_interleave(columns, 0);
  Observer silent;
  const auto latents = preview_spec(count * columns, 0).latents.to(device_of(*painter_));
  const Walk walk{std::min<int64_t>(kPreviewWalk, options_.sampling_steps), options_.guidance, has_fast_bf16()};
  const auto pictures = decoded(z, latents, walk, silent).clone();
  pictures.slice(0, 0, pictures.size(0), columns).copy_(shown);
  return pictures;
}

std::unique_ptr<Family> make_unclip_decoder(const UnclipDecoderOptions& options, const PictureShape& shape) {
  if (options.features % (4 * options.heads) != 0)
    throw Error(ErrorCategory::bad_argument, "--features must be a multiple of four times --heads");
  return std::make_unique<UnclipDecoder>(options, shape);
}

}  // namespace inkstone
