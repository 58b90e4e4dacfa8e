// unCLIP as a whole (Ramesh et al. 2022): words -> embedding of a picture (the prior) -> small picture (the decoder) -> picture (the up-samplers).
// Follows diffusers' UnCLIPPipeline and UnCLIPImageVariationPipeline draw by draw: the same seed gives the same picture.
#pragma once

#include <cstdint>
#include <string>

#include "inkstone/observer.hpp"
#include "models/unclip/folder.hpp"
#include "sample/stable_diffusion/preview.hpp"
#include "sample/unclip/schedule.hpp"

namespace inkstone::unclip {

struct Brief {
  std::string prompt;
  std::string negative_prompt;  // instead of no words, where guidance leads away from
  at::Tensor embedding;         // of a picture, float [1,D]: decoded instead of what the prior makes of the prompt; undefined: the prior's
  uint64_t seed = 0;
  int64_t prior_steps = 25, decoder_steps = 25, upsampler_steps = 7;
  double prior_guidance = 4, decoder_guidance = 8;  // 1: none
  bool preview = false;
};

struct BriefResult {
  at::Tensor picture;  // float32 [1,3,H,W] in [-1,1]
  bool stopped = false;  // what there was when somebody asked to stop, enlarged
};

class Painter {
 public:
  // compute: dtype of the arithmetic of prior, decoder and up-samplers.
  Painter(Model model, at::ScalarType compute) : model_(std::move(model)), compute_(compute) {}

  // Throws bad_argument: steps that the schedule does not have, words alone for a model without prior; cancelled: stopped before there was a picture.
  BriefResult paint(const Brief& brief, Observer& observer);

  // The embedding of a picture [1,3,H,W] in [0,1], float32 [1,D]. Throws bad_argument where the model has no picture encoder.
  at::Tensor see(const at::Tensor& picture);
  // Of words, in the same space.
  at::Tensor read(const std::string& words) { return told(words).pooled; }
  // Whether words are left out of the end of a text: the encoder has so many places.
  bool is_too_long(const std::string& words) const;

  int64_t side() const { return model_.last->config().side; }
  const Model& model() const { return model_; }

 private:
  struct Words {
    at::Tensor pooled, hidden;  // float32 [1,D], [1,L,D]
  };
  class Draws;
  struct Course;

  Words told(const std::string& words);
  at::Tensor imagined(const Brief& brief, const Words& words, const Words& without, Course& course);
  at::Tensor decoded(const Brief& brief, const at::Tensor& embedding, const Words& words, const Words& without, Course& course);
  at::Tensor enlarged(const Brief& brief, const at::Tensor& small, Course& course);
  at::Tensor resized(const at::Tensor& small) const;

  Model model_;
  at::ScalarType compute_;
};

}  // namespace inkstone::unclip
