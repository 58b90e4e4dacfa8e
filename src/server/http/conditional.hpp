// What makes an answer smaller or spares it: entity tags (RFC 9110, 13) and ranges of bytes (14).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/message.hpp"

namespace inkstone::server {

struct ByteRange {
  std::uint64_t first = 0, size = 0;
};
enum class RangeAnswer { whole, part, none };

// What a Range header asks of size bytes. Several ranges, other units and nonsense: whole, as the standard allows; none: it lies
// outside.
RangeAnswer parse_range(std::string_view header, std::uint64_t size, ByteRange& range);

// Whether If-None-Match names tag (with its quotation marks), so that 304 will do.
bool is_known(const Request& request, std::string_view tag);

// Whether an Accept-Encoding header takes name: "gzip, br;q=0.5" takes both, "br;q=0" does not.
bool accepts_encoding(std::string_view header, std::string_view name);

// JSON and text of some size, compressed where the client takes gzip.
void compress(const Request& request, Response& response);

// The file, the range of it that was asked for, or 304. Throws not_found where it is gone.
Response file_response(const Request& request, const std::filesystem::path& file, const std::string& media_type,
                       const std::string& tag);

}  // namespace inkstone::server
