// Text between UTF-8 and the encodings that picture files use. Reading never fails: what is malformed becomes
// U+FFFD, for foreign files hold anything.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inkstone {

// Well-formed UTF-8 with malformed bytes replaced and NUL dropped.
std::string clean_utf8(std::string_view text);

// Latin-1 if every character has a place there; else absent. text must be well formed.
std::optional<std::string> utf8_to_latin1(std::string_view text);
std::string latin1_to_utf8(std::string_view text);

enum class ByteOrder { big, little };

std::string utf8_to_utf16(std::string_view text, ByteOrder order);
std::string utf16_to_utf8(std::string_view bytes, ByteOrder order);

}  // namespace inkstone
