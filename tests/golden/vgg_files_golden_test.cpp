// A small VGG19 without its top, in both forms of Caffe and as Keras saves it, against what OpenCV and h5py read of it
// (make_vgg_files.py).
#include <fstream>

#include "golden/weight_statistics.hpp"
#include "models/vgg/vgg.hpp"
#include "weights/load.hpp"

namespace inkstone {
namespace {

const std::filesystem::path kGolden = INKSTONE_SOURCE_DIR "/tests/golden";

TEST(VggFiles, MatchIndependentReaders) {
  const auto goldens = nlohmann::json::parse(std::ifstream(kGolden / "vgg_files.json"));
  EXPECT_EQ(goldens.size(), 3u);
  for (const auto& [file, golden] : goldens.items()) {
    SCOPED_TRACE(file);
    expect_statistics(load_weights(kGolden / "data" / file), golden);
  }
}

TEST(VggFiles, MakeOneNetwork) {
  const auto network_of = [](const char* file) { return make_vgg(load_weights(kGolden / "data" / file)); };
  const auto keras = network_of("vgg.h5");
  EXPECT_EQ(keras.name, "vgg19");
  EXPECT_EQ(keras.stages[keras.stage("conv5_4")].weight.sizes(), (std::vector<std::int64_t>{8, 8, 3, 3}));
  for (const char* file : {"vgg_v1.caffemodel", "vgg_v2.caffemodel"}) {
    const auto caffe = network_of(file);
    EXPECT_EQ(caffe.name, "vgg19");
    ASSERT_EQ(caffe.stages.size(), keras.stages.size());
    for (std::size_t i = 0; i < caffe.stages.size(); ++i) {
      EXPECT_EQ(caffe.stages[i].name, keras.stages[i].name);
      if (keras.stages[i].kind != FeatureStage::Kind::conv) continue;
      EXPECT_TRUE(caffe.stages[i].weight.equal(keras.stages[i].weight)) << file << " " << keras.stages[i].name;
      EXPECT_TRUE(caffe.stages[i].bias.equal(keras.stages[i].bias)) << file << " " << keras.stages[i].name;
    }
  }
}

}  // namespace
}  // namespace inkstone
