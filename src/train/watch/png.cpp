#include "train/watch/png.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "core/crc32.hpp"
#include "core/files.hpp"
#include "inkstone/error.hpp"
#include "train/watch/deflate.hpp"

namespace inkstone {
namespace {

using Row = std::vector<uint8_t>;

void put_big_endian(std::string& out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

void put_chunk(std::string& png, const char* kind, const std::string& content) {
  put_big_endian(png, static_cast<uint32_t>(content.size()));
  const std::string checked = kind + content;
  png += checked;
  put_big_endian(png, crc32(as_bytes(checked)));
}

int paeth(int left, int above, int corner) {
  const int to_left = std::abs(above - corner), to_above = std::abs(left - corner),
            to_corner = std::abs(left + above - 2 * corner);
  if (to_left <= to_above && to_left <= to_corner) return left;
  return to_above <= to_corner ? above : corner;
}

int predicted(int filter, int left, int above, int corner) {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) / 2;
    case 4:
      return paeth(left, above, corner);
    default:
      return 0;
  }
}

// The row behind its filter byte, as differences from what the filter predicts.
Row filtered(int filter, const Row& row, const Row& above, std::size_t pixel) {
  Row out{static_cast<uint8_t>(filter)};
  out.reserve(row.size() + 1);
  for (std::size_t x = 0; x < row.size(); ++x) {
    const int left = x >= pixel ? row[x - pixel] : 0, corner = x >= pixel ? above[x - pixel] : 0;
    out.push_back(static_cast<uint8_t>(row[x] - predicted(filter, left, above[x], corner)));
  }
  return out;
}

int64_t cost(const Row& row) {
  int64_t sum = 0;
  for (std::size_t x = 1; x < row.size(); ++x) sum += std::abs(static_cast<int8_t>(row[x]));
  return sum;
}

// The filter with the smallest differences, as the standard advises.
Row best_filtered(const Row& row, const Row& above, std::size_t pixel) {
  Row best = filtered(0, row, above, pixel);
  int64_t best_cost = cost(best);
  for (int filter = 1; filter <= 4; ++filter) {
    auto candidate = filtered(filter, row, above, pixel);
    const auto candidate_cost = cost(candidate);
    if (candidate_cost < best_cost) best = std::move(candidate), best_cost = candidate_cost;
  }
  return best;
}

// [H, W*C], checked.
at::Tensor interleaved(const at::Tensor& picture) {
  const bool fits = picture.defined() && picture.dim() == 3 && picture.scalar_type() == at::kByte && picture.numel() > 0;
  if (!fits || (picture.size(0) != 1 && picture.size(0) != 3 && picture.size(0) != 4))
    throw Error(ErrorCategory::bad_argument, "a picture to write must be a uint8 tensor [C,H,W] with 1, 3 or 4 channels");
  return picture.cpu().permute({1, 2, 0}).contiguous().reshape({picture.size(1), -1});
}

std::string filtered_rows(const at::Tensor& rows, std::size_t pixel) {
  std::string out;
  const auto width = static_cast<std::size_t>(rows.size(1));
  Row above(width, 0);
  for (int64_t y = 0; y < rows.size(0); ++y) {
    const auto* first = rows.data_ptr<uint8_t>() + y * rows.size(1);
    Row row(first, first + width);
    const auto best = best_filtered(row, above, pixel);
    out.append(best.begin(), best.end());
    above = std::move(row);
  }
  return out;
}

}  // namespace

std::string encode_png(const at::Tensor& picture) {
  const auto rows = interleaved(picture);
  const auto channels = picture.size(0);
  constexpr std::array<char, 5> kColourType = {0, 0, 0, 2, 6};
  std::string header;
  put_big_endian(header, static_cast<uint32_t>(picture.size(2)));
  put_big_endian(header, static_cast<uint32_t>(picture.size(1)));
  header += {8, kColourType[static_cast<std::size_t>(channels)], 0, 0, 0};  // 8 bits; not interlaced
  std::string png = "\x89PNG\r\n\x1a\n";
  put_chunk(png, "IHDR", header);
  put_chunk(png, "IDAT", zlib_compress(as_bytes(filtered_rows(rows, static_cast<std::size_t>(channels)))));
  put_chunk(png, "IEND", "");
  return png;
}

void write_png(const std::filesystem::path& path, const at::Tensor& picture) {
  write_file_atomic(path, as_bytes(encode_png(picture)));
}

void write_pnm(const std::filesystem::path& path, const at::Tensor& picture) {
  const auto rows = interleaved(picture);
  if (picture.size(0) == 4) throw Error(ErrorCategory::bad_argument, "PPM has no alpha channel; write PNG");
  auto content = fmt::format("P{}\n{} {}\n255\n", picture.size(0) == 1 ? 5 : 6, picture.size(2), picture.size(1));
  content.append(reinterpret_cast<const char*>(rows.data_ptr<uint8_t>()), static_cast<std::size_t>(rows.numel()));
  write_file_atomic(path, as_bytes(content));
}

}  // namespace inkstone
