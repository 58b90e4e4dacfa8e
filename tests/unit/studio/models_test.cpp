#include "inkstone/models.hpp"

#include <stdlib.h>

#include <gtest/gtest.h>

#include "core/files.hpp"
#include "unit/catalogue/scratch.hpp"
#include "weights/load.hpp"

namespace inkstone {
namespace {

const std::filesystem::path kReal = INKSTONE_SOURCE_DIR "/../shared/models";

class Models : public ::testing::Test {
 protected:
  Models() {
    ::setenv("INKSTONE_HOME", home.path().c_str(), 1);
    ::setenv("INKSTONE_MIRROR", kReal.c_str(), 1);
  }
  ~Models() override {
    ::unsetenv("INKSTONE_HOME");
    ::unsetenv("INKSTONE_MIRROR");
  }
  const test::Scratch home;
  test::Recorder observer;
};

TEST_F(Models, NothingIsHereAtFirst) {
  for (const auto& model : list_models()) EXPECT_EQ(model.present, model.loader == "built-in") << model.name;
  EXPECT_EQ(model_info("dncnn").path, home / "models/dncnn/dncnn_25.pth");
  EXPECT_TRUE(test::caught([] { model_path("dncnn"); }));
}

TEST_F(Models, WhatTravelsWithTheProgramIsKnown) {
  EXPECT_TRUE(model_info("starry-night").path.empty());
  const auto mistyped = test::caught([] { model_info("starry-nigh"); }),
             no_file = test::caught([] { model_path("starry-night"); });
  ASSERT_TRUE(mistyped && no_file);
  EXPECT_TRUE(test::has(mistyped->message, "did you mean 'starry-night'")) << mistyped->message;
  EXPECT_TRUE(test::has(no_file->message, "inside the program")) << no_file->message;
}

TEST_F(Models, PullThenVerifyThenConvert) {
  if (!std::filesystem::exists(kReal)) GTEST_SKIP() << "no folder of real models beside the checkout";
  pull_model("dncnn", observer);
  EXPECT_TRUE(model_info("dncnn").present);
  for (const auto& check : verify_model("dncnn")) EXPECT_TRUE(check.good) << check.verdict;
  EXPECT_EQ(verify_model(model_path("dncnn").string()).at(0).model, "dncnn");
  convert_model("dncnn", home / "dncnn.safetensors");
  const auto before = load_weights(model_path("dncnn")), after = load_weights(home / "dncnn.safetensors");
  ASSERT_EQ(before.tensors.size(), after.tensors.size());
  for (const auto& [name, tensor] : before.tensors) EXPECT_TRUE(tensor.equal(after.at(name))) << name;
}

TEST_F(Models, ConvertWritesSafetensorsOnly) {
  const auto error = test::caught([&] { convert_model("dncnn", home / "dncnn.pth"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::bad_argument);
}

}  // namespace
}  // namespace inkstone
