#include "studio/open_data.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "catalogue/cache.hpp"
#include "core/nearest.hpp"
#include "data/idx.hpp"
#include "data/open.hpp"
#include "data/packed.hpp"
#include "data/place.hpp"
#include "data/words/vocabulary.hpp"
#include "data/words_dataset.hpp"
#include "ingest/pictures.hpp"
#include "ingest/sprite_sheets.hpp"
#include "inkstone/error.hpp"
#include "inkstone/models.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFashionPlace = "/usr/share/datasets/fashion-mnist";  // of Debian's dataset-fashion-mnist

const std::vector<std::string>& fashion_classes() {
  static const std::vector<std::string> names = {"T-shirt/top", "trouser", "pullover", "dress", "coat",
                                                 "sandal",      "shirt",   "sneaker",  "bag",   "ankle boot"};
  return names;
}

std::shared_ptr<const Dataset> open_fashion(const std::string& split) {
  if (is_there(kFashionPlace)) return open_idx(kFashionPlace, split, fashion_classes());
  throw Error(ErrorCategory::not_found, fmt::format("fashion-mnist is not on this machine; install Debian's package "
                                                    "dataset-fashion-mnist (apt-get install dataset-fashion-mnist), "
                                                    "or give its folder as idx:FOLDER"));
}

fs::path pulled_folder(const std::string& name, const DataWish& wish, Observer& observer) {
  const auto info = model_info(name);
  if (!info.present && wish.may_pull) pull_model(name, observer);
  return model_path(name);  // throws not_found with the command that gets it
}

// Sheets take seconds to decode: what comes out is kept beside them.
template <class Open>
std::shared_ptr<const Dataset> unpacked_once(const fs::path& folder, const std::string& split, Open&& open) {
  const auto packed = folder / (split + ".safetensors");
  std::error_code ignored;
  if (fs::is_regular_file(packed, ignored)) try {
      return open_packed(packed);
    } catch (const Error&) {
      fs::remove(packed, ignored);  // torn or of another version; it is made again
    }
  std::shared_ptr<const Dataset> dataset = open(folder, split);
  try {
    write_packed(*dataset, packed);
  } catch (const Error&) {  // a folder that may not be written to: from the sheets each time
  }
  return dataset;
}

std::shared_ptr<const Dataset> open_ready(const std::string& name, const std::string& split, const DataWish& wish,
                                          Observer& observer) {
  if (name == "fashion-mnist") return open_fashion(split);
  const auto folder = pulled_folder(name, wish, observer);
  if (name == "mnist") return open_idx(folder, split);
  return name == "cifar10" ? unpacked_once(folder, split, &open_cifar10_sheets) : unpacked_once(folder, split, &open_emoji_sheet);
}

std::optional<std::string> words_options(const std::string& spec) {
  if (spec == "words") return std::string();
  return spec.starts_with("words:") ? std::optional(spec.substr(6)) : std::nullopt;
}

std::shared_ptr<const Dataset> open_words_of_emoji(const std::string& options, const std::string& split, const DataWish& wish,
                                                   Observer& observer) {
  std::vector<std::string> codes;
  for (const auto& object : words::objects()) codes.emplace_back(object.code);
  return open_words(options, split, read_emoji_drawings(pulled_folder("emoji", wish, observer), codes));
}

void tell_skipped(const std::vector<SkippedPicture>& skipped, const std::string& spec, Observer& observer) {
  constexpr std::size_t kMost = 5;
  if (skipped.empty()) return;
  observer.on_message(fmt::format("{} pictures of {} cannot be read and are left out:", skipped.size(), spec));
  for (std::size_t i = 0; i < std::min(kMost, skipped.size()); ++i)
    observer.on_message(fmt::format("  {}: {}", skipped[i].name, skipped[i].reason));
  if (skipped.size() > kMost)
    observer.on_message(fmt::format("  and {} more; `inkstone dataset inspect` lists them", skipped.size() - kMost));
}

std::shared_ptr<const Dataset> open_place(const std::string& spec, const std::string& split, const DataWish& wish,
                                          Observer& observer) {
  PictureSetOptions options;
  options.split = split;
  options.collection.captions = wish.captions;
  options.channels = wish.channels;
  options.threads = wish.threads;
  options.preparation.shorter_side =
      static_cast<int>(std::ceil(static_cast<double>(std::max(wish.height, wish.width)) * wish.detail));
  auto pictures = open_pictures(spec, options, observer);
  tell_skipped(pictures.skipped, spec, observer);
  return pictures.dataset;
}

bool is_ready(const std::string& spec) {
  const auto& names = ready_datasets();
  return std::find(names.begin(), names.end(), spec) != names.end();
}

}  // namespace

const std::vector<std::string>& ready_datasets() {
  static const std::vector<std::string> names = {"mnist", "fashion-mnist", "cifar10", "emoji", "words"};
  return names;
}

std::shared_ptr<const Dataset> open_data(const std::string& spec, const std::string& split, Observer& observer,
                                         const DataWish& wish) {
  if (spec.empty())
    throw Error(ErrorCategory::bad_argument, "no data; name a data set, a folder of pictures, or a packed data set");
  if (const auto options = words_options(spec)) return open_words_of_emoji(*options, split, wish, observer);
  if (is_ready(spec)) return open_ready(spec, split, wish, observer);
  if (is_engine_dataset(spec)) return open_dataset(spec, split);
  if (is_there(spec) || spec.find('/') != std::string::npos) return open_place(spec, split, wish, observer);
  if (spec.find(':') != std::string::npos) return open_dataset(spec, split);  // throws, naming the forms
  throw Error(ErrorCategory::not_found,
              fmt::format("there is no data set '{}': it is no file or folder here, and the ready ones are {}{}", spec,
                          "mnist, fashion-mnist, cifar10, emoji and words", did_you_mean(spec, ready_datasets())));
}

bool has_test_split(const std::string& spec) {
  return is_ready(spec) || words_options(spec) || has_parts(spec);
}

}  // namespace inkstone::studio
