#include "data/packed.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "data/packed_layout.hpp"
#include "data/place.hpp"
#include "inkstone/error.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;
namespace layout = packed_layout;

bool is_single(const fs::path& path) {
  return path.extension() == ".safetensors";
}

void make_empty_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw Error(ErrorCategory::io, fmt::format("cannot make the folder {}: {}", path.string(), error.message()));
  if (!entries_of(path).empty())
    throw Error(ErrorCategory::bad_argument, fmt::format("{} is not empty; name a new folder for the shards", path.string()));
}

at::Tensor integers(const std::vector<int64_t>& values) {
  return at::tensor(values, at::kLong);
}

}  // namespace

// What a shard is made of, until it is written.
class PackWriter::Shard {
 public:
  int64_t bytes() const { return static_cast<int64_t>(pixels_.size()); }
  int64_t size() const { return static_cast<int64_t>(labels_.size()); }

  void add(const Sample& sample) {
    const auto picture = sample.picture.contiguous();
    const auto* pixels = picture.data_ptr<uint8_t>();
    pixels_.insert(pixels_.end(), pixels, pixels + picture.numel());
    offsets_.push_back(bytes());
    uniform_ = uniform_ && (shapes_.empty() || picture.sizes() == at::IntArrayRef(shapes_).slice(0, 3));
    shapes_.insert(shapes_.end(), picture.sizes().begin(), picture.sizes().end());
    labels_.push_back(sample.label);
    captions_ += sample.caption;
    caption_offsets_.push_back(static_cast<int64_t>(captions_.size()));
  }

  // The tensors share memory with the shard.
  StateDict tensors() {
    StateDict state;
    const auto bytes_of = [](void* data, std::size_t count) {
      return at::from_blob(data, {static_cast<int64_t>(count)}, at::kByte);
    };
    const auto pixels = bytes_of(pixels_.data(), pixels_.size());
    if (uniform_) {
      state.tensors[layout::kPictures] = pixels.view({size(), shapes_[0], shapes_[1], shapes_[2]});
    } else {
      state.tensors[layout::kPixels] = pixels;
      state.tensors[layout::kOffsets] = integers(offsets_);
      state.tensors[layout::kShapes] = integers(shapes_).view({size(), 3});
    }
    if (std::any_of(labels_.begin(), labels_.end(), [](int64_t label) { return label >= 0; }))
      state.tensors[layout::kLabels] = integers(labels_);
    if (captions_.empty()) return state;
    state.tensors[layout::kCaptions] = bytes_of(captions_.data(), captions_.size());
    state.tensors[layout::kCaptionOffsets] = integers(caption_offsets_);
    return state;
  }

 private:
  std::vector<uint8_t> pixels_;
  std::vector<int64_t> offsets_ = {0}, shapes_, labels_, caption_offsets_ = {0};
  std::string captions_;
  bool uniform_ = true;
};

PackWriter::PackWriter(fs::path path, PackOptions options)
    : path_(std::move(path)), options_(std::move(options)), shard_(std::make_unique<Shard>()) {
  options_.metadata[layout::kVersionKey] = layout::kVersion;
  if (!options_.classes.empty()) options_.metadata[layout::kClasses] = nlohmann::json(options_.classes).dump();
  if (!is_single(path_)) make_empty_folder(path_);
}

PackWriter::~PackWriter() = default;

void PackWriter::add(const Sample& sample) {
  if (!is_single(path_) && shard_->size() > 0 && shard_->bytes() + sample.picture.numel() > options_.shard_bytes) flush();
  shard_->add(sample);
  ++report_.pictures;
}

void PackWriter::flush() {
  auto state = shard_->tensors();
  state.metadata = options_.metadata;
  const auto file = is_single(path_) ? path_ : path_ / fmt::format("part-{:05}.safetensors", report_.shards.size());
  write_safetensors(file, state);
  report_.shards.push_back(file);
  shard_ = std::make_unique<Shard>();
}

PackReport PackWriter::finish() {
  if (report_.pictures == 0) throw Error(ErrorCategory::bad_argument, "the data set has no pictures to pack");
  if (shard_->size() > 0) flush();
  return std::move(report_);
}

PackReport write_packed(const Dataset& dataset, const fs::path& path, PackOptions options) {
  if (dataset.size() == 0) throw Error(ErrorCategory::bad_argument, "the data set has no pictures to pack");
  options.classes = dataset.classes();
  PackWriter writer(path, std::move(options));
  for (int64_t i = 0; i < dataset.size(); ++i) writer.add(dataset.get(i));
  return writer.finish();
}

}  // namespace inkstone
