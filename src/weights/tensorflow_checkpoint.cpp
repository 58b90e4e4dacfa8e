#include "weights/tensorflow_checkpoint.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/crc32.hpp"
#include "inkstone/error.hpp"
#include "weights/extent.hpp"
#include "weights/manifest.hpp"
#include "weights/named_file.hpp"
#include "weights/protobuf_wire.hpp"
#include "weights/sorted_table.hpp"
#include "weights/tensor_over.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxIndexBytes = std::uint64_t(256) << 20, kMaxShards = 99999, kMaxListBytes = std::uint64_t(1) << 20;
constexpr std::uint64_t kTextType = 7;  // DT_STRING

[[noreturn]] void corrupt_checkpoint(const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{}; get the files of the checkpoint again", what));
}

// BundleEntryProto: one tensor.
struct BundleEntry {
  std::string name;
  std::uint64_t type = 0, shard = 0, offset = 0, size = 0;
  std::uint32_t checksum = 0;
  Shape shape;
  bool sliced = false;
};

// TensorShapeProto
Shape read_bundle_shape(Bytes message, const std::string& tensor) {
  Shape shape;
  for (ProtoReader reader(message); const auto field = reader.next();) {
    if (field->number == 3 && field->integer() != 0) corrupt_checkpoint(fmt::format("tensor '{}' has no known shape", tensor));
    if (field->number != 2) continue;
    if (shape.size() == kMaxRank) corrupt_checkpoint(fmt::format("tensor '{}' claims more than {} dimensions", tensor, kMaxRank));
    shape.push_back(0);
    for (ProtoReader dimension(field->message()); const auto part = dimension.next();)
      if (part->number == 1) shape.back() = static_cast<std::int64_t>(part->integer());
  }
  return shape;
}

BundleEntry read_bundle_entry(const TableEntry& row) {
  BundleEntry entry;
  entry.name = row.key;
  for (ProtoReader reader(as_bytes(row.value)); const auto field = reader.next();) {
    if (field->number == 1) entry.type = field->integer();
    if (field->number == 2) entry.shape = read_bundle_shape(field->message(), row.key);
    if (field->number == 3) entry.shard = field->integer();
    if (field->number == 4) entry.offset = field->integer();
    if (field->number == 5) entry.size = field->integer();
    if (field->number == 6) entry.checksum = static_cast<std::uint32_t>(field->value);
    if (field->number == 7) entry.sliced = true;
  }
  return entry;
}

// BundleHeaderProto: under the empty key. The number of files of data.
std::uint64_t read_bundle_header(const std::vector<TableEntry>& rows) {
  if (rows.empty() || !rows.front().key.empty()) corrupt_checkpoint("the index has no header");
  std::uint64_t shards = 0;
  for (ProtoReader reader(as_bytes(rows.front().value)); const auto field = reader.next();) {
    if (field->number == 1) shards = field->integer();
    if (field->number == 2 && field->integer() != 0)
      throw Error(ErrorCategory::unsupported, "the checkpoint was written by a big-endian machine, which cannot be read");
  }
  if (shards == 0 || shards > kMaxShards) corrupt_checkpoint(fmt::format("the index speaks of {} files of data", shards));
  return shards;
}

at::ScalarType tensorflow_dtype(const BundleEntry& entry) {
  switch (entry.type) {
    case 1:
      return at::kFloat;
    case 2:
      return at::kDouble;
    case 3:
      return at::kInt;
    case 4:
      return at::kByte;
    case 5:
      return at::kShort;
    case 6:
      return at::kChar;
    case 9:
      return at::kLong;
    case 10:
      return at::kBool;
    case 14:
      return at::kBFloat16;
    case 19:
      return at::kHalf;
  }
  throw Error(ErrorCategory::unsupported,
              fmt::format("tensor '{}' has TensorFlow's type {}, which cannot be read", entry.name, entry.type));
}

// The files of data, mapped when a tensor first asks for them.
class BundleData {
 public:
  BundleData(const fs::path& index, std::uint64_t count) : index_(index), files_(count) {}

  const std::shared_ptr<const MappedFile>& file(const BundleEntry& entry) {
    if (entry.shard >= files_.size()) corrupt_checkpoint(fmt::format("tensor '{}' lies in a file that there is not", entry.name));
    auto& file = files_[entry.shard];
    if (!file) file = std::make_shared<const MappedFile>(file_beside(index_, name_of(entry.shard)));
    return file;
  }

 private:
  std::string name_of(std::uint64_t shard) const {
    return fmt::format("{}.data-{:05}-of-{:05}", index_.stem().string(), shard, files_.size());
  }

  const fs::path& index_;
  std::vector<std::shared_ptr<const MappedFile>> files_;
};

at::Tensor read_bundle_tensor(const BundleEntry& entry, BundleData& data) {
  if (entry.sliced)
    throw Error(ErrorCategory::unsupported,
                fmt::format("the variable '{}' is stored in slices; save it whole, without a partitioner", entry.name));
  const auto dtype = tensorflow_dtype(entry);
  require_size(entry.shape, dtype, entry.size, entry.name);
  const auto& file = data.file(entry);
  const Bytes bytes = file->bytes();
  if (entry.offset > bytes.size() || entry.size > bytes.size() - entry.offset)
    corrupt_checkpoint(fmt::format("the data end before tensor '{}' does", entry.name));
  const Bytes own = bytes.subspan(entry.offset, entry.size);
  if (masked_crc32c(own) != entry.checksum) corrupt_checkpoint(fmt::format("tensor '{}' has a wrong checksum", entry.name));
  return tensor_over(own, dtype, entry.shape, file);
}

// No two tensors of a sound checkpoint share bytes.
void require_tensors_apart(std::vector<BundleEntry> entries) {
  const auto place = [](const BundleEntry& e) { return std::tuple(e.shard, e.offset, e.size); };
  std::sort(entries.begin(), entries.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  for (std::size_t i = 1; i < entries.size(); ++i)
    if (entries[i].shard == entries[i - 1].shard && entries[i].offset - entries[i - 1].offset < entries[i - 1].size)
      corrupt_checkpoint(fmt::format("the tensors '{}' and '{}' overlap", entries[i - 1].name, entries[i].name));
}

StateDict read_bundle(const fs::path& index) {
  const MappedFile file(index);
  if (file.bytes().size() > kMaxIndexBytes) corrupt_checkpoint("the index is larger than 256 MiB");
  const auto rows = read_sorted_table(file.bytes());
  BundleData data(index, read_bundle_header(rows));
  std::vector<BundleEntry> entries;
  for (std::size_t i = 1; i < rows.size(); ++i) entries.push_back(read_bundle_entry(rows[i]));
  const auto texts = std::erase_if(entries, [](const BundleEntry& entry) { return entry.type == kTextType; });
  require_tensors_apart(entries);
  StateDict result;
  for (const auto& entry : entries) result.tensors.emplace(entry.name, read_bundle_tensor(entry, data));
  if (texts > 0) result.metadata["tensors_left_out"] = std::to_string(texts);
  return result;
}

// model_checkpoint_path: "NAME", perhaps with folders of the machine that wrote it.
std::optional<std::string> newest_named(const fs::path& list) {
  const std::string text = read_file(list, kMaxListBytes);
  constexpr std::string_view kKey = "model_checkpoint_path: \"";
  if (!text.starts_with(kKey)) return std::nullopt;
  const auto end = text.find('"', kKey.size());
  return end == std::string::npos ? std::nullopt
                                  : std::optional(fs::path(text.substr(kKey.size(), end - kKey.size())).filename().string());
}

}  // namespace

StateDict read_tensorflow_checkpoint(const fs::path& index) {
  return naming_file(index, [&] { return read_bundle(index); });
}

fs::path tensorflow_index_in(const fs::path& folder) {
  std::error_code unreadable;
  if (fs::is_regular_file(folder / "checkpoint", unreadable))
    if (const auto name = newest_named(folder / "checkpoint")) return file_beside(folder / "checkpoint", *name + ".index");
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder, unreadable))
    if (entry.path().extension() == ".index") found.push_back(entry.path());
  if (found.size() == 1) return found.front();
  throw Error(ErrorCategory::not_found, fmt::format("{} holds {} checkpoints of TensorFlow; name the .index file of one",
                                                    folder.string(), found.empty() ? "no" : "several"));
}

}  // namespace inkstone
