#include "core/toml.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using nlohmann::json;

class Converter {
 public:
  explicit Converter(TomlDocument& document) : document_(document) {}

  json table(const toml::table& table, const std::string& prefix) {
    auto object = json::object();
    for (const auto& [key, node] : table) {
      const std::string path = prefix + std::string(key.str());
      document_.lines[path] = int(node.source().begin.line);
      object[std::string(key.str())] = value(node, path);
    }
    return object;
  }

 private:
  json value(const toml::node& node, const std::string& path) {
    if (const auto* inner = node.as_table()) return table(*inner, path + ".");
    if (const auto* list = node.as_array()) return array(*list, path);
    if (node.is_integer()) return node.value<std::int64_t>().value();
    if (node.is_floating_point()) return node.value<double>().value();
    if (node.is_boolean()) return node.value<bool>().value();
    if (node.is_string()) return node.value<std::string>().value();
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{}: '{}' is a date or time, which no option takes", document_.place(path), path));
  }

  json array(const toml::array& list, const std::string& path) {
    auto items = json::array();
    for (const auto& item : list) items.push_back(value(item, path));
    return items;
  }

  TomlDocument& document_;
};

}  // namespace

std::string TomlDocument::place(const std::string& key) const {
  const auto line = lines.find(key);
  return line == lines.end() ? origin : fmt::format("{}, line {}", origin, line->second);
}

TomlDocument parse_toml(std::string_view text, const std::string& origin) {
  TomlDocument document;
  document.origin = origin;
  try {
    document.values = Converter(document).table(toml::parse(text), "");
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCategory::bad_argument,
                fmt::format("{}, line {}: {}", origin, error.source().begin.line, error.description()));
  }
  return document;
}

std::string toml_line(const std::string& key, const json& value) {
  return fmt::format(
      "{} = {}", key,
      value.dump(-1, ' ', false, json::error_handler_t::replace));  // JSON's scalars, strings and arrays are TOML's
}

}  // namespace inkstone
