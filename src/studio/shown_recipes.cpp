#include <algorithm>
#include <utility>

#include "catalogue/places.hpp"
#include "core/embedded_file.hpp"
#include "inkstone/error.hpp"
#include "inkstone/recipes.hpp"

INKSTONE_EMBED(recipes, "recipes/recipes.json");
INKSTONE_EMBED(recipe_apple, "recipes/apple.webp");
INKSTONE_EMBED(recipe_building, "recipes/building.webp");
INKSTONE_EMBED(recipe_fruits, "recipes/fruits.webp");
INKSTONE_EMBED(recipe_home, "recipes/home.webp");
INKSTONE_EMBED(recipe_portrait, "recipes/portrait.webp");
INKSTONE_EMBED(recipe_sketch, "recipes/sketch.webp");
INKSTONE_EMBED(recipe_starry_night, "recipes/starry_night.webp");

namespace inkstone {
namespace {

std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string_view recipes() {
  return text_of(INKSTONE_EMBEDDED(recipes));
}

std::string_view shipped_picture(const std::string& name) {
  static const std::pair<std::string_view, Bytes> kPictures[] = {
      {"apple.webp", INKSTONE_EMBEDDED(recipe_apple)},
      {"building.webp", INKSTONE_EMBEDDED(recipe_building)},
      {"fruits.webp", INKSTONE_EMBEDDED(recipe_fruits)},
      {"home.webp", INKSTONE_EMBEDDED(recipe_home)},
      {"portrait.webp", INKSTONE_EMBEDDED(recipe_portrait)},
      {"sketch.webp", INKSTONE_EMBEDDED(recipe_sketch)},
      {"starry_night.webp", INKSTONE_EMBEDDED(recipe_starry_night)},
  };
  const auto found =
      std::find_if(std::begin(kPictures), std::end(kPictures), [&](const auto& picture) { return picture.first == name; });
  if (found == std::end(kPictures)) throw Error(ErrorCategory::not_found, "no such picture comes with the program");
  return text_of(found->second);
}

std::filesystem::path shipped_picture_file(const std::string& name) {
  const auto picture = shipped_picture(name);
  const auto file = Places::from_environment().home / "pictures" / name;
  std::error_code absent;
  if (std::filesystem::file_size(file, absent) == picture.size()) return file;
  std::filesystem::create_directories(file.parent_path());
  write_file_atomic(file, as_bytes(picture));
  return file;
}

}  // namespace inkstone
