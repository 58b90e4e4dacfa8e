// The losses of neural style transfer, each with its gradient written out, so that the optimiser needs no autograd
// and a picture may be visited tile by tile.
//
// F [n,C] are features of one layer, n positions (pixels of the layer) by C channels, float32 or bfloat16; w [n] float32
// says how much a position counts (a mask; undefined: all count 1). A style term first gathers statistics over all tiles
// (accumulate), then tells its loss, then hands out gradients tile by tile.
#pragma once

#include <memory>
#include <string>

#include <ATen/core/Tensor.h>

namespace inkstone::dream {

// How a squared difference becomes a loss.
enum class Scale {
  relative,  // divided by the target's own energy: the same weights suit every network and layer
  mean,      // averaged over elements, as in PyTorch's mse_loss
  tutorial,  // sums on Grams not divided by n, over 4 * 3^2 * (H W)^2 of the picture: Keras's example, literally
};

class StyleTerm {
 public:
  virtual ~StyleTerm() = default;

  virtual void begin() = 0;  // forget the statistics of the picture before
  virtual void accumulate(const at::Tensor& features, const at::Tensor& w) = 0;
  // Blends the statistics gathered since begin() into the target; the blends of all styles sum to 1.
  virtual void adopt_target(double blend) = 0;
  virtual double loss() = 0;  // unweighted
  // gradient [n,C], dtype of the features, += weight * d loss / d features. After loss().
  virtual void add_gradient(const at::Tensor& features, const at::Tensor& w, double weight, at::Tensor& gradient) = 0;
  // False: the whole layer must come in one accumulate.
  virtual bool tileable() const { return true; }
};

// Gatys et al. 2016: G = sum_i w_i f_i f_i^T / sum_i w_i, loss = s * sum_ab (G - A)^2 with s by scale: 1/sum A^2 | 1/C^2 |
// tutorial (then G is not divided). picture_pixels is H W of the picture, for the tutorial's constant.
std::unique_ptr<StyleTerm> make_gram_term(Scale scale, int64_t picture_pixels);

// Li et al. 2017 (Demystifying neural style transfer): loss = s * sum_c (mu - mu_A)^2 + (sigma - sigma_A)^2.
std::unique_ptr<StyleTerm> make_mean_variance_term(Scale scale);

// Risser et al. 2017: loss = s * sum (F - H(F))^2, H matching each channel's histogram to the target's; s is 1/(n C) or
// 1/sum H^2. H is held fixed in the gradient.
std::unique_ptr<StyleTerm> make_histogram_term(Scale scale);

// name as of --style-loss. Throws bad_argument.
std::unique_ptr<StyleTerm> make_style_term(const std::string& name, Scale scale, int64_t picture_pixels);

// s * sum (F - P)^2, s = 1/count | 1/sum P^2; count and energy are of the whole layer, F and P of one tile.
// Returns the tile's loss; gradient += weight * d loss / d F.
struct ContentScale {
  double s = 0;
  static ContentScale of(Scale scale, double count, double energy);
};
double content_loss(const at::Tensor& features, const at::Tensor& target, ContentScale scale);
void add_content_gradient(const at::Tensor& features, const at::Tensor& target, ContentScale scale, double weight,
                          at::Tensor& gradient);

// Total variation of x [1,C,H,W] with d = horizontal and vertical neighbour differences; gradient += weight * d loss / d x.
// squares: mean over pixels of dx^2 + dy^2. power: sum of (dx^2 + dy^2)^1.25 over pixels that have both neighbours.
enum class Variation { squares, power };
double total_variation(const at::Tensor& x, Variation kind, double weight, at::Tensor& gradient);

}  // namespace inkstone::dream
