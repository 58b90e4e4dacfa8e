// Pictures that are to be left out: by name, by content or by likeness, as a text file says. What their makers do not want
// trained on stays out whatever folder it turns up in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace inkstone {

class OptOutList {
 public:
  OptOutList() = default;
  // One entry per line, '#' begins a comment: "sha256:<64 digits>" (or the digits alone), "dhash:<16 digits>", "author:NAME" and
  // "licence:TEXT" (letter case ignored, '*' and '?' as in names), anything else is a pattern for the name: '*' within a folder,
  // '**' across, '?'.
  explicit OptOutList(std::string_view text);
  static OptOutList read(const std::filesystem::path& path);  // throws not_found, io

  bool empty() const;
  bool wants_sha256() const { return !sha256_.empty(); }
  bool wants_hash() const { return !hashes_.empty(); }

  // The entry that leaves the picture out, or empty.
  std::string by_name(const std::string& name, const std::string& author, const std::string& licence) const;
  std::string by_sha256(const std::string& sha256) const;
  std::string by_hash(std::uint64_t perceptual_hash) const;  // within 4 bits

 private:
  void add(std::string line);

  std::set<std::string> sha256_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::string> names_, authors_, licences_;
};

// '*' matches within a folder, '**' across folders, '?' one character.
bool glob_matches(std::string_view pattern, std::string_view name);

}  // namespace inkstone
