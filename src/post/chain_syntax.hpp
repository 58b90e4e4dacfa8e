// The text of a chain taken apart, before anybody knows what its names mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inkstone::post {

struct Argument {
  std::string key;  // empty: the filter's first parameter
  std::string value;
};

struct RawStep {
  std::string name;
  std::vector<Argument> arguments;
};

// Throws bad_argument with the place where the text goes wrong.
std::vector<RawStep> split_chain(std::string_view text);

// value as it must be written to be read back, in quotes where needed.
std::string quoted(const std::string& value);

}  // namespace inkstone::post
