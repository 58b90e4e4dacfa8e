// WebP's RIFF chunks (RFC 9649): EXIF and XMP, read and written by us. Private to the image layer.
#pragma once

#include <string>

#include "core/files.hpp"
#include "image/metadata_parts.hpp"

namespace inkstone {

// The file holds as many bytes as its RIFF header says.
bool webp_is_whole(Bytes webp);

MetadataParts read_webp_parts(Bytes webp);

// webp, as a WebP writer made it, of width x height pixels, in the extended layout with EXIF and XMP.
std::string with_webp_parts(std::string_view webp, int width, int height, bool alpha, const MetadataParts& parts);

// webp, anybody's, with this XMP packet instead of its own; all other chunks stay. What it lacks of the extended layout is made
// for these sides.
std::string with_webp_xmp(std::string_view webp, int width, int height, bool alpha, const std::string& packet);

}  // namespace inkstone
