#include "models/fast_style/embedded_weights.hpp"

// The assembler copies the files, as in perceptual/embedded_weights.cpp.
#define INKSTONE_STYLE(symbol, file)                                      \
  asm(".pushsection .rodata\n"                                            \
      ".balign 64\n"                                                      \
      "inkstone_style_" #symbol "_begin:\n"                               \
      ".incbin \"" INKSTONE_STYLES "/" file ".safetensors\"\n"            \
      "inkstone_style_" #symbol "_end:\n"                                 \
      ".byte 0\n"                                                         \
      ".popsection\n");                                                   \
  extern const std::byte symbol##_begin[] asm("inkstone_style_" #symbol "_begin"); \
  extern const std::byte symbol##_end[] asm("inkstone_style_" #symbol "_end")

INKSTONE_STYLE(starry_night, "starry-night");
INKSTONE_STYLE(great_wave, "great-wave");

#undef INKSTONE_STYLE

namespace inkstone {
namespace {

struct Style {
  const char* name;
  Bytes bytes;
};

const Style kStyles[] = {{"starry-night", {starry_night_begin, starry_night_end}},
                         {"great-wave", {great_wave_begin, great_wave_end}}};

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
