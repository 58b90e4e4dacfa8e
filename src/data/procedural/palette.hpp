// Named gradients that run from their darkest to their lightest colour in even steps of OKLab, so that any kind of
// picture may read them as shadow to light.
#pragma once

#include <array>
#include <initializer_list>
#include <string>
#include <vector>

#include "data/procedural/colour.hpp"
#include "data/procedural/random.hpp"

namespace inkstone::procedural {

class Palette {
 public:
  // stops: sRGB colours 0xrrggbb, at equal distances, at least two.
  Palette(std::string name, std::string words, std::initializer_list<std::uint32_t> stops);

  // 0 dark, 1 light; clamped.
  Rgb at(double t) const;
  // Dark to light and back with period 1, without a seam.
  Rgb cyclic(double t) const;
  const std::string& name() const { return name_; }
  // "deep blue and gold", for captions.
  const std::string& words() const { return words_; }

 private:
  static constexpr int kSteps = 256;
  std::string name_, words_;
  std::array<Rgb, kSteps + 1> table_;
};

const std::vector<Palette>& palettes();
// Throws bad_argument naming the nearest palette.
const Palette& palette_named(const std::string& name);
// "auto": one of the liked names, or of all where none is given.
const Palette& choose_palette(const std::string& name, Random& random, std::initializer_list<const char*> liked = {});

}  // namespace inkstone::procedural
