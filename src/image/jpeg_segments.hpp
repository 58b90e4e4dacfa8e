// JPEG's application segments (ITU-T T.81 B.2): EXIF and XMP, read and written by us. Private to the image layer.
#pragma once

#include <string>

#include "core/files.hpp"
#include "image/metadata_parts.hpp"

namespace inkstone {

// Looks at the segments before the pixels; damaged ones end the search.
MetadataParts read_jpeg_parts(Bytes jpeg);

// jpeg with EXIF and XMP in APP1 segments behind its JFIF header. A segment holds 64 KB: an EXIF block that does not fit is
// left out, XMP being the fuller copy; throws bad_argument where the XMP packet does not fit.
std::string with_jpeg_parts(std::string_view jpeg, const MetadataParts& parts);

// jpeg with this XMP packet instead of its own; pixels and all other segments stay. Throws as with_jpeg_parts.
std::string with_jpeg_xmp(std::string_view jpeg, const std::string& packet);

}  // namespace inkstone
