#include "cli/request_options.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"

namespace inkstone {
namespace {

std::string flag_names(const Option& option) {
  if (option.positional && option.letter == 0) return option.name;
  std::string names = fmt::format("--{}", option.name);
  if (option.letter != 0) names = fmt::format("-{},{}", option.letter, names);
  for (const auto& alias : option.aliases) names += ",--" + alias;
  return option.positional ? fmt::format("{},{}", option.name, names) : names;
}

const char* value_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::integer:
      return "N";
    case FieldKind::number:
      return "X";
    case FieldKind::picture:
      return "PICTURE";
    case FieldKind::model:
      return "MODEL";
    default:
      return "TEXT";
  }
}

std::string default_text(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const auto& item : value) {
    if (!text.empty()) text += ',';
    text += default_text(item);
  }
  return text;
}

// The help line: what it does, what it takes, what it is by default.
std::string description(const Field& field) {
  std::string text = field.option.help;
  const auto allowed = allowed_values(field);
  const auto fallback = default_text(field.fallback);
  if (!allowed.empty()) text += fmt::format(" ({})", allowed);
  if (!fallback.empty() && field.kind != FieldKind::boolean) text += fmt::format(" [{}]", fallback);
  return text;
}

// a,b and a b are two values, but a picture may have a comma in its name.
std::vector<std::string> split(const Field& field, const std::string& text) {
  if (field.kind == FieldKind::picture && std::filesystem::exists(text)) return {text};
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const auto comma = std::min(text.find(',', start), text.size());
    parts.push_back(text.substr(start, comma - start));
    start = comma + 1;
  }
  return parts;
}

std::vector<std::string> known_names(const CLI::App& command, bool options) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options([](const CLI::Option* each) { return each->nonpositional(); }))
    for (const auto& name : option->get_lnames())
      if (options) names.push_back("--" + name);
  for (const auto* subcommand : command.get_subcommands([](const CLI::App*) { return true; }))
    if (!options) names.push_back(subcommand->get_name());
  return names;
}

// What a command does not know falls through to the program.
std::vector<std::string> leftovers(const CLI::App& command) {
  auto left = command.remaining();
  for (const auto* above = command.get_parent(); above != nullptr; above = above->get_parent())
    for (const auto& word : above->remaining()) left.push_back(word);
  return left;
}

}  // namespace

void refuse_unknown(const CLI::App& command) {
  const auto left = leftovers(command);
  if (left.empty()) return;
  auto unknown = left.front();
  const bool no_command = command.get_parent() == nullptr && command.get_subcommands().empty() && unknown.rfind('-', 0) != 0;
  for (const auto& word : left)
    if (!no_command && word.rfind('-', 0) == 0) {
      unknown = word.substr(0, word.find('='));
      break;
    }
  const bool option = unknown.rfind('-', 0) == 0;
  const auto* what = option ? "option" : command.get_parent() == nullptr ? "command" : "argument";
  throw Error(ErrorCategory::bad_argument,
              fmt::format("unknown {} '{}'{}", what, unknown, did_you_mean(unknown, known_names(command, option))));
}

CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& help) {
  auto* command = app.add_subcommand(name, help);
  command->allow_extras();
  return *command;
}

RequestOptions::RequestOptions(CLI::App& command, std::vector<Field> fields) : command_(command), fields_(std::move(fields)) {
  for (const auto& field : fields_) add(field);
}

void RequestOptions::add(const Field& field) {
  const auto names = flag_names(field.option);
  CLI::Option* option = nullptr;
  if (field.kind == FieldKind::boolean) {
    option = command_.add_flag(names, flags_[field.option.name], description(field));
  } else {
    option = command_.add_option(names, typed_[field.option.name], description(field));
    option->type_name(value_name(field.kind))->allow_extra_args(false);
    if (!field.list) option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  option->group(field.option.group);
}

nlohmann::json RequestOptions::values() const {
  refuse_unknown(command_);
  auto values = nlohmann::json::object();
  for (const auto& field : fields_) {
    const std::string name = field.option.name;
    if (field.kind == FieldKind::boolean) {
      if (flags_.at(name)) values[name] = true;
      continue;
    }
    const auto& typed = typed_.at(name);
    if (typed.empty()) continue;
    if (!field.list) {
      values[name] = value_from_text(field, typed.back());
      continue;
    }
    auto list = nlohmann::json::array();
    for (const auto& text : typed)
      for (const auto& part : split(field, text)) list.push_back(value_from_text(field, part));
    values[name] = std::move(list);
  }
  return values;
}

std::set<std::string> RequestOptions::given() const {
  std::set<std::string> names;
  const auto typed = values();
  for (const auto& [name, value] : typed.items()) names.insert(name);
  return names;
}

}  // namespace inkstone
