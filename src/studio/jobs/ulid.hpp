// Names of jobs: 26 letters and digits, in the order of their making (github.com/ulid/spec).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inkstone::studio {

// 48 bits of milliseconds, 80 that nobody can guess, in Crockford's base 32.
std::string new_ulid(std::int64_t milliseconds);

bool is_ulid(std::string_view text);

}  // namespace inkstone::studio
