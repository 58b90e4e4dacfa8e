// What paints from words and from pictures by way of an embedding (Ramesh et al. 2022), of whatever layout: Karlo's folders
// (painter.hpp), and the folders of runs trained here (families/unclip).
#pragma once

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>

#include "inkstone/observer.hpp"

namespace inkstone::unclip {

struct Brief {
  std::string prompt;
  std::string negative_prompt;  // instead of no words, where guidance leads away from
  at::Tensor
      embedding;  // of a picture, float [1,D]: decoded instead of what the prior makes of the prompt; undefined: the prior's
  uint64_t seed = 0;
  int64_t prior_steps = 25, decoder_steps = 25, upsampler_steps = 7;
  double prior_guidance = 4, decoder_guidance = 8;  // 1: none
  bool preview = false;
};

struct BriefResult {
  at::Tensor picture;    // float32 [1,3,H,W] in [-1,1]
  bool stopped = false;  // what there was when somebody asked to stop, enlarged
};

class Unclip {
 public:
  virtual ~Unclip() = default;

  // Throws bad_argument: steps that the schedule does not have, words alone for a model without prior; cancelled: stopped before
  // there was a picture.
  virtual BriefResult paint(const Brief& brief, Observer& observer) = 0;

  // The embedding of a picture [1,3,H,W] in [0,1], float32 [1,D]. Throws bad_argument where the model has no picture encoder.
  virtual at::Tensor see(const at::Tensor& picture) = 0;
  // Of words, in the same space.
  virtual at::Tensor read(const std::string& words) = 0;
  // Whether words are left out of the end of a text: the encoder has so many places.
  virtual bool is_too_long(const std::string& words) const = 0;

  // Steps and guidance where nobody says; no steps of up-samplers where there are none.
  virtual Brief usual() const { return {}; }
  virtual int64_t side() const = 0;  // of its pictures, in pixels
  virtual std::string name() const = 0;
};

}  // namespace inkstone::unclip
