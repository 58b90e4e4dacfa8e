// Base 64 (RFC 4648) as clients put pictures into JSON, with or without the "data:image/png;base64," of a data URL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inkstone::server {

std::string base64(std::string_view bytes);

// nullopt where it is none. Line ends and missing padding are forgiven, since clients differ.
std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace inkstone::server
