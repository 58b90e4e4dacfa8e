#include "studio/recipe.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "catalogue/sha256.hpp"
#include "core/options.hpp"
#include "image/metadata.hpp"
#include "inkstone/error.hpp"
#include "inkstone/studio.hpp"
#include "post/chain.hpp"
#include "post/chain_syntax.hpp"
#include "studio/paint_task.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string file_name(const std::string& path) {
  return fs::path(path).filename().string();
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; !from.empty() && (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

// What the picture says of its own licence; a file that is no picture says nothing.
std::string licence_of(const std::string& path) try { return read_metadata(path).licence; } catch (const Error&) {
  return {};
}

json parent(const std::string& path) {
  json known = {{"name", file_name(path)}, {"sha256", sha256_file(path)}};
  if (const auto licence = licence_of(path); !licence.empty()) known["licence"] = licence;
  return known;
}

// The chain by file names alone; its pictures go to the parents.
std::string chain_with_parents(const std::string& chain, json& parents) {
  const auto portable = portable_chain(chain);
  for (const auto& reference : portable.references) parents.push_back(parent(reference));
  return portable.text;
}

template <class Request>
json recipe_of(const char* task, Request& request, std::string& chain) {
  auto parents = json::array();
  for (auto* picture : pictures_of(request)) {
    parents.push_back(parent(*picture));
    *picture = file_name(*picture);
  }
  chain = chain_with_parents(chain, parents);
  auto values = to_json(request);
  for (const auto& field : fields_of<Request>())
    if (!field.option.recipe) values.erase(field.option.name);
  return {
      {"task", task}, {"version", std::string(version())}, {"request", values}, {"seeds", {request.seed}}, {"parents", parents}};
}

constexpr std::size_t kMaxFiles = 20000;  // a search folder may be somebody's home

// Files below folder, its own first; what cannot be read is passed over.
void add_files(const fs::path& folder, std::vector<fs::path>& files) {
  std::error_code error;
  if (fs::is_regular_file(folder, error)) return files.push_back(folder);
  auto entry = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator() && files.size() < kMaxFiles; entry.increment(error)) {
    if (entry.depth() > 3) entry.disable_recursion_pending();
    if (std::error_code ignored; entry->is_regular_file(ignored)) files.push_back(entry->path());
  }
}

}  // namespace

std::vector<std::string*> pictures_of(StylizeRequest& request) {
  std::vector<std::string*> pictures = {&request.content.value};
  for (auto& style : request.style) pictures.push_back(&style.value);
  for (auto& mask : request.style_masks) pictures.push_back(&mask.value);
  if (request.init != "content" && request.init != "random") pictures.push_back(&request.init);
  return pictures;
}

std::vector<std::string*> pictures_of(PostRequest& request) {
  return {&request.input.value};
}

std::vector<std::string*> pictures_of(PaintRequest& request) {
  std::vector<std::string*> pictures;
  for (auto* picture : {&request.init, &request.mask, &request.second})
    if (!picture->empty()) pictures.push_back(&picture->value);
  for (auto& picture : request.control_image) pictures.push_back(&picture.value);
  for (auto& latent : request.latents) pictures.push_back(&latent.value);
  for (auto& style : request.style) pictures.push_back(&style.value);
  return pictures;
}

std::vector<std::string*> pictures_of(DreamRequest& request) {
  std::vector<std::string*> pictures = {&request.picture.value};
  if (!request.guide.empty()) pictures.push_back(&request.guide.value);
  return pictures;
}

std::vector<std::string*> pictures_of(ProjectRequest& request) {
  return {&request.picture.value};
}

std::vector<std::string*> pictures_of(ExplainRequest& request) {
  std::vector<std::string*> pictures;
  for (auto* picture : {&request.picture, &request.content})
    if (!picture->empty()) pictures.push_back(&picture->value);
  for (auto& style : request.style) pictures.push_back(&style.value);
  return pictures;
}

std::vector<std::string*> pictures_of(UpscaleRequest& request) {
  return {&request.picture.value};
}

std::vector<std::string*> pictures_of(RestoreRequest& request) {
  std::vector<std::string*> pictures = {&request.picture.value};
  for (auto* picture : {&request.mask, &request.hints})
    if (!picture->empty()) pictures.push_back(&picture->value);
  return pictures;
}

PortableChain portable_chain(const std::string& chain) {
  PortableChain portable;
  const auto steps = parse_post_chain(chain);
  portable.text = to_string(steps);
  for (const auto& step : steps)
    for (const auto& reference : step.references) {
      portable.references.push_back(reference);
      replace_all(portable.text, post::quoted(reference), post::quoted(file_name(reference)));
    }
  return portable;
}

std::string with_references(const std::string& chain, const std::function<std::string()>& next) {
  std::string text;
  for (const auto& step : parse_post_chain(chain)) {
    std::string spelt = step.text;
    for (const auto& reference : step.references) replace_all(spelt, post::quoted(reference), post::quoted(next()));
    text += (text.empty() ? "" : ",") + spelt;
  }
  return text;
}

json make_recipe(StylizeRequest request) {
  if (fs::exists(request.model.value)) request.model.value = file_name(request.model.value);
  return recipe_of("stylize", request, request.post);
}

json make_recipe(PostRequest request) {
  return recipe_of("post", request, request.chain);
}

json make_recipe(PaintRequest request) {
  if (fs::exists(request.model.value)) request.model.value = file_name(model_file_of(request.model).string());
  for (auto* network : {&request.vae, &request.taesd}) network->value = file_name(network->value);
  for (auto& network : request.control_net) network.value = file_name(network.value);
  if (fs::exists(request.style_model.value)) request.style_model.value = file_name(request.style_model.value);
  return recipe_of("paint", request, request.post);
}

json make_recipe(DreamRequest request) {
  if (fs::exists(request.model.value)) request.model.value = file_name(request.model.value);
  return recipe_of("dream", request, request.post);
}

json make_recipe(ProjectRequest request) {
  if (fs::exists(request.model.value)) request.model.value = file_name(model_file_of(request.model).string());
  std::string no_chain;
  return recipe_of("project", request, no_chain);
}

json make_recipe(ExplainRequest request) {
  if (fs::exists(request.model.value)) request.model.value = file_name(request.model.value);
  return recipe_of("explain", request, request.post);
}

json make_recipe(UpscaleRequest request) {
  if (fs::exists(request.model.value)) request.model.value = file_name(request.model.value);
  return recipe_of("upscale", request, request.post);
}

json make_recipe(RestoreRequest request) {
  if (fs::exists(request.model.value)) request.model.value = file_name(request.model.value);
  return recipe_of("restore", request, request.post);
}

void add_chain(json& recipe, const std::string& chain) {
  recipe["request"]["post"] = chain_with_parents(chain, recipe["parents"]);
}

ParentSearch::ParentSearch(std::vector<fs::path> places) : places_(std::move(places)) {
  for (const auto& place : places_) add_files(place, files_);
}

fs::path ParentSearch::find(const Parent& parent) {
  std::stable_partition(files_.begin(), files_.end(), [&](const fs::path& file) { return file.filename() == parent.name; });
  for (const auto& file : files_)
    if (hash(file) == parent.sha256) return file;
  std::vector<std::string> names;
  for (const auto& place : places_) names.push_back(place.string());
  throw Error(ErrorCategory::not_found,
              fmt::format("no file with the content of {} (sha256 {}...) in {}; name its folder with --search", parent.name,
                          parent.sha256.substr(0, 12), fmt::join(names, ", ")));
}

std::string ParentSearch::hash(const fs::path& file) {
  const auto known = hashes_.find(file);
  if (known != hashes_.end()) return known->second;
  try {
    return hashes_[file] = sha256_file(file);
  } catch (const Error&) {
    return hashes_[file] = "";  // unreadable: not the one
  }
}

std::vector<Parent> parents_of(const json& recipe) {
  std::vector<Parent> parents;
  for (const auto& parent : recipe.at("parents")) {
    parents.push_back({parent.at("name").get<std::string>(), parent.at("sha256").get<std::string>()});
    if (parents.back().sha256.size() != 64)
      throw Error(ErrorCategory::corrupt_file, "the recipe names a parent without its sha256");
  }
  return parents;
}

}  // namespace inkstone::studio
