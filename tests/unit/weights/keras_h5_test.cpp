// Fixtures by h5py (tests/golden/make_weight_fixtures.py).
#include "weights/keras_h5.hpp"

#include <utility>

#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "unit/weights/hostile.hpp"

namespace inkstone {
namespace {

class KerasLayers : public ::testing::TestWithParam<const char*> {};

TEST_P(KerasLayers, AreReadUnderTheirWeightNames) {
  const StateDict layers = read_keras_h5(kData / GetParam());
  EXPECT_EQ(layers.tensors.size(), 2u);
  EXPECT_TRUE(layers.at("block1_conv1_W_1:0").equal((at::arange(24, at::kFloat) / 8).view({2, 2, 3, 2})));
  EXPECT_TRUE(layers.at("block1_conv1_b_1:0").equal(at::tensor({0.5f, -1.f})));
}

INSTANTIATE_TEST_SUITE_P(Forms, KerasLayers, ::testing::Values("keras.h5", "keras_latest.h5", "keras_texts.h5"),
                         [](const auto& form) { return std::filesystem::path(form.param).stem().string(); });

TEST(KerasH5, ReadsASavedModelWithoutItsOptimizer) {
  const StateDict model = read_keras_h5(kData / "keras_model.h5");
  EXPECT_EQ(model.tensors.size(), 2u);
  EXPECT_TRUE(model.at("a/kernel:0").equal(at::zeros({1, 2})));
  EXPECT_TRUE(model.at("b/kernel:0").equal(at::ones({1, 2})));
}

TEST(KerasH5, WalksPlainFiles) {
  const StateDict plain = read_keras_h5(kData / "keras_generic.h5");
  EXPECT_TRUE(plain.at("a/b").equal(at::arange(6, at::kDouble).view({2, 3})));
  EXPECT_TRUE(plain.at("c").equal(at::tensor({1L, -2L})));
}

TEST(KerasH5, ReadsEveryType) {
  const StateDict read = read_keras_h5(kData / "keras_types.h5");
  const std::pair<const char*, at::ScalarType> types[] = {
      {"u1", at::kByte}, {"i1", at::kChar}, {"i2", at::kShort}, {"i4", at::kInt}, {"f2", at::kFloat}};
  for (const auto& [name, dtype] : types) EXPECT_TRUE(read.at(name).equal(at::tensor({1, 2, 3}, dtype))) << name;
  EXPECT_EQ(read.at("scalar").dim(), 0);
  EXPECT_EQ(read.at("scalar").item<float>(), 2.5f);
}

TEST(KerasH5, PutsChunksTogether) {
  const StateDict read = read_keras_h5(kData / "keras_types.h5");
  EXPECT_TRUE(read.at("ragged").equal(at::arange(35, at::kInt).view({5, 7})));
  at::Tensor sparse = at::zeros({4, 4});
  sparse.slice(0, 2).slice(1, 2).fill_(1);
  EXPECT_TRUE(read.at("sparse").equal(sparse));
}

TEST(KerasH5, ReadsGroupsOfManyNodes) {
  const StateDict read = read_keras_h5(kData / "keras_types.h5");
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(read.at("many/" + std::string(i < 10 ? "0" : "") + std::to_string(i)).item<float>(), float(i));
}

TEST(KerasH5, RefusesEveryTruncation) {
  for (const char* name : {"keras.h5", "keras_latest.h5", "keras_texts.h5"}) {
    const std::string whole = content_of(kData / name);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto category = category_of([&] { read_keras_h5(as_bytes(std::string_view(whole).substr(0, size))); });
      // h5py leaves room behind the last number, which nothing points to
      EXPECT_TRUE(category == ErrorCategory::corrupt_file || (!category && size > whole.size() * 3 / 4))
          << name << " at " << size;
    }
  }
}

TEST(KerasH5, SurvivesEveryFlippedByte) {
  for (const char* name : {"keras.h5", "keras_latest.h5", "keras_texts.h5", "keras_generic.h5"}) {
    std::string bytes = content_of(kData / name);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      for (const char flip : {'\x01', '\x80', '\xff'}) {
        const char was = std::exchange(bytes[i], static_cast<char>(bytes[i] ^ flip));
        category_of([&] { read_keras_h5(as_bytes(bytes)); });
        bytes[i] = was;
      }
  }
}

TEST(KerasH5, RefusesWhatLeavesTheFileOrLies) {
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(kData / "hostile")) {
    const std::string name = file.path().filename().string();
    const auto expected = name.starts_with("unsupported_") ? ErrorCategory::unsupported : ErrorCategory::corrupt_file;
    EXPECT_EQ(category_of([&] { read_keras_h5(file.path()); }), expected) << name;
    ++files;
  }
  EXPECT_EQ(files, 17u);
}

TEST(KerasH5, RefusesChunksOutsideTheirDataset) {
  const std::string whole = content_of(kData / "keras_types.h5");
  for (std::size_t node = whole.find("TREE\1"); node != std::string::npos; node = whole.find("TREE\1", node + 1))
    for (const std::uint64_t offset : {std::uint64_t(1) << 63, ~std::uint64_t(0), std::uint64_t(5), std::uint64_t(INT64_MAX)}) {
      std::string bytes = whole;
      bytes.replace(node + 24 + 8, 8, reinterpret_cast<const char*>(&offset), 8);
      EXPECT_EQ(category_of([&] { read_keras_h5(as_bytes(bytes)); }), ErrorCategory::corrupt_file) << offset;
    }
}

TEST(KerasH5, RefusesTreesThatContainThemselves) {
  const std::string whole = content_of(kData / "keras_generic.h5");
  for (std::size_t node = whole.find("TREE"); node != std::string::npos; node = whole.find("TREE", node + 1)) {
    std::string bytes = whole;
    const std::uint64_t itself = node;
    const std::size_t child = node + 24 + (bytes[node + 4] == 0 ? 8 : 8 + 8 * 3);
    bytes.replace(child, 8, reinterpret_cast<const char*>(&itself), 8);
    bytes[node + 5] = 1;  // an inner node
    const auto category = category_of([&] { read_keras_h5(as_bytes(bytes)); });
    EXPECT_EQ(category, ErrorCategory::corrupt_file) << node;
  }
}

}  // namespace
}  // namespace inkstone
