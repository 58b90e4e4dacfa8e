#include "train/watch/grid.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <torch/types.h>

#include "inkstone/error.hpp"
#include "train/watch/append_file.hpp"
#include "train/watch/png.hpp"

namespace inkstone {
namespace {

constexpr int64_t kGap = 2;
constexpr int kGapGrey = 128;

at::Tensor to_bytes(const at::Tensor& pictures) {
  const auto scaled = pictures.detach().to(at::kCPU, at::kFloat).add(1).mul(127.5);
  return at::nan_to_num(scaled).clamp(0, 255).round().to(at::kByte);
}

}  // namespace

at::Tensor picture_grid(const at::Tensor& pictures, int64_t columns) {
  if (!pictures.defined() || pictures.dim() != 4 || pictures.numel() == 0 || columns < 1)
    throw Error(ErrorCategory::bad_argument, "a grid needs pictures [N,C,H,W] and at least one column");
  const auto bytes = to_bytes(pictures);
  const auto count = bytes.size(0), height = bytes.size(2), width = bytes.size(3);
  columns = std::min(columns, count);
  const auto rows = (count + columns - 1) / columns;
  auto grid = at::full({bytes.size(1), rows * (height + kGap) - kGap, columns * (width + kGap) - kGap}, kGapGrey, at::kByte);
  for (int64_t k = 0; k < count; ++k) {
    const auto top = k / columns * (height + kGap), left = k % columns * (width + kGap);
    grid.narrow(1, top, height).narrow(2, left, width).copy_(bytes[k]);
  }
  return grid;
}

std::filesystem::path grid_folder(const std::filesystem::path& run, const std::string& tag) {
  std::string name = tag.empty() ? "samples" : tag;
  for (auto& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') c = '-';
  return run / name;
}

std::filesystem::path grid_file(const std::filesystem::path& run, const std::string& tag, int64_t step) {
  return grid_folder(run, tag) / fmt::format("step-{:06}.png", step);
}

int64_t step_of_grid(const std::filesystem::path& file) {
  const auto stem = file.stem().string();
  int64_t step = -1;
  if (file.extension() != ".png" || !stem.starts_with("step-")) return -1;
  const auto [end, error] = std::from_chars(stem.data() + 5, stem.data() + stem.size(), step);
  return error == std::errc() && end == stem.data() + stem.size() ? step : -1;
}

SampleFolder::SampleFolder(std::filesystem::path run, std::vector<std::string> tags)
    : run_(std::move(run)), tags_(std::move(tags)) {}

void SampleFolder::on_start(const RunDescription&, int64_t first_step) {
  keep_until(last_kept(first_step));
}

void SampleFolder::keep_until(int64_t step) {
  for (const auto& tag : tags_) {
    std::error_code missing;
    std::vector<std::filesystem::path> stale;
    for (const auto& entry : std::filesystem::directory_iterator(grid_folder(run_, tag), missing))
      if (step_of_grid(entry.path()) > step) stale.push_back(entry.path());
    for (const auto& file : stale) std::filesystem::remove(file, missing);
  }
}

void SampleFolder::on_pictures(int64_t step, const std::string& tag, const at::Tensor& grid) {
  make_folder(grid_folder(run_, tag));
  write_png(grid_file(run_, tag, step), grid);
}

}  // namespace inkstone
