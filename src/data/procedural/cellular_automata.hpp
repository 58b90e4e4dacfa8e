// Cells that follow a rule. Elementary automata: S. Wolfram, "Statistical mechanics of cellular automata", 1983; Life: J. Conway,
// in M. Gardner's column of October 1970; cyclic automata: D. Griffeath, in A. Dewdney's column of August 1989.
#pragma once

#include <cstdint>
#include <vector>

#include "data/procedural/painter.hpp"

namespace inkstone::procedural {

using CellRow = std::vector<std::uint8_t>;

// The row after `row` (0 or 1 each) by Wolfram's rule number; its ends are neighbours.
CellRow next_row(const CellRow& row, int rule);

// A torus of cells, row by row.
struct CellGrid {
  int width = 0, height = 0;
  std::vector<std::uint8_t> cells;

  std::uint8_t at(int x, int y) const {
    return cells[static_cast<std::size_t>((y + height) % height) * width + (x + width) % width];
  }
};

// A two-state rule by how many of the eight neighbours live; bit n of each mask: with n neighbours one is born, or stays.
struct LifeRule {
  const char* name;
  unsigned born, stays;
};
CellGrid next_generation(const CellGrid& grid, const LifeRule& rule);

// A cell moves on to state + 1 (of `states`, after the last comes 0) where one of its four neighbours has that state.
CellGrid next_cycle(const CellGrid& grid, int states);

Painted paint_cellular_automaton(const Brief& brief);

}  // namespace inkstone::procedural
