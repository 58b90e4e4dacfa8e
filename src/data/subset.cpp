#include "data/subset.hpp"

#include <fmt/format.h>

#include "data/tensor_dataset.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

class Subset : public Dataset {
 public:
  Subset(std::shared_ptr<const Dataset> whole, int64_t first, int64_t count)
      : whole_(std::move(whole)), first_(first), count_(count) {}
  int64_t size() const override { return count_; }
  Sample get(int64_t index) const override { return whole_->get(first_ + index); }
  PictureSize picture_size(int64_t index) const override { return whole_->picture_size(first_ + index); }
  std::vector<std::string> classes() const override { return whole_->classes(); }

 private:
  std::shared_ptr<const Dataset> whole_;
  int64_t first_, count_;
};

// A tensor in memory stays one, for the loader's short way.
std::shared_ptr<const Dataset> narrowed(const TensorDataset& whole, int64_t first, int64_t count) {
  at::Tensor labels;
  std::vector<std::string> captions;
  if (whole.label(0) >= 0) {
    labels = at::empty({count}, at::kLong);
    for (int64_t k = 0; k < count; ++k) labels.data_ptr<int64_t>()[k] = whole.label(first + k);
  }
  if (!whole.captions().empty()) captions.assign(whole.captions().begin() + first, whole.captions().begin() + first + count);
  return std::make_shared<TensorDataset>(whole.pictures().narrow(0, first, count), labels, captions, whole.classes());
}

}  // namespace

std::shared_ptr<const Dataset> subset(std::shared_ptr<const Dataset> whole, int64_t first, int64_t count) {
  if (first < 0 || count < 1 || first + count > whole->size())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("pictures {} to {} of {} do not exist", first, first + count, whole->size()));
  if (const auto* tensor = dynamic_cast<const TensorDataset*>(whole.get())) return narrowed(*tensor, first, count);
  return std::make_shared<Subset>(std::move(whole), first, count);
}

}  // namespace inkstone
