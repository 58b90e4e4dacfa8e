#include "cli/models_command.hpp"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/model_tables.hpp"
#include "cli/pull_progress.hpp"
#include "cli/task_progress.hpp"
#include "inkstone/error.hpp"
#include "inkstone/models.hpp"

namespace inkstone {
namespace {

struct Arguments {
  std::vector<std::string> names;
  std::string source, target, type;
  bool json = false, markdown = false, memorisation_check = true;
  std::int64_t samples = 64;
};

using Shared = std::shared_ptr<Arguments>;  // CLI11 keeps the callbacks, so they keep what they read

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
}

void list(const Arguments& arguments) {
  const auto models = list_models();
  print(arguments.json ? model_json(models) : arguments.markdown ? model_markdown(models) : model_table(models));
}

void pull(const Arguments& arguments) {
  for (const auto& name : arguments.names) {
    PullProgress progress;
    pull_model(name, progress);
    progress.on_message(fmt::format("{} is here, size and sha256 verified", name));
    print(model_path(name).string() + "\n");
  }
}

void info(const Arguments& arguments) {
  std::vector<ModelInfo> models;
  for (const auto& name : arguments.names) models.push_back(model_info(name));
  if (arguments.json) return print(model_json(models));
  for (const auto& model : models) print(model_details(model));
}

std::vector<std::string> present_models() {
  std::vector<std::string> names;
  for (const auto& model : list_models())
    if (model.present && !model.path.empty()) names.push_back(model.name);
  return names;
}

void verify(const Arguments& arguments) {
  std::size_t bad = 0, all = 0;
  for (const auto& name : arguments.names.empty() ? present_models() : arguments.names)
    for (const auto& check : verify_model(name)) {
      print(fmt::format("{:<12}  {:<64}  {}{}\n", check.verdict, check.sha256.empty() ? "-" : check.sha256, check.path.string(),
                        check.model.empty() || check.model == name ? "" : fmt::format("  ({})", check.model)));
      bad += !check.good;
      ++all;
    }
  if (bad > 0)
    throw Error(ErrorCategory::corrupt_file,
                fmt::format("{} of {} files are not what the catalogue names; `inkstone models pull` gets good ones", bad, all));
}

void path(const Arguments& arguments) {
  for (const auto& name : arguments.names) print(model_path(name).string() + "\n");
}

// Beside a file, in a folder.
std::filesystem::path report_folder(const std::filesystem::path& target) {
  if (target.extension() != ".safetensors") return target;
  return target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
}

void tell_memorisation(const Arguments& arguments) {
  TaskProgress progress(Verbosity::normal);
  const auto found = check_memorisation(arguments.source, report_folder(arguments.target), arguments.samples, progress);
  progress.finish();
  progress.on_message(found.line);
}

void convert(const Arguments& arguments) {
  if (arguments.memorisation_check && is_trained_here(arguments.source)) tell_memorisation(arguments);
  convert_model(arguments.source, arguments.target, arguments.type);
  print(arguments.target + "\n");
}

void directions(const Arguments& arguments) {
  const auto found = write_directions(arguments.source, arguments.target);
  print(fmt::format("{:<8} {:>10} {:>8}\n", "dial", "deviation", "share"));
  for (const auto& one : found) print(fmt::format("{:<8} {:>10.4f} {:>7.1f}%\n", one.name, one.deviation, 100 * one.share));
  print((arguments.target.empty() ? directions_path(arguments.source).string() : arguments.target) + "\n");
}

CLI::App* add(CLI::App& models, const char* name, const char* help, const Shared& arguments, void (*run)(const Arguments&)) {
  auto* command = models.add_subcommand(name, help);
  command->callback([arguments, run] { run(*arguments); });
  return command;
}

void add_names(CLI::App* command, const Shared& arguments, const char* help, bool required) {
  auto* option = command->add_option("name", arguments->names, help);
  if (required) option->required();
}

}  // namespace

void add_models_command(CLI::App& app) {
  auto* models = app.add_subcommand("models", "list, get, check and convert models");
  models->require_subcommand(1);
  const auto arguments = std::make_shared<Arguments>();

  auto* list_command = add(*models, "list", "every model that is known, and which are here", arguments, &list);
  auto* json = list_command->add_flag("--json", arguments->json, "as JSON");
  list_command->add_flag("--markdown", arguments->markdown, "as a Markdown table")->excludes(json);
  add_names(add(*models, "pull", "download models and verify them", arguments, &pull), arguments, "models to get", true);
  auto* info_command = add(*models, "info", "licence, files, digests and sources of models", arguments, &info);
  info_command->add_flag("--json", arguments->json, "as JSON");
  add_names(info_command, arguments, "models", true);
  add_names(add(*models, "verify", "hash files and compare with the catalogue", arguments, &verify), arguments,
            "models or files; all that are here if absent", false);
  add_names(add(*models, "path", "where models lie on this machine", arguments, &path), arguments, "models", true);
  auto* convert_command =
      add(*models, "convert", "any weight format to safetensors; Stable Diffusion between one file and a diffusers folder",
          arguments, &convert);
  convert_command->add_option("source", arguments->source, "a model's name, a file or a folder")->required();
  convert_command->add_option("target", arguments->target, "the .safetensors file, or the new diffusers folder, to write")
      ->required();
  convert_command->add_option("--type", arguments->type, "float type of the weights; as they are if absent")
      ->check(CLI::IsMember({"f32", "f16", "bf16"}));
  convert_command->add_flag("--memorisation-check,!--no-memorisation-check", arguments->memorisation_check,
                            "of a run whose training pictures are at hand, look whether it paints them (on unless left out)");
  convert_command->add_option("--samples", arguments->samples, "pictures to paint for that")->check(CLI::Range(1, 10000));
  auto* directions_command =
      add(*models, "directions", "find what a StyleGAN's styles can be moved along, without labels, once for all pictures",
          arguments, &directions);
  directions_command->add_option("model", arguments->source, "a run's folder or a model file")->required();
  directions_command->add_option(
      "-o,--output", arguments->target,
      "the .safetensors file; beside the model if absent, where `inkstone paint --direction` finds it");
}

}  // namespace inkstone
