// Command-line flags out of the declarations of a request, and the request out of what was typed. Values are checked by
// core/options alone, so the command line refuses what a JSON request would be refused for, in the same words.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "core/options.hpp"

namespace inkstone {

class RequestOptions {
 public:
  // Adds one flag per field to command. Keep the object as long as command may be parsed.
  RequestOptions(CLI::App& command, std::vector<Field> fields);
  RequestOptions(const RequestOptions&) = delete;
  RequestOptions& operator=(const RequestOptions&) = delete;

  // What was typed, by name. Throws bad_argument for an unknown flag, naming the nearest.
  nlohmann::json values() const;
  std::set<std::string> given() const;

  template <class Request>
  Request request() const {
    return from_json<Request>(values());
  }

 private:
  void add(const Field& field);

  CLI::App& command_;
  std::vector<Field> fields_;
  std::map<std::string, std::vector<std::string>> typed_;
  std::map<std::string, bool> flags_;
};

// Throws bad_argument if anything was typed that command does not know, naming the nearest of its options or subcommands.
void refuse_unknown(const CLI::App& command);

// For a subcommand whose mistakes are to be explained by refuse_unknown.
CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& help);

}  // namespace inkstone
