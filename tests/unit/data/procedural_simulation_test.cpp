#include <cmath>
#include <numbers>
#include <string>

#include <gtest/gtest.h>

#include "data/procedural/black_hole.hpp"
#include "data/procedural/cellular_automata.hpp"
#include "data/procedural/galaxies.hpp"
#include "data/procedural/noise.hpp"
#include "data/procedural/reaction_diffusion.hpp"
#include "data/procedural/terrain.hpp"

namespace inkstone::procedural {
namespace {

std::string shown(const CellRow& row) {
  std::string text;
  for (const auto cell : row) text += cell ? '#' : '.';
  return text;
}

TEST(ElementaryAutomaton, Rule90IsPascalsTriangleModuloTwo) {
  CellRow row(65);
  row[32] = 1;
  for (int n = 0; n < 32; ++n, row = next_row(row, 90))
    for (int k = 0; k <= n; ++k) EXPECT_EQ(row[32 - n + 2 * k], (n & k) == k) << n << ' ' << k;  // Lucas's theorem
}

TEST(ElementaryAutomaton, Rule110) {
  CellRow row = {0, 0, 0, 0, 0, 0, 1, 0};
  for (const char* line : {".....##.", "....###.", "...##.#.", "..#####."}) {
    row = next_row(row, 110);
    EXPECT_EQ(shown(row), line);
  }
}

CellGrid grid_of(const std::string& cells, int width) {
  CellGrid grid{width, static_cast<int>(cells.size()) / width, {}};
  for (const char c : cells) grid.cells.push_back(c == '#');
  return grid;
}

TEST(Life, GliderMovesOneStepDiagonallyInFourGenerations) {
  const LifeRule life{"Life", 1U << 3, (1U << 2) | (1U << 3)};
  const CellGrid start = grid_of(
      ".#......"
      "..#....."
      "###....."
      "........"
      "........"
      "........"
      "........"
      "........",
      8);
  CellGrid grid = start;
  for (int i = 0; i < 4; ++i) grid = next_generation(grid, life);
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x) EXPECT_EQ(grid.at(x + 1, y + 1), start.at(x, y));
}

TEST(CyclicAutomaton, EatsTheStateBefore) {
  const CellGrid grid{4, 1, {0, 1, 2, 0}};
  EXPECT_EQ(next_cycle(grid, 3).cells, (std::vector<std::uint8_t>{1, 2, 0, 0}));
}

TEST(GrayScott, RestsWithoutTheSecondSubstance) {
  GrayScott cells(12, 9, 0.04F, 0.06F);
  cells.step(50);
  EXPECT_FLOAT_EQ(cells.u(5, 5), 1);
  EXPECT_FLOAT_EQ(cells.v(5, 5), 0);
}

TEST(GrayScott, SeedsGrowAndStayInRange) {
  GrayScott cells(40, 40, 0.0545F, 0.062F);
  cells.seed(20, 20, 5);
  cells.step(600);
  int alive = 0;
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 40; ++x) {
      EXPECT_TRUE(cells.u(x, y) >= 0 && cells.u(x, y) <= 1 && cells.v(x, y) >= 0 && cells.v(x, y) <= 1);
      alive += cells.v(x, y) > 0.1F;
      EXPECT_NEAR(cells.v(x, y), cells.v((40 - x) % 40, y), 1e-3);  // what was symmetric stays so
    }
  EXPECT_GT(alive, 60);
}

TEST(Galaxies, CoresKeepEnergyAndMomentum) {
  Encounter encounter({{-1.5, 0.4, 0}, {0.4, 0, 0.1}, 1}, {{1.5, -0.4, 0}, {-0.8, 0, -0.2}, 0.5}, 0.14);
  const double energy = encounter.core_energy();
  const Vec3 momentum = encounter.core_momentum();
  encounter.step(0.01, 1000);
  EXPECT_NEAR(encounter.core_energy(), energy, 2e-3 * std::abs(energy));
  EXPECT_NEAR(length(encounter.core_momentum() - momentum), 0, 1e-9);
}

TEST(Galaxies, StarsOfALoneDiscStayOnTheirCircles) {
  Encounter encounter({{0, 0, 0}, {0, 0, 0}, 1}, {{1e6, 0, 0}, {0, 0, 0}, 1e-9}, 0.14);
  Random random(1);
  encounter.add_disc(0, 200, 1.0, {0, 0, 1}, random);
  const auto before = encounter.stars();
  encounter.step(0.02, 300);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i].radius < 0.3) continue;
    EXPECT_NEAR(length(encounter.stars()[i].place), length(before[i].place), 0.06);
  }
}

TEST(BlackHole, CapturesBelowTheCriticalImpactParameter) {
  double captured = 4, escapes = 7;
  while (escapes - captured > 1e-5) {
    const double middle = 0.5 * (captured + escapes);
    (light_path(middle, 1000).captured ? captured : escapes) = middle;
  }
  EXPECT_NEAR(captured, 3 * std::sqrt(3.0), 2e-3);
}

TEST(BlackHole, BendsWeaklyByFourMassesOverTheImpactParameter) {
  const double impact = 500, distance = 1e7;
  const LightPath path = light_path(impact, distance);
  ASSERT_FALSE(path.captured);
  EXPECT_NEAR(path.leaves_at - std::numbers::pi, 4 / impact, 0.05 * 4 / impact);
}

TEST(BlackHole, DiscRedshift) {
  EXPECT_NEAR(disc_redshift(6, 0), std::sqrt(0.5), 1e-12);  // face on: gravity and time dilation alone
  EXPECT_GT(disc_redshift(8, -7), 1);                       // coming
  EXPECT_LT(disc_redshift(8, 4), disc_redshift(8, 0));      // going
}

TEST(Terrain, ErosionKeepsTheSoil) {
  Terrain terrain(48, [](double x, double y) { return 0.4 * ridged(perlin, 3 * x, 3 * y, 1); });
  const double before = terrain.total(), peak = terrain.height(0.5, 0.5);
  terrain.erode(2000, Random(3));
  EXPECT_NEAR(terrain.total(), before, 1e-3 * before);
  EXPECT_NE(terrain.height(0.5, 0.5), peak);
}

TEST(Terrain, AWallCastsAShadowAwayFromTheSun) {
  Terrain terrain(64, [](double x, double) { return x > 0.48 && x < 0.52 ? 0.2 : 0.0; });
  terrain.cast_shadows({1, 0}, 0.7);
  EXPECT_LT(terrain.light(0.40, 0.5), 0.3);
  EXPECT_GT(terrain.light(0.60, 0.5), 0.95);
  EXPECT_GT(terrain.light(0.05, 0.5), 0.95);
}

}  // namespace
}  // namespace inkstone::procedural
