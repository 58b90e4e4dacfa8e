// From the options struct of a filter (fields declared once, as in option.hpp) to the description of its parameters,
// and from the arguments of a chain to the filled struct.
#pragma once

#include <string>
#include <type_traits>
#include <vector>

#include "inkstone/option.hpp"
#include "inkstone/post_filters.hpp"
#include "post/chain_syntax.hpp"

namespace inkstone::post {

// Shortest decimal that reads back as value.
std::string number_text(double value);

// Each throws bad_argument with the filter's and the parameter's name and what is allowed.
double parse_number(const std::string& filter, const PostParameter& parameter, const std::string& text);
void check_choice(const std::string& filter, const PostParameter& parameter, const std::string& text);

// The argument meant for the parameter at this index, or null. Throws when a key names none or one is given twice.
void check_arguments(const std::string& filter, const std::vector<PostParameter>& parameters,
                     const std::vector<Argument>& arguments);
const Argument* argument_for(const std::vector<Argument>& arguments, const PostParameter& parameter, bool first);

inline std::string text_of(double value) {
  return number_text(value);
}
inline std::string text_of(int value) {
  return std::to_string(value);
}
inline std::string text_of(const std::string& value) {
  return value;
}
inline std::string text_of(const PictureRef& value) {
  return value.value;
}

template <class Field>
PostParameter::Kind kind_of(const Option& option) {
  if constexpr (std::is_same_v<Field, PictureRef>) return PostParameter::Kind::picture;
  if constexpr (std::is_same_v<Field, double>) return PostParameter::Kind::number;
  if constexpr (std::is_same_v<Field, int>) return PostParameter::Kind::integer;
  return option.choices.empty() ? PostParameter::Kind::text : PostParameter::Kind::choice;
}

template <class Options>
std::vector<PostParameter> parameters_of() {
  std::vector<PostParameter> parameters;
  Options defaults;
  Options::for_each_field(defaults, [&](const auto& field, const Option& option) {
    parameters.push_back({option.name, option.help, kind_of<std::decay_t<decltype(field)>>(option), option.min, option.max,
                          text_of(field), option.choices});
  });
  return parameters;
}

inline void assign(double& field, const std::string& filter, const PostParameter& p, const std::string& text) {
  field = parse_number(filter, p, text);
}
inline void assign(int& field, const std::string& filter, const PostParameter& p, const std::string& text) {
  field = static_cast<int>(parse_number(filter, p, text));
}
inline void assign(PictureRef& field, const std::string&, const PostParameter&, const std::string& text) {
  field.value = text;
}
inline void assign(std::string& field, const std::string& filter, const PostParameter& p, const std::string& text) {
  check_choice(filter, p, text);
  field = text;
}

template <class Options>
Options parse_options(const std::string& filter, const std::vector<Argument>& arguments) {
  const auto parameters = parameters_of<Options>();
  check_arguments(filter, parameters, arguments);
  Options options;
  std::size_t index = 0;
  Options::for_each_field(options, [&](auto& field, const Option&) {
    const PostParameter& parameter = parameters[index];
    if (const Argument* argument = argument_for(arguments, parameter, index == 0))
      assign(field, filter, parameter, argument->value);
    ++index;
  });
  if constexpr (requires { options.validate(); }) options.validate();
  return options;
}

// name:key=value:... with every parameter that is set.
template <class Options>
std::string spelt_out(const std::string& filter, const Options& options) {
  std::string text = filter;
  Options::for_each_field(options, [&](const auto& field, const Option& option) {
    const std::string value = text_of(field);
    if (!value.empty()) text.append(1, ':').append(option.name).append(1, '=').append(quoted(value));
  });
  return text;
}

template <class Options>
std::vector<std::string> references_of(const Options& options) {
  std::vector<std::string> references;
  Options::for_each_field(options, [&](const auto& field, const Option&) {
    if constexpr (std::is_same_v<std::decay_t<decltype(field)>, PictureRef>)
      if (!field.empty()) references.push_back(field.value);
  });
  return references;
}

}  // namespace inkstone::post
