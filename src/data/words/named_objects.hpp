// Which objects of the vocabulary a prompt names, in English or Chinese: the other way round than caption.hpp.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace inkstone::words {

// Indices into objects(), rising, each once. A name within a longer one ("fish" in "fishing pole") does not count.
std::vector<int64_t> objects_named(std::string_view text);

}  // namespace inkstone::words
