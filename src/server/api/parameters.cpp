#include "server/api/parameters.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"

namespace inkstone::server {

std::int64_t query_number(const Request& request, std::string_view name, std::int64_t fallback, std::int64_t least,
                          std::int64_t most) {
  const auto text = request.query_value(name);
  if (!text) return fallback;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < least || number > most)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("'{}' in the address must be a whole number from {} to {}", name, least, most));
  return number;
}

bool query_flag(const Request& request, std::string_view name, bool fallback) {
  const auto text = request.query_value(name);
  if (!text) return fallback;
  if (*text == "1" || *text == "true") return true;
  if (*text == "0" || *text == "false") return false;
  throw Error(ErrorCategory::bad_argument, fmt::format("'{}' in the address must be 1 or 0", name));
}

void check_body_keys(const nlohmann::json& body, const std::vector<std::string>& known) {
  for (const auto& [key, value] : body.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("unknown key '{}'{}", key.substr(0, 100), did_you_mean(key.substr(0, 100), known)));
}

std::string body_text(const nlohmann::json& body, const std::string& name) {
  const auto found = body.find(name);
  if (found == body.end()) throw Error(ErrorCategory::bad_argument, fmt::format("the body must have '{}'", name));
  if (!found->is_string()) throw Error(ErrorCategory::bad_argument, fmt::format("'{}' must be text", name));
  return found->get<std::string>();
}

}  // namespace inkstone::server
