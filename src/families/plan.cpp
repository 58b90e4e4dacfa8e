#include "families/plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "core/options.hpp"
#include "core/toml.hpp"
#include "families/registry.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using nlohmann::json;

// One table of a config: its name, and what may stand in it.
struct Section {
  std::string name;
  std::vector<Field> fields;
};

std::vector<Section> sections_of(const FamilyEntry& family) {
  auto pictures = fields_of<DataOptions>();
  const auto augment = fields_of<AugmentOptions>();
  pictures.insert(pictures.end(), augment.begin(), augment.end());
  return {{"model", family.fields()}, {"pictures", std::move(pictures)}, {"train", fields_of<LoopOptions>()}};
}

std::vector<std::string> names_of(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) names.push_back(field.option.name);
  return names;
}

const Field* find(const std::vector<Field>& fields, const std::string& name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.option.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

[[noreturn]] void fail(const std::string& place, const std::string& what) {
  throw Error(ErrorCategory::bad_argument, fmt::format("{}: {}", place, what));
}

std::string required_text(const TomlDocument& document, const json& overrides, const std::string& key,
                          const std::string& example) {
  if (overrides.contains(key)) return overrides.at(key).get<std::string>();
  const auto found = document.values.find(key);
  if (found == document.values.end())
    fail(document.origin, fmt::format("'{}' is missing; write for example: {} = \"{}\"", key, key, example));
  if (!found->is_string()) fail(document.place(key), fmt::format("'{}' must be a text, for example \"{}\"", key, example));
  return found->get<std::string>();
}

void check_top(const TomlDocument& document) {
  const std::vector<std::string> known = {"family", "data", "model", "pictures", "train"};
  for (const auto& [key, value] : document.values.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      fail(document.place(key), fmt::format("unknown key '{}'{}", key, did_you_mean(key, known)));
    const bool table = key != "family" && key != "data";
    if (table != value.is_object())
      fail(document.place(key), fmt::format("'{}' must be a {}", key, table ? "table, written [" + key + "]" : "text"));
  }
}

// A value from the command line is a text still, or a list of texts.
json typed(const Field& field, const json& value) {
  if (value.is_array()) {
    auto items = json::array();
    for (const auto& item : value) items.push_back(typed(field, item));
    return items;
  }
  if (!value.is_string()) return value;
  if (field.kind == FieldKind::boolean) return value == "true" ? json(true) : value == "false" ? json(false) : value;
  return value_from_text(field, value.get<std::string>());
}

// The values of one table with overrides over them, checked.
json section_values(const TomlDocument& document, const Section& section, const json& overrides) {
  auto values = json::object();
  const auto given = document.values.value(section.name, json::object());
  for (const auto& [key, value] : given.items()) {
    const std::string place = document.place(section.name + "." + key);
    const auto* field = find(section.fields, key);
    if (!field)
      fail(place, fmt::format("unknown option '{}' in [{}]{}", key, section.name, did_you_mean(key, names_of(section.fields))));
    try {
      values[key] = options::checked(*field, value);
    } catch (const Error& error) {
      fail(place, error.what());
    }
  }
  for (const auto& field : section.fields)
    if (overrides.contains(field.option.name))
      values[field.option.name] = options::checked(field, typed(field, overrides.at(field.option.name)));
  return values;
}

json complete(const std::vector<Field>& fields, const json& values) {
  auto all = json::object();
  for (const auto& field : fields) all[field.option.name] = values.value(field.option.name, field.fallback);
  return all;
}

// The part of values that belongs to Options.
template <class Options>
Options part(const json& values) {
  auto own = json::object();
  for (const auto& field : fields_of<Options>())
    if (values.contains(field.option.name)) own[field.option.name] = values.at(field.option.name);
  return from_json<Options>(own);
}

void check_overrides(const std::vector<Section>& sections, const json& overrides) {
  std::vector<std::string> known = {"family", "data"};
  for (const auto& section : sections)
    for (const auto& name : names_of(section.fields)) known.push_back(name);
  for (const auto& [key, value] : overrides.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw Error(ErrorCategory::bad_argument, fmt::format("unknown option '--{}'{}", key, did_you_mean(key, known)));
}

std::string table_text(const std::string& name, const std::vector<Field>& fields, const json& values) {
  std::string text = fmt::format("\n[{}]\n", name);
  for (const auto& field : fields) {
    const std::string line = toml_line(field.option.name, values.at(field.option.name));
    text += fmt::format("{:<32} # {}\n", line, field.option.help);
  }
  return text;
}

json merged(json values, const json& more) {
  values.update(more);
  return values;
}

}  // namespace

TrainPlan read_plan(std::string_view text, const std::string& origin, const json& overrides) {
  const auto document = parse_toml(text, origin);
  check_top(document);
  TrainPlan plan;
  plan.family = required_text(document, overrides, "family", "dcgan");
  plan.data = required_text(document, overrides, "data", "fashion-mnist");
  const auto sections = sections_of(find_family(plan.family));
  check_overrides(sections, overrides);
  plan.model = complete(sections[0].fields, section_values(document, sections[0], overrides));
  const auto pictures = section_values(document, sections[1], overrides);
  plan.pictures = part<DataOptions>(pictures);
  plan.augment = part<AugmentOptions>(pictures);
  plan.loop = part<LoopOptions>(section_values(document, sections[2], overrides));
  if (plan.loop.steps == 0 && plan.loop.epochs == 0)
    fail(origin, "neither steps nor epochs is set in [train]: how long shall it train?");
  return plan;
}

std::string plan_text(const TrainPlan& plan) {
  const auto sections = sections_of(find_family(plan.family));
  std::string text = toml_line("family", plan.family) + "\n" + toml_line("data", plan.data) + "\n";
  text += table_text("model", sections[0].fields, plan.model);
  text += table_text("pictures", sections[1].fields, merged(to_json(plan.pictures), to_json(plan.augment)));
  return text + table_text("train", sections[2].fields, to_json(plan.loop));
}

}  // namespace inkstone
