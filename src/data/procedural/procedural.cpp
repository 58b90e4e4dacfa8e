#include "data/procedural/procedural.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/nearest.hpp"
#include "data/procedural/black_hole.hpp"
#include "data/procedural/cellular_automata.hpp"
#include "data/procedural/city.hpp"
#include "data/procedural/flame.hpp"
#include "data/procedural/forest.hpp"
#include "data/procedural/galaxies.hpp"
#include "data/procedural/ifs.hpp"
#include "data/procedural/julia.hpp"
#include "data/procedural/l_system.hpp"
#include "data/procedural/mandelbrot.hpp"
#include "data/procedural/molecules.hpp"
#include "data/procedural/mountains.hpp"
#include "data/procedural/painter.hpp"
#include "data/procedural/palette.hpp"
#include "data/procedural/perlin_textures.hpp"
#include "data/procedural/reaction_diffusion.hpp"
#include "data/procedural/simplex_textures.hpp"
#include "data/procedural/worley_textures.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using namespace procedural;

struct Kind {
  const char* name;
  Painted (*paint)(const Brief&);
};

constexpr std::array kKinds = {
    Kind{"mandelbrot", paint_mandelbrot},
    Kind{"julia", paint_julia},
    Kind{"ifs", paint_ifs},
    Kind{"flame", paint_flame},
    Kind{"l-system", paint_l_system},
    Kind{"perlin", paint_perlin},
    Kind{"simplex", paint_simplex},
    Kind{"worley", paint_worley},
    Kind{"reaction-diffusion", paint_reaction_diffusion},
    Kind{"cellular-automata", paint_cellular_automaton},
    Kind{"mountains", paint_mountains},
    Kind{"forest", paint_forest},
    Kind{"city", paint_city},
    Kind{"galaxies", paint_galaxies},
    Kind{"black-hole", paint_black_hole},
    Kind{"molecules", paint_molecules},
};

std::int64_t kind_index(const std::string& name) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& kind) { return kind.name == name; });
  if (found != kKinds.end()) return found - kKinds.begin();
  throw Error(ErrorCategory::bad_argument,
              fmt::format("there is no procedural kind '{}'{}", name, did_you_mean(name, procedural_kinds())));
}

// FNV-1a: a kind's pictures do not change when others join the table.
std::uint64_t name_hash(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

void check(const ProceduralSpec& spec) {
  constexpr int kLeast = 8, kMost = 4096;
  if (std::min(spec.width, spec.height) < kLeast || std::max(spec.width, spec.height) > kMost)
    throw Error(ErrorCategory::bad_argument, fmt::format("a procedural picture is {} to {} pixels wide and high, not {}x{}",
                                                         kLeast, kMost, spec.width, spec.height));
  if (spec.palette != "auto") palette_named(spec.palette);
}

}  // namespace

std::vector<std::string> procedural_kinds() {
  std::vector<std::string> names;
  for (const auto& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

ProceduralPicture paint_procedural(const ProceduralSpec& spec) {
  const auto label = kind_index(spec.kind);
  check(spec);
  const std::uint64_t seed = finalised(spec.seed) ^ name_hash(spec.kind);
  const Painted painted = kKinds[label].paint({spec.width, spec.height, seed, spec.palette});
  const auto bytes = painted.canvas.develop(painted.tone);
  at::Tensor picture = at::empty({3, spec.height, spec.width}, at::kByte);
  std::memcpy(picture.data_ptr<std::uint8_t>(), bytes.data(), bytes.size());
  return {picture, painted.caption, label};
}

}  // namespace inkstone
