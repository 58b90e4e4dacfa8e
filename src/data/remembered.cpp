#include "data/remembered.hpp"

#include <mutex>
#include <optional>

namespace inkstone {
namespace {

class Remembered : public Dataset {
 public:
  Remembered(std::shared_ptr<const Dataset> whole, int64_t bytes)
      : whole_(std::move(whole)), left_(bytes), samples_(whole_->size()) {}

  int64_t size() const override { return whole_->size(); }
  PictureSize picture_size(int64_t index) const override { return whole_->picture_size(index); }
  std::vector<std::string> classes() const override { return whole_->classes(); }

  Sample get(int64_t index) const override {
    if (auto known = find(index)) return *known;
    auto sample = whole_->get(index);  // two threads may make the same one: it comes out the same
    keep(index, sample);
    return sample;
  }

 private:
  std::optional<Sample> find(int64_t index) const {
    const std::scoped_lock lock(mutex_);
    return samples_[index];
  }

  void keep(int64_t index, const Sample& sample) const {
    const std::scoped_lock lock(mutex_);
    const auto bytes = int64_t(sample.picture.nbytes());
    if (samples_[index] || bytes > left_) return;
    left_ -= bytes;
    samples_[index] = sample;
  }

  std::shared_ptr<const Dataset> whole_;
  mutable std::mutex mutex_;
  mutable int64_t left_;
  mutable std::vector<std::optional<Sample>> samples_;
};

}  // namespace

std::shared_ptr<const Dataset> remembered(std::shared_ptr<const Dataset> whole, int64_t bytes) {
  return std::make_shared<const Remembered>(std::move(whole), bytes);
}

}  // namespace inkstone
