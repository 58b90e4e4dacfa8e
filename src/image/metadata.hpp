// What a picture says about itself: the recipe it was painted with, its licence and its origin, under the tags that
// other programs read (A1111's `parameters`, XMP, EXIF, IPTC digital source type).
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "core/files.hpp"

namespace inkstone {

inline constexpr const char* kTrainedAlgorithmicMedia = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

// All text is UTF-8; empty means absent. A painted picture starts from a fresh one: of what read_metadata found in the
// photograph take exif alone, and that only where the user wants it kept, since creator and software are private too.
struct Metadata {
  std::string parameters = {};           // the settings as A1111 and its heirs write them
  nlohmann::json recipe = {};            // what `inkstone replay` paints from; null where absent
  std::string software = {};             // "Inkstone 0.1.0"
  std::string creator = {};              // dc:creator
  std::string licence = {};              // dc:rights
  std::string digital_source_type = {};  // kTrainedAlgorithmicMedia for painted pictures

  // The picture's own EXIF block as found ("II*\0" or "MM\0*" onwards): camera, place, owner. It is written only
  // where keep_private is set, to PNG, JPEG and WebP, with its orientation set to upright and its thumbnail unlinked.
  std::string exif = {};
  bool keep_private = false;

  bool operator==(const Metadata&) const = default;
};

// What PNG, JPEG and WebP files hold, and the XMP of TIFF and AVIF. Tolerant: damaged or foreign parts are skipped,
// texts above 16 MiB and recipes nested deeper than 64 are ignored. Throws not_found, io; corrupt_file if this is no picture.
Metadata read_metadata(const std::filesystem::path& path);
Metadata read_metadata(Bytes bytes, std::string_view name = "the picture");

}  // namespace inkstone
