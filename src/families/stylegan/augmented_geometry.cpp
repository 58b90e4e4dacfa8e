// Flips, turns, shifts and stretches of an augmentation as one matrix per picture, carried out at twice the size between
// orthogonal wavelet filters, so that neither blur nor aliasing tells the discriminator that it happened.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>
#include <vector>

#include <torch/autograd.h>

#include "families/stylegan/augmentation.hpp"
#include "nn/upfirdn.hpp"

namespace inkstone {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr double kPi = std::numbers::pi;
constexpr double kShiftReach = 0.125;                             // of the sides
constexpr double kScaleDeviation = 0.2, kStretchDeviation = 0.2;  // of the logarithm to base 2
constexpr double kFractionDeviation = 0.125;                      // of the sides

// Daubechies' least asymmetric wavelet of 12 taps ("sym6").
const nn::Taps& symlet() {
  static const nn::Taps taps =
      nn::normalised({0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633, 0.4910559419267466,
                      0.787641141030194, 0.3379294217276218, -0.07263752278646252, -0.021060292512300564, 0.04472490177066578,
                      0.0017677118642428036, -0.007800708325034148});
  return taps;
}

// Rows (a b c), (d e f), (0 0 1), each [N].
at::Tensor plane_matrix(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, const at::Tensor& d, const at::Tensor& e,
                        const at::Tensor& f) {
  const auto zero = at::zeros_like(a), one = at::ones_like(a);
  return at::stack({a, b, c, d, e, f, zero, zero, one}, 1).view({-1, 3, 3});
}

at::Tensor scaling(const at::Tensor& x, const at::Tensor& y) {
  const auto zero = at::zeros_like(x);
  return plane_matrix(x, zero, zero, zero, y, zero);
}

at::Tensor shifting(const at::Tensor& x, const at::Tensor& y) {
  const auto zero = at::zeros_like(x), one = at::ones_like(x);
  return plane_matrix(one, zero, x, zero, one, y);
}

at::Tensor turning(const at::Tensor& angle) {
  const auto c = angle.cos(), s = angle.sin(), zero = at::zeros_like(angle);
  return plane_matrix(c, -s, zero, s, c, zero);
}

// For all pictures alike.
at::Tensor evenly(const at::Tensor& like, double value) {
  return at::full({like.size(0)}, value, like.options());
}

class Motion {
 public:
  Motion(Dice& dice, double p) : dice_(dice), p_(p) {}

  // The value where the change happens, else what leaves the picture alone.
  at::Tensor maybe(double strength, const at::Tensor& value, double otherwise = 0) {
    return at::where(dice_.happens(strength * p_), value, at::full_like(value, otherwise));
  }
  void then(const at::Tensor& inverse) { inverse_ = inverse_.defined() ? at::matmul(inverse_, inverse) : inverse; }

  void blit(const Changes& changes, double height, double width) {
    if (changes.flip > 0) {
      const auto flips = maybe(changes.flip, (dice_.uniform() * 2).floor());
      then(scaling(1 - 2 * flips, at::ones_like(flips)));
    }
    if (changes.quarter_turn > 0) then(turning(maybe(changes.quarter_turn, (dice_.uniform() * 4).floor()) * (kPi / 2)));
    if (changes.shift <= 0) return;
    const auto happens = dice_.happens(changes.shift * p_).to(at::kFloat);
    const auto x = (dice_.uniform() * 2 - 1) * kShiftReach * happens, y = (dice_.uniform() * 2 - 1) * kShiftReach * happens;
    then(shifting(-(x * width).round(), -(y * height).round()));
  }

  // Turning before and after the stretch, each so often that one of them happens with probability p.
  void turn(const Changes& changes) {
    if (changes.turn <= 0) return;
    const double each = 1 - std::sqrt(std::clamp(1 - changes.turn * p_, 0.0, 1.0));
    const auto angle = (dice_.uniform() * 2 - 1) * kPi;
    then(turning(at::where(dice_.happens(each), angle, at::zeros_like(angle))));
  }

  void bend(const Changes& changes, double height, double width) {
    if (changes.scale > 0) {
      const auto s = maybe(changes.scale, at::exp2(dice_.normal() * kScaleDeviation), 1);
      then(scaling(1 / s, 1 / s));
    }
    turn(changes);
    if (changes.stretch > 0) {
      const auto s = maybe(changes.stretch, at::exp2(dice_.normal() * kStretchDeviation), 1);
      then(scaling(1 / s, s));
    }
    turn(changes);
    if (changes.fraction <= 0) return;
    const auto happens = dice_.happens(changes.fraction * p_).to(at::kFloat);
    const auto x = dice_.normal() * kFractionDeviation * happens, y = dice_.normal() * kFractionDeviation * happens;
    then(shifting(-x * width, -y * height));
  }

  at::Tensor inverse() const { return inverse_; }

 private:
  Dice& dice_;
  double p_;
  at::Tensor inverse_;
};

// Bilinear sampling, zero outside, is linear in the pictures: its transpose is the gradient, and the transpose's gradient is the
// sampling again. torch's own can be differentiated only once.
struct GridSamplingTransposed;
struct GridSampling : torch::autograd::Function<GridSampling> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& grid) {
    context->save_for_backward({grid});
    context->saved_data["shape"] = x.sizes().vec();
    at::AutoDispatchBelowADInplaceOrView below;
    return at::grid_sampler_2d(x, grid, 0, 0, false);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients);
};

struct GridSamplingTransposed : torch::autograd::Function<GridSamplingTransposed> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& y, const at::Tensor& grid,
                            const std::vector<int64_t>& shape) {
    context->save_for_backward({grid});
    at::AutoDispatchBelowADInplaceOrView below;
    const auto input = at::empty(shape, y.options());  // only its shape is read
    return std::get<0>(at::grid_sampler_2d_backward(y.contiguous(), input, grid, 0, 0, false, {true, false}));
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    return {GridSampling::apply(gradients[0], context->get_saved_variables()[0]), at::Tensor(), at::Tensor()};
  }
};

variable_list GridSampling::backward(AutogradContext* context, variable_list gradients) {
  const auto grid = context->get_saved_variables()[0];
  return {GridSamplingTransposed::apply(gradients[0], grid, context->saved_data["shape"].toIntVector()), at::Tensor()};
}

// How many mirrored pixels the corners of any picture of the batch reach outside: left, right, top, bottom.
std::vector<int64_t> reach(const at::Tensor& inverse, double height, double width, int64_t filter_margin) {
  const double cx = (width - 1) / 2, cy = (height - 1) / 2;
  const auto corners = at::tensor({-cx, cx, cx, -cx, -cy, -cy, cy, cy, 1.0, 1.0, 1.0, 1.0}, inverse.options()).view({3, 4});
  const auto places = at::matmul(inverse, corners);
  const auto x = places.select(1, 0), y = places.select(1, 1);
  const auto pixels = [&](double extent, double centre, double most) {
    return int64_t(std::ceil(std::clamp(extent + double(filter_margin) - centre, 0.0, most)));
  };
  return {pixels(-x.min().item<double>(), cx, width - 1), pixels(x.max().item<double>(), cx, width - 1),
          pixels(-y.min().item<double>(), cy, height - 1), pixels(y.max().item<double>(), cy, height - 1)};
}

}  // namespace

at::Tensor random_motion(const Changes& changes, double p, int64_t height, int64_t width, Dice& dice) {
  Motion motion(dice, p);
  motion.blit(changes, double(height), double(width));
  motion.bend(changes, double(height), double(width));
  return motion.inverse();
}

at::Tensor moved(const at::Tensor& x, const at::Tensor& inverse) {
  const int64_t height = x.size(2), width = x.size(3), edge = int64_t(symlet().size()) / 4;
  const auto margin = reach(inverse, double(height), double(width), 2 * edge);
  const auto even = [&](double value) { return evenly(inverse, value); };
  auto y = nn::upsampled(at::reflection_pad2d(x, margin), symlet());
  // from the picture's middle to that of the padded one, and to pixels of half the size, whose middles lie elsewhere
  auto g = at::matmul(shifting(even(double(margin[0] - margin[1]) / 2), even(double(margin[2] - margin[3]) / 2)), inverse);
  g = at::matmul(at::matmul(scaling(even(2), even(2)), g), scaling(even(0.5), even(0.5)));
  g = at::matmul(at::matmul(shifting(even(-0.5), even(-0.5)), g), shifting(even(0.5), even(0.5)));
  // to the coordinates of a grid, -1 to 1 across a picture
  const int64_t h = 2 * (height + 2 * edge), w = 2 * (width + 2 * edge);
  g = at::matmul(at::matmul(scaling(even(2.0 / double(y.size(3))), even(2.0 / double(y.size(2)))), g),
                 scaling(even(double(w) / 2), even(double(h) / 2)));
  const auto grid = at::affine_grid_generator(g.narrow(1, 0, 2).contiguous(), {x.size(0), x.size(1), h, w}, false);
  y = GridSampling::apply(y, grid);
  const auto taps = int64_t(symlet().size());
  return nn::upfirdn2d(y, symlet(), {1, 2, (taps - 1) / 2 - 2 * edge, (taps - 2) / 2 - 2 * edge, 1, true});
}

}  // namespace inkstone
