#include "ingest/opt_out.hpp"

#include <algorithm>

#include "core/files.hpp"
#include "core/text.hpp"
#include "ingest/perceptual_hash.hpp"

namespace inkstone {
namespace {

constexpr int kNear = 4;  // bits

bool is_hex(const std::string& text, std::size_t digits) {
  return text.size() == digits && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c); });
}

std::string first_match(const std::vector<std::string>& patterns, const std::string& text) {
  const auto found =
      std::find_if(patterns.begin(), patterns.end(), [&](const auto& pattern) { return glob_matches(pattern, text); });
  return found == patterns.end() ? std::string() : *found;
}

// Texts have no folders, so '*' crosses '/' in them.
std::string for_text(const std::string& pattern) {
  std::string result;
  for (const char c : lower_ascii(pattern)) {
    result += c;
    if (c == '*') result += c;
  }
  return result;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view name) {
  // states of a machine rather than recursion: a hostile pattern costs pattern times name
  std::vector<bool> now(pattern.size() + 1), next;
  const auto close = [&](std::vector<bool>& states) {
    for (std::size_t p = 0; p < pattern.size(); ++p)
      if (states[p] && pattern[p] == '*') states[p + 1] = true;
  };
  now[0] = true;
  close(now);
  for (const char c : name) {
    next.assign(pattern.size() + 1, false);
    for (std::size_t p = 0; p < pattern.size(); ++p) {
      if (!now[p]) continue;
      const bool across = pattern.substr(p, 2) == "**" || (p > 0 && pattern.substr(p - 1, 2) == "**");
      if (pattern[p] == '*' && (across || c != '/'))
        next[p] = true;
      else if (pattern[p] == c || (pattern[p] == '?' && c != '/'))
        next[p + 1] = true;
    }
    close(next);
    std::swap(now, next);
  }
  return now[pattern.size()];
}

OptOutList::OptOutList(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    add(std::string(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

OptOutList OptOutList::read(const std::filesystem::path& path) {
  return OptOutList(read_file(path));
}

void OptOutList::add(std::string line) {
  if (const auto comment = line.find('#'); comment != std::string::npos) line.erase(comment);
  line = trimmed(line);
  const auto after = [&](const char* prefix) { return trimmed(line.substr(std::string_view(prefix).size())); };
  if (line.empty()) return;
  if (line.starts_with("sha256:") || is_hex(line, 64))
    sha256_.insert(lower_ascii(line.starts_with("sha256:") ? after("sha256:") : line));
  else if (line.starts_with("dhash:") && is_hex(after("dhash:"), 16))
    hashes_.push_back(std::stoull(after("dhash:"), nullptr, 16));
  else if (line.starts_with("author:"))
    authors_.push_back(for_text(after("author:")));
  else if (line.starts_with("licence:"))
    licences_.push_back(for_text(after("licence:")));
  else
    names_.push_back(line);
}

bool OptOutList::empty() const {
  return sha256_.empty() && hashes_.empty() && names_.empty() && authors_.empty() && licences_.empty();
}

std::string OptOutList::by_name(const std::string& name, const std::string& author, const std::string& licence) const {
  auto found = first_match(names_, name);
  if (found.empty()) found = first_match(names_, name.substr(name.rfind('/') + 1));
  if (found.empty() && !author.empty() && !first_match(authors_, lower_ascii(author)).empty()) found = "author:" + author;
  if (found.empty() && !licence.empty() && !first_match(licences_, lower_ascii(licence)).empty()) found = "licence:" + licence;
  return found;
}

std::string OptOutList::by_sha256(const std::string& sha256) const {
  return sha256_.contains(sha256) ? "sha256:" + sha256 : std::string();
}

std::string OptOutList::by_hash(std::uint64_t hash) const {
  const auto found =
      std::find_if(hashes_.begin(), hashes_.end(), [&](std::uint64_t other) { return hamming_distance(hash, other) <= kNear; });
  return found == hashes_.end() ? std::string() : "dhash:" + hash_text(*found);
}

}  // namespace inkstone
