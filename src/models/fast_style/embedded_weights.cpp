#include "models/fast_style/embedded_weights.hpp"

#include "core/embedded_file.hpp"

INKSTONE_EMBED(starry_night, "styles/starry-night.safetensors");
INKSTONE_EMBED(great_wave, "styles/great-wave.safetensors");
INKSTONE_EMBED(the_scream, "styles/the-scream.safetensors");
INKSTONE_EMBED(composition_vii, "styles/composition-vii.safetensors");

namespace inkstone {
namespace {

struct Style {
  const char* name;
  Bytes bytes;
};

const Style kStyles[] = {{"starry-night", INKSTONE_EMBEDDED(starry_night)},
                         {"great-wave", INKSTONE_EMBEDDED(great_wave)},
                         {"the-scream", INKSTONE_EMBEDDED(the_scream)},
                         {"composition-vii", INKSTONE_EMBEDDED(composition_vii)}};

}  // namespace

std::vector<std::string> embedded_style_names() {
  std::vector<std::string> names;
  for (const auto& style : kStyles) names.emplace_back(style.name);
  return names;
}

Bytes embedded_style(const std::string& name) {
  for (const auto& style : kStyles)
    if (name == style.name) return style.bytes;
  return {};
}

}  // namespace inkstone
