// Real files and small fixtures against what independent readers say of them (tests/golden/make_weights_other.py).
#include <gtest/gtest.h>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "unit/weights/hostile.hpp"
#include "weights/caffemodel.hpp"
#include "weights/keras_h5.hpp"
#include "weights/onnx.hpp"
#include "weights/raw_manifest.hpp"
#include "weights/tfjs.hpp"

namespace inkstone {
namespace {

const std::filesystem::path kData = INKSTONE_SOURCE_DIR "/tests/unit/weights/data";
const std::filesystem::path kModels = INKSTONE_SOURCE_DIR "/../shared/models";

StateDict read_by_name(const std::filesystem::path& path) {
  if (path.extension() == ".onnx") return read_onnx(path);
  return path.filename() == "manifest.json" ? read_raw_manifest(path) : read_tfjs(path);
}

void compare(const at::Tensor& tensor, const nlohmann::json& golden, const std::string& what) {
  ASSERT_EQ(tensor.sizes().vec(), golden["shape"].get<std::vector<std::int64_t>>()) << what;
  const at::Tensor flat = tensor.to(at::kDouble).flatten();
  EXPECT_NEAR(flat.mean().item<double>(), golden["mean"].get<double>(), 1e-9) << what;
  EXPECT_NEAR(flat.std(false).item<double>(), golden["std"].get<double>(), 1e-9) << what;
  EXPECT_EQ(flat[0].item<double>(), golden["first"].get<double>()) << what;
  EXPECT_EQ(flat[-1].item<double>(), golden["last"].get<double>()) << what;
}

TEST(OtherFormats, RealFilesMatchIndependentReaders) {
  if (!std::filesystem::exists(kModels)) GTEST_SKIP() << "the shared models are not beside the source";
  const auto goldens = nlohmann::json::parse(content_of(INKSTONE_SOURCE_DIR "/tests/golden/weights_other.json"));
  for (const auto& [file, tensors] : goldens.items()) {
    const StateDict read = read_by_name(kModels / file);
    EXPECT_GE(read.tensors.size(), tensors.size()) << file;
    for (const auto& [name, golden] : tensors.items()) compare(read.at(name), golden, file + ": " + name);
  }
}

void expect_tiny_caffe(const StateDict& read, at::IntArrayRef bias_shape) {
  EXPECT_EQ(read.tensors.size(), 2u);
  EXPECT_TRUE(read.at("conv1_1.0").equal(((at::arange(12, at::kFloat) - 4) / 8).view({2, 3, 1, 2})));
  EXPECT_TRUE(read.at("conv1_1.1").equal(at::tensor({0.5f, -0.25f}).view(bias_shape)));
  EXPECT_EQ(read.metadata.at("name"), "tiny");
}

TEST(Caffemodel, ReadsBothVersions) {
  expect_tiny_caffe(read_caffemodel(kData / "v2.caffemodel"), {2});
  expect_tiny_caffe(read_caffemodel(kData / "v1.caffemodel"), {1, 1, 1, 2});
}

TEST(Caffemodel, RefusesEveryTruncation) {
  for (const char* name : {"v1.caffemodel", "v2.caffemodel"}) {
    const std::string whole = content_of(kData / name);
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_EQ(category_of([&] { read_caffemodel(as_bytes(std::string_view(whole).substr(0, size))); }), ErrorCategory::corrupt_file) << size;
  }
}

TEST(KerasH5, ReadsLayersAndPlainFiles) {
  const StateDict layers = read_keras_h5(kData / "keras.h5");
  EXPECT_EQ(layers.tensors.size(), 2u);
  EXPECT_TRUE(layers.at("block1_conv1_W_1:0").equal((at::arange(24, at::kFloat) / 8).view({2, 2, 3, 2})));
  EXPECT_TRUE(layers.at("block1_conv1_b_1:0").equal(at::tensor({0.5f, -1.f})));
  const StateDict plain = read_keras_h5(kData / "keras_generic.h5");
  EXPECT_TRUE(plain.at("a/b").equal(at::arange(6, at::kDouble).view({2, 3})));
  EXPECT_TRUE(plain.at("c").equal(at::tensor({1L, -2L})));
}

TEST(KerasH5, RefusesEveryTruncation) {
  Folder folder;
  const std::string whole = content_of(kData / "keras.h5");
  for (std::size_t size = 0; size < whole.size(); size += 7)
    EXPECT_EQ(category_of([&] { read_keras_h5(folder.write("cut.h5", whole.substr(0, size))); }), ErrorCategory::corrupt_file) << size;
}

// One float32 initialiser "t", then opset_import: fields by hand, so that each can be made wrong.
std::string onnx_model(const std::string& tensor) {
  const auto field = [](char key, const std::string& content) { return std::string{key, static_cast<char>(content.size())} + content; };
  return field(0x3A, field(0x2A, tensor)) + field(0x42, std::string("\x10\x0d", 2));
}

const std::string kTensor("\x0a\x01\x02\x10\x01\x42\x01t\x4a\x08\0\0\x80\x3f\0\0\0\xc0", 18);

TEST(Onnx, ReadsRawData) {
  EXPECT_TRUE(read_onnx(as_bytes(onnx_model(kTensor))).at("t").equal(at::tensor({1.f, -2.f})));
}

TEST(Onnx, RefusesEveryTruncation) {
  const std::string whole = onnx_model(kTensor);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(category_of([&] { read_onnx(as_bytes(std::string_view(whole).substr(0, size))); }), ErrorCategory::corrupt_file) << size;
}

TEST(Onnx, RefusesHostileTensors) {
  const std::string rest("\x10\x01\x42\x01t\x4a\x04\0\0\0\0", 11);
  const std::string huge("\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10), negative("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
  for (const std::string& tensor : {huge + rest, negative + rest, huge + huge + rest, std::string("\x08\x02") + rest, std::string("\x42\x01t", 3)})
    EXPECT_EQ(category_of([&] { read_onnx(as_bytes(onnx_model(tensor))); }), ErrorCategory::corrupt_file);
  EXPECT_EQ(category_of([] { read_onnx(as_bytes(onnx_model(std::string("\x10\x08\x42\x01t", 5)))); }), ErrorCategory::unsupported);
  const std::string outside("\x08\x01\x10\x01\x42\x01t\x70\x01\x6a\x1e\x0a\x08location\x12\x12../../../etc/shells", 11 + 30);
  Folder folder;
  EXPECT_EQ(category_of([&] { read_onnx(folder.write("m.onnx", onnx_model(outside))); }), ErrorCategory::corrupt_file);
  EXPECT_EQ(category_of([&] { read_onnx(as_bytes(onnx_model(outside))); }), ErrorCategory::unsupported);
}

}  // namespace
}  // namespace inkstone
