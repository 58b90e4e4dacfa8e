#include "data/buckets.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "data/draw_random.hpp"
#include "data/order.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr int64_t kLongest = 3;  // times the shorter side

double log_ratio(PictureSize size) {
  return std::log(static_cast<double>(size.width) / static_cast<double>(size.height));
}

std::size_t nearest(const std::vector<PictureSize>& sizes, PictureSize picture) {
  const auto distance = [&](PictureSize size) { return std::abs(log_ratio(size) - log_ratio(picture)); };
  const auto best = std::min_element(sizes.begin(), sizes.end(), [&](auto a, auto b) { return distance(a) < distance(b); });
  return static_cast<std::size_t>(best - sizes.begin());
}

}  // namespace

std::vector<PictureSize> bucket_sizes(PictureSize area, int64_t step) {
  const int64_t most = area.height * area.width;
  std::vector<PictureSize> sizes;
  for (int64_t width = step; width * step <= most; width += step) {
    const PictureSize size{most / width / step * step, width};
    if (size.height <= kLongest * width && width <= kLongest * size.height) sizes.push_back(size);
  }
  if (sizes.empty())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("buckets of {}x{} pixels cannot have sides that are multiples of {}", area.width, area.height, step));
  return sizes;
}

BucketPlan::BucketPlan(const Dataset& dataset, PictureSize area, int64_t step, int64_t batch, uint64_t seed, bool shuffle)
    : batch_(batch), seed_(seed), shuffle_(shuffle) {
  const auto sizes = bucket_sizes(area, step);
  for (const auto& size : sizes) buckets_.push_back({size, {}, 0});
  for (int64_t i = 0; i < dataset.size(); ++i) buckets_[nearest(sizes, dataset.picture_size(i))].members.push_back(i);
  std::erase_if(buckets_, [](const Bucket& bucket) { return bucket.members.empty(); });
  for (std::size_t b = 0; b < buckets_.size(); ++b) {
    buckets_[b].batches = (static_cast<int64_t>(buckets_[b].members.size()) + batch - 1) / batch;
    for (int64_t k = 0; k < buckets_[b].batches; ++k) slots_.push_back({b, k});
  }
}

const BucketPlan::Slot& BucketPlan::slot(int64_t number) const {
  const int64_t per_epoch = batches_per_epoch();
  return slots_[static_cast<std::size_t>(shuffle_ ? index_of_draw(~seed_, number, per_epoch) : number % per_epoch)];
}

PictureSize BucketPlan::size_of_batch(int64_t number) const {
  return buckets_[slot(number).bucket].size;
}

int64_t BucketPlan::index(int64_t number, int64_t place) const {
  const auto& [which, in_epoch] = slot(number);
  const auto& bucket = buckets_[which];
  const auto count = static_cast<int64_t>(bucket.members.size());
  const int64_t draw = (number / batches_per_epoch() * bucket.batches + in_epoch) * batch_ + place;
  const int64_t member = shuffle_ ? index_of_draw(scrambled(seed_ + which), draw, count) : draw % count;
  return bucket.members[static_cast<std::size_t>(member)];
}

}  // namespace inkstone
