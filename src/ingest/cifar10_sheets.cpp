#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "data/cifar.hpp"
#include "image/decode.hpp"
#include "ingest/picture_bytes.hpp"
#include "ingest/sprite_sheets.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

constexpr int kCifarSide = 32;

[[noreturn]] void corrupt_sheet(const fs::path& path, const std::string& what) {
  throw Error(ErrorCategory::corrupt_file, fmt::format("{} {}", path.string(), what));
}

// uint8 [N,3,32,32]
at::Tensor read_sheet(const fs::path& path) {
  const auto sheet = to_bytes(decode_image(path), 3);  // [3,N,1024]
  if (sheet.size(2) != kCifarSide * kCifarSide)
    corrupt_sheet(path, fmt::format("is {} pixels wide; a sheet of CIFAR-10 has {}", sheet.size(2), kCifarSide * kCifarSide));
  return sheet.permute({1, 0, 2}).reshape({sheet.size(1), 3, kCifarSide, kCifarSide}).contiguous();
}

at::Tensor read_labels(const fs::path& path) {
  const auto list = nlohmann::json::parse(read_file(path, 1 << 24), nullptr, false);
  if (!list.is_array()) corrupt_sheet(path, "is no list of labels");
  std::vector<int64_t> labels;
  for (const auto& item : list) {
    if (!item.is_number_integer() || item.get<int64_t>() < 0 || item.get<int64_t>() > 9)
      corrupt_sheet(path, "has labels that are not 0 to 9");
    labels.push_back(item.get<int64_t>());
  }
  return at::tensor(labels, at::kLong);
}

}  // namespace

std::shared_ptr<const TensorDataset> open_cifar10_sheets(const fs::path& folder, const std::string& split) {
  std::vector<at::Tensor> sheets;
  if (split == "test")
    sheets.push_back(read_sheet(folder / "test_batch.png"));
  else
    for (int i = 1; i <= 5; ++i) sheets.push_back(read_sheet(folder / fmt::format("data_batch_{}.png", i)));
  const auto labels_file = folder / fmt::format("{}_lables.json", split == "test" ? "test" : "train");
  auto pictures = at::cat(sheets);
  auto labels = read_labels(labels_file);
  if (labels.size(0) != pictures.size(0))
    corrupt_sheet(labels_file, fmt::format("has {} labels for {} pictures", labels.size(0), pictures.size(0)));
  return std::make_shared<const TensorDataset>(std::move(pictures), std::move(labels), std::vector<std::string>{},
                                               cifar10_classes());
}

}  // namespace inkstone
