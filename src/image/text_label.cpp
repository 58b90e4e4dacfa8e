#include "image/text_label.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "image/libvips.hpp"

namespace inkstone {
namespace {

// Text is markup to the drawing library.
std::string escaped_markup(const std::string& text) {
  const std::unique_ptr<gchar, decltype(&g_free)> made(g_markup_escape_text(text.c_str(), gssize(text.size())), &g_free);
  return made.get();
}

}  // namespace

Image text_label(const std::string& text, int width, int line) try {
  if (text.empty() || !g_utf8_validate(text.c_str(), gssize(text.size()), nullptr)) return {};
  use_libvips();
  auto* const options = vips::VImage::option()
                            ->set("font", fmt::format("sans {}", line).c_str())
                            ->set("dpi", 72)
                            ->set("width", width)
                            ->set("align", VIPS_ALIGN_CENTRE);
  const auto ink = vips::VImage::text(escaped_markup(text).c_str(), options);
  std::size_t size = 0;
  const std::unique_ptr<void, decltype(&g_free)> memory(ink.cast(VIPS_FORMAT_UCHAR).write_to_memory(&size), &g_free);
  const auto* const bytes = static_cast<const unsigned char*>(memory.get());
  Image label(ink.width(), ink.height(), 3);
  for (std::size_t i = 0; i < std::min(size, label.pixels.size() / 3); ++i)
    for (int c = 0; c < 3; ++c) label.pixels[3 * i + c] = 1 - bytes[i * ink.bands()] / 255.0f;
  return label;
} catch (const vips::VError&) {
  vips_error_clear();
  return {};
}

}  // namespace inkstone
