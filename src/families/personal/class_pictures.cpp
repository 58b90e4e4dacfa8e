#include "families/personal/class_pictures.hpp"

#include <ATen/ATen.h>

#include "tensor/noise.hpp"

namespace inkstone {

ClassPictures::ClassPictures(PersonalBase& base, std::vector<std::string> captions, int64_t seed, at::Device device,
                             Observer& observer)
    : captions_(std::move(captions)) {
  const at::NoGradGuard frozen;
  const auto count = int64_t(captions_.size());
  PaintSpec spec;
  for (int64_t k = 0; k < count; ++k) spec.seeds.push_back(uint64_t(seed + k));
  spec.latents = latents_of(spec.seeds, base.family().latent_shape());
  spec.labels = at::full({count}, -1, at::kLong);
  spec.prompts = captions_;
  pictures_ = base.family().paint(spec, observer).clamp(-1, 1).to(device);
}

Batch ClassPictures::drawn(int64_t count, StepNoise& noise) const {
  const auto which = noise.integers(0, pictures_.size(0)).to(at::kCPU);
  Batch batch;
  batch.pictures = pictures_.index_select(0, which.to(pictures_.device()));
  batch.labels = at::full({count}, -1, at::kLong).to(pictures_.device());
  for (int64_t k = 0; k < count; ++k) batch.captions.push_back(captions_[std::size_t(which[k].item<int64_t>())]);
  return batch;
}

}  // namespace inkstone
