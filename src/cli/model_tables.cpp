#include "cli/model_tables.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace inkstone {
namespace {

std::size_t widest(std::span<const ModelInfo> models, std::string ModelInfo::*column) {
  std::size_t width = 0;
  for (const auto& model : models) width = std::max(width, (model.*column).size());
  return width;
}

nlohmann::json file_json(const ModelFileInfo& file) {
  return {{"path", file.path},
          {"bytes", file.bytes},
          {file.sha256.size() == 64 ? "sha256" : "sha256_prefix", file.sha256},
          {"sources", file.sources}};
}

nlohmann::json to_json(const ModelInfo& model) {
  nlohmann::json json = {{"name", model.name},       {"purpose", model.purpose},   {"licence", model.licence},
                         {"format", model.format},   {"loader", model.loader},     {"bytes", model.bytes},
                         {"present", model.present}, {"path", model.path.string()}};
  for (const auto& file : model.files) json["files"].push_back(file_json(file));
  return json;
}

}  // namespace

std::string human_size(std::uint64_t bytes) {
  static constexpr std::array<const char*, 4> units = {"B", "kB", "MB", "GB"};
  double value = double(bytes);
  std::size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < units.size(); ++unit) value /= 1000;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string model_table(std::span<const ModelInfo> models) {
  const auto name = std::max<std::size_t>(4, widest(models, &ModelInfo::name));
  const auto licence = std::max<std::size_t>(7, widest(models, &ModelInfo::licence));
  auto text = fmt::format("{:<{}}  {:>8}  {:<4}  {:<{}}  {}\n", "name", name, "size", "here", "licence", licence, "what for");
  for (const auto& model : models)
    text += fmt::format("{:<{}}  {:>8}  {:<4}  {:<{}}  {}\n", model.name, name, human_size(model.bytes),
                        model.present ? "yes" : "-", model.licence, licence, model.purpose);
  return text;
}

std::string model_markdown(std::span<const ModelInfo> models) {
  std::string text = "| name | what for | size | format | licence |\n|---|---|---:|---|---|\n";
  for (const auto& model : models)
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", model.name, model.purpose, human_size(model.bytes), model.format,
                        model.licence);
  return text;
}

std::string model_json(std::span<const ModelInfo> models) {
  auto json = nlohmann::json::array();
  for (const auto& model : models) json.push_back(to_json(model));
  return json.dump(2) + "\n";
}

std::string model_details(const ModelInfo& model) {
  auto text = fmt::format(
      "{}\n  what for  {}\n  licence   {}\n  format    {}\n  loader    {}\n  size      {}\n  here      {}\n  path      {}\n",
      model.name, model.purpose, model.licence, model.format, model.loader, human_size(model.bytes),
      model.present ? "yes" : fmt::format("no (inkstone models pull {})", model.name),
      model.path.empty() ? "in the program" : model.path.string());
  for (const auto& file : model.files) {
    text += fmt::format("  file      {} ({} bytes)\n            sha256 {}{}\n", file.path, file.bytes, file.sha256,
                        file.sha256.size() < 64 ? "..." : "");
    for (const auto& source : file.sources) text += fmt::format("            {}\n", source);
  }
  return text;
}

}  // namespace inkstone
