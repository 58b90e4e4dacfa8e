// Prior preservation (Ruiz et al. 2023, "DreamBooth"): pictures of the subject's kind as the base paints them before it learns,
// trained on beside the subject's, so that not every fox becomes this fox.
#pragma once

#include <cstdint>
#include <string>

#include "families/personal/base.hpp"

namespace inkstone {

class ClassPictures {
 public:
  // Painted by the base as it is, from seeds counted up from `seed`: the same again where a run goes on. Throws cancelled where
  // the observer stops it.
  ClassPictures(PersonalBase& base, const std::string& prompt, int64_t count, int64_t seed, at::Device device, Observer& observer);

  // So many of them, each drawn evenly.
  Batch drawn(int64_t count, StepNoise& noise) const;

 private:
  std::string prompt_;
  at::Tensor pictures_;  // float32 [N,3,H,W] in [-1,1]
};

}  // namespace inkstone
