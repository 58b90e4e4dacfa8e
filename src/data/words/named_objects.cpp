#include "data/words/named_objects.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "core/text.hpp"
#include "data/words/vocabulary.hpp"

namespace inkstone::words {
namespace {

struct Mention {
  std::size_t first, end;
  int64_t object;
};

bool is_letter_at(std::string_view text, std::size_t at) {
  return at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0;
}

// whole: not within a longer word of Latin letters.
void add_mentions(std::vector<Mention>& mentions, std::string_view text, std::string_view name, int64_t object, bool whole) {
  for (auto at = text.find(name); !name.empty() && at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    if (whole && ((at > 0 && is_letter_at(text, at - 1)) || is_letter_at(text, end))) continue;
    mentions.push_back({at, end, object});
  }
}

bool is_within_another(const Mention& mention, const std::vector<Mention>& mentions) {
  return std::any_of(mentions.begin(), mentions.end(), [&](const Mention& other) {
    return other.first <= mention.first && mention.end <= other.end && other.end - other.first > mention.end - mention.first;
  });
}

}  // namespace

std::vector<int64_t> objects_named(std::string_view text) {
  const auto lower = lower_ascii(std::string(text));
  const auto known = objects();
  std::vector<Mention> mentions;
  for (std::size_t k = 0; k < known.size(); ++k) {
    add_mentions(mentions, lower, known[k].singular, int64_t(k), true);
    add_mentions(mentions, lower, known[k].plural, int64_t(k), true);
    add_mentions(mentions, lower, known[k].chinese, int64_t(k), false);
  }
  std::vector<int64_t> named;
  for (const auto& mention : mentions)
    if (!is_within_another(mention, mentions)) named.push_back(mention.object);
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  return named;
}

}  // namespace inkstone::words
