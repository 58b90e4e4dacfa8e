#include "text/prompt_length.hpp"

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone {

void check_prompt_length(std::string_view prompt) {
  if (prompt.size() > kLongestPrompt)
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the prompt is {} bytes long; use at most {}", prompt.size(), kLongestPrompt));
}

}  // namespace inkstone
