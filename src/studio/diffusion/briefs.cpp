#include "studio/diffusion/briefs.hpp"

#include <algorithm>

#include "inkstone/error.hpp"
#include "text/prompt_networks.hpp"

namespace inkstone::studio {
namespace {

void weaken(sd::Brief& brief, const PaintRequest& request) {
  if (request.pag_scale > 0 && request.slg_scale > 0)
    throw Error(ErrorCategory::bad_argument, "--pag-scale and --slg-scale weaken the same network in two ways; give one of them");
  if (!request.skip_layers.empty() && request.pag_scale == 0 && request.slg_scale == 0)
    throw Error(ErrorCategory::bad_argument, "--skip-layers says what --slg-scale leaves out; give that too");
  brief.perturbed_guidance = std::max(request.pag_scale, request.slg_scale);
  brief.perturbation = request.slg_scale > 0 ? Perturbation::skip_layers : Perturbation::attention;
  brief.perturbed_blocks = request.skip_layers;
}

sd::Enlarging enlarging_of(const std::string& upscaler) {
  if (upscaler == "latent-nearest") return sd::Enlarging::latent_nearest;
  if (upscaler == "latent-bicubic") return sd::Enlarging::latent_bicubic;
  return upscaler == "picture" ? sd::Enlarging::picture : sd::Enlarging::latent_bilinear;
}

sd::PreviewKind preview_kind(const std::string& preview) {
  if (preview == "proj") return sd::PreviewKind::projection;
  if (preview == "tae") return sd::PreviewKind::tiny;
  return preview == "vae" ? sd::PreviewKind::full : sd::PreviewKind::none;
}

sd::CodecOptions codec_of(const PaintRequest& request) {
  sd::CodecOptions codec;
  codec.tiny = !request.taesd.empty() && !request.taesd_preview_only;
  codec.tiled = request.vae_tiling;
  codec.tile = request.vae_tile_size;
  codec.wrapping = {request.tile.find('x') != std::string::npos, request.tile.find('y') != std::string::npos};
  return codec;
}

}  // namespace

sd::Brief brief_of(const PaintRequest& request, const Canvas& canvas, const std::vector<PictureOrder>& orders,
                   double native_guidance) {
  sd::Brief brief;
  brief.prompt = extract_loras(orders.front().prompt).prompt;
  brief.negative_prompt = orders.front().negative_prompt;
  for (const auto& order : orders) brief.seeds.push_back(order.seed);
  brief.extent = canvas.extent;
  brief.picture = canvas.picture;
  brief.mask = canvas.mask;
  brief.strength = request.strength;
  if (request.steps > 0) brief.steps = request.steps;
  brief.solver = request.sampler;
  brief.schedule = request.scheduler;
  brief.guidance = request.guidance > 0 ? request.guidance : native_guidance;
  brief.guidance_rescale = request.guidance_rescale;
  brief.image_guidance = request.image_guidance;
  brief.guidance_start = request.guidance_start;
  brief.guidance_end = request.guidance_end;
  if (request.guidance_start >= request.guidance_end)
    throw Error(ErrorCategory::bad_argument, "--guidance-end must lie after --guidance-start");
  brief.churn = request.churn;
  brief.noise_factor = request.noise_factor;
  weaken(brief, request);
  brief.cache_interval = request.cache_interval;
  if (request.eta > 0) brief.eta = request.eta;
  brief.text.skip = std::max(0, request.clip_skip - 1);
  brief.variation_seed = uint64_t(request.variation_seed);
  brief.variation_strength = request.variation_strength;
  if (request.hires_fix)
    brief.high_resolution = {request.hires_scale, request.hires_steps, request.hires_strength,
                             enlarging_of(request.hires_upscaler)};
  brief.codec = codec_of(request);
  brief.preview = preview_kind(request.preview);
  brief.most_memory = uint64_t(request.max_memory * 1e9);
  return brief;
}

}  // namespace inkstone::studio
