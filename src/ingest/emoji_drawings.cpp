#include <map>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "image/decode.hpp"
#include "ingest/sprite_sheets.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kDrawingSide = 64, kDrawingPitch = kDrawingSide + 2;

struct Cell {
  int64_t x = -1, y = -1;
};

std::map<std::string, Cell> cells_of(const fs::path& path) {
  const auto list = nlohmann::json::parse(read_file(path, 1 << 26), nullptr, false);
  if (!list.is_array()) throw Error(ErrorCategory::corrupt_file, fmt::format("{} is no JSON list", path.string()));
  std::map<std::string, Cell> cells;
  for (const auto& entry : list)
    if (entry.is_object() && entry.contains("unified") && entry["unified"].is_string() && entry.contains("sheet_x") &&
        entry.contains("sheet_y") && entry["sheet_x"].is_number_integer() && entry["sheet_y"].is_number_integer())
      cells[entry["unified"].get<std::string>()] = {entry["sheet_x"].get<int64_t>(), entry["sheet_y"].get<int64_t>()};
  return cells;
}

at::Tensor drawing_at(const at::Tensor& sheet, Cell cell, const std::string& code, const fs::path& folder) {
  const int64_t x = cell.x * kDrawingPitch + 1, y = cell.y * kDrawingPitch + 1;
  if (cell.x < 0 || cell.y < 0 || x + kDrawingSide > sheet.size(1) || y + kDrawingSide > sheet.size(0))
    throw Error(ErrorCategory::corrupt_file, fmt::format("{} has no drawing of emoji {}", folder.string(), code));
  return sheet.narrow(0, y, kDrawingSide).narrow(1, x, kDrawingSide).permute({2, 0, 1}).mul(255).round().to(at::kByte);
}

}  // namespace

at::Tensor read_emoji_drawings(const fs::path& folder, const std::vector<std::string>& codes) {
  const auto cells = cells_of(folder / "emoji.json");
  auto picture = decode_image(folder / "64.png");
  if (picture.channels != 4)
    throw Error(ErrorCategory::corrupt_file, fmt::format("{} has no alpha channel", (folder / "64.png").string()));
  const auto sheet = at::from_blob(picture.pixels.data(), {picture.height, picture.width, 4}, at::kFloat);
  std::vector<at::Tensor> drawings;
  for (const auto& code : codes) {
    const auto cell = cells.find(code);
    drawings.push_back(drawing_at(sheet, cell == cells.end() ? Cell() : cell->second, code, folder));
  }
  return at::stack(drawings);
}

}  // namespace inkstone
