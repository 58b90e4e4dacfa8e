// Non-local means: each pixel becomes the mean of the pixels around it, weighted by how alike their patches are,
//   u(p) = sum_q w(p,q) v(q) / sum_q w(p,q),  w(p,q) = exp(-|P(p) - P(q)|^2 / h^2)
#include <cmath>

#include "post/detail.hpp"

namespace inkstone::post {
namespace {

// h at strength 1, as root mean square difference of two patches per channel.
constexpr float kFullStrength = 0.12f;

// exp(-t) as (1 - t/16)^16, zero from t = 16 on: within 0.04 of exp, and vectorised.
float falloff(float t) {
  float w = std::max(0.0f, 1 - t * (1.0f / 16));
  w *= w;
  w *= w;
  w *= w;
  return w * w;
}

// The picture with a margin of repeated edge pixels, so that offsets need no bounds checks.
struct Padded {
  int margin, stride;
  std::array<Plane, 3> channels;
};

Padded pad(const Image& picture, int margin) {
  Padded padded{margin, picture.width + 2 * margin, {}};
  for (int c = 0; c < 3; ++c) {
    const Plane plane = channel(picture, c);
    Plane& out = padded.channels[c] = Plane(padded.stride, picture.height + 2 * margin);
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) out.at(x, y) = plane.clamped(x - margin, y - margin);
  }
  return padded;
}

// Rows [begin, end) of the result.
class Stripe {
 public:
  Stripe(const Padded& in, int width, int begin, int end, int patch, float h)
      : in_(in),
        width_(width),
        begin_(begin),
        rows_(end - begin),
        patch_(patch),
        scale_(1 / (3 * h * h)),
        weights_(width, rows_),
        difference_(width + 2 * patch, rows_ + 2 * patch),
        columns_(width + 2 * patch) {
    sums_.fill(Plane(width, rows_));
  }

  void add_offset(int dx, int dy) {
    measure(dx, dy);
    std::fill(columns_.begin(), columns_.end(), 0.0f);
    for (int y = 0; y < 2 * patch_; ++y) shift_columns(difference_.row(y), nullptr);
    for (int y = 0; y < rows_; ++y) {
      shift_columns(difference_.row(y + 2 * patch_), y > 0 ? difference_.row(y - 1) : nullptr);
      accumulate_row(y, dx, dy);
    }
  }

  void store(Image& result) const {
    for (int y = 0; y < rows_; ++y)
      for (int x = 0; x < width_; ++x)
        for (int c = 0; c < 3; ++c) result.at(x, begin_ + y, c) = std::clamp(sums_[c].at(x, y) / weights_.at(x, y), 0.0f, 1.0f);
  }

 private:
  // Squared colour difference between the picture and itself shifted by (dx, dy).
  void measure(int dx, int dy) {
    for (int y = 0; y < difference_.height; ++y) {
      float* out = difference_.row(y);
      std::fill_n(out, difference_.width, 0.0f);
      const int row = begin_ + y - patch_ + in_.margin, column = in_.margin - patch_;
      for (const Plane& plane : in_.channels) {
        const float* a = plane.row(row) + column;
        const float* b = plane.row(row + dy) + column + dx;
        for (int x = 0; x < difference_.width; ++x) out[x] += (a[x] - b[x]) * (a[x] - b[x]);
      }
    }
  }

  void shift_columns(const float* entering, const float* leaving) {
    for (std::size_t x = 0; x < columns_.size(); ++x) columns_[x] += entering[x] - (leaving ? leaving[x] : 0.0f);
  }

  void accumulate_row(int y, int dx, int dy) {
    const int side = 2 * patch_ + 1;
    const float scale = scale_ / (side * side);
    distance_.resize(width_);
    float sum = 0;
    for (int x = 0; x < side - 1; ++x) sum += columns_[x];
    for (int x = 0; x < width_; ++x) {
      sum += columns_[x + side - 1];
      distance_[x] = sum;
      sum -= columns_[x];
    }
    for (int x = 0; x < width_; ++x) distance_[x] = falloff(std::max(0.0f, distance_[x]) * scale);
    float* weights = weights_.row(y);
    for (int x = 0; x < width_; ++x) weights[x] += distance_[x];
    for (int c = 0; c < 3; ++c) {
      const float* in = in_.channels[c].row(begin_ + y + dy + in_.margin) + in_.margin + dx;
      float* out = sums_[c].row(y);
      for (int x = 0; x < width_; ++x) out[x] += distance_[x] * in[x];
    }
  }

  const Padded& in_;
  int width_, begin_, rows_, patch_;
  float scale_;
  Plane weights_, difference_;
  std::array<Plane, 3> sums_;
  std::vector<float> columns_, distance_;
};

}  // namespace

Image denoise(const Image& picture, const DenoiseOptions& options) {
  if (options.strength == 0) return picture;
  const Padded padded = pad(picture, options.search + options.patch);
  Image result = picture;
  parallel_stripes(picture.height, [&](int begin, int end) {
    Stripe stripe(padded, picture.width, begin, end, options.patch, kFullStrength * static_cast<float>(options.strength));
    for (int dy = -options.search; dy <= options.search; ++dy)
      for (int dx = -options.search; dx <= options.search; ++dx) stripe.add_offset(dx, dy);
    stripe.store(result);
  });
  return result;
}

}  // namespace inkstone::post
