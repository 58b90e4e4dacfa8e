// The shapes in which metadata lies in files. Containers (PNG chunks, JPEG segments, WebP chunks) carry parts;
// metadata is made of parts. Private to the image layer.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "image/metadata.hpp"

namespace inkstone {

inline constexpr std::size_t kMaxTextBytes = std::size_t(16) << 20;

struct MetadataParts {
  std::vector<std::pair<std::string, std::string>> texts;  // PNG keyword and UTF-8 text
  std::string exif;                                        // from the byte order mark on
  std::string xmp;                                         // the packet
};

MetadataParts to_parts(const Metadata& metadata);
Metadata from_parts(const MetadataParts& parts);

}  // namespace inkstone
