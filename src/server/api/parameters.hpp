// Numbers and flags out of a query, and values out of a body, refused by name where they are something else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "server/http/message.hpp"

namespace inkstone::server {

// Throws bad_argument unless it is a whole number from least to most.
std::int64_t query_number(const Request& request, std::string_view name, std::int64_t fallback, std::int64_t least,
                          std::int64_t most);
// 1 and true, 0 and false.
bool query_flag(const Request& request, std::string_view name, bool fallback);

// Throws bad_argument for a key that is none of known, naming the nearest.
void check_body_keys(const nlohmann::json& body, const std::vector<std::string>& known);
// Throws bad_argument where it is missing or no text.
std::string body_text(const nlohmann::json& body, const std::string& name);

}  // namespace inkstone::server
