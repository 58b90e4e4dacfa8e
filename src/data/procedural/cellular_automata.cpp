#include "data/procedural/cellular_automata.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "data/procedural/palette.hpp"

namespace inkstone::procedural {

CellRow next_row(const CellRow& row, int rule) {
  const std::size_t n = row.size();
  CellRow next(n);
  for (std::size_t i = 0; i < n; ++i) {
    const int neighbourhood = 4 * row[(i + n - 1) % n] + 2 * row[i] + row[(i + 1) % n];
    next[i] = static_cast<std::uint8_t>((rule >> neighbourhood) & 1);
  }
  return next;
}

CellGrid next_generation(const CellGrid& grid, const LifeRule& rule) {
  CellGrid next = grid;
  for (int y = 0; y < grid.height; ++y)
    for (int x = 0; x < grid.width; ++x) {
      int neighbours = -grid.at(x, y);
      for (int j = -1; j <= 1; ++j)
        for (int i = -1; i <= 1; ++i) neighbours += grid.at(x + i, y + j);
      next.cells[static_cast<std::size_t>(y) * grid.width + x] = ((grid.at(x, y) ? rule.stays : rule.born) >> neighbours) & 1U;
    }
  return next;
}

CellGrid next_cycle(const CellGrid& grid, int states) {
  CellGrid next = grid;
  for (int y = 0; y < grid.height; ++y)
    for (int x = 0; x < grid.width; ++x) {
      const auto wanted = static_cast<std::uint8_t>((grid.at(x, y) + 1) % states);
      if (grid.at(x - 1, y) == wanted || grid.at(x + 1, y) == wanted || grid.at(x, y - 1) == wanted ||
          grid.at(x, y + 1) == wanted)
        next.cells[static_cast<std::size_t>(y) * grid.width + x] = wanted;
    }
  return next;
}

namespace {

constexpr unsigned mask(std::initializer_list<int> counts) {
  unsigned bits = 0;
  for (const int n : counts) bits |= 1U << n;
  return bits;
}

constexpr std::array kLifeRules = {
    LifeRule{"Conway's Life", mask({3}), mask({2, 3})},
    LifeRule{"HighLife", mask({3, 6}), mask({2, 3})},
    LifeRule{"Day and Night", mask({3, 6, 7, 8}), mask({3, 4, 6, 7, 8})},
    LifeRule{"Mazectric", mask({3}), mask({1, 2, 3, 4})},
    LifeRule{"Maze", mask({3}), mask({1, 2, 3, 4, 5})},
    LifeRule{"Anneal", mask({4, 6, 7, 8}), mask({3, 5, 6, 7, 8})},
    LifeRule{"Vote", mask({5, 6, 7, 8}), mask({4, 5, 6, 7, 8})},
};

CellGrid soup(int width, int height, int states, double filled, Random& random) {
  CellGrid grid{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height)};
  for (auto& cell : grid.cells) cell = static_cast<std::uint8_t>(states > 2 ? random.below(states) : random.chance(filled));
  return grid;
}

// Cells across the shorter side, so that one is at least about four pixels.
int cells_across(const Brief& brief, int most) {
  return std::clamp(std::min(brief.width, brief.height) / 4, 20, most);
}

int width_for(const Brief& brief, int across) {
  return brief.aspect() >= 1 ? static_cast<int>(std::lround(across * brief.aspect())) : across;
}
int height_for(const Brief& brief, int across) {
  return brief.aspect() >= 1 ? across : static_cast<int>(std::lround(across / brief.aspect()));
}

// Each cell a rounded tile: colour_of(x, y); gap: part of the cell that is ground.
void paint_cells(Canvas& canvas, int columns, int rows, double gap, Rgb ground,
                 const std::function<Rgb(int x, int y)>& colour_of) {
  const double size = std::max(canvas.aspect() / columns, 1.0 / rows), blur = 0.7 * canvas.sample() / size;
  const Vec2 shift = 0.5 * Vec2{columns * size - canvas.aspect(), rows * size - 1};
  canvas.shade([&](double x, double y) {
    const double cx = (x + shift.x) / size, cy = (y + shift.y) / size;
    const int i = std::clamp(static_cast<int>(cx), 0, columns - 1), j = std::clamp(static_cast<int>(cy), 0, rows - 1);
    const double dx = std::abs(cx - i - 0.5), dy = std::abs(cy - j - 0.5), half = 0.5 - gap, corner = 0.18;
    const double qx = std::max(0.0, dx - half + corner), qy = std::max(0.0, dy - half + corner);
    const double outside = std::sqrt(qx * qx + qy * qy) - corner, cover = gap <= 0 ? 1 : 1 - smoothstep(-blur, blur, outside);
    const double bevel = 1.06 - 0.14 * (cy - j);
    return mix(ground, bevel * colour_of(i, j), cover);
  });
}

Painted elementary(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random);
  const int across = cells_across(brief, 110), columns = width_for(brief, across), rows = height_for(brief, across);
  const bool single = random.chance(0.5);
  // a single cell takes a rule that grows to both sides
  const int rule =
      single ? random.pick(std::array{30, 45, 54, 73, 75, 90, 105, 126, 146, 150, 161, 182})
             : random.pick(std::array{30, 45, 54, 57, 60, 73, 75, 90, 105, 106, 110, 126, 137, 146, 150, 161, 169, 182, 225});
  const bool dark = random.chance(0.6);
  const int margin = rows;  // so that the ends of the row do not meet inside the picture
  CellRow row(static_cast<std::size_t>(columns) + 2 * margin);
  for (auto& cell : row) cell = !single && random.chance(0.5);
  if (single) row[margin + columns / 2] = 1;
  std::vector<CellRow> lines;
  for (int y = 0; y < rows; ++y, row = next_row(row, rule)) lines.push_back(row);
  // a live cell is lighter the more of the cells around and above it live
  const auto tone = [&](int x, int y) {
    int alive = 0;
    for (int j = 0; j < 6; ++j)
      for (int i = -3; i <= 3; ++i)
        alive += y - j >= 0
                     ? lines[y - j][static_cast<std::size_t>(std::clamp(x + margin + i, 0, static_cast<int>(row.size()) - 1))]
                     : 0;
    return 0.30 + 0.62 * clamp01(1.6 * alive / 42.0 - 0.2);
  };
  const Rgb ground = palette.at(dark ? 0.03 : 1.0), off = palette.at(dark ? 0.10 : 0.94);
  Canvas canvas(brief.width, brief.height, brief.samples());
  paint_cells(canvas, columns, rows, 0.06, ground, [&](int x, int y) {
    return lines[y][static_cast<std::size_t>(x + margin)] ? palette.at(dark ? tone(x, y) : 0.95 - tone(x, y)) : off;
  });
  return {std::move(canvas), fmt::format("the elementary cellular automaton of rule {} from {}, in {}", rule,
                                         single ? "a single cell" : "a random row", palette.words())};
}

bool balanced(const CellGrid& grid) {
  const auto alive =
      static_cast<double>(std::count(grid.cells.begin(), grid.cells.end(), 1)) / static_cast<double>(grid.cells.size());
  return alive > 0.06 && alive < 0.9;
}

Painted life(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random);
  const LifeRule& rule = random.pick(kLifeRules);
  const bool majority = (rule.born & mask({8})) != 0;  // such rules hold an even soup in balance
  const int across = cells_across(brief, 120), columns = width_for(brief, across), rows = height_for(brief, across);
  CellGrid grid = soup(columns, rows, 2, majority ? 0.5 : random.uniform(0.3, 0.45), random);
  std::vector<double> glow(grid.cells.size());
  const int most = random.between(24, 64);
  int generations = 0;
  for (; generations < most; ++generations) {
    CellGrid next = next_generation(grid, rule);
    if (!balanced(next) && generations > 3) break;  // before it dies out
    grid = std::move(next);
    for (std::size_t c = 0; c < glow.size(); ++c)
      glow[c] = grid.cells[c] ? std::min(1.0, 0.55 + 0.45 * glow[c] + 0.02) : 0.93 * glow[c];
  }
  Canvas canvas(brief.width, brief.height, brief.samples());
  paint_cells(canvas, columns, rows, 0.08, palette.at(0.02), [&](int x, int y) {
    const auto c = static_cast<std::size_t>(y) * columns + x;
    return palette.at(grid.cells[c] ? 0.62 + 0.38 * glow[c] : 0.05 + 0.5 * glow[c]);
  });
  bloom(canvas, 0.5, 0.03, 0.25);
  return {std::move(canvas),
          fmt::format("generation {} of {} with the traces of the dead, in {}", generations, rule.name, palette.words())};
}

Painted cyclic(const Brief& brief, Random random) {
  const Palette& palette = choose_palette(brief.palette, random);
  const int states = random.between(9, 14), across = std::min(2 * cells_across(brief, 90), 180),
            columns = width_for(brief, across), rows = height_for(brief, across);
  CellGrid grid = soup(columns, rows, states, 0, random);
  const int generations = 60 + across + random.below(60);
  for (int i = 0; i < generations; ++i) grid = next_cycle(grid, states);
  Canvas canvas(brief.width, brief.height, brief.samples());
  paint_cells(canvas, columns, rows, 0, palette.at(0),
              [&](int x, int y) { return palette.cyclic(static_cast<double>(grid.at(x, y)) / states); });
  return {std::move(canvas),
          fmt::format("spirals of a cyclic cellular automaton with {} states, in {}", states, palette.words())};
}

}  // namespace

Painted paint_cellular_automaton(const Brief& brief) {
  constexpr std::array kFamilies = {elementary, life, cyclic};
  Random random(brief.seed);
  return random.pick(kFamilies)(brief, random.branch(1));
}

}  // namespace inkstone::procedural
