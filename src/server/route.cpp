#include "server/route.hpp"

#include <algorithm>
#include <optional>

namespace inkstone::server {
namespace {

std::vector<std::string_view> pattern_segments(std::string_view pattern) {
  std::vector<std::string_view> segments;
  for (std::size_t start = 1; start < pattern.size();) {
    const auto end = std::min(pattern.find('/', start), pattern.size());
    segments.push_back(pattern.substr(start, end - start));
    start = end + 1;
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

using Parameters = std::map<std::string, std::string, std::less<>>;

std::optional<Parameters> match_pattern(std::string_view pattern, const std::vector<std::string>& segments) {
  const auto parts = pattern_segments(pattern);
  if (parts.size() != segments.size()) return std::nullopt;
  Parameters parameters;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    if (is_parameter(parts[k])) {
      if (segments[k].empty()) return std::nullopt;
      parameters.emplace(parts[k].substr(1, parts[k].size() - 2), segments[k]);
    } else if (parts[k] != segments[k]) {
      return std::nullopt;
    }
  }
  return parameters;
}

}  // namespace

RouteMatch match_route(std::span<const Route> table, std::string_view method, const std::vector<std::string>& segments) {
  RouteMatch match;
  const auto wanted = method == "HEAD" ? std::string_view("GET") : method;
  for (const auto& route : table) {
    auto parameters = match_pattern(route.pattern, segments);
    if (!parameters) continue;
    match.methods.push_back(route.method);
    if (wanted != route.method || match.route) continue;
    match.route = &route;
    match.parameters = std::move(*parameters);
  }
  return match;
}

std::vector<std::string> pattern_parameters(std::string_view pattern) {
  std::vector<std::string> names;
  for (const auto segment : pattern_segments(pattern))
    if (is_parameter(segment)) names.emplace_back(segment.substr(1, segment.size() - 2));
  return names;
}

}  // namespace inkstone::server
