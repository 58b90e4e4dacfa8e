// XMP packets (ISO 16684-1): written with the recipe, the licence and the IPTC digital source type; read by a
// tolerant scan for those properties, as elements or attributes, in anybody's packet. Private to the image layer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inkstone {

struct XmpTexts {
  std::string parameters, recipe;   // namespace urn:inkstone:recipe:1.0:
  std::string software;             // xmp:CreatorTool
  std::string creator;              // dc:creator
  std::string licence;              // dc:rights
  std::string digital_source_type;  // Iptc4xmpExt:DigitalSourceType
};

// Empty if all texts are. Characters that XML cannot hold become U+FFFD.
std::string make_xmp(const XmpTexts& texts);

XmpTexts parse_xmp(std::string_view packet);

// dc:subject: what photo managers show as keywords or tags, in the packet's order.
std::vector<std::string> keywords_in_xmp(std::string_view packet);

// The packet, anybody's, with these keywords behind those that it has, and with this caption (dc:description) where it has none;
// everything else stays as it is. An empty packet: a new one.
std::string xmp_with_keywords(std::string_view packet, const std::vector<std::string>& keywords, const std::string& caption = "");

}  // namespace inkstone
