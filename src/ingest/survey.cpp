#include "ingest/survey.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "image/encode.hpp"
#include "ingest/decoded_item.hpp"
#include "ingest/ordered_work.hpp"
#include "ingest/picture_bytes.hpp"
#include "ingest/steps.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr int kThumbnail = 96;  // pixels

void go_on(Steps& steps, Observer& observer, int64_t done) {
  if (observer.stop_requested()) throw Error(ErrorCategory::cancelled, fmt::format("stopped after {} pictures", done));
  steps.done(done);
}

bool is_grey(const Image& p) {
  for (std::size_t i = 0; i < p.pixels.size(); i += static_cast<std::size_t>(p.channels))
    if (p.pixels[i] != p.pixels[i + 1] || p.pixels[i] != p.pixels[i + 2]) return false;
  return true;
}

}  // namespace

Survey::Survey(std::string title, std::vector<std::string> classes, int duplicates, int64_t thumbnails, int64_t expected)
    : duplicates_(duplicates), thumbnails_(thumbnails), expected_(std::max<int64_t>(expected, 1)) {
  report_.title = std::move(title);
  for (auto& name : classes) report_.classes.emplace_back(std::move(name), 0);
}

std::string Survey::duplicate_of(const std::string& name, std::uint64_t hash) {
  if (duplicates_ < 0) return {};
  const auto found = hashes_.nearest_within(hash, duplicates_);
  if (found >= 0) {
    const auto& [of, other] = names_[static_cast<std::size_t>(found)];
    report_.duplicates.push_back({name, of, hamming_distance(hash, other)});
    return of;
  }
  hashes_.add(hash, static_cast<std::int64_t>(names_.size()));
  names_.emplace_back(name, hash);
  return {};
}

void Survey::add(const PictureItem& item, const Image& picture, const ImageInfo* info) {
  if (info != nullptr) ++report_.formats[std::string(format_name(info->format))];
  ++report_.sizes[info != nullptr ? fmt::format("{}x{}", info->width, info->height)
                                  : fmt::format("{}x{}", picture.width, picture.height)];
  if (!item.licence.empty()) ++report_.licences[item.licence];
  if (item.label >= 0)
    ++report_.classes[static_cast<std::size_t>(item.label)].second;
  else
    ++report_.unlabelled;
  report_.captioned += !item.caption.empty();
  report_.transparent += picture.channels == 4;
  report_.grey += is_grey(picture);
  count_pixels(picture);
  // evenly over what is expected, so that every class of a sorted collection is seen
  if (static_cast<int64_t>(report_.thumbnails.size()) < thumbnails_ &&
      report_.pictures * thumbnails_ >= static_cast<int64_t>(report_.thumbnails.size()) * expected_)
    keep_thumbnail(item, picture);
  ++report_.pictures;
}

void Survey::count_pixels(const Image& picture) {
  std::array<double, 3> sum = {}, squares = {};
  for (std::size_t i = 0; i < picture.pixels.size(); i += static_cast<std::size_t>(picture.channels))
    for (std::size_t c = 0; c < 3; ++c)
      sum[c] += picture.pixels[i + c], squares[c] += picture.pixels[i + c] * picture.pixels[i + c];
  for (std::size_t c = 0; c < 3; ++c) sum_[c] += sum[c], squares_[c] += squares[c];
  pixels_ += static_cast<double>(picture.width) * picture.height;
}

void Survey::keep_thumbnail(const PictureItem& item, const Image& picture) {
  const auto size = fit_within({picture.width, picture.height}, kThumbnail);
  EncodeOptions options;
  options.format = ImageFormat::jpeg;
  options.quality = 80;
  const auto label = item.label >= 0 ? report_.classes[static_cast<std::size_t>(item.label)].first : std::string();
  report_.thumbnails.push_back({item.name, item.caption, label, encode_image(resize(picture, size.width, size.height), options)});
}

DatasetReport Survey::finish() {
  for (std::size_t c = 0; c < 3 && pixels_ > 0; ++c) {
    report_.mean[c] = sum_[c] / pixels_;
    report_.deviation[c] = std::sqrt(std::max(0.0, squares_[c] / pixels_ - report_.mean[c] * report_.mean[c]));
  }
  return std::move(report_);
}

DatasetReport survey_collection(const Collection& collection, const std::string& title, int duplicates, int64_t thumbnails,
                                int threads, Observer& observer) {
  const auto count = collection.items().size();
  Survey survey(title, collection.classes(), duplicates, thumbnails, static_cast<int64_t>(count));
  Preparation small;
  small.shorter_side = 256;  // enough for every figure of the report
  const auto make = [&](std::size_t i) {
    auto item = decode_item(collection, i, small);
    const auto hash = item.picture ? perceptual_hash(*item.picture) : 0;
    return std::pair(std::move(item), hash);
  };
  Steps steps(observer, "look at pictures", static_cast<int64_t>(count));
  work_in_order(count, threads, make, [&](std::size_t i, std::pair<DecodedItem, std::uint64_t> result) {
    go_on(steps, observer, static_cast<int64_t>(i));
    const auto& [decoded, hash] = result;
    const auto& item = collection.items()[i];
    if (!decoded.picture) return survey.skip(item.name, decoded.reason);
    survey.duplicate_of(item.name, hash);
    survey.add(item, *decoded.picture, &decoded.info);
  });
  if (survey.report().pictures == 0)
    throw Error(ErrorCategory::corrupt_file, fmt::format("none of the {} pictures in {} can be read; the first: {}", count, title,
                                                         survey.report().skipped.front().reason));
  return survey.finish();
}

DatasetReport survey_dataset(const Dataset& dataset, const std::string& title, int duplicates, int64_t thumbnails,
                             Observer& observer) {
  Survey survey(title, dataset.classes(), duplicates, thumbnails, dataset.size());
  Steps steps(observer, "look at pictures", dataset.size());
  for (int64_t i = 0; i < dataset.size(); ++i) {
    go_on(steps, observer, i);
    const auto sample = dataset.get(i);
    const auto picture = from_bytes(sample.picture);
    const PictureItem item{fmt::format("{}", i), sample.label, sample.caption, {}, {}, {}};
    if (duplicates >= 0) survey.duplicate_of(item.name, perceptual_hash(picture));
    survey.add(item, picture, nullptr);
  }
  return survey.finish();
}

}  // namespace inkstone
