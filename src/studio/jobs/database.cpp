#include "studio/jobs/database.hpp"

#include <charconv>

namespace inkstone::studio {

std::int64_t Row::integer(std::size_t column) const {
  const auto& text = columns_.at(column);
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace inkstone::studio
