#include "ingest/import.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "image/metadata.hpp"
#include "ingest/decoded_item.hpp"
#include "ingest/import_target.hpp"
#include "ingest/ordered_work.hpp"
#include "ingest/steps.hpp"
#include "ingest/survey.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

// What a worker finds out about one picture.
struct Judged {
  DecodedItem decoded;
  PictureItem item;  // with what the file says of author and licence
  std::uint64_t hash = 0;
  std::string sha256;
  std::string refused;  // by opt-out or licence
};

class Import {
 public:
  Import(const std::filesystem::path& place, const ImportOptions& options)
      : place_(place), options_(options), collection_(open_collection(place, options.collection, options.split)) {
    if (options.require_captions) check_captions();
  }

  DatasetReport run(const std::string& output, Observer& observer);

 private:
  void check_captions() const;
  Judged judge(std::size_t index) const;
  std::string refusal(const Judged& judged) const;
  bool licence_allowed(const std::string& licence) const;
  void take(const Judged& judged, Survey& survey, ImportTarget& target) const;
  [[noreturn]] void nothing_left(const DatasetReport& report) const;

  const std::filesystem::path& place_;
  const ImportOptions& options_;
  std::unique_ptr<Collection> collection_;
};

void Import::check_captions() const {
  const auto& items = collection_->items();
  const auto missing = [](const PictureItem& item) { return item.caption.empty(); };
  const auto count = std::count_if(items.begin(), items.end(), missing);
  if (count == 0) return;
  throw Error(
      ErrorCategory::bad_argument,
      fmt::format(
          "{} of the {} pictures in {} have no caption, the first is {}; write a .txt beside it or name a table with --captions",
          count, items.size(), place_.string(), std::find_if(items.begin(), items.end(), missing)->name));
}

bool Import::licence_allowed(const std::string& licence) const {
  const auto& allowed = options_.licences;
  return allowed.empty() ||
         std::any_of(allowed.begin(), allowed.end(), [&](const auto& pattern) { return glob_matches(pattern, licence); });
}

std::string Import::refusal(const Judged& judged) const {
  const auto& item = judged.item;
  auto entry = options_.opt_out.by_name(item.name, item.author, item.licence);
  if (entry.empty() && options_.opt_out.wants_sha256()) entry = options_.opt_out.by_sha256(judged.sha256);
  if (entry.empty() && options_.opt_out.wants_hash()) entry = options_.opt_out.by_hash(judged.hash);
  if (!entry.empty()) return fmt::format("on the opt-out list ({})", entry);
  if (licence_allowed(item.licence)) return {};
  return item.licence.empty() ? "no licence is stated" : fmt::format("licence {}", item.licence);
}

Judged Import::judge(std::size_t index) const {
  Judged judged{.decoded = decode_item(*collection_, index, options_.preparation),
                .item = collection_->items()[index],
                .sha256 = {},
                .refused = {}};
  if (!judged.decoded.picture) return judged;
  const auto file = judged.decoded.file.bytes;
  const auto said = read_metadata(file, judged.item.name);
  if (judged.item.author.empty()) judged.item.author = said.creator;
  if (judged.item.licence.empty()) judged.item.licence = said.licence;
  if (options_.sha256) judged.sha256 = options_.sha256(file);
  if (options_.duplicates >= 0 || options_.opt_out.wants_hash()) judged.hash = perceptual_hash(*judged.decoded.picture);
  judged.refused = refusal(judged);
  judged.decoded.file = {};
  return judged;
}

void Import::take(const Judged& judged, Survey& survey, ImportTarget& target) const {
  const auto& item = judged.item;
  if (!judged.decoded.picture) return survey.skip(item.name, judged.decoded.reason);
  if (!judged.refused.empty()) return survey.leave_out(item.name, judged.refused);
  if (!survey.duplicate_of(item.name, judged.hash).empty()) return;
  target.add(item, *judged.decoded.picture, judged.sha256);
  survey.add(item, *judged.decoded.picture, &judged.decoded.info);
}

void Import::nothing_left(const DatasetReport& report) const {
  if (!report.skipped.empty() && report.left_out.empty())
    throw Error(ErrorCategory::corrupt_file, fmt::format("none of the {} pictures in {} can be read; the first: {}",
                                                         report.skipped.size(), place_.string(), report.skipped.front().reason));
  throw Error(ErrorCategory::bad_argument, fmt::format("nothing is left of {}: {} pictures are left out and {} cannot be read",
                                                       place_.string(), report.left_out.size(), report.skipped.size()));
}

DatasetReport Import::run(const std::string& output, Observer& observer) {
  const auto count = collection_->items().size();
  Survey survey(place_.string(), collection_->classes(), options_.duplicates, options_.thumbnails, static_cast<int64_t>(count));
  const auto target = make_import_target(output, options_.channels, collection_->classes());
  Steps steps(observer, "import", static_cast<int64_t>(count));
  work_in_order(
      count, options_.threads, [&](std::size_t i) { return judge(i); },
      [&](std::size_t i, const Judged& judged) {
        if (observer.stop_requested())
          throw Error(ErrorCategory::cancelled,
                      fmt::format("stopped after {} of {} pictures; nothing was written to {}", i, count, output));
        take(judged, survey, *target);
        steps.done(static_cast<int64_t>(i) + 1);
      });
  if (survey.report().pictures == 0) nothing_left(survey.report());
  survey.report().outputs = target->finish();
  return survey.finish();
}

}  // namespace

DatasetReport import_pictures(const std::filesystem::path& place, const std::string& output, const ImportOptions& options,
                              Observer& observer) {
  return Import(place, options).run(output, observer);
}

}  // namespace inkstone
