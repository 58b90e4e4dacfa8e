// One batch made from its number: which samples, how they are changed, where they lie. Private to the loader.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "data/buckets.hpp"
#include "data/loader.hpp"
#include "data/tensor_dataset.hpp"

namespace inkstone {

// Immutable; assemble() may be called from several threads at once.
class Assembler {
 public:
  Assembler(std::shared_ptr<const Dataset> dataset, LoaderOptions options);

  Batch assemble(int64_t number) const;
  int64_t batches_per_epoch() const;
  // Batches are copies out of memory, cheaper to make than to hand from thread to thread.
  bool is_instant() const { return tensor_ != nullptr; }

 private:
  int64_t index(int64_t number, int64_t place) const;
  std::vector<int64_t> indices(int64_t number) const;  // of this process' samples
  int64_t first_draw(int64_t number) const;
  PictureSize size_of_batch(int64_t number) const;
  void fill(const Sample& sample, Batch& batch, int64_t place) const;
  void copy(int64_t index, Batch& batch, int64_t place) const;

  std::shared_ptr<const Dataset> dataset_;
  LoaderOptions options_;
  std::optional<BucketPlan> buckets_;
  const TensorDataset* tensor_ = nullptr;  // set where pictures go into batches as they are
};

}  // namespace inkstone
