// Tones stretched over the whole range, what a faded photograph has lost: dyes bleach at their own pace, so each channel by
// itself.
#pragma once

#include "inkstone/option.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

// Per channel (v - low) / (high - low) between the quantiles clip and 1 - clip, mixed with v by strength. A gain above 5 is not
// taken: what is flat on purpose stays so.
struct LevelsOptions {
  double strength = 1;
  double clip = 0.005;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    // clang-format off
    visit(self.strength, Option{.name = "strength", .help = "0 changes nothing, 1 stretches all the way", .min = 0, .max = 1});
    visit(self.clip, Option{.name = "clip", .help = "share of pixels at each end that may become black or white", .min = 0, .max = 0.2});
    // clang-format on
  }
};
Image levels(const Image& picture, const LevelsOptions& options);

}  // namespace inkstone::post
