#include "data/cifar.hpp"

#include <algorithm>
#include <cstring>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/files.hpp"
#include "data/place.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kSide = 32, kPixels = 3 * kSide * kSide, kRecord = 1 + kPixels;

std::vector<fs::path> files_of(const fs::path& place, const std::string& split) {
  if (!fs::is_directory(status_of(place))) return {place};
  std::vector<fs::path> files;
  if (split == "test")
    files.push_back(place / "test_batch.bin");
  else
    for (int i = 1; i <= 5; ++i) files.push_back(place / fmt::format("data_batch_{}.bin", i));
  // the archive has its files in a folder of its own
  const auto inner = place / "cifar-10-batches-bin";
  if (!is_there(files.front()) && is_there(inner)) return files_of(inner, split);
  return files;
}

int64_t records_in(const MappedFile& file, const fs::path& path) {
  const auto size = static_cast<int64_t>(file.bytes().size());
  if (size == 0 || size % kRecord != 0)
    throw Error(
        ErrorCategory::corrupt_file,
        fmt::format("{} has {} bytes, which is no whole number of CIFAR-10 records of {} bytes", path.string(), size, kRecord));
  return size / kRecord;
}

}  // namespace

const std::vector<std::string>& cifar10_classes() {
  static const std::vector<std::string> names = {"airplane", "automobile", "bird",  "cat",  "deer",
                                                 "dog",      "frog",       "horse", "ship", "truck"};
  return names;
}

std::shared_ptr<const TensorDataset> open_cifar(const fs::path& place, const std::string& split) {
  const auto paths = files_of(place, split);
  std::vector<MappedFile> files;
  int64_t count = 0;
  for (const auto& path : paths) count += records_in(files.emplace_back(path), path);
  const at::Tensor pictures = at::empty({count, 3, kSide, kSide}, at::kByte), labels = at::empty({count}, at::kLong);
  auto* pixels = pictures.data_ptr<uint8_t>();
  auto* label = labels.data_ptr<int64_t>();
  for (std::size_t f = 0; f < files.size(); ++f) {
    const auto bytes = files[f].bytes();
    for (std::size_t at = 0; at < bytes.size(); at += kRecord, pixels += kPixels) {
      const auto value = std::to_integer<int64_t>(bytes[at]);
      if (value > 9)
        throw Error(ErrorCategory::corrupt_file,
                    fmt::format("{} has label {}; those of CIFAR-10 are 0 to 9", paths[f].string(), value));
      *label++ = value;
      std::memcpy(pixels, bytes.data() + at + 1, kPixels);
    }
  }
  return std::make_shared<const TensorDataset>(pictures, labels, std::vector<std::string>{}, cifar10_classes());
}

}  // namespace inkstone
