#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "inkstone/annotation.hpp"

namespace inkstone {
namespace {

using nlohmann::ordered_json;

double rounded(double value, int digits) {
  const double scale = std::pow(10, digits);
  return std::round(value * scale) / scale;
}

ordered_json json_of(const PictureNotes& notes) {
  ordered_json json = {{"file_name", notes.name}};
  if (!notes.reason.empty()) {
    json["unreadable"] = notes.reason;
    return json;
  }
  json.update({{"width", notes.width}, {"height", notes.height}, {"format", notes.format}});
  auto& tags = json["tags"] = ordered_json::array();
  std::vector<std::string> names;
  for (const auto& tag : notes.tags) {
    tags.push_back({{"name", tag.name}, {"probability", rounded(tag.probability, 4)}});
    names.push_back(tag.name);
  }
  if (!notes.scenes.empty()) {
    auto& scenes = json["scenes"] = ordered_json::array();
    for (const auto& scene : notes.scenes)
      scenes.push_back({{"name", scene.name}, {"chinese", scene.chinese}, {"probability", rounded(scene.probability, 4)}});
  }
  if (!notes.caption.text.empty()) {
    json["caption"] = {{"text", notes.caption.text}, {"probability", rounded(notes.caption.probability, 4)}};
    names.insert(names.begin(), notes.caption.text);
  }
  auto& colours = json["colours"] = ordered_json::array();
  for (const auto& colour : notes.colours)
    colours.push_back({{"name", colour.name}, {"hex", colour.hex}, {"share", rounded(colour.share, 3)}});
  json["words"] = notes.words;
  json["brightness"] = rounded(notes.brightness, 1);
  json["contrast"] = rounded(notes.contrast, 1);
  json["sharpness"] = rounded(notes.sharpness, 1);
  json["colourfulness"] = rounded(notes.colourfulness, 1);
  json["dhash"] = notes.hash;
  if (!notes.duplicate_of.empty()) json["duplicate_of"] = notes.duplicate_of;
  if (notes.faces >= 0) json["faces"] = notes.faces;
  // what data sets read as the caption
  if (!names.empty()) json["text"] = fmt::format("{}", fmt::join(names, ", "));
  return json;
}

std::string percent_text(double share) {
  return fmt::format("{:.0f} %", 100 * share);
}

}  // namespace

std::string annotation_text(const PictureNotes& notes) {
  if (!notes.reason.empty()) return fmt::format("{}\n  cannot be read: {}\n", notes.name, notes.reason);
  std::string text = fmt::format("{}  {}x{} {}\n", notes.name, notes.width, notes.height, notes.format);
  std::vector<std::string> parts;
  for (const auto& tag : notes.tags) parts.push_back(fmt::format("{} {}", tag.name, percent_text(tag.probability)));
  if (!parts.empty()) text += fmt::format("  tags      {}\n", fmt::join(parts, ", "));
  parts.clear();
  for (const auto& scene : notes.scenes)
    parts.push_back(fmt::format("{} {} {}", scene.name, scene.chinese, percent_text(scene.probability)));
  if (!parts.empty()) text += fmt::format("  scene     {}\n", fmt::join(parts, ", "));
  if (!notes.caption.text.empty())
    text += fmt::format("  caption   {} ({})\n", notes.caption.text, percent_text(notes.caption.probability));
  parts.clear();
  for (const auto& colour : notes.colours)
    parts.push_back(fmt::format("{} {} {}", colour.name, colour.hex, percent_text(colour.share)));
  if (!parts.empty()) text += fmt::format("  colours   {}\n", fmt::join(parts, ", "));
  text += fmt::format("  looks     {} (brightness {:.0f}, contrast {:.0f}, sharpness {:.0f}, colourfulness {:.0f})\n",
                      fmt::join(notes.words, ", "), notes.brightness, notes.contrast, notes.sharpness, notes.colourfulness);
  if (notes.faces >= 0) text += fmt::format("  faces     {}\n", notes.faces);
  text += fmt::format("  dhash     {}\n", notes.hash);
  if (!notes.duplicate_of.empty()) text += fmt::format("  looks like {}\n", notes.duplicate_of);
  return text;
}

std::string annotation_json(const PictureNotes& notes) {
  return json_of(notes).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string annotation_json(const AnnotationReport& report) {
  auto pictures = ordered_json::array();
  for (const auto& notes : report.pictures) pictures.push_back(json_of(notes));
  return ordered_json{{"pictures", pictures}}.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace inkstone
