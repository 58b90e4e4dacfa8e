// Single trees grown by rule: branches that divide with less and less wood (Leonardo's rule: their sections add up to the
// stem's), and firs of drooping boughs. H. Honda, "Description of the form of trees by the parameters of the tree-like body",
// 1971.
#pragma once

#include "data/procedural/canvas.hpp"
#include "data/procedural/random.hpp"

namespace inkstone::procedural {

struct TreeColours {
  Rgb bark, leaf, lit;    // lit: leaves on the side of the light
  double light_side = 1;  // -1 left, 1 right
};

enum class TreeKind { fir, broadleaf, birch, bare, cypress };

// Stands at `root`; height in canvas units.
void draw_tree(Canvas& canvas, TreeKind kind, Vec2 root, double height, const TreeColours& colours, Random random);

}  // namespace inkstone::procedural
