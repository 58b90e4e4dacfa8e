// Keywords and a caption in picture files (XMP dc:subject, dc:description), as photo managers show and search them. Pixels are
// not touched: the file keeps its bytes but for the one block that holds XMP.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/files.hpp"

namespace inkstone {

// Empty where there are none. Throws as read_metadata does.
std::vector<std::string> read_keywords(const std::filesystem::path& path);

// The file's bytes with these keywords behind those that it has, and with this caption where it has none. Throws unsupported
// unless it is JPEG, PNG or WebP, bad_argument where a JPEG's XMP would pass 64 KB.
std::string with_keywords(Bytes file, const std::vector<std::string>& keywords, std::string_view name = "the picture",
                          const std::string& caption = "");

// source with them into target, whole or not at all; the two may be one.
void add_keywords(const std::filesystem::path& source, const std::filesystem::path& target,
                  const std::vector<std::string>& keywords);

}  // namespace inkstone
