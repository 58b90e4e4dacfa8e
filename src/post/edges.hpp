// Pictures reduced to what steers a painter: edges, strokes, coarse colours, levels. White on black, as ControlNets are trained.
#pragma once

#include "inkstone/option.hpp"
#include "post/plane.hpp"

namespace inkstone::post {

// Canny, "A computational approach to edge detection", PAMI 1986: Gaussian, Sobel, maxima across the edge (magnitudes
// interpolated between neighbours), hysteresis with eight neighbours. Thresholds in the unit of OpenCV and web UIs: Sobel of
// values up to 255.
struct CannyOptions {
  double low = 100;
  double high = 200;
  double sigma = 0.7;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.low, Option{.name = "low", .help = "gradients that go on an edge; of values up to 255", .min = 0, .max = 2000});
    visit(self.high, Option{.name = "high", .help = "gradients that begin an edge", .min = 0, .max = 2000});
    visit(self.sigma, Option{.name = "sigma", .help = "Gaussian before it, in pixels; 0 none", .min = 0, .max = 20});
  }
};
Image canny(const Image& picture, const CannyOptions& options);

// The edges themselves: 1 on an edge, else 0. A low threshold above the high one counts as equal to it.
Plane canny_edges(const Plane& brightness, const CannyOptions& options);

// Gradients at three scales, soft and wide, as networks for edges draw them.
struct SoftEdgeOptions {
  double strength = 1;
  double scale = 1;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.strength, Option{.name = "strength", .help = "gain", .min = 0, .max = 10});
    visit(self.scale,
          Option{.name = "scale", .help = "width of the edges in percent of the shorter side of 512", .min = 0.2, .max = 10});
  }
};
Image soft_edge(const Image& picture, const SoftEdgeOptions& options);

// Strokes where the picture is darker than its surroundings: difference of Gaussians of 0.5 and 5 pixels, doubled, above a
// threshold.
struct ScribbleOptions {
  double threshold = 32;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.threshold, Option{.name = "threshold", .help = "how much darker; of values up to 255", .min = 1, .max = 255});
  }
};
Image scribble(const Image& picture, const ScribbleOptions& options);

// Fine structure taken away: means of squares, smoothly enlarged again. What a tile ControlNet is given to fill with detail.
struct CoarsenOptions {
  double factor = 4;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.factor, Option{.name = "factor", .help = "down by this, and up again; 1 changes nothing", .min = 1, .max = 64});
  }
};
Image coarsen(const Image& picture, const CoarsenOptions& options);

// Grey, stretched so that all but `clip` percent at either end lie between black and white: a depth map made elsewhere.
struct StretchOptions {
  double clip = 0;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.clip, Option{.name = "clip", .help = "percent of pixels that may clip at either end", .min = 0, .max = 20});
  }
};
Image stretch(const Image& picture, const StretchOptions& options);

// Towards 1 - x.
struct InvertOptions {
  double amount = 1;
  template <class Self, class Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit(self.amount, Option{.name = "amount", .help = "0 changes nothing, 1 the whole negative", .min = 0, .max = 1});
  }
};
Image invert(const Image& picture, const InvertOptions& options);

}  // namespace inkstone::post
