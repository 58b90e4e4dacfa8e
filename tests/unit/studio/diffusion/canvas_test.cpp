#include "studio/diffusion/canvas.hpp"

#include <unistd.h>

#include <filesystem>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "image/encode.hpp"
#include "inkstone/error.hpp"
#include "tensor/picture.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

class CanvasTest : public testing::Test {
 protected:
  CanvasTest() : folder_(fs::temp_directory_path() / ("inkstone-canvas-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~CanvasTest() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const Image& picture) const {
    save_image(folder_ / name, picture);
    return (folder_ / name).string();
  }

  static Image gradient(int width, int height) {
    Image picture(width, height, 3);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        for (int c = 0; c < 3; ++c) picture.at(x, y, c) = float((x * (c + 1) + y * 2) % 256) / 255;
    return picture;
  }

  // White in [left, right) x [top, bottom).
  static Image box(int width, int height, int left, int top, int right, int bottom) {
    Image picture(width, height, 3);
    for (int y = top; y < bottom; ++y)
      for (int x = left; x < right; ++x)
        for (int c = 0; c < 3; ++c) picture.at(x, y, c) = 1;
    return picture;
  }

  static double largest(const Image& a, const Image& b) { return (to_tensor(a) - to_tensor(b)).abs().max().item<double>(); }

  fs::path folder_;
};

TEST_F(CanvasTest, OutpaintingKeepsThePictureInTheMiddle) {
  PaintRequest request;
  const auto picture = gradient(80, 72);
  request.init.value = file("photo.png", picture);
  request.outpaint = {21, 8, 0, 16};
  request.mask_blur = 0;
  const auto canvas = canvas_of(request, {512, 512}, 8);
  EXPECT_EQ(canvas.extent.width, 112);  // 109 up to a multiple of 8
  EXPECT_EQ(canvas.extent.height, 88);
  const auto seen = (canvas.picture.narrow(2, 0, 72).narrow(3, 21, 80) + 1) / 2;
  EXPECT_LT((seen - to_tensor(picture)).abs().max().item<double>(), 0.003);
  EXPECT_EQ(canvas.mask.narrow(2, 0, 72).narrow(3, 21, 80).max().item<double>(), 0);
  EXPECT_EQ(canvas.mask.narrow(3, 0, 21).min().item<double>(), 1);
  const auto delivered = canvas.finished(to_image((canvas.picture + 1) / 2));
  EXPECT_EQ(delivered.width, 109);
  EXPECT_EQ(delivered.height, 88);
}

TEST_F(CanvasTest, OutpaintedRoomMeetsThePictureSoftly) {
  PaintRequest request;
  request.init.value = file("photo.png", gradient(80, 80));
  request.outpaint = {16};
  request.mask_blur = 8;
  const auto row = canvas_of(request, {512, 512}, 8).mask.select(2, 56).flatten();
  EXPECT_EQ(row[15].item<double>(), 1);
  EXPECT_GT(row[18].item<double>(), 0.2);
  EXPECT_LT((row.slice(0, 1) - row.slice(0, 0, row.size(0) - 1)).abs().max().item<double>(), 0.3);
  EXPECT_EQ(row[56].item<double>(), 0);
}

TEST_F(CanvasTest, OnlyTheMasksSurroundingsArePaintedAndPutBack) {
  PaintRequest request;
  const auto picture = gradient(200, 160);
  request.init.value = file("photo.png", picture);
  request.mask.value = file("mask.png", box(200, 160, 80, 60, 120, 100));
  request.only_masked = true;
  request.masked_padding = 10;
  request.mask_blur = 0;
  const auto canvas = canvas_of(request, {128, 128}, 8);
  EXPECT_EQ(canvas.cut.left, 70);
  EXPECT_EQ(canvas.cut.width, 60);
  EXPECT_EQ(canvas.extent.width, 128);
  Image white(128, 128, 3);
  std::fill(white.pixels.begin(), white.pixels.end(), 1.0f);
  const auto delivered = canvas.finished(white);
  EXPECT_EQ(delivered.at(100, 80, 1), 1);
  auto outside = delivered;
  for (int y = 60; y < 100; ++y)
    for (int x = 80; x < 120; ++x)
      for (int c = 0; c < 3; ++c) outside.at(x, y, c) = picture.at(x, y, c);
  EXPECT_LT(largest(outside, picture), 0.003);
}

TEST_F(CanvasTest, ABoxAtTheBorderStaysInsideAndKeepsProportions) {
  PaintRequest request;
  request.init.value = file("photo.png", gradient(200, 100));
  request.mask.value = file("mask.png", box(200, 100, 0, 0, 20, 10));
  request.only_masked = true;
  request.width = 128, request.height = 64;
  const auto cut = canvas_of(request, {512, 512}, 8).cut;
  EXPECT_EQ(cut.left, 0);
  EXPECT_EQ(cut.top, 0);
  EXPECT_NEAR(double(cut.width) / cut.height, 2, 0.1);
}

TEST_F(CanvasTest, RefusesWhatDoesNotFitTogether) {
  const auto refuses = [](const PaintRequest& request) { EXPECT_THROW(canvas_of(request, {512, 512}, 8), Error); };
  PaintRequest request;
  request.mask.value = file("mask.png", box(64, 64, 0, 0, 64, 64));
  refuses(request);  // no picture
  request.init.value = file("photo.png", gradient(80, 64));
  refuses(request);  // another size
  request.init.value = file("square.png", gradient(64, 64));
  request.outpaint = {1, 2};
  refuses(request);
  request.outpaint = {8};
  request.width = 128;
  refuses(request);
  PaintRequest empty;
  empty.init.value = request.init.value;
  empty.only_masked = true;
  refuses(empty);  // no mask
  empty.mask.value = file("black.png", Image(64, 64, 3));
  refuses(empty);  // nothing white
}

}  // namespace
}  // namespace inkstone::studio
