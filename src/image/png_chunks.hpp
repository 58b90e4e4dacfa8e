// PNG's chunks (W3C PNG, third edition): texts, EXIF and XMP read and written by us, since libvips writes texts as
// zTXt in raw UTF-8, which other programs misread. Private to the image layer.
#pragma once

#include <string>

#include "core/files.hpp"
#include "image/metadata_parts.hpp"

namespace inkstone {

// From the signature to IEND every chunk is there.
bool png_is_whole(Bytes png);

// Skips damaged chunks; a compressed text is unpacked to at most kMaxTextBytes, all together to five times that.
MetadataParts read_png_parts(Bytes png);

// png, as a PNG writer made it, with parts and an sRGB chunk before its first IDAT. Texts become tEXt where Latin-1
// holds them, else iTXt; neither is compressed.
std::string with_png_parts(std::string_view png, const MetadataParts& parts);

// png with this XMP packet instead of its own; pixels and all other chunks stay.
std::string with_png_xmp(std::string_view png, const std::string& packet);

}  // namespace inkstone
