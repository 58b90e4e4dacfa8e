// Prior preservation (Ruiz et al. 2023, "DreamBooth"): pictures of the subject's kind, and of what else the base knows, as it
// paints them before it learns, trained on beside the subject's, so that not every fox becomes this fox.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "families/personal/base.hpp"

namespace inkstone {

class ClassPictures {
 public:
  // Painted by the base as it is, from seeds counted up from `seed`: the same again where a run goes on. Throws cancelled where
  // the observer stops it.
  ClassPictures(PersonalBase& base, std::vector<std::string> captions, int64_t seed, at::Device device, Observer& observer);

  // So many of them, each drawn evenly.
  Batch drawn(int64_t count, StepNoise& noise) const;

 private:
  std::vector<std::string> captions_;
  at::Tensor pictures_;  // float32 [N,3,H,W] in [-1,1]
};

}  // namespace inkstone
