// Pictures through libvips, one strip of rows at a time: ICC profiles and CMYK are brought to sRGB on the way.
// Private to the image layer.
#pragma once

#include <memory>

#include "image/metadata_parts.hpp"
#include "image/row_reader.hpp"

namespace inkstone {

// Reads the header. bytes must outlive the reader. Throws corrupt_file, unsupported.
std::unique_ptr<RowReader> open_with_vips(Bytes bytes, ImageFormat format, std::string_view name);

// EXIF and XMP of formats whose containers are not worth parsing ourselves: TIFF (XMP alone), AVIF, HEIC.
MetadataParts read_parts_with_vips(Bytes bytes, ImageFormat format, std::string_view name);

}  // namespace inkstone
