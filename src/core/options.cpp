#include "core/options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using nlohmann::json;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

const char* kind_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::boolean:
      return "true or false";
    case FieldKind::integer:
      return "a whole number";
    case FieldKind::number:
      return "a number";
    case FieldKind::picture:
      return "a picture";
    case FieldKind::model:
      return "a model";
    case FieldKind::text:
      break;
  }
  return "text";
}

[[noreturn]] void refuse(const Field& field, const std::string& what) {
  throw Error(ErrorCategory::bad_argument, fmt::format("--{} {}", field.option.name, what));
}

[[noreturn]] void refuse_type(const Field& field, const json& value) {
  const auto shown = value.dump(-1, ' ', false, json::error_handler_t::replace);
  refuse(field, fmt::format("takes {}{}, not {}", field.list ? "a list, each " : "", kind_name(field.kind), shown.substr(0, 80)));
}

// Beyond 2^63 a double has no int64.
bool is_whole(const json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= std::uint64_t(std::numeric_limits<std::int64_t>::max());
  if (value.is_number_integer()) return true;
  if (!value.is_number_float()) return false;
  const double number = value.get<double>();
  return std::trunc(number) == number && std::abs(number) < 0x1p63;
}

void check_range(const Field& field, const json& value) {
  const double number = value.get<double>();
  if (std::isfinite(number) && number >= field.option.min && number <= field.option.max) return;
  const auto allowed = allowed_values(field);
  refuse(field, fmt::format("must be {}, not {}", allowed.empty() ? "finite" : allowed,
                            value.is_number_float() ? fmt::format("{}", number) : value.dump()));
}

void check_choice(const Field& field, const std::string& value) {
  const auto& choices = field.option.choices;
  if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) return;
  refuse(field, fmt::format("must be {}, not '{}'{}", allowed_values(field), value, did_you_mean(value, choices)));
}

json checked_item(const Field& field, const json& value) {
  switch (field.kind) {
    case FieldKind::boolean:
      if (!value.is_boolean()) refuse_type(field, value);
      return value;
    case FieldKind::integer:
      if (!is_whole(value)) refuse_type(field, value);
      check_range(field, value);
      return value.get<std::int64_t>();
    case FieldKind::number:
      if (!value.is_number()) refuse_type(field, value);
      check_range(field, value);
      return value.get<double>();
    default:
      if (!value.is_string()) refuse_type(field, value);
      check_choice(field, value.get_ref<const std::string&>());
      return value;
  }
}

// A bound of whole numbers is one.
json bound_of(const Field& field, double bound) {
  if (field.kind == FieldKind::integer && std::abs(bound) < 0x1p53) return std::int64_t(bound);
  return bound;
}

json item_schema(const Field& field) {
  switch (field.kind) {
    case FieldKind::boolean:
      return {{"type", "boolean"}};
    case FieldKind::integer:
    case FieldKind::number: {
      json schema = {{"type", field.kind == FieldKind::integer ? "integer" : "number"}};
      if (field.option.min > -kInfinity) schema["minimum"] = bound_of(field, field.option.min);
      if (field.option.max < kInfinity) schema["maximum"] = bound_of(field, field.option.max);
      return schema;
    }
    case FieldKind::picture:
      return {{"type", "string"}, {"x-kind", "picture"}};
    case FieldKind::model:
      return {{"type", "string"}, {"x-kind", "model"}};
    case FieldKind::text:
      break;
  }
  json schema = {{"type", "string"}};
  if (!field.option.choices.empty()) schema["enum"] = field.option.choices;
  return schema;
}

std::string shown_default(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const auto& item : value) {
    if (!text.empty()) text += ',';
    text += shown_default(item);
  }
  return text;
}

// A cell may hold neither a bar nor a line break.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string table_row(const Field& field) {
  const auto& option = field.option;
  std::string name = option.positional ? fmt::format("`{}`", option.name) : fmt::format("`--{}`", option.name);
  if (option.letter != 0)
    name = fmt::format("`-{}`, {}", option.letter, option.positional ? fmt::format("`--{}`", option.name) : name);
  for (const auto& alias : option.aliases) name += fmt::format(", `--{}`", alias);
  const auto fallback = shown_default(field.fallback);
  return fmt::format("| {} | {} | {} | {} |\n", name, fallback.empty() ? "" : fmt::format("`{}`", cell(fallback)),
                     cell(allowed_values(field)), cell(option.help));
}

}  // namespace

namespace options {

Option within_int(Option option) {
  option.min = std::max(option.min, double(std::numeric_limits<int>::min()));
  option.max = std::min(option.max, double(std::numeric_limits<int>::max()));
  return option;
}

const json* given_value(const Field& field, const json& values) {
  const json* given = nullptr;
  const auto look = [&](const std::string& name) {
    const auto found = values.find(name);
    if (found == values.end()) return;
    if (given)
      throw Error(ErrorCategory::bad_argument,
                  fmt::format("'{}' is another name of '{}'; give one of them", name, field.option.name));
    given = &*found;
  };
  look(field.option.name);
  for (const auto& alias : field.option.aliases) look(alias);
  return given;
}

json checked(const Field& field, const json& value) {
  if (!field.list) return checked_item(field, value);
  if (!value.is_array()) return json::array({checked_item(field, value)});
  auto list = json::array();
  for (const auto& item : value) list.push_back(checked_item(field, item));
  return list;
}

void check_keys(const std::vector<Field>& fields, const json& values) {
  if (!values.is_object()) throw Error(ErrorCategory::bad_argument, "the request must be a JSON object");
  std::vector<std::string> names;
  for (const auto& field : fields) {
    names.push_back(field.option.name);
    names.insert(names.end(), field.option.aliases.begin(), field.option.aliases.end());
  }
  for (const auto& [key, value] : values.items())
    if (std::find(names.begin(), names.end(), key) == names.end())
      throw Error(ErrorCategory::bad_argument, fmt::format("unknown option '{}'{}", key, did_you_mean(key, names)));
}

}  // namespace options

json value_from_text(const Field& field, const std::string& text) {
  const char* end = text.data() + text.size();
  if (field.kind == FieldKind::integer) {
    std::int64_t whole = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, whole);
    if (error == std::errc() && stop == end) return whole;
  }
  if (field.kind == FieldKind::integer || field.kind == FieldKind::number) {
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && stop == end) return number;
  }
  if (field.kind == FieldKind::boolean && (text == "true" || text == "false")) return text == "true";
  return text;
}

std::string allowed_values(const Field& field) {
  const auto& option = field.option;
  if (!option.choices.empty()) return fmt::format("{}", fmt::join(option.choices, ", "));
  if (field.kind != FieldKind::integer && field.kind != FieldKind::number) return {};
  const bool below = option.min > std::numeric_limits<int>::min(), above = option.max < std::numeric_limits<int>::max();
  if (below && above) return fmt::format("{} to {}", option.min, option.max);
  if (below) return fmt::format("at least {}", option.min);
  return above ? fmt::format("at most {}", option.max) : std::string();
}

json json_schema(std::string_view title, const std::vector<Field>& fields) {
  json properties = json::object(), order = json::array();
  for (const auto& field : fields) {
    order.push_back(field.option.name);
    json schema = field.list ? json{{"type", "array"}, {"items", item_schema(field)}} : item_schema(field);
    schema["description"] = field.option.help;
    schema["default"] = field.fallback;
    schema["x-group"] = field.option.group;
    properties[field.option.name] = std::move(schema);
  }
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", title},
          {"type", "object"},
          {"additionalProperties", false},
          {"properties", std::move(properties)},
          {"x-order", std::move(order)}};
}

std::string markdown_tables(const std::vector<Field>& fields) {
  std::vector<std::string> groups;
  for (const auto& field : fields)
    if (std::find(groups.begin(), groups.end(), field.option.group) == groups.end()) groups.push_back(field.option.group);
  std::string text;
  for (const auto& group : groups) {
    text += fmt::format("**{}**\n\n| Option | Default | Values | What it does |\n|---|---|---|---|\n", group);
    for (const auto& field : fields)
      if (field.option.group == group) text += table_row(field);
    text += "\n";
  }
  return text;
}

}  // namespace inkstone
