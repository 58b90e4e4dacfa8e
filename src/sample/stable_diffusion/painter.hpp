// Stable Diffusion as a whole: words (and perhaps a picture) -> noise -> latents -> picture (Rombach et al. 2022). Follows
// diffusers draw by draw: the same seed, solver and schedule give the same picture.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inkstone/observer.hpp"
#include "models/stable_diffusion/checkpoint.hpp"
#include "sample/solvers/table.hpp"
#include "sample/stable_diffusion/prompter.hpp"

namespace inkstone::sd {

struct Brief {
  std::string prompt, negative_prompt;
  PictureExtent extent;         // multiples of the autoencoder's downscale
  std::vector<uint64_t> seeds;  // one picture each
  int64_t steps = 20;
  std::string solver, schedule;  // empty: the checkpoint's; of a single file dpm++2m on karras
  double guidance = 7, guidance_rescale = 0, image_guidance = 1.5;
  std::optional<double> eta;
  TextOptions text;
  uint64_t variation_seed = 0;
  double variation_strength = 0;  // 0 to 1: how far the noise is turned towards that of the other seed
  // A picture to start from, [1,3,height,width] in [-1,1], or undefined; of it, `mask` [1,1,height,width] in [0,1] is painted
  // anew.
  at::Tensor picture, mask;
  bool keep_outside = true;  // of the mask: the pixels of `picture`; else what the decoder makes of them
  double strength = 0.75;    // in [0,1]: the share of the steps that it is painted over with
};

struct BriefResult {
  at::Tensor pictures;           // float32 [N,3,H,W] in [-1,1]; fewer than seeds where the observer stopped
  std::string solver, schedule;  // as used, by our names
  bool stopped = false;
};

class Painter {
 public:
  // compute: dtype of the networks' arithmetic. Throws corrupt_file, not_found (a part is missing).
  Painter(Checkpoint checkpoint, at::ScalarType compute);

  // Throws bad_argument: sizes, solver or schedule unknown, a picture of another size, words too long.
  BriefResult paint(const Brief& brief, Observer& observer);

  PictureExtent native_extent() const;
  double native_guidance() const { return 7; }
  const Checkpoint& checkpoint() const { return checkpoint_; }

  // Latents as the U-Net has them -> pictures float32 in [-1,1]. In reduced precision the decoder may overflow: then once more in
  // float32.
  at::Tensor decode(const at::Tensor& latents, Observer& observer);

 private:
  struct Plan;
  struct Guide;
  at::Tensor paint_some(const Brief& brief, const std::vector<uint64_t>& seeds, const Plan& plan, Observer& observer);
  Plan own_plan() const;
  Plan named_plan(const Brief& brief) const;
  Plan plan_of(const Brief& brief) const;
  Guide guide_of(const Brief& brief, const Plan& plan, const at::Tensor& concat);
  NoiseNetwork network();
  at::Tensor encode(const at::Tensor& picture, const at::Tensor& noise);
  at::Tensor concat_of(const Brief& brief, PictureNoise& draws);

  Checkpoint checkpoint_;
  at::ScalarType compute_;
  Prompter prompter_;
  UNet2DConditionModel unet_;
  AutoencoderKL autoencoder_;
  NoiseSchedule schedule_;
  bool said_overflow_ = false;
};

}  // namespace inkstone::sd
