#include "families/personal/class_pictures.hpp"

#include <ATen/ATen.h>

#include "tensor/noise.hpp"

namespace inkstone {

ClassPictures::ClassPictures(PersonalBase& base, const std::string& prompt, int64_t count, int64_t seed, at::Device device,
                             Observer& observer)
    : prompt_(prompt) {
  const at::NoGradGuard frozen;
  PaintSpec spec;
  for (int64_t k = 0; k < count; ++k) spec.seeds.push_back(uint64_t(seed + k));
  spec.latents = latents_of(spec.seeds, base.family().latent_shape());
  spec.labels = at::full({count}, -1, at::kLong);
  spec.prompts.assign(std::size_t(count), prompt);
  pictures_ = base.family().paint(spec, observer).clamp(-1, 1).to(device);
}

Batch ClassPictures::drawn(int64_t count, StepNoise& noise) const {
  const auto which = noise.integers(0, pictures_.size(0)).to(pictures_.device());
  Batch batch;
  batch.pictures = pictures_.index_select(0, which);
  batch.labels = at::full({count}, -1, which.options());
  batch.captions.assign(std::size_t(count), prompt_);
  return batch;
}

}  // namespace inkstone
