#include "cli/reference.hpp"

#include <cstdio>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/request_options.hpp"
#include "inkstone/annotate_request.hpp"
#include "inkstone/dream_request.hpp"
#include "inkstone/error.hpp"
#include "inkstone/explain_request.hpp"
#include "inkstone/post_request.hpp"
#include "inkstone/studio.hpp"
#include "inkstone/stylize_request.hpp"

namespace inkstone {
namespace {

using Commands = std::vector<const CLI::App*>;

// Hidden ones have an empty group.
Commands commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); });
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
    for (const auto& name : option->get_snames()) flags.push_back("-" + name);
  }
  return flags;
}

std::vector<std::string> names_of(const Commands& commands) {
  std::vector<std::string> names;
  for (const auto* command : commands) names.push_back(command->get_name());
  return names;
}

std::string option_title(const CLI::Option& option) {
  std::string title = option.get_positional() ? option.get_name(true, false) : option.get_name(false, true);
  if (option.get_items_expected_max() > 0 && !option.get_type_name().empty() && !option.get_positional())
    title += " " + option.get_type_name();
  return title;
}

std::string plain_options(const CLI::App& command) {
  std::string text;
  for (const auto* option : command.get_options())
    text += fmt::format("- `{}`: {}\n", option_title(*option), option->get_description());
  return text.empty() ? text : text + "\n";
}

template <class Request>
std::string tables() {
  return markdown_tables(fields_of<Request>());
}

std::string post_tables() {
  return tables<PostRequest>() + "Filters and the grammar of chains: [post.md](post.md).\n\n";
}

// Of commands whose options are told at length; null for the others.
std::string (*tables_of(std::string_view command))() {
  constexpr std::pair<std::string_view, std::string (*)()> kTold[] = {
      {"inkstone stylize", tables<StylizeRequest>},       {"inkstone dream", tables<DreamRequest>},
      {"inkstone dream project", tables<ProjectRequest>}, {"inkstone explain", tables<ExplainRequest>},
      {"inkstone annotate", tables<AnnotateRequest>},     {"inkstone post", post_tables}};
  for (const auto& [name, told] : kTold)
    if (name == command) return told;
  return nullptr;
}

std::string section(const CLI::App& command, const std::string& prefix, int depth) {
  const auto name = prefix + command.get_name();
  std::string text = fmt::format("{} {}\n\n{}.\n\n", std::string(std::size_t(depth), '#'), name, command.get_description());
  if (auto* told = tables_of(name))
    text += told();
  else
    text += plain_options(command);
  for (const auto* inner : commands_of(command)) text += section(*inner, name + " ", depth + 1);
  return text;
}

constexpr const char* kExitCodes[][2] = {{"0", "done"},
                                         {"2", "the request is wrong: an option, a range, a combination"},
                                         {"3", "a file, a model or a name does not exist"},
                                         {"4", "a file is damaged or not what its name says"},
                                         {"5", "outside what this build can do"},
                                         {"6", "not enough memory"},
                                         {"7", "no such device"},
                                         {"8", "input or output failed: disk full, not allowed, no network"},
                                         {"130", "stopped; what there was is saved"}};

// A line that starts with a dot or a quote would be a macro.
std::string man_text(std::string text) {
  for (std::size_t at = 0; (at = text.find_first_of("\\-", at)) != std::string::npos; at += 2) text.insert(at, 1, '\\');
  return text.starts_with('.') || text.starts_with('\'') ? "\\&" + text : text;
}

std::string man_section(const CLI::App& command, const std::string& prefix) {
  const auto name = prefix + command.get_name();
  std::string text = fmt::format(".SS {}\n{}.\n", man_text(name), man_text(command.get_description()));
  for (const auto* option : command.get_options())
    text += fmt::format(".TP\n.B {}\n{}\n", man_text(option_title(*option)), man_text(option->get_description()));
  for (const auto* inner : commands_of(command)) text += man_section(*inner, name + " ");
  return text;
}

std::string bash_completion(const CLI::App& app) {
  std::string cases;
  for (const auto* command : commands_of(app)) {
    auto words = flags_of(*command);
    for (const auto& name : names_of(commands_of(*command))) words.push_back(name);
    cases += fmt::format("    {}) words=\"{}\" ;;\n", command->get_name(), fmt::join(words, " "));
  }
  return fmt::format(
      "_inkstone() {{\n  local word=${{COMP_WORDS[COMP_CWORD]}} command=${{COMP_WORDS[1]}} words\n  case $command in\n{}    *) "
      "words=\"{}\" ;;\n"
      "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n  [[ $word == -* ]] || COMPREPLY+=($(compgen -f -- "
      "\"$word\"))\n}}\n"
      "complete -o filenames -F _inkstone inkstone\n",
      cases, fmt::join(names_of(commands_of(app)), " "));
}

// Inside single quotes and brackets of an _arguments specification.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : text)
    out += c == '\'' ? std::string("'\\''") : c == '[' || c == ']' || c == ':' ? std::string("\\") + c : std::string(1, c);
  return out;
}

std::string zsh_completion(const CLI::App& app) {
  std::string commands, cases;
  for (const auto* command : commands_of(app)) {
    commands += fmt::format("    '{}:{}'\n", command->get_name(), zsh_text(command->get_description()));
    cases += fmt::format("    {}) _arguments", command->get_name());
    for (const auto* option : command->get_options())
      for (const auto& name : option->get_lnames())
        cases += fmt::format(" \\\n      '*--{}[{}]{}'", name, zsh_text(option->get_description()),
                             option->get_items_expected_max() > 0 ? ":value:_files" : "");
    cases += " \\\n      '*:file:_files' ;;\n";
  }
  return fmt::format(
      "#compdef inkstone\n_inkstone() {{\n  local -a commands=(\n{}  )\n  if (( CURRENT == 2 )); then\n    _describe command "
      "commands\n    return\n"
      "  fi\n  case $words[2] in\n{}  esac\n}}\n_inkstone \"$@\"\n",
      commands, cases);
}

std::string fish_text(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return out;
}

std::string fish_completion(const CLI::App& app) {
  std::string text;
  for (const auto* command : commands_of(app)) {
    const auto name = command->get_name();
    text +=
        fmt::format("complete -c inkstone -n __fish_use_subcommand -a {} -d '{}'\n", name, fish_text(command->get_description()));
    for (const auto* option : command->get_options())
      for (const auto& flag : option->get_lnames())
        text += fmt::format("complete -c inkstone -n '__fish_seen_subcommand_from {}' -l {}{} -d '{}'\n", name, flag,
                            option->get_items_expected_max() > 0 ? " -r" : "", fish_text(option->get_description()));
  }
  return text;
}

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
}

}  // namespace

std::string reference_page(const CLI::App& app) {
  std::string text = "# Command line\n\nMade by `inkstone docs reference` from the declarations in the program.\n\n";
  text += "Options of every command:\n\n" + plain_options(app);
  for (const auto* command : commands_of(app)) text += section(*command, "inkstone ", 2);
  text += "## Exit codes\n\n| Code | Meaning |\n|---|---|\n";
  for (const auto& [code, meaning] : kExitCodes) text += fmt::format("| {} | {} |\n", code, meaning);
  return text;
}

std::string manual_page(const CLI::App& app) {
  std::string text = fmt::format(".TH INKSTONE 1 \"\" \"Inkstone {}\" \"User Commands\"\n.SH NAME\ninkstone \\- {}\n", version(),
                                 man_text(app.get_description()));
  text += ".SH SYNOPSIS\n.B inkstone\n.I command\n[options]\n.SH COMMANDS\n";
  for (const auto* command : commands_of(app)) text += man_section(*command, "");
  text += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : kExitCodes) text += fmt::format(".TP\n.B {}\n{}\n", code, man_text(meaning));
  return text;
}

std::string completion(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") return bash_completion(app);
  if (shell == "zsh") return zsh_completion(app);
  if (shell == "fish") return fish_completion(app);
  throw Error(ErrorCategory::bad_argument, fmt::format("no completion for '{}'; there is bash, zsh and fish", shell));
}

void add_docs_commands(CLI::App& app) {
  auto* docs = app.add_subcommand("docs", "descriptions of the program made by itself")->group("");
  docs->require_subcommand(1);
  docs->add_subcommand("reference", "docs/reference.md")->callback([&app] { print(reference_page(app)); });
  docs->add_subcommand("man", "the manual page")->callback([&app] { print(manual_page(app)); });
  docs->add_subcommand("schema", "JSON Schema of the requests")->callback([] {
    print(nlohmann::json{{"dream", json_schema("dream", fields_of<DreamRequest>())},
                         {"project", json_schema("project", fields_of<ProjectRequest>())},
                         {"explain", json_schema("explain", fields_of<ExplainRequest>())},
                         {"annotate", json_schema("annotate", fields_of<AnnotateRequest>())},
                         {"stylize", json_schema("stylize", fields_of<StylizeRequest>())},
                         {"post", json_schema("post", fields_of<PostRequest>())},
                         {"paint", json_schema("paint", fields_of<PaintRequest>())},
                         {"evaluate", json_schema("evaluate", fields_of<EvaluateRequest>())}}
              .dump(2) +
          "\n");
  });
  auto* shells = app.add_subcommand("completion", "shell completion: bash, zsh or fish")->group("");
  const auto shell = std::make_shared<std::string>();
  shells->add_option("shell", *shell, "bash, zsh or fish")->required();
  shells->callback([&app, shell] { print(completion(app, *shell)); });
}

}  // namespace inkstone
