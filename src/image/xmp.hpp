// XMP packets (ISO 16684-1): written with the recipe, the licence and the IPTC digital source type; read by a
// tolerant scan for those properties, as elements or attributes, in anybody's packet. Private to the image layer.
#pragma once

#include <string>
#include <string_view>

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

}  // namespace inkstone
