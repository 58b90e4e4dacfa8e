#include "cli/recipes_command.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/request_options.hpp"
#include "cli/shell_words.hpp"
#include "core/nearest.hpp"
#include "inkstone/error.hpp"
#include "inkstone/recipes.hpp"

namespace inkstone {
namespace {

using nlohmann::json;

struct Arguments {
  std::string name, picture, output, language = "en";
  bool example = false, print = false, as_json = false;
};

void list(const json& known, const std::string& language) {
  fmt::print("{:<12} {:<8} {:<8} {}\n", "name", "task", "needs", "what for");
  for (const auto& recipe : known)
    fmt::print("{:<12} {:<8} {:<8} {}{}{}\n", recipe["name"].get<std::string>(), recipe["task"].get<std::string>(),
               recipe["needs"].empty() ? "-" : "picture", recipe["title"][language].get<std::string>(),
               language == "zh" ? "。" : ". ", recipe["summary"][language].get<std::string>());
}

const json& find(const json& known, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& recipe : known) {
    if (recipe["name"] == name) return recipe;
    names.push_back(recipe["name"]);
  }
  throw Error(ErrorCategory::not_found,
              fmt::format("there is no recipe '{}'{}; `inkstone recipes` lists them", name, did_you_mean(name, names)));
}

std::string picture_for(const json& recipe, const Arguments& arguments) {
  const bool needed = !recipe["needs"].empty();
  if (!needed && !arguments.picture.empty())
    throw Error(ErrorCategory::bad_argument, fmt::format("recipe {} takes no picture; leave it out", arguments.name));
  if (!needed || !arguments.picture.empty()) return arguments.picture;
  if (arguments.example) return shipped_picture_file(recipe["example"]).string();
  throw Error(
      ErrorCategory::bad_argument,
      fmt::format("recipe {0} needs a picture: inkstone recipes {0} PICTURE, or --example for one that is here", arguments.name));
}

std::string word_of(const json& value) {
  constexpr std::string_view kShipped = "shipped:";
  if (!value.is_string()) return value.dump();
  const auto text = value.get<std::string>();
  return text.starts_with(kShipped) ? shipped_picture_file(text.substr(kShipped.size())).string() : text;
}

// What stands after `inkstone` to paint it.
std::vector<std::string> command_line(const json& recipe, const Arguments& arguments) {
  std::vector<std::string> words = {recipe["task"]};
  if (const auto picture = picture_for(recipe, arguments); !picture.empty()) words.push_back(picture);
  for (const auto& [name, value] : recipe["request"].items())
    for (const auto& item : value.is_array() ? value : json::array({value})) {
      words.push_back("--" + name);
      words.push_back(word_of(item));
    }
  if (!arguments.output.empty()) words.insert(words.end(), {"--output", arguments.output});
  return words;
}

void paint(CLI::App& app, std::vector<std::string> words) {
  auto* command = app.get_subcommand(words.front());
  std::reverse(words.begin(), words.end());  // as CLI11 reads them
  words.pop_back();
  command->parse(words);
}

void run(CLI::App& app, const Arguments& arguments) {
  const auto known = json::parse(recipes())["recipes"];
  if (arguments.name.empty() && arguments.as_json) return fmt::print("{}\n", known.dump(2));
  if (arguments.name.empty()) return list(known, arguments.language);
  const auto& recipe = find(known, arguments.name);
  if (arguments.as_json) return fmt::print("{}\n", recipe.dump(2));
  const auto words = command_line(recipe, arguments);
  if (!arguments.print) return paint(app, words);
  std::string line = "inkstone";
  for (const auto& word : words) line += " " + shell_word(word);
  fmt::print("{}\n", line);
}

}  // namespace

void add_recipes_command(CLI::App& app) {
  auto& command = add_command(app, "recipes", "requests to start from: list them, or paint one");
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("name", arguments->name, "the recipe to paint; none lists all")->type_name("NAME");
  command.add_option("picture", arguments->picture, "picture to paint it from, where it needs one")->type_name("PICTURE");
  command.add_option("-o,--output", arguments->output, "where to write the picture")->type_name("FILE");
  command.add_flag("--example", arguments->example, "from a picture that comes with the program, where it needs one");
  command.add_flag("--print", arguments->print, "say the command that paints it, and paint nothing");
  command.add_flag("--json", arguments->as_json, "as JSON: the task and its request, as POST /v1/jobs takes them");
  command.add_option("--language", arguments->language, "of the list: en or zh")
      ->check(CLI::IsMember({"en", "zh"}))
      ->type_name("TEXT");
  command.callback([arguments, &app, &command] {
    refuse_unknown(command);
    run(app, *arguments);
  });
}

}  // namespace inkstone
