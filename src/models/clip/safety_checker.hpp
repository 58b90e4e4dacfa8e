// The checker of the original Stable Diffusion release, which finds pictures that are not safe for work: CLIP's view of a picture
// against 17 concepts and 3 that call for special care, each with a threshold on the cosine. As StableDiffusionSafetyChecker of
// diffusers.
#pragma once

#include <filesystem>
#include <vector>

#include "models/clip/clip_vision.hpp"

namespace inkstone {

// A folder `safety_checker` as diffusers saves it. Throws not_found, io, corrupt_file, unsupported.
class SafetyChecker {
 public:
  explicit SafetyChecker(const std::filesystem::path& folder);
  SafetyChecker(const StateDict& weights, const ClipVisionConfig& config, const std::string& origin);

  // Whether a picture [1,3,H,W] in [0,1] shows one of the concepts.
  bool finds(const at::Tensor& picture);
  // The same of what clip_pixels makes of several, [N,3,side,side].
  std::vector<bool> find(const at::Tensor& pixels);

 private:
  ClipVision vision_;
  at::Tensor concepts_, special_;                       // directions [17,P], [3,P], of length 1
  at::Tensor concept_thresholds_, special_thresholds_;  // cosines
};

}  // namespace inkstone
