// The picture formats this program reads and writes, told apart by content. A file's name decides only what is
// written, never how something is read: a disguised file must not choose its own decoder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/files.hpp"

namespace inkstone {

enum class ImageFormat { png, jpeg, webp, tiff, avif, heic, ppm };

// "PNG", "JPEG", ...: for messages.
std::string_view format_name(ImageFormat format);

// By the first bytes; absent for anything else. ppm stands for binary and plain PGM and PPM (P2, P3, P5, P6).
std::optional<ImageFormat> sniff_format(Bytes bytes);

// What the bytes look like when they are no picture we accept: "an SVG drawing", "text", "empty". For messages.
std::string describe_content(Bytes bytes);

// By extension, letter case ignored; throws bad_argument naming the extensions that can be written.
ImageFormat format_for_extension(const std::filesystem::path& path);

}  // namespace inkstone
