// Picture-making from before neural networks: fractals, noise, growth rules, simulations and scenes, each a pure
// function of its specification. An endless data set with captions, and models for `inkstone paint`.
// docs/procedural.md has every kind with its formula and citation.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

struct ProceduralSpec {
  std::string kind;               // one of procedural_kinds()
  int width = 256, height = 256;  // pixels, 8 to 4096
  std::uint64_t seed = 0;
  std::string palette = "auto";  // one of palette_names(); auto: chosen by the seed
};

struct ProceduralPicture {
  at::Tensor picture;      // uint8 [3,H,W], sRGB, on the CPU
  std::string caption;     // plain English: "a mountain range at dusk under a red sky"
  std::int64_t label = 0;  // place of the kind in procedural_kinds()
};

// "mandelbrot", "julia", ...; the order is part of the data set (labels) and only ever grows at its end.
std::vector<std::string> procedural_kinds();

// "auto" and the named gradients.
std::vector<std::string> palette_names();

// The same specification gives the same bytes, whatever the number of threads. Throws bad_argument: unknown kind or
// palette (naming the nearest), size out of range.
ProceduralPicture paint_procedural(const ProceduralSpec& spec);

}  // namespace inkstone
