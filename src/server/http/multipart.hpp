// multipart/form-data (RFC 7578), as browsers and clients send files. Strict: what is not well formed is refused, never guessed
// at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inkstone::server {

struct Part {
  std::string name;        // never empty
  std::string filename;    // the last component alone; empty where none was said
  std::string media_type;  // empty where none was said
  std::string_view data;   // into the body
};

inline constexpr std::size_t kMaxParts = 64;
inline constexpr std::size_t kMaxPartHeader = 8192;  // bytes

// "boundary" of a Content-Type that is multipart/form-data; empty where it is something else. Throws bad_argument where it should
// be there and is not, or is malformed.
std::string multipart_boundary(std::string_view content_type);

// Throws bad_argument: no such boundary, a part without a name, too many parts, a cut-off body.
std::vector<Part> parse_multipart(std::string_view body, std::string_view boundary);

// The part of that name; null where there is none.
const Part* find_part(const std::vector<Part>& parts, std::string_view name);

}  // namespace inkstone::server
