#include "data/assembler.hpp"

#include <algorithm>
#include <array>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "data/order.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw Error(ErrorCategory::bad_argument, what);
}

void check(const LoaderOptions& o) {
  require(o.batch >= 1, "the batch must have at least one picture");
  require(o.world >= 1 && o.rank >= 0 && o.rank < o.world, fmt::format("rank {} is none of the {} processes", o.rank, o.world));
  require(o.batch % o.world == 0,
          fmt::format("a batch of {} cannot be shared evenly by {} processes; take a multiple of {}", o.batch, o.world, o.world));
  require(o.channels == 1 || o.channels == 3, "pictures have 1 or 3 channels");
  require(o.height >= 1 && o.width >= 1, fmt::format("pictures of {}x{} pixels cannot be made", o.width, o.height));
  require(!o.independent || (o.world == 1 && o.bucket_step == 0),
          "private training draws picture by picture: in one process, and with bucket-step = 0");
  require(o.prefetch >= 0 && o.workers >= 0 && o.bucket_step >= 0, "workers, prefetch and bucket step cannot be negative");
}

const std::array<float, 256>& byte_values() {
  static const auto values = [] {
    std::array<float, 256> table{};
    for (int i = 0; i < 256; ++i) table[static_cast<std::size_t>(i)] = static_cast<float>(i) / 127.5f - 1.0f;
    return table;
  }();
  return values;
}

}  // namespace

Assembler::Assembler(std::shared_ptr<const Dataset> dataset, LoaderOptions options)
    : dataset_(std::move(dataset)), options_(std::move(options)) {
  require(dataset_ != nullptr && dataset_->size() > 0, "the data set has no pictures");
  if (options_.height == 0 && options_.width == 0) {
    const auto size = dataset_->picture_size(0);
    options_.height = size.height, options_.width = size.width;
  }
  check(options_);
  if (options_.bucket_step > 0) {
    buckets_.emplace(*dataset_, PictureSize{options_.height, options_.width}, options_.bucket_step, options_.batch, options_.seed,
                     options_.shuffle);
    return;
  }
  const auto* tensor = dynamic_cast<const TensorDataset*>(dataset_.get());
  if (tensor != nullptr && changes_nothing(options_.augment) &&
      tensor->pictures().sizes().slice(1) == at::IntArrayRef({options_.channels, options_.height, options_.width}))
    tensor_ = tensor;
}

int64_t Assembler::batches_per_epoch() const {
  if (buckets_) return buckets_->batches_per_epoch();
  return (dataset_->size() + options_.batch - 1) / options_.batch;
}

int64_t Assembler::index(int64_t number, int64_t place) const {
  if (buckets_) return buckets_->index(number, place);
  const int64_t draw = number * options_.batch + place;
  return options_.shuffle ? index_of_draw(options_.seed, draw, dataset_->size()) : draw % dataset_->size();
}

PictureSize Assembler::size_of_batch(int64_t number) const {
  return buckets_ ? buckets_->size_of_batch(number) : PictureSize{options_.height, options_.width};
}

void Assembler::copy(int64_t index, Batch& batch, int64_t place) const {
  const int64_t count = options_.channels * options_.height * options_.width;
  const auto* from = tensor_->pictures().data_ptr<uint8_t>() + index * count;
  const auto& values = byte_values();
  std::transform(from, from + count, batch.pictures.data_ptr<float>() + place * count, [&](uint8_t v) { return values[v]; });
  batch.labels.data_ptr<int64_t>()[place] = tensor_->label(index);
  if (!tensor_->captions().empty())
    batch.captions[static_cast<std::size_t>(place)] = tensor_->captions()[static_cast<std::size_t>(index)];
}

void Assembler::fill(const Sample& sample, Batch& batch, int64_t place) const {
  augment_into(sample.picture, batch.pictures[place], options_.augment, options_.seed, batch.first_draw + place);
  batch.labels.data_ptr<int64_t>()[place] = sample.label;
  batch.captions[static_cast<std::size_t>(place)] = sample.caption;
}

std::vector<int64_t> Assembler::indices(int64_t number) const {
  const auto size = dataset_->size();
  if (options_.independent) return independent_draws(options_.seed, number, size, double(options_.batch) / double(size));
  const int64_t count = options_.batch / options_.world, first = options_.rank * count;
  std::vector<int64_t> found;
  for (int64_t place = 0; place < count; ++place) found.push_back(index(number, first + place));
  return found;
}

// Draws that are not shared out evenly are numbered so that no two batches have one in common.
int64_t Assembler::first_draw(int64_t number) const {
  if (options_.independent) return number * dataset_->size();
  return number * options_.batch + options_.rank * (options_.batch / options_.world);
}

Batch Assembler::assemble(int64_t number) const {
  const auto samples = indices(number);
  const auto count = static_cast<int64_t>(samples.size());
  const auto size = size_of_batch(number);
  Batch batch;
  batch.pictures = at::empty({count, options_.channels, size.height, size.width}, at::kFloat);
  batch.labels = at::empty({count}, at::kLong);
  batch.captions.resize(static_cast<std::size_t>(count));
  batch.first_draw = first_draw(number);
  for (int64_t place = 0; place < count; ++place) {
    const int64_t sample = samples[static_cast<std::size_t>(place)];
    if (tensor_ != nullptr)
      copy(sample, batch, place);
    else
      fill(dataset_->get(sample), batch, place);
  }
  if (std::all_of(batch.captions.begin(), batch.captions.end(), [](const auto& caption) { return caption.empty(); }))
    batch.captions.clear();
  return batch;
}

}  // namespace inkstone
