// What Stable Diffusion is to paint, and what came of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "nn/attention_listener.hpp"
#include "nn/frozen.hpp"
#include "sample/condition.hpp"
#include "sample/stable_diffusion/steering.hpp"
#include "text/conditioning.hpp"

namespace inkstone::sd {

// How the small picture of a high-resolution pass becomes large: its latents, or itself (decoded, resampled, encoded).
enum class Enlarging { latent_nearest, latent_bilinear, latent_bicubic, picture };

// A second pass over the picture, enlarged: composition at the size that the model was trained on, detail at another.
struct HighResolution {
  double scale = 2;       // of both sides
  int64_t steps = 0;      // of the whole walk that `strength` takes its part of; 0: as many as the first pass
  double strength = 0.7;  // in (0,1]
  Enlarging enlarging = Enlarging::latent_bilinear;
};

// What is shown of a picture on its way: a linear map of its latents, or what the tiny or the large autoencoder makes of them.
enum class PreviewKind { none, projection, tiny, full };

struct CodecOptions {
  bool tiny = false;           // the tiny autoencoder decodes, where there is one
  bool tiled = false;          // chosen as well where memory does not suffice for the whole
  int64_t tile = 512;          // pixels of a tile's side
  nn::Wrapping wrapping = {};  // pictures that tile
};

struct Brief {
  std::string prompt, negative_prompt;
  PictureExtent extent;         // multiples of the autoencoder's downscale
  std::vector<uint64_t> seeds;  // one picture each
  at::Tensor noise;             // [N,C,h,w] in place of what the seeds give (Painter::latent_shape); or undefined
  int64_t steps = 20;
  std::string solver, schedule;  // empty: the checkpoint's; of a single file dpm++2m on karras
  double guidance = 7, guidance_rescale = 0, image_guidance = 1.5;
  double guidance_start = 0, guidance_end = 1;  // shares of the steps between which there is guidance
  double churn = 0, noise_factor = 1;           // SolverOptions' s_churn and s_noise
  // Away from the network weakened in these transformer blocks, in the order of evaluation; none: the middle's.
  double perturbed_guidance = 0;
  Perturbation perturbation = Perturbation::attention;
  std::vector<int64_t> perturbed_blocks;
  int64_t cache_interval = 1;  // every so manyth step is whole, the others reuse its deep features
  std::optional<double> eta;
  TextOptions text;
  uint64_t variation_seed = 0;
  double variation_strength = 0;  // 0 to 1: how far the noise is turned towards that of the other seed
  // A picture to start from, [1,3,height,width] in [-1,1], or undefined; of it, `mask` [1,1,height,width] in [0,1] is painted
  // anew.
  at::Tensor picture, mask;
  bool keep_outside = true;  // of the mask: the pixels of `picture`; else what the decoder makes of them
  double strength = 0.75;    // in [0,1]: the share of the steps that it is painted over with
  std::vector<Steering> steering;
  std::optional<HighResolution> high_resolution;
  CodecOptions codec;
  PreviewKind preview = PreviewKind::none;
  nn::AttentionListener* listener = nullptr;  // hears what latents look at in the prompt; of one picture
  uint64_t most_memory = 0;                   // bytes for weights and work; 0: what is free
};

struct BriefResult {
  at::Tensor pictures;           // float32 [N,3,H,W] in [-1,1]; fewer than seeds where the observer stopped
  std::string solver, schedule;  // as used, by our names
  bool tiled = false;            // decoded in tiles, asked for or not, of this side:
  int64_t tile = 0;              // pixels
  bool stopped = false;
};

}  // namespace inkstone::sd
