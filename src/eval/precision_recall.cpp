#include "eval/precision_recall.hpp"

#include <algorithm>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr int64_t kBandNumbers = int64_t(1) << 23;  // 64 MB of distances at once

// Squared lengths of rows; with them |a - b|^2 = |a|^2 + |b|^2 - 2 a.b is one matrix product.
struct Points {
  explicit Points(const at::Tensor& points) : rows(points.to(at::kDouble).contiguous()), squares(rows.square().sum(1)) {}
  int64_t count() const { return rows.size(0); }
  at::Tensor rows, squares;
};

at::Tensor distances(const Points& from, int64_t first, int64_t count, const Points& to) {
  const auto cross = at::mm(from.rows.narrow(0, first, count), to.rows.t());
  return (from.squares.narrow(0, first, count).unsqueeze(1) + to.squares - 2 * cross).clamp_min_(0).sqrt_();
}

template <class Visit>
void for_each_band(const Points& from, const Points& to, Visit&& visit) {
  const int64_t band = std::max<int64_t>(1, kBandNumbers / std::max<int64_t>(1, to.count()));
  for (int64_t first = 0; first < from.count(); first += band) {
    const int64_t count = std::min(band, from.count() - first);
    visit(first, count, distances(from, first, count, to));
  }
}

at::Tensor radii(const Points& points, int64_t k) {
  std::vector<at::Tensor> found;
  // each row is its own nearest, hence the k + 1
  for_each_band(points, points,
                [&](int64_t, int64_t, const at::Tensor& d) { found.push_back(std::get<0>(d.kthvalue(k + 1, 1))); });
  return at::cat(found);
}

}  // namespace

at::Tensor neighbour_radii(const at::Tensor& rows, int64_t k) {
  return radii(Points(rows), k);
}

NeighbourhoodScores neighbourhood_scores(const at::Tensor& real, const at::Tensor& generated, int64_t k) {
  const Points reals(real), fakes(generated);
  if (k < 1 || k >= std::min(reals.count(), fakes.count()))
    throw Error(
        ErrorCategory::bad_argument,
        fmt::format("precision and recall look at the {} nearest neighbours and need more than {} pictures on each side", k, k));
  const auto real_radii = radii(reals, k).unsqueeze(1), fake_radii = radii(fakes, k);
  NeighbourhoodScores scores;
  auto balls = at::zeros({fakes.count()}, at::kDouble);  // of real pictures, around each generated one
  std::vector<at::Tensor> recall, coverage;
  for_each_band(reals, fakes, [&](int64_t first, int64_t count, const at::Tensor& d) {
    const auto reach = real_radii.narrow(0, first, count);
    balls.add_((d < reach).to(at::kDouble).sum(0));
    recall.push_back((d < fake_radii).any(1));
    coverage.push_back(std::get<0>(d.min(1)) < reach.squeeze(1));
  });
  scores.precision = (balls > 0).to(at::kDouble);
  scores.density = balls / static_cast<double>(k);
  scores.recall = at::cat(recall).to(at::kDouble);
  scores.coverage = at::cat(coverage).to(at::kDouble);
  return scores;
}

}  // namespace inkstone
