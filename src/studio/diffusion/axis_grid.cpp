#include "studio/diffusion/axis_grid.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "core/options.hpp"
#include "core/text.hpp"
#include "image/text_label.hpp"
#include "inkstone/error.hpp"

namespace inkstone::studio {
namespace {

constexpr std::size_t kMostAxes = 3, kMostCells = 4096;
constexpr int kGridGap = 4;
constexpr const char* kReplace = "replace";

[[noreturn]] void refuse_axis(const std::string& what) {
  throw Error(ErrorCategory::bad_argument, "--xyz: " + what);
}

// Parts between marks, which quotes protect and lose.
std::vector<std::string> split_outside_quotes(const std::string& text, char mark) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == mark && !quoted)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  if (quoted) refuse_axis("a quotation mark is not closed");
  return parts;
}

std::string without_quotes(std::string text) {
  std::erase(text, '"');
  return text;
}

bool can_vary(const Field& field) {
  const std::string name = field.option.name;
  const bool file = field.kind == FieldKind::picture || field.kind == FieldKind::model;
  return !file && field.option.recipe && name != "xyz" && name != "batch" && name != "grid" && name != "columns" &&
         name != "interpolate";
}

const Field& field_named(const std::vector<Field>& fields, const std::string& name) {
  std::vector<std::string> names = {kReplace};
  for (const auto& field : fields) {
    const auto& aliases = field.option.aliases;
    if (!can_vary(field)) continue;
    if (name == field.option.name || std::find(aliases.begin(), aliases.end(), name) != aliases.end()) return field;
    names.push_back(field.option.name);
  }
  refuse_axis(fmt::format("'{}' is no option that can vary in a grid{}", name, did_you_mean(name, names)));
}

Axis axis_of(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) refuse_axis(fmt::format("'{}' should be OPTION=VALUE,VALUE", trimmed(text)));
  Axis axis{trimmed(text.substr(0, equals)), {}};
  if (axis.option.starts_with("--")) axis.option = axis.option.substr(2);
  for (const auto& part : split_outside_quotes(text.substr(equals + 1), ','))
    axis.values.push_back(without_quotes(trimmed(part)));
  if (axis.option == kReplace) return axis;
  static const auto fields = fields_of<PaintRequest>();
  axis.option = field_named(fields, axis.option).option.name;
  return axis;
}

PaintRequest with_words(PaintRequest request, const std::string& from, const std::string& to) {
  const auto replace = [&](std::string& text) {
    bool found = false;
    for (std::size_t at = 0; !from.empty() && (at = text.find(from, at)) != std::string::npos; at += to.size(), found = true)
      text.replace(at, from.size(), to);
    return found;
  };
  const bool in_prompt = replace(request.prompt), in_negative = replace(request.negative_prompt);
  if (!in_prompt && !in_negative) refuse_axis(fmt::format("the prompt does not have '{}', which is to be replaced", from));
  return request;
}

void put(Image& canvas, const Image& picture, int left, int top) {
  for (int y = 0; y < std::min(picture.height, canvas.height - top); ++y)
    for (int x = 0; x < std::min(picture.width, canvas.width - left); ++x)
      for (int c = 0; c < 3; ++c) canvas.at(left + x, top + y, c) = picture.at(x, y, c);
}

std::string label_of(const Axis& axis, std::size_t k) {
  return axis.option == kReplace ? axis.values[k] : fmt::format("{} {}", axis.option, axis.values[k]);
}

// Sizes of the parts of a grid, and its labels.
struct GridPlan {
  std::size_t columns = 1, rows = 1, blocks = 1;
  int cell_width = 0, cell_height = 0;
  std::vector<Image> heads, sides, titles;  // of columns, rows, blocks
  int head = 0, side = 0, title = 0;        // their room
};

std::vector<Image> labels_of(const std::vector<Axis>& axes, std::size_t which, int width, int line) {
  std::vector<Image> labels;
  for (std::size_t k = 0; which < axes.size() && k < axes[which].values.size(); ++k)
    labels.push_back(text_label(label_of(axes[which], k), width, line));
  return labels;
}

GridPlan plan_grid(const std::vector<Image>& cells, const std::vector<Axis>& axes) {
  GridPlan plan;
  std::size_t* counts[] = {&plan.columns, &plan.rows, &plan.blocks};
  for (std::size_t i = 0; i < axes.size(); ++i) *counts[i] = axes[i].values.size();
  for (const auto& cell : cells)
    plan.cell_width = std::max(plan.cell_width, cell.width), plan.cell_height = std::max(plan.cell_height, cell.height);
  const int line = std::max(12, plan.cell_width / 20);
  plan.heads = labels_of(axes, 0, plan.cell_width, line);
  plan.sides = labels_of(axes, 1, std::max(8 * line, plan.cell_width / 3), line);
  plan.titles = labels_of(axes, 2, int(plan.columns) * plan.cell_width, line + line / 3);
  const auto room = [&](const std::vector<Image>& labels, int Image::*side) {
    int most = 0;
    for (const auto& label : labels) most = std::max(most, label.*side);
    return most == 0 ? 0 : most + line;
  };
  plan.head = room(plan.heads, &Image::height);
  plan.side = room(plan.sides, &Image::width);
  plan.title = room(plan.titles, &Image::height);
  return plan;
}

}  // namespace

std::vector<Axis> parse_axes(const std::string& text, const PaintRequest& request) {
  std::vector<Axis> axes;
  for (const auto& part : split_outside_quotes(text, ';'))
    if (!trimmed(part).empty()) axes.push_back(axis_of(part));
  if (axes.empty() || axes.size() > kMostAxes)
    refuse_axis(fmt::format("takes one to {} axes, OPTION=VALUE,VALUE; OPTION=...", kMostAxes));
  std::size_t cells = 1;
  for (const auto& axis : axes) {
    for (std::size_t k = 0; k < axis.values.size(); ++k) with_value(request, axis, k);
    if ((cells *= axis.values.size()) > kMostCells)
      refuse_axis(fmt::format("more than {} pictures; take fewer values", kMostCells));
  }
  return axes;
}

PaintRequest with_value(const PaintRequest& request, const Axis& axis, std::size_t k) {
  if (axis.option == kReplace) return with_words(request, axis.values[0], axis.values[k]);
  static const auto fields = fields_of<PaintRequest>();
  const auto& field = field_named(fields, axis.option);
  auto values = to_json(request);
  const auto value = field.kind == FieldKind::boolean
                         ? nlohmann::json(axis.values[k] == "true" || axis.values[k] == "1" || axis.values[k] == "yes")
                         : value_from_text(field, axis.values[k]);
  values[axis.option] = field.list ? nlohmann::json::array({value}) : value;
  return from_json<PaintRequest>(values);
}

std::vector<PaintRequest> cells_of(const PaintRequest& request, const std::vector<Axis>& axes) {
  auto plain = request;
  plain.xyz.clear();
  std::vector<PaintRequest> cells = {plain};
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {  // the first axis is to change fastest
    std::vector<PaintRequest> finer;
    for (const auto& cell : cells)
      for (std::size_t k = 0; k < axis->values.size(); ++k) finer.push_back(with_value(cell, *axis, k));
    cells = std::move(finer);
  }
  return cells;
}

Image labelled_grid(const std::vector<Image>& cells, const std::vector<Axis>& axes) {
  const auto plan = plan_grid(cells, axes);
  const int step_x = plan.cell_width + kGridGap, step_y = plan.cell_height + kGridGap;
  const int block = plan.title + plan.head + int(plan.rows) * step_y;
  Image grid(plan.side + int(plan.columns) * step_x - kGridGap, int(plan.blocks) * block - kGridGap, 3);
  std::fill(grid.pixels.begin(), grid.pixels.end(), 1.0f);
  for (std::size_t z = 0; z < plan.blocks; ++z) {
    const int top = int(z) * block, below = top + plan.title + plan.head;
    if (z < plan.titles.size()) put(grid, plan.titles[z], plan.side, top + (plan.title - plan.titles[z].height) / 2);
    for (std::size_t x = 0; x < plan.heads.size(); ++x)
      put(grid, plan.heads[x], plan.side + int(x) * step_x + (plan.cell_width - plan.heads[x].width) / 2,
          top + plan.title + (plan.head - plan.heads[x].height) / 2);
    for (std::size_t y = 0; y < plan.sides.size(); ++y)
      put(grid, plan.sides[y], (plan.side - plan.sides[y].width) / 2,
          below + int(y) * step_y + std::max(0, (plan.cell_height - plan.sides[y].height) / 2));
    for (std::size_t k = z * plan.rows * plan.columns; k < std::min(cells.size(), (z + 1) * plan.rows * plan.columns); ++k)
      put(grid, cells[k], plan.side + int(k % plan.columns) * step_x, below + int(k / plan.columns % plan.rows) * step_y);
  }
  return grid;
}

}  // namespace inkstone::studio
