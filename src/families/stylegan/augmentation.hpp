// What the discriminator sees in place of the pictures, so that it cannot learn a small set by heart: each change happens to a
// picture with probability p, and none of them leaks into what the generator paints as long as p is below about 0.8 (Karras et
// al., "Training Generative Adversarial Networks with Limited Data", NeurIPS 2020, appendix B). Differentiable in the pictures,
// any number of times.
#pragma once

#include <string>

#include "families/stylegan/dice.hpp"

namespace inkstone {

// How often each change happens, as a factor on p: 0 never.
struct Changes {
  double flip = 0, quarter_turn = 0, shift = 0;           // in whole pixels
  double scale = 0, turn = 0, stretch = 0, fraction = 0;  // geometry; `fraction`: a shift between pixels
  double brightness = 0, contrast = 0, luma_flip = 0, hue = 0, saturation = 0;
  double filter = 0;  // four bands of frequencies louder or softer
  double noise = 0, cutout = 0;

  bool geometry() const { return flip + quarter_turn + shift + scale + turn + stretch + fraction > 0; }
  bool colour() const { return brightness + contrast + luma_flip + hue + saturation > 0; }
};

// "none", "blit", "bg", "bgc", "bgcf", "bgcfn", "bgcfnc": pixel blitting, geometry, colour, filter, noise, cut-out. Throws
// bad_argument.
Changes changes_called(const std::string& name);

// Throws bad_argument where pictures of this size cannot be changed so.
void require_changeable(const Changes& changes, int64_t channels, int64_t height, int64_t width);

// x [N,C,H,W], about [-1,1] -> the same shape. p in [0,1]; at 0 the pictures themselves.
at::Tensor augmented(const at::Tensor& x, const Changes& changes, double p, Dice& dice);

// The parts, each on its own.
at::Tensor moved(const at::Tensor& x,
                 const at::Tensor& inverse);  // inverse [N,3,3]: of output pixels to input pixels, from the middle
at::Tensor recoloured(const at::Tensor& x, const at::Tensor& matrix);        // [N,4,4] on (r,g,b,1)
at::Tensor filtered_by_bands(const at::Tensor& x, const at::Tensor& gains);  // [N,4]
at::Tensor random_motion(const Changes& changes, double p, int64_t height, int64_t width, Dice& dice);
at::Tensor random_colours(const Changes& changes, double p, bool grey, Dice& dice);
at::Tensor random_gains(const Changes& changes, double p, Dice& dice);

}  // namespace inkstone
