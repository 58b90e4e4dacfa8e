// Where the structures of a picture run: the smoothed structure tensor of its colours and what painters make of it
// (Kyprianidis and Kang, "Image and video abstraction by coherence-enhancing filtering", 2011; Brox et al., IVC 2006).
#pragma once

#include <cstdint>

#include "post/plane.hpp"

namespace inkstone::post {

struct Vector2 {
  float x = 0, y = 0;
};

// The 2x2 tensor [[e, f], [f, g]] at every pixel.
struct StructureTensor {
  Plane e, f, g;
};

// Sobel derivatives of R, G and B, their outer products summed over channels and smoothed with deviation sigma pixels.
StructureTensor structure_tensor(const Image& picture, float sigma);

// Directions along structures, never across. tangent() is a unit vector with arbitrary sign; anisotropy is
// (l1 - l2) / (l1 + l2): 0 where no direction prevails, 1 on a straight edge.
class FlowField {
 public:
  explicit FlowField(const StructureTensor& tensor);

  int width() const { return x_.width; }
  int height() const { return x_.height; }
  Vector2 tangent(int x, int y) const { return {x_.at(x, y), y_.at(x, y)}; }
  // The pixel nearest to (x, y), clamped to the picture.
  Vector2 tangent_near(float x, float y) const;
  float anisotropy(int x, int y) const { return anisotropy_.at(x, y); }

 private:
  Plane x_, y_, anisotropy_;
};

// Adds a slowly turning field of strength times the tensor's mean, so that flat areas have a direction too.
void fill_flat_areas(StructureTensor& tensor, float strength, float scale, std::uint64_t seed);

// Gaussian mean along the flow line through each pixel (line integral convolution), deviation sigma pixels.
Plane smooth_along(const Plane& plane, const FlowField& flow, float sigma);
Image smooth_along(const Image& picture, const FlowField& flow, float sigma);

}  // namespace inkstone::post
