// The target of a request, taken apart: path and query, percent-decoded with care (RFC 3986). What is decoded is UTF-8 without
// control characters, so that nothing odd reaches a handler or a log.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inkstone::server {

struct Target {
  std::string path;                   // as sent, from the first '/'
  std::vector<std::string> segments;  // decoded; "/v1/jobs" has two, "/" none
  std::vector<std::pair<std::string, std::string>> query;
};

// nullopt: no absolute path, a wrong escape, a control character, bytes that are not UTF-8, or '.' and '..' as a segment.
std::optional<Target> parse_target(std::string_view target);

// nullopt as above. plus: '+' is a blank, as in a query.
std::optional<std::string> percent_decoded(std::string_view text, bool plus = false);

bool is_utf8(std::string_view text);

}  // namespace inkstone::server
