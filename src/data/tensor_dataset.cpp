#include "data/tensor_dataset.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw Error(ErrorCategory::bad_argument, what);
}

void check_labels(const at::Tensor& labels, int64_t count, int64_t classes) {
  require(labels.scalar_type() == at::kLong && labels.dim() == 1 && labels.size(0) == count,
          "labels of a data set must be int64 [N]");
  const int64_t lowest = labels.min().item<int64_t>(), highest = labels.max().item<int64_t>();
  if (lowest < -1 || highest >= classes)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("label {} is none of the {} classes", lowest < -1 ? lowest : highest, classes));
}

}  // namespace

TensorDataset::TensorDataset(at::Tensor pictures, at::Tensor labels, std::vector<std::string> captions,
                             std::vector<std::string> classes)
    : pictures_(std::move(pictures)), captions_(std::move(captions)), classes_(std::move(classes)) {
  require(pictures_.dim() == 4 && pictures_.scalar_type() == at::kByte && pictures_.is_contiguous(),
          "pictures of a data set must be uint8 [N,C,H,W]");
  require(pictures_.numel() > 0, "the data set has no pictures");
  require(pictures_.size(1) == 1 || pictures_.size(1) == 3,
          "pictures of a data set must be grey (1 channel) or RGB (3 channels)");
  require(captions_.empty() || static_cast<int64_t>(captions_.size()) == size(),
          "a data set needs one caption per picture or none at all");
  if (!labels.defined()) return;
  check_labels(labels, size(), static_cast<int64_t>(classes_.size()));
  labels_ = labels.contiguous();
}

Sample TensorDataset::get(int64_t index) const {
  return {pictures_[index], label(index), captions_.empty() ? std::string() : captions_[index]};
}

std::shared_ptr<const TensorDataset> in_memory(const Dataset& dataset) {
  const int64_t count = dataset.size();
  require(count > 0, "the data set has no pictures");
  at::Tensor pictures, labels = at::full({count}, -1, at::kLong);
  std::vector<std::string> captions(static_cast<std::size_t>(count));
  bool captioned = false;
  for (int64_t i = 0; i < count; ++i) {
    Sample sample = dataset.get(i);
    if (!pictures.defined())
      pictures = at::empty({count, sample.picture.size(0), sample.picture.size(1), sample.picture.size(2)}, at::kByte);
    if (sample.picture.sizes() != pictures.sizes().slice(1))
      throw Error(
          ErrorCategory::unsupported,
          "pictures of several sizes cannot be held as one tensor; import them to one size first (inkstone dataset import)");
    pictures[i].copy_(sample.picture);
    labels.data_ptr<int64_t>()[i] = sample.label;
    captioned = captioned || !sample.caption.empty();
    captions[static_cast<std::size_t>(i)] = std::move(sample.caption);
  }
  if (!captioned) captions.clear();
  return std::make_shared<const TensorDataset>(pictures, labels, std::move(captions), dataset.classes());
}

}  // namespace inkstone
