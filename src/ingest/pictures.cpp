#include "ingest/pictures.hpp"

#include <fmt/format.h>

#include "ingest/decoded_item.hpp"
#include "ingest/ordered_work.hpp"
#include "ingest/picture_bytes.hpp"
#include "ingest/steps.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

class PictureDataset : public Dataset {
 public:
  PictureDataset(std::unique_ptr<Collection> collection, const PictureSetOptions& options)
      : collection_(std::move(collection)), options_(options) {}

  int64_t size() const override { return static_cast<int64_t>(entries_.size()); }
  PictureSize picture_size(int64_t index) const override { return entries_[static_cast<std::size_t>(index)].size; }
  std::vector<std::string> classes() const override { return collection_->classes(); }

  Sample get(int64_t index) const override {
    const auto& entry = entries_[static_cast<std::size_t>(index)];
    const auto& item = collection_->items()[entry.item];
    return {entry.picture.defined() ? entry.picture : decoded(entry.item), item.label, item.caption};
  }

  // Decodes everything once; returns what cannot be.
  std::vector<SkippedPicture> fill(Observer& observer);

 private:
  struct Entry {
    std::size_t item;
    PictureSize size;
    at::Tensor picture;  // undefined where it did not fit the memory
  };

  at::Tensor decoded(std::size_t item) const {
    const auto found = decode_item(*collection_, item, options_.preparation);
    if (!found.picture) throw Error(ErrorCategory::corrupt_file, found.reason);
    return to_bytes(*found.picture, options_.channels);
  }

  std::unique_ptr<Collection> collection_;
  PictureSetOptions options_;
  std::vector<Entry> entries_;
};

std::vector<SkippedPicture> PictureDataset::fill(Observer& observer) {
  std::vector<SkippedPicture> skipped;
  std::int64_t room = options_.memory;
  const auto count = collection_->items().size();
  const auto make = [&](std::size_t i) {
    auto item = decode_item(*collection_, i, options_.preparation);
    return std::pair(item.picture ? to_bytes(*item.picture, options_.channels) : at::Tensor(), std::move(item.reason));
  };
  Steps steps(observer, "read pictures", static_cast<int64_t>(count));
  work_in_order(count, options_.threads, make, [&](std::size_t i, std::pair<at::Tensor, std::string> result) {
    if (observer.stop_requested()) throw Error(ErrorCategory::cancelled, "stopped while reading pictures");
    steps.done(static_cast<int64_t>(i));
    auto& [picture, reason] = result;
    if (!picture.defined()) return skipped.push_back({collection_->items()[i].name, std::move(reason)});
    const PictureSize size{picture.size(1), picture.size(2)};
    const bool fits = picture.numel() <= room;
    if (fits) room -= picture.numel();
    entries_.push_back({i, size, fits ? picture : at::Tensor()});
  });
  return skipped;
}

}  // namespace

PictureSet open_pictures(const std::filesystem::path& place, const PictureSetOptions& options, Observer& observer) {
  auto dataset = std::make_shared<PictureDataset>(open_collection(place, options.collection, options.split), options);
  auto skipped = dataset->fill(observer);
  if (dataset->size() == 0)
    throw Error(ErrorCategory::corrupt_file, fmt::format("none of the {} pictures in {} can be read; the first: {}",
                                                         skipped.size(), place.string(), skipped.front().reason));
  return {std::move(dataset), std::move(skipped)};
}

}  // namespace inkstone
