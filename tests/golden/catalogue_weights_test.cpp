// The packages of the catalogue, once `inkstone models pull` has brought them, through load_weights().
#include <fstream>

#include "catalogue/cache.hpp"
#include "golden/weight_statistics.hpp"
#include "inkstone/error.hpp"
#include "weights/load.hpp"

namespace inkstone {
namespace {

nlohmann::json goldens() {
  return nlohmann::json::parse(std::ifstream(INKSTONE_SOURCE_DIR "/tests/golden/catalogue_weights.json"));
}

std::vector<std::string> golden_files() {
  std::vector<std::string> files;
  const nlohmann::json all = goldens();
  for (const auto& [file, golden] : all.items()) files.push_back(file);
  return files;
}

class CatalogueWeights : public ::testing::TestWithParam<std::string> {};

TEST_P(CatalogueWeights, MatchAnIndependentReader) {
  const std::string model = std::filesystem::path(GetParam()).parent_path().string();
  const Places places = Places::from_environment();
  const ModelEntry entry = Catalogue::load(places).find(model);
  const ModelCache cache(places);
  if (!cache.is_present(entry)) GTEST_SKIP() << model << " is not here; get it by `inkstone models pull " << model << "`";
  expect_statistics(load_weights(cache.path(entry)), goldens()[GetParam()]);
}

INSTANTIATE_TEST_SUITE_P(Packages, CatalogueWeights, ::testing::ValuesIn(golden_files()), [](const auto& file) {
  std::string name = std::filesystem::path(file.param).parent_path().string();
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
});

}  // namespace
}  // namespace inkstone
