#include "transform/tiled.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "transform/cells.hpp"

namespace inkstone::transform {
namespace {

// A side from `before` pixels ahead of the picture on, mirrored at both ends to `length`, about the outermost pixels' centres,
// back and forth as often as it takes.
at::Tensor mirrored(const at::Tensor& picture, int64_t dim, int64_t before, int64_t length) {
  const int64_t size = picture.size(dim);
  if (size == length) return picture;
  if (size == 1) return picture.repeat_interleave(length, dim);
  const auto there_and_back = (at::arange(length, at::kLong) - before).remainder(2 * (size - 1));
  return picture.index_select(dim, at::minimum(there_and_back, 2 * (size - 1) - there_and_back));
}

int64_t padded_side(int64_t side, const Geometry& geometry) {
  return (std::max(side + 2 * geometry.margin, geometry.least) + geometry.multiple - 1) / geometry.multiple * geometry.multiple;
}

int64_t tile_by_memory(const Geometry& geometry, int64_t height, int64_t width, int64_t memory) {
  const double pixels = double(memory) / double(std::max<int64_t>(1, geometry.bytes_per_pixel));
  if (double(height) * double(width) <= pixels) return 0;
  return std::max<int64_t>(256, int64_t(std::sqrt(pixels)) / geometry.multiple * geometry.multiple);
}

at::Tensor checked(at::Tensor painted, int64_t height, int64_t width, const Geometry& geometry) {
  if (painted.sizes() == at::IntArrayRef({1, 3, height * geometry.scale, width * geometry.scale})) return painted;
  throw Error(ErrorCategory::unsupported,
              fmt::format("the network turns a picture of {}x{} into something of another shape than {}x{} RGB", width, height,
                          width * geometry.scale, height * geometry.scale));
}

struct Plan {
  Geometry geometry;
  std::vector<Window> rows, columns;
  bool whole() const { return rows.size() == 1 && columns.size() == 1; }
};

Plan make_plan(const Geometry& geometry, int64_t height, int64_t width, const TileOptions& options) {
  const int64_t tile = options.tile > 0 ? options.tile : tile_by_memory(geometry, height, width, options.memory);
  const bool exact = geometry.reach > 0;
  const int64_t halo = exact ? geometry.reach : tile / 8;
  const auto side = [&](int64_t length) { return cut_side(length, tile, halo, geometry.multiple, !exact); };
  return {geometry, side(height), side(width)};
}

// Tiles done of how many, over all orientations.
struct Count {
  int64_t done = 0, total = 0;
  Observer& observer;
  void before() {
    if (observer.stop_requested())
      throw Error(ErrorCategory::cancelled, fmt::format("stopped after {} of {} tiles", done, total));
  }
  void after() {
    Progress progress;
    progress.stage = "paint";
    progress.step = ++done;
    progress.total = total;
    observer.on_progress(progress);
  }
};

// The overview fits the memory that one tile was given.
at::Tensor overview_of(const at::Tensor& picture, const Plan& plan) {
  const double pixels = double(plan.rows[0].size()) * double(plan.columns[0].size());
  const double shrink = std::min(1.0, std::sqrt(pixels / (double(picture.size(2)) * double(picture.size(3)))));
  auto geometry = plan.geometry;
  geometry.margin = 0;  // the picture has it already
  const auto side = [&](int64_t length) {
    return padded_side(std::max<int64_t>(1, std::llround(double(length) * shrink)), geometry);
  };
  return at::_upsample_bilinear2d_aa(picture, {side(picture.size(2)), side(picture.size(3))}, false).clamp(0, 1);
}

class TileScope {
 public:
  TileScope(PictureNetwork& network, const at::Tensor& picture, const Plan& plan) : network_(network) {
    if (plan.geometry.reach == 0) network_.begin_tiles(overview_of(picture, plan));
  }
  ~TileScope() { network_.end_tiles(); }
  TileScope(const TileScope&) = delete;
  TileScope& operator=(const TileScope&) = delete;

 private:
  PictureNetwork& network_;
};

at::Tensor run_tiles(PictureNetwork& network, const at::Tensor& picture, const Plan& plan, Count& count) {
  const TileScope scope(network, picture, plan);
  return over_windows(picture, plan.rows, plan.columns, plan.geometry.scale, [&](const at::Tensor& window) {
    count.before();
    const auto piece =
        checked(network.forward(window), window.size(2), window.size(3), plan.geometry).to(at::kFloat).contiguous();
    count.after();
    return piece;
  });
}

at::Tensor run_whole(PictureNetwork& network, const at::Tensor& picture, const Plan& plan, Count& count) {
  count.before();
  auto painted = checked(network.forward(picture), picture.size(2), picture.size(3), plan.geometry);
  count.after();
  return painted;
}

at::Tensor run_one(PictureNetwork& network, const at::Tensor& picture, const Plan& plan, Count& count) {
  const int64_t height = picture.size(2), width = picture.size(3), scale = plan.geometry.scale;
  const int64_t margin = plan.geometry.margin;
  const auto padded =
      mirrored(mirrored(picture, 2, margin, padded_side(height, plan.geometry)), 3, margin, padded_side(width, plan.geometry))
          .contiguous();
  const auto painted = plan.whole() ? run_whole(network, padded, plan, count) : run_tiles(network, padded, plan, count);
  return painted.narrow(2, margin * scale, height * scale).narrow(3, margin * scale, width * scale).to(at::kFloat).contiguous();
}

Plan plan_for(const at::Tensor& picture, const Geometry& geometry, const TileOptions& options) {
  return make_plan(geometry, padded_side(picture.size(2), geometry), padded_side(picture.size(3), geometry), options);
}

// Orientation k of eight: k / 4 flips left to right, then k % 4 quarter turns.
at::Tensor oriented(const at::Tensor& picture, int64_t k) {
  const auto flipped = k >= 4 ? picture.flip(3) : picture;
  return at::rot90(flipped, k % 4, {2, 3}).contiguous();
}

at::Tensor restored(const at::Tensor& picture, int64_t k) {
  const auto turned = at::rot90(picture, -(k % 4), {2, 3});
  return k >= 4 ? turned.flip(3) : turned;
}

}  // namespace

at::Tensor run(PictureNetwork& network, const at::Tensor& picture, const TileOptions& options, Observer& observer) {
  const c10::InferenceMode no_gradients;
  auto geometry = network.geometry();
  if (!options.margin) geometry.margin = 0;
  const int64_t orientations = options.tta ? 8 : 1;
  const auto upright = plan_for(picture, geometry, options);
  Count count{.total = orientations * int64_t(upright.rows.size() * upright.columns.size()), .observer = observer};
  auto sum = run_one(network, picture, upright, count);
  for (int64_t k = 1; k < orientations; ++k) {
    const auto turned = oriented(picture, k);
    sum += restored(run_one(network, turned, plan_for(turned, geometry, options), count), k);
  }
  return sum.div_(double(orientations)).clamp_(0, 1);
}

}  // namespace inkstone::transform
