#include "studio/open_data.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#include "data/packed.hpp"
#include "unit/ingest/pictures.hpp"

namespace inkstone::studio {
namespace {

using namespace test;

TEST(OpenData, TakesFoldersZipsAndShardsAlike) {
  const Scratch folder;
  Recorder observer;
  for (int i = 0; i < 4; ++i) write_picture(folder / ("in/" + std::to_string(i) + ".png"), picture(i, 60, 40));
  write_text(folder / "in/bad.png", "no picture");
  DataWish wish;
  wish.height = wish.width = 20;
  const auto data = open_data((folder / "in").string(), "train", observer, wish);
  EXPECT_EQ(data->size(), 4);
  EXPECT_EQ(data->picture_size(0), (PictureSize{20, 30}));
  ASSERT_GE(observer.messages.size(), 2u);
  EXPECT_TRUE(has(observer.messages[0], "1 pictures of"));
  EXPECT_TRUE(has(observer.messages[1], "bad.png"));
  write_packed(*data, folder / "packed.safetensors");
  EXPECT_EQ(open_data((folder / "packed.safetensors").string(), "train", observer)->size(), 4);
  EXPECT_FALSE(has_test_split((folder / "in").string()));
}

TEST(OpenData, SaysWhatItDoesNotKnow) {
  Recorder observer;
  const auto refused = [&](const std::string& spec) { return caught([&] { open_data(spec, "train", observer); }); };
  EXPECT_EQ(refused("mnits")->category, ErrorCategory::not_found);
  EXPECT_TRUE(has(refused("mnits")->message, "did you mean 'mnist'?"));
  EXPECT_EQ(refused("")->category, ErrorCategory::bad_argument);
  EXPECT_TRUE(has(refused("idxx:somewhere")->message, "the forms are"));
  EXPECT_EQ(refused("no/such/folder")->category, ErrorCategory::not_found);
}

TEST(OpenData, AbsentReadySetsSayHowToGetThem) {
  const Scratch home;
  Recorder observer;
  ::setenv("INKSTONE_HOME", home.path().c_str(), 1);
  DataWish wish;
  wish.may_pull = false;
  const auto error = caught([&] { open_data("mnist", "train", observer, wish); });
  ::unsetenv("INKSTONE_HOME");
  EXPECT_EQ(error->category, ErrorCategory::not_found);
  EXPECT_TRUE(has(error->message, "inkstone models pull mnist"));
}

TEST(OpenData, FashionMnistIsFoundWhereDebianPutsIt) {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "the package dataset-fashion-mnist is not installed";
  Recorder observer;
  const auto data = open_data("fashion-mnist", "test", observer);
  EXPECT_EQ(data->size(), 10000);
  std::vector<int64_t> counts(10);
  for (int64_t i = 0; i < data->size(); ++i) ++counts[static_cast<std::size_t>(data->get(i).label)];
  EXPECT_EQ(counts, std::vector<int64_t>(10, 1000));
  EXPECT_EQ(data->classes()[static_cast<std::size_t>(data->get(0).label)], "ankle boot");
  EXPECT_TRUE(has_test_split("fashion-mnist"));
}

}  // namespace
}  // namespace inkstone::studio
