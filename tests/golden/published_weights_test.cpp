// Every published weight file that lies beside the source, through load_weights().
#include <fstream>

#include "golden/weight_statistics.hpp"
#include "weights/load.hpp"

namespace inkstone {
namespace {

const std::filesystem::path kModels = INKSTONE_SOURCE_DIR "/../shared/models";

TEST(PublishedWeights, MatchAnIndependentReader) {
  if (!std::filesystem::exists(kModels)) GTEST_SKIP() << "no published models beside the source: " << kModels;
  const auto goldens = nlohmann::json::parse(std::ifstream(INKSTONE_SOURCE_DIR "/tests/golden/published_weights.json"));
  EXPECT_GE(goldens.size(), 25u);
  for (const auto& [file, golden] : goldens.items()) {
    SCOPED_TRACE(file);
    expect_statistics(load_weights(kModels / file), golden);
  }
}

}  // namespace
}  // namespace inkstone
