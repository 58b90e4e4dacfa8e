// JSON from a stranger: depth, number of values, duplicate keys and encoding are checked while it is read.
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace inkstone::server {

struct Request;

inline constexpr int kMaxJsonDepth = 32;
inline constexpr std::size_t kMaxJsonValues = 200'000;

// Throws MalformedJson (problem.hpp).
nlohmann::json parse_json(std::string_view text);

// The body of a request, which must be an object; an empty one is {}. Throws MalformedJson; WrongMediaType where the request says
// that it is something else.
nlohmann::json json_body(const Request& request);

}  // namespace inkstone::server
