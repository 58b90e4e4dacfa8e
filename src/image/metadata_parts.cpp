#include "image/metadata_parts.hpp"

#include "image/exif.hpp"
#include "image/text_encoding.hpp"
#include "image/xmp.hpp"

namespace inkstone {
namespace {

constexpr int kMaxDepth = 64;

// ASCII, so that it fits a tEXt chunk and survives every reader.
std::string recipe_text(const nlohmann::json& recipe) {
  return recipe.is_null() ? "" : recipe.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

// Counts brackets outside strings before parsing: dumping or comparing a deep value would recurse.
bool is_shallow(std::string_view json) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted) {
      depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
      if (depth > kMaxDepth) return false;
    }
  }
  return true;
}

nlohmann::json parse_recipe(std::string_view text) {
  if (text.empty() || text.size() > kMaxTextBytes || !is_shallow(text)) return nullptr;
  auto recipe = nlohmann::json::parse(text, nullptr, false);
  return recipe.is_discarded() ? nlohmann::json() : recipe;
}

std::string text_of(const MetadataParts& parts, std::string_view keyword) {
  for (const auto& [key, text] : parts.texts)
    if (key == keyword) return text;
  return {};
}

void fill(std::string& field, const std::string& otherwise) {
  if (field.empty()) field = otherwise;
}

void add_text(MetadataParts& parts, const char* keyword, std::string text) {
  if (!text.empty()) parts.texts.emplace_back(keyword, std::move(text));
}

}  // namespace

MetadataParts to_parts(const Metadata& metadata) {
  MetadataParts parts;
  const std::string recipe = recipe_text(metadata.recipe), parameters = clean_utf8(metadata.parameters);
  add_text(parts, "parameters", parameters);
  add_text(parts, "inkstone", recipe);
  add_text(parts, "Software", clean_utf8(metadata.software));
  add_text(parts, "Author", clean_utf8(metadata.creator));
  add_text(parts, "Copyright", clean_utf8(metadata.licence));
  parts.xmp = make_xmp({parameters, recipe, clean_utf8(metadata.software), clean_utf8(metadata.creator),
                        clean_utf8(metadata.licence), clean_utf8(metadata.digital_source_type)});
  const ExifTexts texts{parameters, clean_utf8(metadata.software), clean_utf8(metadata.creator), clean_utf8(metadata.licence)};
  parts.exif = metadata.keep_private && !metadata.exif.empty() ? with_user_comment(metadata.exif, parameters) : make_exif(texts);
  return parts;
}

Metadata from_parts(const MetadataParts& parts) {
  const XmpTexts xmp = parse_xmp(parts.xmp);
  const ExifTexts exif = parse_exif(parts.exif);
  Metadata metadata{.parameters = text_of(parts, "parameters"),
                    .software = text_of(parts, "Software"),
                    .creator = text_of(parts, "Author"),
                    .licence = text_of(parts, "Copyright"),
                    .digital_source_type = xmp.digital_source_type,
                    .exif = parts.exif};
  fill(metadata.parameters, xmp.parameters);
  fill(metadata.parameters, exif.user_comment);
  fill(metadata.software, xmp.software);
  fill(metadata.software, exif.software);
  fill(metadata.creator, xmp.creator);
  fill(metadata.creator, exif.artist);
  fill(metadata.licence, xmp.licence);
  fill(metadata.licence, exif.copyright);
  const std::string recipe = text_of(parts, "inkstone");
  metadata.recipe = parse_recipe(recipe.empty() ? xmp.recipe : recipe);
  return metadata;
}

}  // namespace inkstone
