#include "data/packed.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "data/open.hpp"
#include "data/packed_layout.hpp"
#include "data/tensor_dataset.hpp"
#include "unit/catalogue/scratch.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

using test::caught;
using test::has;
using test::Scratch;

class Mixed : public Dataset {
 public:
  explicit Mixed(bool uniform) : uniform_(uniform) {}
  int64_t size() const override { return 7; }
  Sample get(int64_t index) const override {
    const auto shape =
        uniform_ ? std::vector<int64_t>{3, 4, 6} : std::vector<int64_t>{index % 2 == 0 ? 1 : 3, 3 + index, 9 - index};
    const int64_t count = shape[0] * shape[1] * shape[2];
    return {((at::arange(count) * (index + 1)) % 251).to(at::kByte).view(shape), index % 3 - 1,
            index == 2 ? "" : "caption 第" + std::to_string(index)};
  }
  std::vector<std::string> classes() const override { return {"cat", "d\"og"}; }

 private:
  bool uniform_;
};

void expect_same(const Dataset& a, const Dataset& b) {
  ASSERT_EQ(a.size(), b.size());
  EXPECT_EQ(a.classes(), b.classes());
  for (int64_t i = 0; i < a.size(); ++i) {
    const auto x = a.get(i), y = b.get(i);
    EXPECT_TRUE(at::equal(x.picture, y.picture)) << i;
    EXPECT_EQ(x.label, y.label);
    EXPECT_EQ(x.caption, y.caption);
    EXPECT_EQ(a.picture_size(i), b.picture_size(i));
  }
}

TEST(Packed, OneShardComesBack) {
  const Scratch folder;
  for (const bool uniform : {true, false}) {
    const auto report = write_packed(Mixed(uniform), folder / "data.safetensors");
    EXPECT_EQ(report.pictures, 7);
    const auto back = open_packed(folder / "data.safetensors");
    expect_same(*back, Mixed(uniform));
    EXPECT_EQ(dynamic_cast<const TensorDataset*>(back.get()) != nullptr, uniform);
  }
}

TEST(Packed, SeveralShardsComeBackInOrder) {
  const Scratch folder;
  PackOptions options;
  options.shard_bytes = 150;
  for (const bool uniform : {true, false}) {
    const auto place = folder / (uniform ? "uniform" : "mixed");
    const auto report = write_packed(Mixed(uniform), place, options);
    EXPECT_GT(report.shards.size(), 2u);
    expect_same(*open_dataset(place.string(), "train"), Mixed(uniform));
  }
}

TEST(Packed, SplitsAreFoundByName) {
  const Scratch folder;
  write_packed(Mixed(true), folder / "train.safetensors");
  write_packed(Mixed(false), folder / "test");
  expect_same(*open_dataset("packed:" + folder.path().string(), "train"), Mixed(true));
  expect_same(*open_dataset("packed:" + folder.path().string(), "test"), Mixed(false));
}

TEST(Packed, NothingIsOverwrittenOrLeftHalf) {
  const Scratch folder;
  write_packed(Mixed(true), folder / "shards");
  const auto error = caught([&] { write_packed(Mixed(true), folder / "shards"); });
  EXPECT_EQ(error->category, ErrorCategory::bad_argument);
  EXPECT_TRUE(has(error->message, "is not empty"));
  EXPECT_EQ(caught([&] { PackWriter(folder / "none.safetensors", {}).finish(); })->category, ErrorCategory::bad_argument);
  {
    PackWriter writer(folder / "stopped.safetensors", {});
    writer.add(Mixed(true).get(0));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "stopped.safetensors"));
}

// Each changes a sound shard into one that lies.
std::string refusal(const std::function<void(StateDict&)>& spoil) {
  const Scratch folder;
  write_packed(Mixed(false), folder / "data.safetensors");
  auto shard = read_safetensors(folder / "data.safetensors");
  for (auto& [name, tensor] : shard.tensors) tensor = tensor.clone();
  spoil(shard);
  write_safetensors(folder / "spoiled.safetensors", shard);
  const auto error = caught([&] { open_packed(folder / "spoiled.safetensors"); });
  if (!error) return "accepted";
  EXPECT_TRUE(error->category == ErrorCategory::corrupt_file || error->category == ErrorCategory::unsupported);
  return error->message;
}

TEST(Packed, RefusesShardsThatLie) {
  namespace layout = packed_layout;
  EXPECT_EQ(refusal([](StateDict&) {}), "accepted");
  EXPECT_TRUE(has(refusal([](StateDict& s) { s.tensors[layout::kOffsets][3] = int64_t(1) << 40; }), "do not cover"));
  EXPECT_TRUE(has(refusal([](StateDict& s) { s.tensors[layout::kOffsets][0] = -1; }), "do not cover"));
  EXPECT_TRUE(has(refusal([](StateDict& s) { s.tensors[layout::kOffsets] = at::zeros({2}, at::kLong); }), "another shape"));
  EXPECT_TRUE(has(refusal([](StateDict& s) { s.tensors[layout::kShapes][2][1] = 1000; }), "picture 2 whose shape"));
  EXPECT_TRUE(has(refusal([](StateDict& s) {
                    s.tensors[layout::kShapes][2] = at::tensor({int64_t(3), int64_t(1) << 62, int64_t(4)});
                  }),
                  "picture 2 whose shape"));
  EXPECT_TRUE(has(refusal([](StateDict& s) { s.tensors[layout::kLabels][0] = 5; }), "outside its classes"));
  EXPECT_TRUE(has(refusal([](StateDict& s) { s.tensors[layout::kCaptionOffsets][1] = 100000; }), "do not cover"));
  EXPECT_TRUE(has(refusal([](StateDict& s) { s.tensors.erase(layout::kShapes); }), "shapes"));
  EXPECT_TRUE(has(refusal([](StateDict& s) { s.metadata[layout::kClasses] = "[1]"; }), "no list of names"));
  EXPECT_TRUE(has(refusal([](StateDict& s) { s.metadata.erase(layout::kVersionKey); }), "no packed data set"));
  EXPECT_TRUE(has(refusal([](StateDict& s) { s.metadata[layout::kVersionKey] = "2"; }), "version 2"));
}

}  // namespace
}  // namespace inkstone
