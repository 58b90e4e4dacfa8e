#include "studio/paint_again.hpp"

#include "core/options.hpp"
#include "inkstone/error.hpp"

namespace inkstone::studio {

std::string model_of(const nlohmann::json& recipe, ParentSearch& search) {
  const auto& model = recipe.at("model");
  const auto file = search.find({model.at("file"), model.at("sha256")});
  return (model.value("folder", false) ? file.parent_path().parent_path() : file).string();
}

PaintAgain paint_again(const nlohmann::json& recipe, ParentSearch& search) {
  PaintAgain again{from_json<PaintRequest>(recipe.at("request")), {}};
  auto& request = again.request;
  restore_pictures(request, request.post, recipe, search);
  if (recipe.at("model").contains("sha256")) request.model.value = model_of(recipe, search);
  again.known = restore_files(request, recipe, search);
  return again;
}

}  // namespace inkstone::studio
