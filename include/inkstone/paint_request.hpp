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
  double image_guidance = 1.5;
  double guidance_start = 0, guidance_end = 1;
  double churn = 0, noise_factor = 1;
  std::string prediction = "auto";
  double pag_scale = 0, slg_scale = 0;
  std::vector<int64_t> skip_layers;
  int cache_interval = 1;
  double eta = 0;
  int clip_skip = 0;
  double truncation = 1;
  int64_t variation_seed = 0;
  double variation_strength = 0;
  std::string prompt_file, wildcards_dir;
  PictureRef init, mask, second;
  double between = 0.5;
  std::string change_from;
  double change = 0.35;
  int prior_steps = 0, upsampler_steps = 0;
  double prior_guidance = 0;
  double strength = 0.75;
  int mask_blur = 4;
  bool invert_mask = false, only_masked = false;
  int masked_padding = 32;
  std::vector<int> outpaint;
  std::vector<ModelRef> control_net;
  std::vector<PictureRef> control_image;
  std::vector<std::string> control_preprocess;
  std::vector<double> control_strength = {1}, control_start = {0}, control_end = {1};
  std::string tile = "none";
  bool hires_fix = false;
  double hires_scale = 2, hires_strength = 0.7;
  int hires_steps = 0;
  std::string hires_upscaler = "latent";
  std::string lora_dir, embeddings_dir;
  ModelRef vae, taesd;
  bool taesd_preview_only = false;
  ModelRef safety_checker;
  bool vae_tiling = false;
  int vae_tile_size = 512;
  double max_memory = 0;
  std::string precision = "auto";
  std::vector<PictureRef> latents;
  std::vector<std::string> mix_rows, mix_columns, directions;
  std::string mix_layers, direction_layers;
  int direction_sheet = 0;
  int interpolate = 0;
  bool grid = false;
  int columns = 0;
  std::string xyz;
  std::string preview = "none", preview_path = "preview.png";
  int preview_interval = 1;
  int scale = 1;
  std::vector<PictureRef> style;
  ModelRef style_model;
  double style_strength = -1;
  int width = 0, height = 0;
  std::string palette = "auto";
  std::string post;

  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const char* look = "Look";
    const char* sampling = "Sampling";
    const char* pictures = "From a picture";
    const char* embeddings = "unCLIP";
    const char* guides = "Pictures that steer";
    const char* large = "Large and seamless pictures";
    const char* styles = "Styles of a StyleGAN";
    const char* painting_over = "In a style";
    const char* several = "Several pictures";
    const char* preview = "Preview";
    const char* checkpoints = "Checkpoints";
    const char* rules = "Procedural models";
    const char* output = "Output";
    // clang-format off
    visit(self.prompt, Option{.name = "prompt", .help = "what to paint, in words, for models that read: (stress:1.2), [less], [from:to:0.5], [a|b], BREAK, {one|or another}, __list__, <lora:name:0.8>", .group = look, .letter = 'p', .positional = true});
    visit(self.negative_prompt, Option{.name = "negative-prompt", .help = "what to keep out of the picture, in words", .group = look, .letter = 'n'});
    visit(self.model, Option{.name = "model", .help = "a run's folder, a model file, a Stable Diffusion checkpoint or diffusers folder, or procedural/KIND; none takes the painter of words that comes with the program", .group = look, .letter = 'm'});
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
    visit(self.image_guidance, Option{.name = "img-cfg-scale", .help = "of models that edit by instruction: how closely the result follows the picture", .min = 0, .max = 100, .group = sampling});
    visit(self.guidance_start, Option{.name = "guidance-start", .help = "share of the steps before guidance sets in (Kynkaanniemi et al. 2024)", .min = 0, .max = 1, .group = sampling});
    visit(self.guidance_end, Option{.name = "guidance-end", .help = "share of the steps after which there is none", .min = 0, .max = 1, .group = sampling});
    visit(self.pag_scale, Option{.name = "pag-scale", .help = "guidance away from the network with its self-attention taken out, for structure without a prompt's help: 0 none, 3 usual (Ahn et al. 2024)", .min = 0, .max = 100, .group = sampling});
    visit(self.slg_scale, Option{.name = "slg-scale", .help = "guidance away from the network without some of its transformer blocks: 0 none, 2.5 usual", .min = 0, .max = 100, .group = sampling});
    visit(self.skip_layers, Option{.name = "skip-layers", .help = "the transformer blocks that --slg-scale leaves out or --pag-scale perturbs, counted from 0 in order of evaluation; none given takes the middle's", .group = sampling});
    visit(self.cache_interval, Option{.name = "cache-interval", .help = "compute the deep layers at every so manyth step and reuse them between (DeepCache): 1 always, 3 is much faster and a little less exact", .min = 1, .max = 100, .group = sampling});
    visit(self.eta, Option{.name = "eta", .help = "noise drawn on the way by ddim: 0 none, 1 as ddpm", .min = 0, .max = 1, .group = sampling});
    visit(self.churn, Option{.name = "s-churn", .help = "noise added before steps of euler, heun and dpm2: 0 none (Karras et al. 2022)", .min = 0, .max = 1000, .group = sampling});
    visit(self.noise_factor, Option{.name = "s-noise", .help = "factor on all noise drawn on the way", .min = 0, .max = 10, .group = sampling});
    visit(self.clip_skip, Option{.name = "clip-skip", .help = "layers of the text encoder left out, counted as web UIs do: 1 the last layer, 2 the one before; 0 takes the model's", .min = 0, .max = 12, .group = sampling});
    visit(self.variation_seed, Option{.name = "subseed", .help = "seed to vary towards", .min = 0, .group = sampling, .aliases = {"variation-seed"}});
    visit(self.variation_strength, Option{.name = "subseed-strength", .help = "how far to vary: 0 not, 1 all the way", .min = 0, .max = 1, .group = sampling, .aliases = {"variation-strength"}});

    visit(self.init, Option{.name = "init-img", .help = "picture to start from", .group = pictures, .letter = 'i', .aliases = {"init"}});
    visit(self.strength, Option{.name = "strength", .help = "how much of it to paint anew: 0 nothing, 1 everything", .min = 0, .max = 1, .group = pictures});
    visit(self.mask, Option{.name = "mask", .help = "picture whose white parts are painted anew and whose black parts stay", .group = pictures});
    visit(self.mask_blur, Option{.name = "mask-blur", .help = "softness of the mask's edge in pixels", .min = 0, .max = 64, .group = pictures});
    visit(self.invert_mask, Option{.name = "invert-mask", .help = "paint the black parts of the mask anew, keep the white ones", .group = pictures});
    visit(self.only_masked, Option{.name = "only-masked", .help = "paint the surroundings of the mask alone, enlarged to the size painted at, and put them back", .group = pictures});
    visit(self.masked_padding, Option{.name = "masked-padding", .help = "pixels around the mask that --only-masked takes with it", .min = 0, .max = 1024, .group = pictures});
    visit(self.outpaint, Option{.name = "outpaint", .help = "paint beyond the picture, so many pixels: left,right,top,bottom, or one number for all sides", .min = 0, .max = 4096, .group = pictures});

    visit(self.second, Option{.name = "second-img", .help = "another picture: what lies between --init-img and it is painted, with --interpolate so many pictures on the way", .group = embeddings});
    visit(self.between, Option{.name = "between", .help = "where between the two: 0 the first, 1 the second", .min = 0, .max = 1, .group = embeddings});
    visit(self.change_from, Option{.name = "change-from", .help = "what --init-img shows now, in words; the prompt says what it is to become", .group = embeddings});
    visit(self.change, Option{.name = "change", .help = "how far the prompt changes --init-img: 0 not, 1 nothing of it is left", .min = 0, .max = 1, .group = embeddings});
    visit(self.prior_steps, Option{.name = "prior-steps", .help = "steps from words to the embedding of a picture; 0 takes the model's, 25", .min = 0, .max = 1000, .group = embeddings});
    visit(self.prior_guidance, Option{.name = "prior-cfg-scale", .help = "guidance of these steps: 1 none; 0 takes the model's, 4", .min = 0, .max = 100, .group = embeddings});
    visit(self.upsampler_steps, Option{.name = "upsampler-steps", .help = "steps of the networks that enlarge; 0 takes the model's, 7", .min = 0, .max = 1000, .group = embeddings});

    visit(self.latents, Option{.name = "latent", .help = "a picture that `inkstone dream project` found, or its .safetensors, painted in place of a seed; several are a batch, or the stops of --interpolate", .group = styles});
    visit(self.directions, Option{.name = "direction", .help = "move the style: NAME=STRENGTH, with :FIRST-LAST for some layers alone, as pca0=2.5 (principal component), sefa1=-1:0-3 (what these layers answer to most) or a name from MODEL.directions.toml; strengths are deviations; several add up", .group = styles});
    visit(self.direction_layers, Option{.name = "direction-layers", .help = "layers of directions that say none, as 0-3; empty takes all", .group = styles});
    visit(self.direction_sheet, Option{.name = "direction-sheet", .help = "one picture under the first so many directions of either kind, at -3 to 3, to choose from; 0 paints none", .min = 0, .max = 64, .group = styles});
    visit(self.mix_rows, Option{.name = "mix-rows", .help = "seeds of a grid of mixed styles, as 3,5 or 10-14: those that keep their own style", .group = styles, .aliases = {"rows"}});
    visit(self.mix_columns, Option{.name = "mix-columns", .help = "and those that give theirs to the layers of --mix-layers", .group = styles, .aliases = {"cols"}});
    visit(self.mix_layers, Option{.name = "mix-layers", .help = "layers, counted from 0 at the coarsest, that take the style of the column, as 0-6; empty takes the coarser half", .group = styles, .aliases = {"styles"}});

    visit(self.style, Option{.name = "style", .help = "painting in whose style the picture is painted over, as `inkstone stylize` does; several blend", .group = painting_over});
    visit(self.style_model, Option{.name = "style-model", .help = "a network that does it: of one style (starry-night, great-wave, fast-style/wave, cartoongan/hayao, FILE), or of any with --style (microast); a feature network (vgg19), or none, to search towards --style", .group = painting_over});
    visit(self.style_strength, Option{.name = "style-strength", .help = "how much of the style: 0 none, 1 all; below 0 as much as stylize has, 1 by a network and 0.5 by the search", .min = -1, .max = 1, .group = painting_over});

    visit(self.control_net, Option{.name = "control-net", .help = "a ControlNet (file or folder) or T2I-Adapter (folder); several work together", .group = guides});
    visit(self.control_image, Option{.name = "control-image", .help = "the picture that it is shown, one for each; one for all; none takes the picture to start from", .group = guides});
    visit(self.control_preprocess, Option{.name = "control-preprocess", .help = "what is made of it first: none, canny, soft-edge, scribble, lineart, tile, depth, invert; with values as in canny:100:200", .group = guides});
    visit(self.control_strength, Option{.name = "control-strength", .help = "how strongly it steers, one for each or one for all", .min = 0, .max = 10, .group = guides});
    visit(self.control_start, Option{.name = "control-start", .help = "share of the steps before it steers", .min = 0, .max = 1, .group = guides});
    visit(self.control_end, Option{.name = "control-end", .help = "share of the steps after which it no longer does", .min = 0, .max = 1, .group = guides});

    visit(self.hires_fix, Option{.name = "hires-fix", .help = "paint at the size given, enlarge, and paint detail over it", .group = large, .aliases = {"hires"}});
    visit(self.hires_scale, Option{.name = "hires-scale", .help = "how much larger", .min = 1, .max = 8, .group = large});
    visit(self.hires_steps, Option{.name = "hires-steps", .help = "steps of the second pass; 0 as many as the first", .min = 0, .max = 10000, .group = large});
    visit(self.hires_strength, Option{.name = "hires-denoising-strength", .help = "how much of it is painted anew", .min = 0, .max = 1, .group = large});
    visit(self.hires_upscaler, Option{.name = "hires-upscaler", .help = "what is enlarged: the latents (linear, nearest, bicubic) or the picture", .choices = {"latent", "latent-nearest", "latent-bicubic", "picture"}, .group = large});
    visit(self.tile, Option{.name = "tile", .help = "sides that fit together when the picture is laid beside itself: x for panoramas, xy for wallpaper", .choices = {"none", "x", "y", "xy"}, .group = large});
    visit(self.vae_tiling, Option{.name = "vae-tiling", .help = "decode in tiles, with less memory; chosen by itself where the whole does not fit", .group = large});
    visit(self.vae_tile_size, Option{.name = "vae-tile-size", .help = "pixels of a tile's side", .min = 128, .max = 4096, .group = large});
    visit(self.max_memory, Option{.name = "max-memory", .help = "gigabytes that painting may take; 0: what is free", .min = 0, .max = 100000, .group = large, .recipe = false});

    visit(self.batch, Option{.name = "batch", .help = "how many pictures", .min = 1, .max = 65536, .group = several, .letter = 'b', .aliases = {"batch-count"}});
    visit(self.grid, Option{.name = "grid", .help = "all pictures in one", .group = several});
    visit(self.columns, Option{.name = "columns", .help = "of the grid; 0 makes it about square", .min = 0, .max = 1000, .group = several});
    visit(self.interpolate, Option{.name = "interpolate", .help = "pictures from each seed to the next, by spherical interpolation of their noise, for a StyleGAN in straight lines between their styles; 0 does not walk", .min = 0, .max = 10000, .group = several});

    visit(self.xyz, Option{.name = "xyz", .help = "a grid over values of up to three options, columns, rows and blocks: \"steps=10,20; cfg-scale=3,7\"; replace=fox,cat puts other words into the prompt", .group = several});
    visit(self.prompt_file, Option{.name = "prompt-file", .help = "prompts, one to a line, each painted", .group = several, .recipe = false});
    visit(self.wildcards_dir, Option{.name = "wildcards-dir", .help = "folder of lists: __colour__ in a prompt is a line of colour.txt", .group = several, .recipe = false});

    visit(self.preview, Option{.name = "preview", .help = "show the picture on its way: proj is quick and coarse, tae needs --taesd, vae is exact and slow", .choices = {"none", "proj", "tae", "vae"}, .group = preview, .recipe = false});
    visit(self.preview_interval, Option{.name = "preview-interval", .help = "steps from one to the next", .min = 1, .max = 10000, .group = preview, .recipe = false});
    visit(self.preview_path, Option{.name = "preview-path", .help = "file that it is written to", .group = preview, .recipe = false});

    visit(self.lora_dir, Option{.name = "lora-model-dir", .help = "folder of the adapters that prompts name: LoRA, LoHa, LoKr, DoRA", .group = checkpoints, .aliases = {"lora-dir"}, .recipe = false});
    visit(self.embeddings_dir, Option{.name = "embd-dir", .help = "folder of textual inversions, which prompts call by the names of their files", .group = checkpoints, .aliases = {"embeddings-dir"}, .recipe = false});
    visit(self.vae, Option{.name = "vae", .help = "another autoencoder: a file or folder", .group = checkpoints});
    visit(self.taesd, Option{.name = "taesd", .help = "a tiny autoencoder (file or folder) that decodes in place of the large one", .group = checkpoints, .aliases = {"tae"}});
    visit(self.taesd_preview_only, Option{.name = "taesd-preview-only", .help = "it shows previews alone, the large one decodes", .group = checkpoints});
    visit(self.safety_checker, Option{.name = "safety-checker", .help = "folder of the original release's safety checker: pictures that it finds unsafe become black; none: not looked", .group = checkpoints, .recipe = false});
    visit(self.prediction, Option{.name = "prediction", .help = "what the network says, where its file does not tell", .choices = {"auto", "epsilon", "v", "sample"}, .group = checkpoints});
    visit(self.precision, Option{.name = "type", .help = "arithmetic of the network; auto takes bf16 where the processor has it; q8_0 also keeps the weights of a Stable Diffusion U-Net in eight bits: half the memory, a little slower", .choices = {"auto", "f32", "bf16", "q8_0"}, .group = checkpoints});

    visit(self.palette, Option{.name = "palette", .help = "colours; auto draws them from the seed", .group = rules});

    visit(self.output, Option{.name = "output", .help = "where to write; several pictures get numbers, .safetensors holds them all as a packed data set, .gif and .mp4 make a walk move", .group = output, .letter = 'o', .recipe = false});
    visit(self.scale, Option{.name = "scale", .help = "enlarge by this whole factor, pixels stay sharp", .min = 1, .max = 64, .group = output});
    visit(self.post, Option{.name = "post", .help = "post-processing chain, as of `inkstone post`", .group = output});
    // clang-format on
  }
};

}  // namespace inkstone
