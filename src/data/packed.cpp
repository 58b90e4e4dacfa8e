#include "data/packed.hpp"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "data/packed_layout.hpp"
#include "data/place.hpp"
#include "data/tensor_dataset.hpp"
#include "inkstone/error.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;
namespace layout = packed_layout;

[[noreturn]] void corrupt_pack(const fs::path& path, const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{} {}; pack the data set again", path.string(), what));
}

// n + 1 numbers that rise from 0 to total.
void check_offsets(const at::Tensor& offsets, int64_t n, int64_t total, const char* name, const fs::path& path) {
  if (offsets.scalar_type() != at::kLong || offsets.dim() != 1 || offsets.size(0) != n + 1)
    corrupt_pack(path, fmt::format("has '{}' of another shape", name));
  const auto* at = offsets.data_ptr<int64_t>();
  if (at[0] != 0 || at[n] != total || !std::is_sorted(at, at + n + 1))
    corrupt_pack(path, fmt::format("has '{}' that do not cover their bytes", name));
}

const at::Tensor& bytes_of(const StateDict& shard, const char* name, const fs::path& path) {
  const auto& bytes = shard.at(name);
  if (bytes.scalar_type() != at::kByte || bytes.dim() != 1) corrupt_pack(path, fmt::format("has '{}' that are not bytes", name));
  return bytes;
}

// Pictures of any sizes, one after the other.
class Shard : public Dataset {
 public:
  Shard(const StateDict& shard, const fs::path& path, std::vector<std::string> classes);

  int64_t size() const override { return shapes_.size(0); }
  Sample get(int64_t index) const override;
  PictureSize picture_size(int64_t index) const override { return {shape(index)[1], shape(index)[2]}; }
  std::vector<std::string> classes() const override { return classes_; }

 private:
  const int64_t* shape(int64_t index) const { return shapes_.data_ptr<int64_t>() + 3 * index; }

  at::Tensor pixels_, offsets_, shapes_, labels_;
  std::vector<std::string> captions_, classes_;
};

std::vector<std::string> captions_in(const StateDict& shard, int64_t count, const fs::path& path) {
  if (!shard.contains(layout::kCaptions)) return {};
  const auto& bytes = bytes_of(shard, layout::kCaptions, path);
  const auto& offsets = shard.at(layout::kCaptionOffsets);
  check_offsets(offsets, count, bytes.size(0), layout::kCaptionOffsets, path);
  const auto* text = reinterpret_cast<const char*>(bytes.data_ptr<uint8_t>());
  const auto* at = offsets.data_ptr<int64_t>();
  std::vector<std::string> captions;
  for (int64_t i = 0; i < count; ++i) captions.emplace_back(text + at[i], text + at[i + 1]);
  return captions;
}

at::Tensor labels_in(const StateDict& shard, int64_t count, std::size_t classes, const fs::path& path) {
  if (!shard.contains(layout::kLabels)) return {};
  const auto& labels = shard.at(layout::kLabels);
  if (labels.scalar_type() != at::kLong || labels.dim() != 1 || labels.size(0) != count)
    corrupt_pack(path, "has labels of another number than pictures");
  if (labels.min().item<int64_t>() < -1 || labels.max().item<int64_t>() >= static_cast<int64_t>(classes))
    corrupt_pack(path, "has labels outside its classes");
  return labels;
}

Shard::Shard(const StateDict& shard, const fs::path& path, std::vector<std::string> classes) : classes_(std::move(classes)) {
  pixels_ = bytes_of(shard, layout::kPixels, path);
  shapes_ = shard.at(layout::kShapes, {-1, 3});
  offsets_ = shard.at(layout::kOffsets);
  if (shapes_.scalar_type() != at::kLong || shapes_.size(0) == 0) corrupt_pack(path, "has no pictures");
  check_offsets(offsets_, size(), pixels_.size(0), layout::kOffsets, path);
  const auto* at = offsets_.data_ptr<int64_t>();
  for (int64_t i = 0; i < size(); ++i) {
    const auto* s = shape(i);
    constexpr int64_t kMost = int64_t(1) << 24;
    if ((s[0] != 1 && s[0] != 3) || s[1] < 1 || s[2] < 1 || s[1] > kMost || s[2] > kMost ||
        s[0] * s[1] * s[2] != at[i + 1] - at[i])
      corrupt_pack(path, fmt::format("has picture {} whose shape is not that of its bytes", i));
  }
  labels_ = labels_in(shard, size(), classes_.size(), path);
  captions_ = captions_in(shard, size(), path);
}

Sample Shard::get(int64_t index) const {
  const auto* at = offsets_.data_ptr<int64_t>() + index;
  const auto* s = shape(index);
  return {pixels_.narrow(0, at[0], at[1] - at[0]).view({s[0], s[1], s[2]}),
          labels_.defined() ? labels_.data_ptr<int64_t>()[index] : -1,
          captions_.empty() ? std::string() : captions_[static_cast<std::size_t>(index)]};
}

// Shards one after the other.
class Joined : public Dataset {
 public:
  explicit Joined(std::vector<std::shared_ptr<const Dataset>> parts) : parts_(std::move(parts)) {
    for (const auto& part : parts_) ends_.push_back((ends_.empty() ? 0 : ends_.back()) + part->size());
  }

  int64_t size() const override { return ends_.back(); }
  Sample get(int64_t index) const override { return part(index).get(index); }
  PictureSize picture_size(int64_t index) const override { return part(index).picture_size(index); }
  std::vector<std::string> classes() const override { return parts_.front()->classes(); }

 private:
  // Leaves in index the place within the part.
  const Dataset& part(int64_t& index) const {
    const auto which = static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), index) - ends_.begin());
    if (which > 0) index -= ends_[which - 1];
    return *parts_[which];
  }

  std::vector<std::shared_ptr<const Dataset>> parts_;
  std::vector<int64_t> ends_;
};

std::vector<std::string> classes_in(const StateDict& shard, const fs::path& path) {
  const auto found = shard.metadata.find(layout::kClasses);
  if (found == shard.metadata.end()) return {};
  const auto classes = nlohmann::json::parse(found->second, nullptr, false);
  if (!classes.is_array() || !std::all_of(classes.begin(), classes.end(), [](const auto& name) { return name.is_string(); }))
    corrupt_pack(path, "has classes that are no list of names");
  return classes.get<std::vector<std::string>>();
}

std::shared_ptr<const Dataset> open_shard(const fs::path& path) {
  const auto shard = read_safetensors(path);
  const auto version = shard.metadata.find(layout::kVersionKey);
  if (version == shard.metadata.end())
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("{} is no packed data set; make one with `inkstone dataset pack`", path.string()));
  if (version->second != layout::kVersion)
    throw Error(ErrorCategory::unsupported, fmt::format("{} is a packed data set of version {}; this program reads version {}",
                                                        path.string(), version->second, layout::kVersion));
  auto classes = classes_in(shard, path);
  if (!shard.contains(layout::kPictures)) return std::make_shared<const Shard>(shard, path, std::move(classes));
  const auto& pictures = shard.at(layout::kPictures, {-1, -1, -1, -1});
  if (pictures.scalar_type() != at::kByte || pictures.numel() == 0 || (pictures.size(1) != 1 && pictures.size(1) != 3))
    corrupt_pack(path, "has no pictures");
  const int64_t count = pictures.size(0);
  return std::make_shared<const TensorDataset>(pictures, labels_in(shard, count, classes.size(), path),
                                               captions_in(shard, count, path), std::move(classes));
}

std::vector<fs::path> shards_in(const fs::path& folder) {
  auto shards = entries_of(folder);
  std::erase_if(shards, [](const fs::path& path) { return path.extension() != ".safetensors"; });
  return shards;
}

}  // namespace

std::shared_ptr<const Dataset> open_packed(const fs::path& path) {
  if (!fs::is_directory(status_of(path))) return open_shard(path);
  std::vector<std::shared_ptr<const Dataset>> parts;
  for (const auto& shard : shards_in(path)) {
    parts.push_back(open_shard(shard));
    if (parts.back()->classes() != parts.front()->classes()) corrupt_pack(shard, "has other classes than the shards before it");
  }
  if (parts.empty())
    throw Error(ErrorCategory::bad_argument, fmt::format("{} holds no packed shards (*.safetensors)", path.string()));
  if (parts.size() == 1) return parts.front();
  return std::make_shared<const Joined>(std::move(parts));
}

namespace {

// A file that cannot be read is left to whoever opens it to complain about.
bool says_packed(const fs::path& shard) {
  try {
    return read_safetensors(shard).metadata.contains(layout::kVersionKey);
  } catch (const Error&) {
    return true;
  }
}

}  // namespace

bool is_packed(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored))
    return path.extension() == ".safetensors" && fs::is_regular_file(path, ignored) && says_packed(path);
  // a folder that may not be read is left to whoever opens it to complain about
  for (fs::directory_iterator walk(path, ignored); !ignored && walk != fs::directory_iterator(); walk.increment(ignored))
    if (walk->path().extension() == ".safetensors") return true;
  return false;
}

}  // namespace inkstone
