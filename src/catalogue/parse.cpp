#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "catalogue/catalogue.hpp"
#include "catalogue/source.hpp"
#include "core/nearest.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kShortestPrefix = 8;  // hex digits
constexpr std::int64_t kLargestFile = std::int64_t(1) << 44;

// A table of the file and the place to blame for what is wrong with it.
class Reader {
 public:
  Reader(const toml::table& table, const std::string& origin) : table_(table), origin_(origin) {}

  [[noreturn]] void fail(const std::string& what, const toml::node* node = nullptr) const {
    const auto line = (node == nullptr ? static_cast<const toml::node&>(table_) : *node).source().begin.line;
    throw Error(ErrorCategory::bad_argument, fmt::format("{}, line {}: {}", origin_, line, what));
  }

  void allow(std::span<const std::string> keys) const {
    for (const auto& [key, node] : table_)
      if (std::find(keys.begin(), keys.end(), key.str()) == keys.end())
        fail(fmt::format("unknown key '{}'{}", key.str(), did_you_mean(key.str(), keys)), &node);
  }

  std::string text(const char* key, bool required = true) const {
    const auto* node = table_.get(key);
    if (node == nullptr && !required) return {};
    if (node == nullptr) fail(fmt::format("'{}' is missing", key));
    const auto value = node->value<std::string>();
    if (!value || value->empty()) fail(fmt::format("'{}' must be a string that is not empty", key), node);
    if (std::any_of(value->begin(), value->end(), [](unsigned char c) { return c < 0x20; }))
      fail(fmt::format("'{}' has control characters", key), node);
    return *value;
  }

  // A string or an array of strings.
  std::vector<std::string> texts(const char* key) const {
    const auto* node = table_.get(key);
    if (node == nullptr) return {};
    if (!node->is_array()) return {text(key)};
    std::vector<std::string> all;
    for (const auto& item : *node->as_array()) {
      const auto value = item.value<std::string>();
      if (!value) fail(fmt::format("'{}' must hold strings", key), &item);
      all.push_back(*value);
    }
    return all;
  }

  std::uint64_t bytes(const char* key) const {
    const auto* node = table_.get(key);
    const auto value = node == nullptr ? std::nullopt : node->value_exact<std::int64_t>();
    if (!value || *value < 1 || *value > kLargestFile) fail(fmt::format("'{}' must be the size in bytes", key), node);
    return static_cast<std::uint64_t>(*value);
  }

  const toml::array& tables(const char* key) const {
    const auto* node = table_.get(key);
    if (node == nullptr || !node->is_array() || node->as_array()->empty() || !node->as_array()->is_homogeneous<toml::table>())
      fail(fmt::format("'{}' must be an array of tables", key), node);
    return *node->as_array();
  }

 private:
  const toml::table& table_;
  const std::string& origin_;
};

bool is_hex(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string read_digest(const Reader& reader) {
  const auto whole = reader.text("sha256", false);
  const auto prefix = reader.text("sha256_prefix", false);
  if (whole.empty() == prefix.empty()) reader.fail("give either 'sha256' or 'sha256_prefix'");
  if (!whole.empty() && (whole.size() != 64 || !is_hex(whole))) reader.fail("'sha256' must be 64 lower-case hex digits");
  if (!prefix.empty() && (prefix.size() < kShortestPrefix || prefix.size() > 64 || !is_hex(prefix)))
    reader.fail("'sha256_prefix' must be 8 to 64 lower-case hex digits");
  return whole + prefix;
}

bool is_name(const std::string& name) {
  return name.size() <= 100 && is_inside(name) && std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::islower(c) || std::isdigit(c) || c == '-' || c == '_' || c == '.' || c == '/';
         });
}

std::string located(const std::string& base, const std::string& path) {
  if (!base.ends_with('/')) return base;
  return base + (is_url(base) ? url_path(path) : path);
}

ModelFile read_file_entry(const toml::table& table, const std::vector<std::string>& bases, const std::string& origin) {
  static const std::array<std::string, 5> keys = {"path", "source", "size", "sha256", "sha256_prefix"};
  const Reader reader(table, origin);
  reader.allow(keys);
  ModelFile file{.path = reader.text("path"),
                 .sources = reader.texts("source"),
                 .size = reader.bytes("size"),
                 .sha256 = read_digest(reader)};
  if (!is_inside(file.path)) reader.fail(fmt::format("path '{}' leaves the model's folder", file.path));
  if (file.sources.empty())
    for (const auto& base : bases) file.sources.push_back(located(base, file.path));
  if (file.sources.empty()) reader.fail("'source' is missing, here and in the model");
  for (const auto& source : file.sources)
    if (const auto wrong = what_is_wrong_with_source(source)) reader.fail(*wrong);
  return file;
}

void check_files(const ModelEntry& entry, const Reader& reader) {
  std::set<std::string> paths;
  for (const auto& file : entry.files)
    if (!paths.insert(file.path).second) reader.fail(fmt::format("file '{}' stands twice", file.path));
  if (!entry.main.empty() && !paths.contains(entry.main))
    reader.fail(fmt::format("'main' names '{}', which is not among the files", entry.main));
}

ModelEntry read_model(const toml::table& table, const std::string& origin) {
  static const std::array<std::string, 8> keys = {"name", "purpose", "licence", "format", "loader", "main", "source", "files"};
  const Reader reader(table, origin);
  reader.allow(keys);
  ModelEntry entry{.name = reader.text("name"),
                   .purpose = reader.text("purpose"),
                   .licence = reader.text("licence"),
                   .format = reader.text("format"),
                   .loader = reader.text("loader"),
                   .main = reader.text("main", false)};
  if (!is_name(entry.name))
    reader.fail(fmt::format("name '{}' may have lower-case letters, digits, '-', '_', '.' and '/' only", entry.name));
  const auto bases = reader.texts("source");
  for (const auto& item : reader.tables("files")) entry.files.push_back(read_file_entry(*item.as_table(), bases, origin));
  if (entry.main.empty() && entry.files.size() == 1) entry.main = entry.files.front().path;
  check_files(entry, reader);
  return entry;
}

toml::table parse_toml(std::string_view text, const std::string& origin) {
  try {
    return toml::parse(text, origin);
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{}, line {}: {}", origin, error.source().begin.line, error.description()));
  }
}

}  // namespace

std::vector<ModelEntry> parse_catalogue(std::string_view text, const std::string& origin) {
  static const std::array<std::string, 1> keys = {"model"};
  const auto root = parse_toml(text, origin);
  const Reader reader(root, origin);
  reader.allow(keys);
  std::vector<ModelEntry> entries;
  if (root.empty()) return entries;
  std::set<std::string> names;
  for (const auto& item : reader.tables("model")) {
    entries.push_back(read_model(*item.as_table(), origin));
    if (!names.insert(entries.back().name).second)
      Reader(*item.as_table(), origin).fail(fmt::format("model '{}' stands twice", entries.back().name));
  }
  return entries;
}

}  // namespace inkstone
