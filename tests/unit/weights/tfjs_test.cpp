#include "weights/tfjs.hpp"

#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "unit/weights/hostile.hpp"

namespace inkstone {
namespace {

constexpr char kPlain[] = R"({"format":"layers-model","generatedBy":"test","weightsManifest":[{"paths":["a","b"],"weights":[
  {"name":"k","shape":[2,2],"dtype":"float32"},{"name":"i","shape":[1],"dtype":"int32"},
  {"name":"f","shape":[3],"dtype":"bool"},{"name":"u","shape":[],"dtype":"uint8"}]}]})";

std::string floats(std::initializer_list<float> values) {
  return {reinterpret_cast<const char*>(values.begin()), values.size() * 4};
}

// One quantised tensor "q" of the given dtype in one shard.
StateDict read_quantized(const std::string& dtype, const std::string& quantization, const std::string& shard, int size) {
  Folder folder;
  folder.write("s", shard);
  return read_tfjs(folder.write("model.json", R"([{"paths":["s"],"weights":[{"name":"q","dtype":")" + dtype + R"(","shape":[)" +
                                                  std::to_string(size) + R"(],"quantization":)" + quantization + "}]}]"));
}

TEST(Tfjs, ReadsEveryDtypeAcrossShards) {
  Folder folder;
  const std::string all = floats({1, -2, 3, 4}) + std::string("\x07\0\0\0", 4) + std::string("\0\1\2", 3) + "\x05";
  folder.write("a", all.substr(0, 6));
  folder.write("b", all.substr(6));
  const StateDict read = read_tfjs(folder.write("model.json", kPlain));
  EXPECT_TRUE(read.at("k").equal(at::tensor({1.f, -2.f, 3.f, 4.f}).view({2, 2})));
  EXPECT_TRUE(read.at("i").equal(at::tensor({7}, at::kInt)));
  EXPECT_EQ(read.at("f").scalar_type(), at::kBool);
  EXPECT_TRUE(read.at("f").equal(at::tensor({0, 1, 1}).ne(0)));
  EXPECT_EQ(read.at("u").item<int>(), 5);
  EXPECT_EQ(read.at("u").dim(), 0);
  EXPECT_EQ(read.metadata.at("format"), "layers-model");
}

TEST(Tfjs, ExpandsQuantizedTensors) {
  const auto bytes = read_quantized("float32", R"({"dtype":"uint8","scale":0.5,"min":-1})", std::string("\0\1\xff", 3), 3);
  EXPECT_TRUE(bytes.at("q").equal(at::tensor({-1.f, -0.5f, 126.5f})));
  const auto words = read_quantized("float32", R"({"dtype":"uint16","scale":2,"min":1})", std::string("\xff\xff\1\0", 4), 2);
  EXPECT_TRUE(words.at("q").equal(at::tensor({131071.f, 3.f})));
  const auto halves = read_quantized("float32", R"({"dtype":"float16"})", std::string("\x00\x3c\x00\xc0", 4), 2);
  EXPECT_TRUE(halves.at("q").equal(at::tensor({1.f, -2.f})));
  const auto whole = read_quantized("int32", R"({"dtype":"uint8","scale":1.6,"min":0})", std::string("\0\1\2", 3), 3);
  EXPECT_TRUE(whole.at("q").equal(at::tensor({0, 2, 3}, at::kInt)));
}

TEST(Tfjs, RefusesHostileQuantization) {
  const auto refusal = [](const std::string& dtype, const std::string& quantization, const std::string& shard, int size) {
    return category_of([&] { read_quantized(dtype, quantization, shard, size); });
  };
  for (const char* quantization :
       {R"({})", R"(null)", R"([])", R"("uint8")", R"({"dtype":7,"scale":1,"min":0})", R"({"dtype":"uint8"})",
        R"({"dtype":"uint8","scale":1})", R"({"dtype":"uint8","min":0})", R"({"dtype":"uint8","scale":"1","min":0})",
        R"({"dtype":"uint8","scale":null,"min":0})", R"({"dtype":"uint8","scale":1e999,"min":0})",
        R"({"dtype":"uint8","scale":NaN,"min":0})", R"({"dtype":"uint8","scale":1,"min":[0]})"})
    EXPECT_EQ(refusal("float32", quantization, "12", 2), ErrorCategory::corrupt_file) << quantization;
  for (const char* stored : {"uint32", "int8", "float32", ""})
    EXPECT_EQ(refusal("float32", R"({"dtype":")" + std::string(stored) + R"(","scale":1,"min":0})", "12", 2),
              ErrorCategory::unsupported)
        << stored;
  for (const char* dtype : {"bool", "uint8"})
    EXPECT_EQ(refusal(dtype, R"({"dtype":"uint8","scale":1,"min":0})", "12", 2), ErrorCategory::corrupt_file);
  EXPECT_EQ(refusal("float32", R"({"dtype":"uint16","scale":1,"min":0})", "123", 2), ErrorCategory::corrupt_file);
  EXPECT_EQ(refusal("float32", R"({"dtype":"float16"})", "12345678", 2),
            ErrorCategory::corrupt_file);  // as many bytes as float32 would need
  EXPECT_EQ(refusal("float32", R"({"dtype":"uint8","scale":1,"min":0})", "1", 1 << 30), ErrorCategory::corrupt_file);
}

TEST(Tfjs, KeepsQuantizedIntegersInRange) {
  const auto huge = read_quantized("int32", R"({"dtype":"uint8","scale":1e308,"min":-1e308})", std::string("\0\xff", 2), 2);
  EXPECT_TRUE(huge.at("q").equal(at::tensor({INT32_MIN, INT32_MAX}, at::kInt)));
  const auto halves = read_quantized("int32", R"({"dtype":"uint8","scale":0.5,"min":-1})", std::string("\0\1\2\3", 4), 4);
  EXPECT_TRUE(halves.at("q").equal(at::tensor({-1, 0, 0, 1}, at::kInt)));  // Math.round: halves go up
}

TEST(Tfjs, RefusesShardsCutAtAnyByte) {
  Folder folder;
  const std::string all(24, '\1');
  folder.write("a", "");
  const auto model = folder.write("model.json", kPlain);
  for (std::size_t size = 0; size < all.size(); ++size) {
    folder.write("b", all.substr(0, size));
    EXPECT_EQ(category_of([&] { read_tfjs(model); }), ErrorCategory::corrupt_file) << size;
  }
  folder.write("b", all);
  EXPECT_NO_THROW(read_tfjs(model));
  folder.write("b", all + "x");
  EXPECT_EQ(category_of([&] { read_tfjs(model); }), ErrorCategory::corrupt_file);
}

TEST(Tfjs, RefusesManifestCutAtAnyByte) {
  Folder folder;
  folder.write("a", "");
  folder.write("b", std::string(24, '\1'));
  const std::string whole = kPlain;
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(category_of([&] { read_tfjs(folder.write("model.json", whole.substr(0, size))); }), ErrorCategory::corrupt_file)
        << size;
}

TEST(Tfjs, MissingShardIsNotFound) {
  Folder folder;
  const auto model = folder.write("model.json", kPlain);
  EXPECT_EQ(category_of([&] { read_tfjs(model); }), ErrorCategory::not_found);
  folder.write("a", "");
  EXPECT_EQ(category_of([&] { read_tfjs(model); }), ErrorCategory::not_found);
}

TEST(Tfjs, LeavesOutGroupsWithoutAnyShard) {
  Folder folder;
  folder.write("s", "1234");
  const StateDict read =
      read_tfjs(folder.write("model.json", R"([{"paths":["s"],"weights":[{"name":"here","shape":[1],"dtype":"float32"}]},
    {"paths":["t"],"weights":[{"name":"gone","shape":[1],"dtype":"float32"}]}])"));
  EXPECT_TRUE(read.contains("here"));
  EXPECT_FALSE(read.contains("gone"));
  EXPECT_EQ(read.metadata.at("groups_left_out"), "1");
}

TEST(Tfjs, RefusesHostileManifests) {
  const auto tensor = [](const std::string& shape, const std::string& dtype = "float32") {
    return R"([{"paths":["s"],"weights":[{"name":"t","shape":)" + shape + R"(,"dtype":")" + dtype + R"("}]}])";
  };
  const std::string one = R"({"name":"t","shape":[1],"dtype":"float32"})";
  const std::vector<std::string> manifests = {
      tensor("[9223372036854775807]"),
      tensor("[18446744073709551615]"),
      tensor("[4611686018427387904,4]"),
      tensor("[-1]"),
      tensor("[1.5]"),
      tensor("[0,4611686018427387904,4611686018427387904]"),
      tensor("\"1\""),
      tensor("[[1]]"),
      tensor("{}"),
      "[]x",
      "{}",
      "null",
      "7",
      R"({"weightsManifest":{}})",
      "[{}]",
      "[7]",
      R"([{"paths":["s","s"],"weights":[]}])",
      R"([{"paths":[7],"weights":[]}])",
      R"([{"paths":["s"],"weights":[)" + one + "," + one + "]}]",
      R"([{"paths":["s"],"paths":["s"],"weights":[)" + one + "]}]",
      R"([{"paths":["s"],"weights":[{"name":7,"shape":[1],"dtype":"float32"}]}])",
      R"([{"paths":["s"],"weights":[{"name":"t","shape":[8],"dtype":"float32","quantization":{"dtype":"uint8"}}]}])",
      R"([{"paths":["s"],"weights":[{"name":"t","shape":[8],"dtype":"float32","quantization":7}]}])",
      std::string(100000, '['),
      std::string(50000, '[') + std::string(50000, ']')};
  Folder folder;
  folder.write("s", "12345678");
  for (const auto& manifest : manifests)
    EXPECT_EQ(category_of([&] { read_tfjs(folder.write("model.json", manifest)); }), ErrorCategory::corrupt_file)
        << manifest.substr(0, 200);
  for (const char* dtype : {"string", "complex64", "int64", ""})
    EXPECT_EQ(category_of([&] { read_tfjs(folder.write("model.json", tensor("[1]", dtype))); }), ErrorCategory::unsupported)
        << dtype;
}

TEST(Tfjs, NeverLeavesItsFolder) {
  Folder folder;
  const std::string long_name(256, 'x');
  std::string long_path;
  for (int i = 0; i < 2000; ++i) long_path += "abc/";
  for (const std::string& path : {std::string("../../etc/passwd"), std::string("/etc/passwd"), std::string("a/../../b"),
                                  std::string(".."), std::string(), std::string("a\\u0000b"), long_name, long_path})
    EXPECT_EQ(category_of([&] { read_tfjs(folder.write("model.json", R"([{"paths":[")" + path + R"("],"weights":[]}])")); }),
              ErrorCategory::corrupt_file)
        << path;
}

}  // namespace
}  // namespace inkstone
