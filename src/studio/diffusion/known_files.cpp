#include "studio/diffusion/known_files.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

bool is_network_file(const fs::path& path) {
  static const std::vector<std::string> endings = {".safetensors", ".pt", ".ckpt", ".bin", ".pth"};
  return std::find(endings.begin(), endings.end(), path.extension().string()) != endings.end();
}

std::size_t place_of(const std::string& name, std::size_t size) {
  if (name.size() == 1 && name[0] >= '0' && std::size_t(name[0] - '0') < size) return std::size_t(name[0] - '0');
  throw Error(ErrorCategory::corrupt_file, fmt::format("the recipe names a file '{}' that its request does not have", name));
}

void put(PaintRequest& request, KnownFiles& known, const std::string& option, const std::string& name, const fs::path& path) {
  if (option == "lora")
    known.adapters[name] = path;
  else if (option == "embedding")
    known.embeddings[name] = path;
  else if (option == "vae")
    request.vae.value = path.string();
  else if (option == "taesd")
    request.taesd.value = path.string();
  else if (option == "control-net")
    request.control_net[place_of(name, request.control_net.size())].value = path.string();
  else
    throw Error(ErrorCategory::corrupt_file, fmt::format("the recipe names a file for an unknown option '{}'", option));
}

}  // namespace

fs::path weights_in(const fs::path& path) {
  if (!fs::is_directory(path)) return path;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(path))
    if (is_network_file(entry.path())) found.push_back(entry.path());
  if (found.empty()) throw Error(ErrorCategory::not_found, fmt::format("{} has no weights", path.string()));
  return *std::min_element(found.begin(), found.end());
}

json record_of(const UsedFile& file, const std::string& sha256) {
  json record = {
      {"option", file.option}, {"name", file.name}, {"file", weights_in(file.path).filename().string()}, {"sha256", sha256}};
  if (fs::is_directory(file.path)) record["folder"] = true;
  return record;
}

KnownFiles restore_files(PaintRequest& request, const json& recipe, ParentSearch& search) {
  KnownFiles known;
  for (const auto& file : recipe.value("files", json::array())) {
    const auto found = search.find({file.at("file"), file.at("sha256")});
    put(request, known, file.at("option"), file.at("name"), file.value("folder", false) ? found.parent_path() : found);
  }
  known.resolved = recipe.value("resolved", false);
  if (recipe.contains("picture")) known.picture = recipe.at("picture").get<std::size_t>();
  for (const auto& order : recipe.value("orders", json::array()))
    known.orders.push_back({order.at("prompt"), order.at("negative-prompt"), order.at("seed")});
  return known;
}

std::vector<fs::path> networks_in(const fs::path& folder) {
  std::vector<fs::path> found;
  if (!fs::is_directory(folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied))
    if (is_network_file(entry.path())) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

fs::path find_network(const std::string& folder, const std::string& name, const char* what, const char* option) {
  if (folder.empty())
    throw Error(ErrorCategory::bad_argument,
                fmt::format("the prompt calls the {} '{}'; name the folder it is in with {}", what, name, option));
  if (!fs::is_directory(folder))
    throw Error(ErrorCategory::not_found, fmt::format("{} names {}, which is no folder", option, folder));
  std::vector<std::string> names;
  for (const auto& path : networks_in(folder)) {
    names.push_back(path.stem().string());
    const auto below = path.lexically_relative(folder);
    if (names.back() == name || (below.parent_path() / below.stem()) == fs::path(name) || below == fs::path(name)) return path;
  }
  throw Error(ErrorCategory::not_found, fmt::format("{} has no {} '{}'{}", folder, what, name, did_you_mean(name, names)));
}

}  // namespace inkstone::studio
