// The recipe in a picture: what it was painted from and how, without a path of this machine. Parents are known by the
// sha256 of their files, in the order in which the request mentions them.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "inkstone/dream_request.hpp"
#include "inkstone/error.hpp"
#include "inkstone/explain_request.hpp"
#include "inkstone/paint_request.hpp"
#include "inkstone/post_request.hpp"
#include "inkstone/project_request.hpp"
#include "inkstone/restore_request.hpp"
#include "inkstone/stylize_request.hpp"
#include "inkstone/upscale_request.hpp"

namespace inkstone::studio {

struct Parent {
  std::string name;  // of the file, without folders
  std::string sha256;
};

// The pictures that a request names outside its post chain, to read or to replace.
std::vector<std::string*> pictures_of(StylizeRequest& request);
std::vector<std::string*> pictures_of(PostRequest& request);
std::vector<std::string*> pictures_of(PaintRequest& request);
std::vector<std::string*> pictures_of(DreamRequest& request);
std::vector<std::string*> pictures_of(ProjectRequest& request);
std::vector<std::string*> pictures_of(ExplainRequest& request);
std::vector<std::string*> pictures_of(UpscaleRequest& request);
std::vector<std::string*> pictures_of(RestoreRequest& request);

// The chain with every parameter spelt out and pictures by file name alone; its pictures as they were written.
struct PortableChain {
  std::string text;
  std::vector<std::string> references;
};
PortableChain portable_chain(const std::string& chain);

// The chain with each of its pictures, in order, replaced by the path that next() gives.
std::string with_references(const std::string& chain, const std::function<std::string()>& next);

// {"task", "version", "request", "seeds", "parents"}: replaces paths in request by names. Throws not_found.
nlohmann::json make_recipe(StylizeRequest request);
nlohmann::json make_recipe(PostRequest request);
nlohmann::json make_recipe(PaintRequest request);
nlohmann::json make_recipe(DreamRequest request);
nlohmann::json make_recipe(ProjectRequest request);
nlohmann::json make_recipe(ExplainRequest request);
nlohmann::json make_recipe(UpscaleRequest request);
nlohmann::json make_recipe(RestoreRequest request);

// The chain that follows what the recipe, which has none, says.
void add_chain(nlohmann::json& recipe, const std::string& chain);

// Finds files by their content, in folders or of a list. Hashes lazily, each file once, files of the wanted name first.
class ParentSearch {
 public:
  explicit ParentSearch(std::vector<std::filesystem::path> places);
  // Throws not_found naming parent and places.
  std::filesystem::path find(const Parent& parent);

 private:
  std::string hash(const std::filesystem::path& file);

  std::vector<std::filesystem::path> places_;
  std::vector<std::filesystem::path> files_;
  std::map<std::filesystem::path, std::string> hashes_;
};

// Throws corrupt_file unless recipe has a list of parents with name and sha256.
std::vector<Parent> parents_of(const nlohmann::json& recipe);

// Puts the files that were found where the recipe has names: first the request's own pictures, then the chain's. Throws
// not_found, corrupt_file.
template <class Request>
void restore_pictures(Request& request, std::string& chain, const nlohmann::json& recipe, ParentSearch& search) {
  const auto parents = parents_of(recipe);
  auto parent = parents.begin();
  const auto next = [&] {
    if (parent == parents.end()) throw Error(ErrorCategory::corrupt_file, "the recipe has fewer parents than pictures");
    return search.find(*parent++).string();
  };
  for (auto* picture : pictures_of(request)) *picture = next();
  chain = with_references(chain, next);
}

}  // namespace inkstone::studio
