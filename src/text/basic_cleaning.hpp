// How BERT's tokeniser cleans a text before it cuts it into words; CLIP's, as transformers has it, does the same.
#pragma once

#include <string>
#include <string_view>

namespace inkstone {

// Every white space becomes a space; NUL, U+FFFD and control characters go; Chinese characters get a space on either side.
std::u32string basic_cleaned(std::u32string_view text);

}  // namespace inkstone
