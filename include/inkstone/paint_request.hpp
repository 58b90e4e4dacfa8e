// Pictures out of a trained model, out of words by a diffusion checkpoint, or out of a rule: `inkstone paint`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkstone/option.hpp"

namespace inkstone {

struct PaintRequest {
  ModelRef model;
  std::string prompt, negative_prompt;
  std::string output;
  int batch = 1;
  int64_t seed = 0;
  std::vector<std::string> classes;
  int steps = 0;
  std::string sampler, scheduler;
  double guidance = 0;
  double guidance_rescale = 0;
  double eta = 0;
  int clip_skip = 0;
  double truncation = 1;
  int64_t variation_seed = 0;
  double variation_strength = 0;
  PictureRef init, mask;
  double strength = 0.75;
  int mask_blur = 4;
  ModelRef vae;
  std::string precision = "auto";
  int interpolate = 0;
  bool grid = false;
  int columns = 0;
  int scale = 1;
  int width = 0, height = 0;
  std::string palette = "auto";
  std::string post;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* look = "Look";
    const char* sampling = "Sampling";
    const char* pictures = "From a picture";
    const char* several = "Several pictures";
    const char* checkpoints = "Checkpoints";
    const char* rules = "Procedural models";
    const char* output = "Output";
    visit(self.prompt, Option{.name = "prompt", .help = "what to paint, in words, for models that read: (stress:1.2), [less], [from:to:0.5], [a|b], BREAK", .group = look, .letter = 'p', .positional = true});
    visit(self.negative_prompt, Option{.name = "negative-prompt", .help = "what to keep out of the picture, in words", .group = look, .letter = 'n'});
    visit(self.model, Option{.name = "model", .help = "a run's folder, a model file, a Stable Diffusion checkpoint or diffusers folder, or procedural/KIND", .group = look, .letter = 'm'});
    visit(self.seed, Option{.name = "seed", .help = "seed of the first picture, the next ones count up; -1 draws one", .min = -1, .group = look, .letter = 's'});
    visit(self.width, Option{.name = "width", .help = "in pixels; 0 takes the model's", .min = 0, .max = 4096, .group = look, .letter = 'W'});
    visit(self.height, Option{.name = "height", .help = "in pixels; 0 takes the model's", .min = 0, .max = 4096, .group = look, .letter = 'H'});
    visit(self.classes, Option{.name = "class", .help = "what to paint, by name or number, for class-conditional models; several take turns", .group = look});
    visit(self.truncation, Option{.name = "truncation", .help = "below 1: more typical, less varied, where the model defines it", .min = 0, .max = 2, .group = look});

    visit(self.steps, Option{.name = "steps", .help = "sampling steps of diffusion models; 0 takes the model's", .min = 0, .max = 10000, .group = sampling});
    visit(self.sampler, Option{.name = "sampling-method", .help = "solver of diffusion models (euler, euler_a, dpm++2m, ddim, ...); empty takes the model's", .group = sampling, .aliases = {"sampler"}});
    visit(self.scheduler, Option{.name = "scheduler", .help = "how noise levels are spaced (discrete, karras, exponential, trailing, ...); empty takes the model's", .group = sampling, .aliases = {"schedule"}});
    visit(self.guidance, Option{.name = "cfg-scale", .help = "classifier-free guidance: 1 none, higher follows the words or the class more closely; 0 takes the model's", .min = 0, .max = 100, .group = sampling, .aliases = {"guidance"}});
    visit(self.guidance_rescale, Option{.name = "guidance-rescale", .help = "tames high guidance: 0 not, 0.7 usual (Lin et al. 2023)", .min = 0, .max = 1, .group = sampling});
    visit(self.eta, Option{.name = "eta", .help = "noise drawn on the way by ddim: 0 none, 1 as ddpm", .min = 0, .max = 1, .group = sampling});
    visit(self.clip_skip, Option{.name = "clip-skip", .help = "layers of the text encoder left out, counted as web UIs do: 1 the last layer, 2 the one before; 0 takes the model's", .min = 0, .max = 12, .group = sampling});
    visit(self.variation_seed, Option{.name = "subseed", .help = "seed to vary towards", .min = 0, .group = sampling, .aliases = {"variation-seed"}});
    visit(self.variation_strength, Option{.name = "subseed-strength", .help = "how far to vary: 0 not, 1 all the way", .min = 0, .max = 1, .group = sampling, .aliases = {"variation-strength"}});

    visit(self.init, Option{.name = "init-img", .help = "picture to start from", .group = pictures, .letter = 'i', .aliases = {"init"}});
    visit(self.strength, Option{.name = "strength", .help = "how much of it to paint anew: 0 nothing, 1 everything", .min = 0, .max = 1, .group = pictures});
    visit(self.mask, Option{.name = "mask", .help = "picture whose white parts are painted anew and whose black parts stay", .group = pictures});
    visit(self.mask_blur, Option{.name = "mask-blur", .help = "softness of the mask's edge in pixels", .min = 0, .max = 64, .group = pictures});

    visit(self.batch, Option{.name = "batch", .help = "how many pictures", .min = 1, .max = 65536, .group = several, .letter = 'b', .aliases = {"batch-count"}});
    visit(self.grid, Option{.name = "grid", .help = "all pictures in one", .group = several});
    visit(self.columns, Option{.name = "columns", .help = "of the grid; 0 makes it about square", .min = 0, .max = 1000, .group = several});
    visit(self.interpolate, Option{.name = "interpolate", .help = "pictures from each seed to the next, by spherical interpolation of their noise; 0 does not walk", .min = 0, .max = 10000, .group = several});

    visit(self.vae, Option{.name = "vae", .help = "another autoencoder: a file or folder", .group = checkpoints});
    visit(self.precision, Option{.name = "type", .help = "arithmetic of the network; auto takes bf16 where the processor has it", .choices = {"auto", "f32", "bf16"}, .group = checkpoints});

    visit(self.palette, Option{.name = "palette", .help = "colours; auto draws them from the seed", .group = rules});

    visit(self.output, Option{.name = "output", .help = "where to write; several pictures get numbers, .gif and .mp4 make a walk move", .group = output, .letter = 'o', .recipe = false});
    visit(self.scale, Option{.name = "scale", .help = "enlarge by this whole factor, pixels stay sharp", .min = 1, .max = 64, .group = output});
    visit(self.post, Option{.name = "post", .help = "post-processing chain, as of `inkstone post`", .group = output});
  }
};

}  // namespace inkstone
