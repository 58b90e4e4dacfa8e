#include "post/box_filter.hpp"

namespace inkstone::post {
namespace {

void mean_row(const float* in, float* out, int width, int radius) {
  double sum = 0;
  for (int x = 0; x < std::min(radius, width); ++x) sum += in[x];
  for (int x = 0; x < width; ++x) {
    if (x + radius < width) sum += in[x + radius];
    if (x - radius - 1 >= 0) sum -= in[x - radius - 1];
    out[x] = static_cast<float>(sum / (std::min(x + radius, width - 1) - std::max(x - radius, 0) + 1));
  }
}

void accumulate(std::vector<double>& sums, const float* row, double sign) {
  for (std::size_t x = 0; x < sums.size(); ++x) sums[x] += sign * row[x];
}

// Rows [begin, end) of the vertical mean; the running sum starts afresh at begin.
void mean_columns(const Plane& in, Plane& out, int radius, int begin, int end) {
  std::vector<double> sums(in.width, 0.0);
  for (int y = std::max(0, begin - radius); y < std::min(in.height, begin + radius); ++y) accumulate(sums, in.row(y), 1);
  for (int y = begin; y < end; ++y) {
    if (y + radius < in.height) accumulate(sums, in.row(y + radius), 1);
    if (y - radius - 1 >= 0 && y > begin) accumulate(sums, in.row(y - radius - 1), -1);
    const double scale = 1.0 / (std::min(y + radius, in.height - 1) - std::max(y - radius, 0) + 1);
    for (int x = 0; x < in.width; ++x) out.at(x, y) = static_cast<float>(sums[x] * scale);
  }
}

Plane product(const Plane& a, const Plane& b) {
  Plane result(a.width, a.height);
  for (std::size_t i = 0; i < result.values.size(); ++i) result.values[i] = a.values[i] * b.values[i];
  return result;
}

}  // namespace

Plane box_mean(const Plane& plane, int radius) {
  if (radius <= 0) return plane;
  Plane across(plane.width, plane.height), result(plane.width, plane.height);
  parallel_rows(plane.height, [&](int y) { mean_row(plane.row(y), across.row(y), plane.width, radius); });
  parallel_stripes(plane.height, [&](int begin, int end) { mean_columns(across, result, radius, begin, end); });
  return result;
}

Plane guided_filter(const Plane& guide, const Plane& input, int radius, float epsilon) {
  const Plane mean_i = box_mean(guide, radius), mean_p = box_mean(input, radius);
  Plane a = box_mean(product(guide, input), radius);
  Plane b = box_mean(product(guide, guide), radius);
  for (std::size_t k = 0; k < a.values.size(); ++k) {
    const float i = mean_i.values[k], p = mean_p.values[k];
    const float covariance = a.values[k] - i * p;
    const float variance = std::max(0.0f, b.values[k] - i * i);
    a.values[k] = covariance / (variance + epsilon);
    b.values[k] = p - a.values[k] * i;
  }
  const Plane mean_a = box_mean(a, radius), mean_b = box_mean(b, radius);
  Plane result = guide;
  for (std::size_t k = 0; k < result.values.size(); ++k) result.values[k] = mean_a.values[k] * guide.values[k] + mean_b.values[k];
  return result;
}

}  // namespace inkstone::post
