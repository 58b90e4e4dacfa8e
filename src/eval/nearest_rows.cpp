#include "eval/nearest_rows.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <vector>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr int64_t kDistancesAtOnce = int64_t(1) << 22;
constexpr double kSame = 1e-4;  // below this two vectors of length one are the same picture

// |a - b|^2 = |a|^2 + |b|^2 - 2 a.b is one matrix product.
void for_each_distances(const at::Tensor& from, const at::Tensor& among,
                        const std::function<void(const at::Tensor& distances)>& visit) {
  const auto to = among.to(at::kDouble);
  const auto squares = to.square().sum(1);
  const int64_t band = std::max<int64_t>(1, kDistancesAtOnce / std::max<int64_t>(1, to.size(0)));
  for (int64_t first = 0; first < from.size(0); first += band) {
    const auto rows = from.narrow(0, first, std::min(band, from.size(0) - first)).to(at::kDouble);
    visit((rows.square().sum(1, true) + squares - 2 * at::mm(rows, to.t())).clamp_min(0).sqrt());
  }
}

}  // namespace

NearestRows nearest_rows(const at::Tensor& from, const at::Tensor& among, int64_t k) {
  if (from.size(0) == 0 || among.size(0) == 0)
    throw Error(ErrorCategory::bad_argument, "there are no pictures to look for the nearest among");
  std::vector<at::Tensor> distances, indices;
  for_each_distances(from, among, [&](const at::Tensor& all) {
    const auto [nearest, which] = all.topk(std::min(k, among.size(0)), 1, /*largest=*/false);
    distances.push_back(nearest);
    indices.push_back(which);
  });
  return {at::cat(distances), at::cat(indices)};
}

at::Tensor distances_to_others(const at::Tensor& rows) {
  std::vector<at::Tensor> nearest;
  for_each_distances(rows, rows, [&](const at::Tensor& all) {
    nearest.push_back(all.masked_fill(all < kSame, std::numeric_limits<double>::infinity()).amin(1));
  });
  return at::cat(nearest);
}

}  // namespace inkstone
