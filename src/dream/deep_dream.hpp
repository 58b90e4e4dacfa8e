// DeepDream: gradient ascent on what a network sees, from a small copy of the picture to the full one, each shifted at random
// before every step. Mordvintsev, Olah and Tyka, "Inceptionism: going deeper into neural networks" (2015); google/deepdream,
// dream.ipynb.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include "dream/dream_objective.hpp"
#include "inkstone/dream_request.hpp"
#include "inkstone/observer.hpp"

namespace inkstone::dream {

// One picture's size among its octaves, and how it is moved.
struct DreamStep {
  double step = 1.5;
  int64_t jitter = 32;
  double smoothing = 0;  // pixels; 0: the gradient as it is
  int64_t tile = 0;      // largest side that the network sees at once; 0: the whole picture
};

// x [1,3,H,W] float32 in units of 1/255, in place:
//     shift x by a random (dy, dx), around the edges;  g = d objective / d x;  x += step g / mean |g|;  shift back;  clamp to
//     [0,255]
// Tiles: g piece by piece, each normalised with the whole; the shift is then anything, so that no seam stays where it was.
// Returns the objective before the step.
double dream_step(const DreamObjective& objective, at::Tensor& x, const DreamStep& settings, at::Generator& generator);

struct DreamResult {
  at::Tensor picture;  // [1,3,H,W] in [0,1]
  int64_t steps = 0;
  bool stopped = false;
  double objective = 0;  // of the last step
};

// What suits the network: its layers and smoothing where the request leaves them open; the class as a target.
DreamRequest with_network_defaults(DreamRequest request, const FeatureNetwork& network);
std::vector<DreamTarget> targets_of(const DreamRequest& request, const FeatureNetwork& network);

// picture [1,3,H,W] in [0,1]; request as with_network_defaults gives it. Octaves smaller than the network can look at are left
// out, with a message. Deterministic for equal inputs on one machine. Throws bad_argument, out_of_memory.
class DeepDream {
 public:
  DeepDream(const FeatureNetwork& network, const DreamRequest& request, const at::Tensor& guide);

  // stage: what the observer is told this is, "dream", "frame 3 of 60".
  DreamResult run(const at::Tensor& picture, std::string_view stage, Observer& observer);

 private:
  std::vector<at::Tensor> octaves_of(const at::Tensor& picture, Observer& observer) const;
  int64_t tile_for(const at::Tensor& picture) const;

  DreamRequest request_;
  DreamObjective objective_;
  at::Generator generator_;
};

// The picture enlarged about its middle so that `part` of its width leaves on either side together.
at::Tensor zoomed(const at::Tensor& picture, double part);

}  // namespace inkstone::dream
