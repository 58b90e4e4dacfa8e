#include "studio/jobs/ulid.hpp"

#include <algorithm>
#include <random>

namespace inkstone::studio {
namespace {

constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kTimeLetters = 10, kRandomLetters = 16;

}  // namespace

std::string new_ulid(std::int64_t milliseconds) {
  thread_local std::random_device device;  // the system's generator
  std::string text(kTimeLetters + kRandomLetters, '0');
  auto time = std::uint64_t(milliseconds);
  for (std::size_t k = kTimeLetters; k-- > 0; time >>= 5) text[k] = kLetters[time & 31];
  for (std::size_t k = kTimeLetters; k < text.size(); ++k) text[k] = kLetters[device() & 31];
  return text;
}

bool is_ulid(std::string_view text) {
  return text.size() == kTimeLetters + kRandomLetters &&
         std::all_of(text.begin(), text.end(), [](char c) { return kLetters.find(c) != kLetters.npos; });
}

}  // namespace inkstone::studio
