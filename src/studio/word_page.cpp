#include "studio/word_page.hpp"

#include <fmt/format.h>

#include "core/files.hpp"
#include "image/encode.hpp"
#include "train/watch/base64.hpp"

namespace inkstone::studio {
namespace {

constexpr const char* kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Why this picture</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#222;background:#f6f5f2}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.25rem 0;color:#555}
.row{display:flex;flex-wrap:wrap;gap:.75rem}figure{margin:0;width:11rem}figure.large{width:16rem}
img{width:100%;display:block;border-radius:.25rem}figcaption{font-size:.85rem;color:#444;padding:.2rem 0}
@media(prefers-color-scheme:dark){body{background:#191919;color:#eee}p,figcaption{color:#bbb}}
</style></head><body>
)";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string figure(const Image& picture, const std::string& caption, const char* kind = "") {
  return fmt::format(
      "<figure class=\"{}\"><img alt=\"{}\" src=\"data:image/png;base64,{}\"><figcaption>{}</figcaption></figure>\n", kind,
      escaped(caption), to_base64(as_bytes(encode_image(picture, {}))), escaped(caption));
}

std::string row_of(const std::vector<Labelled>& cells) {
  std::string html = "<div class=\"row\">\n";
  for (const auto& cell : cells) html += figure(cell.picture, cell.label);
  return html + "</div>\n";
}

std::string nearest_section(const NearestTraining& nearest) {
  std::string html = "<h2>Nearest training pictures</h2>\n";
  if (nearest.pictures.empty())
    return html + fmt::format("<p>None: {}.</p>\n", escaped(nearest.missing.empty() ? "none were asked for" : nearest.missing));
  html += fmt::format("<p>Of {} looked at, out of {} in {}. The distance is 0 for the same picture.</p>\n<div class=\"row\">\n",
                      nearest.looked_at, nearest.of, escaped(nearest.name));
  for (const auto& near : nearest.pictures) html += figure(near.picture, fmt::format("{:.3f}  {}", near.distance, near.caption));
  return html + "</div>\n";
}

}  // namespace

std::string html_of(const WordPage& page) {
  std::string html = kHead;
  html += fmt::format("<h1>{}</h1>\n<p>{}</p>\n", escaped(page.prompt), escaped(page.settings));
  html += "<div class=\"row\">\n" + figure(page.picture, "the picture", "large") + "</div>\n";
  if (!page.effects.empty())
    html += "<h2>Without each word</h2>\n<p>Bright: where the picture would differ most had the prompt lacked the word.</p>\n" +
            row_of(page.effects);
  html +=
      "<h2>What was looked at</h2>\n<p>Bright: where the picture looked at the word's tokens while it was painted. The figure is "
      "their share of all attention. A text encoder that was trained with its painter may keep a word's meaning in its "
      "neighbours' tokens.</p>\n";
  html += row_of(page.overlays);
  if (!page.parts.empty()) html += "<h2>On the way</h2>\n<p>From noise to picture, part by part of the walk.</p>\n";
  for (const auto& part : page.parts) html += row_of(part);
  return html + nearest_section(page.nearest) + "</body></html>\n";
}

}  // namespace inkstone::studio
