// What the declarations of a request (option.hpp) turn into: JSON and back, its schema, the docs table, the recipe.
// Every surface goes through from_json, so a value means the same, and fails alike, wherever it is typed.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "inkstone/option.hpp"

namespace inkstone {

enum class FieldKind { boolean, integer, number, text, picture, model };

struct Field {
  Option option;
  FieldKind kind = FieldKind::text;
  bool list = false;
  nlohmann::json fallback;  // the value of a default-constructed request
};

namespace options {

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;

template <class T>
constexpr FieldKind kind_of() {
  if constexpr (is_list<T>)
    return kind_of<typename T::value_type>();
  else if constexpr (std::is_same_v<T, bool>)
    return FieldKind::boolean;
  else if constexpr (std::is_integral_v<T>)
    return FieldKind::integer;
  else if constexpr (std::is_floating_point_v<T>)
    return FieldKind::number;
  else if constexpr (std::is_same_v<T, PictureRef>)
    return FieldKind::picture;
  else if constexpr (std::is_same_v<T, ModelRef>)
    return FieldKind::model;
  else
    return FieldKind::text;
}

// The declared range, narrowed to what an int holds.
Option within_int(Option option);

template <class T>
nlohmann::json value_of(const T& field) {
  if constexpr (is_list<T>) {
    auto list = nlohmann::json::array();
    for (const auto& item : field) list.push_back(value_of(item));
    return list;
  } else if constexpr (std::is_same_v<T, PictureRef> || std::is_same_v<T, ModelRef>) {
    return field.value;
  } else {
    return field;
  }
}

template <class T>
void assign(T& field, const nlohmann::json& value) {
  if constexpr (is_list<T>) {
    field.clear();
    for (const auto& item : value) assign(field.emplace_back(), item);
  } else if constexpr (std::is_same_v<T, PictureRef> || std::is_same_v<T, ModelRef>) {
    field.value = value.template get<std::string>();
  } else {
    field = value.template get<T>();
  }
}

// Throws bad_argument naming the option and what it takes. A whole number written as 5.0 is an integer; a single value
// stands for a list of one.
nlohmann::json checked(const Field& field, const nlohmann::json& value);

// What values have under the field's name or one of its other names; null where nothing. Throws bad_argument where two are given.
const nlohmann::json* given_value(const Field& field, const nlohmann::json& values);

// Throws bad_argument unless values is an object whose keys are all fields.
void check_keys(const std::vector<Field>& fields, const nlohmann::json& values);

}  // namespace options

// In the order of declaration.
template <class Request>
std::vector<Field> fields_of() {
  std::vector<Field> fields;
  const Request defaults;
  Request::for_each_field(defaults, [&](const auto& member, Option option) {
    using T = std::decay_t<decltype(member)>;
    if constexpr (std::is_same_v<T, int>) option = options::within_int(std::move(option));
    fields.push_back({std::move(option), options::kind_of<T>(), options::is_list<T>, options::value_of(member)});
  });
  return fields;
}

// Every field, by name.
template <class Request>
nlohmann::json to_json(const Request& request) {
  auto values = nlohmann::json::object();
  Request::for_each_field(request,
                          [&](const auto& member, const Option& option) { values[option.name] = options::value_of(member); });
  return values;
}

// The defaults, with the given values over them. Throws bad_argument: unknown key, wrong type, out of range, not a choice.
template <class Request>
Request from_json(const nlohmann::json& values) {
  const auto fields = fields_of<Request>();
  options::check_keys(fields, values);
  Request request;
  auto field = fields.begin();
  Request::for_each_field(request, [&](auto& member, const Option&) {
    if (const auto* given = options::given_value(*field, values)) options::assign(member, options::checked(*field, *given));
    ++field;
  });
  return request;
}

// Throws bad_argument as from_json does; for requests filled by a program.
template <class Request>
void check_request(const Request& request) {
  from_json<Request>(to_json(request));
}

// Names of the fields that differ from the defaults.
template <class Request>
std::set<std::string> changed_options(const Request& request) {
  std::set<std::string> names;
  const auto values = to_json(request);
  for (const auto& field : fields_of<Request>())
    if (values.at(field.option.name) != field.fallback) names.insert(field.option.name);
  return names;
}

// One value as typed on a command line. Throws bad_argument if it is no number where one is asked for.
nlohmann::json value_from_text(const Field& field, const std::string& text);

// "0 to 1", "at least 0", "max or avg"; empty where everything goes.
std::string allowed_values(const Field& field);

// JSON Schema, draft 2020-12. Beside its own words: x-group, the heading of a form; x-kind, "picture" or "model"; x-order, the
// properties as they are declared.
nlohmann::json json_schema(std::string_view title, const std::vector<Field>& fields);

// One Markdown table per group: option, default, allowed values, help.
std::string markdown_tables(const std::vector<Field>& fields);

}  // namespace inkstone
