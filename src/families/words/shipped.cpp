#include "families/words/shipped.hpp"

#include "families/words/folder.hpp"

namespace inkstone {
namespace {

std::filesystem::path beside_program() {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  return unknown ? std::filesystem::path() : program.parent_path().parent_path() / "share/inkstone/words";
}

}  // namespace

std::filesystem::path shipped_painter() {
  for (const auto& place : {beside_program(), std::filesystem::path(INKSTONE_DATA_FOLDER) / "words",
                            std::filesystem::path(INKSTONE_ASSETS_FOLDER) / "words"})
    if (is_words_folder(place)) return place;
  return {};
}

}  // namespace inkstone
