// TOML as JSON values that remember their lines, so that a mistake in a config is reported where it stands.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace inkstone {

struct TomlDocument {
  nlohmann::json values;             // an object; dates are refused
  std::map<std::string, int> lines;  // "train.steps" -> 12
  std::string origin;                // file name, for messages

  // "gan.toml, line 12" of a key, or the file alone where the key is unknown.
  std::string place(const std::string& key) const;
};

// Throws bad_argument naming origin and line.
TomlDocument parse_toml(std::string_view text, const std::string& origin);

// key = value of one line: text quoted and escaped, numbers as they are shortest.
std::string toml_line(const std::string& key, const nlohmann::json& value);

}  // namespace inkstone
