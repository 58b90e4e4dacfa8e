#include "post/filter_options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"

namespace inkstone::post {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCategory::bad_argument, message);
}

std::vector<std::string> names_of(const std::vector<PostParameter>& parameters) {
  std::vector<std::string> names;
  for (const auto& parameter : parameters) names.push_back(parameter.name);
  return names;
}

const std::string& name_of(const Argument& argument, const std::vector<PostParameter>& parameters) {
  return argument.key.empty() ? parameters.front().name : argument.key;
}

}  // namespace

std::string number_text(double value) {
  return fmt::format("{}", value);
}

double parse_number(const std::string& filter, const PostParameter& parameter, const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = parameter.kind == PostParameter::Kind::integer;
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || (whole && value != std::floor(value)))
    refuse(fmt::format("{} of {} must be a {}, not '{}'", parameter.name, filter, whole ? "whole number" : "number", text));
  if (value < parameter.min || value > parameter.max)
    refuse(
        fmt::format("{} of {} must lie between {} and {}, not {}", parameter.name, filter, parameter.min, parameter.max, text));
  return value;
}

void check_choice(const std::string& filter, const PostParameter& parameter, const std::string& text) {
  if (parameter.choices.empty() || std::count(parameter.choices.begin(), parameter.choices.end(), text)) return;
  refuse(fmt::format("{} of {} is one of {}, not '{}'{}", parameter.name, filter, fmt::join(parameter.choices, ", "), text,
                     did_you_mean(text, parameter.choices)));
}

void check_arguments(const std::string& filter, const std::vector<PostParameter>& parameters,
                     const std::vector<Argument>& arguments) {
  const auto names = names_of(parameters);
  std::vector<std::string> seen;
  for (const Argument& argument : arguments) {
    const std::string& name = name_of(argument, parameters);
    if (!std::count(names.begin(), names.end(), name))
      refuse(fmt::format("{} has no parameter '{}' but {}{}", filter, name, fmt::join(names, ", "), did_you_mean(name, names)));
    if (std::count(seen.begin(), seen.end(), name)) refuse(fmt::format("{} of {} is given twice", name, filter));
    seen.push_back(name);
  }
}

const Argument* argument_for(const std::vector<Argument>& arguments, const PostParameter& parameter, bool first) {
  for (const Argument& argument : arguments)
    if (argument.key == parameter.name || (first && argument.key.empty())) return &argument;
  return nullptr;
}

}  // namespace inkstone::post
