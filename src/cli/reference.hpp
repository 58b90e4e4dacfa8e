// The program described from its own declarations: the reference page, the manual page, shell completion.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace inkstone {

std::string reference_page(const CLI::App& app);                        // Markdown
std::string manual_page(const CLI::App& app);                           // man(7) macros
std::string completion(const CLI::App& app, const std::string& shell);  // bash, zsh or fish; throws bad_argument

// Adds the hidden commands `docs reference|man|schema` and `completion SHELL`.
void add_docs_commands(CLI::App& app);

}  // namespace inkstone
