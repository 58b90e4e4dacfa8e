// unCLIP as a whole (Ramesh et al. 2022): words -> embedding of a picture (the prior) -> small picture (the decoder) -> picture
// (the up-samplers). Follows diffusers' UnCLIPPipeline and UnCLIPImageVariationPipeline draw by draw: the same seed gives the
// same picture.
#pragma once

#include <string>

#include "models/unclip/folder.hpp"
#include "sample/stable_diffusion/preview.hpp"
#include "sample/unclip/schedule.hpp"
#include "sample/unclip/unclip.hpp"

namespace inkstone::unclip {

class Painter : public Unclip {
 public:
  // compute: dtype of the arithmetic of prior, decoder and up-samplers.
  Painter(Model model, at::ScalarType compute) : model_(std::move(model)), compute_(compute) {}

  BriefResult paint(const Brief& brief, Observer& observer) override;
  at::Tensor see(const at::Tensor& picture) override;
  at::Tensor read(const std::string& words) override { return told(words).pooled; }
  bool is_too_long(const std::string& words) const override;

  int64_t side() const override { return model_.last->config().side; }
  std::string name() const override { return model_.name; }
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
