// EXIF blocks (Exif 2.32 / TIFF 6.0): the few tags that tell of a painting, written from nothing, and read out of
// strangers' files with every offset checked. Private to the image layer.
#pragma once

#include <string>
#include <string_view>

namespace inkstone {

struct ExifTexts {
  std::string user_comment;  // A1111's parameters, as UNICODE (UTF-16)
  std::string software, artist, copyright;
};

// A block with these tags alone, big-endian as other painters write it; empty if all texts are.
std::string make_exif(const ExifTexts& texts);

// Absent or damaged tags give empty texts.
ExifTexts parse_exif(std::string_view exif);

// A camera's block carried on: orientation upright, thumbnail unlinked, and comment (unless empty) in place of its
// UserComment. Existing data keep their offsets, so maker notes stay readable. A damaged block gives one that holds
// the comment alone.
std::string with_user_comment(std::string_view exif, std::string_view comment);

}  // namespace inkstone
