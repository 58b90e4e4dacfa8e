#include "weights/raw_manifest.hpp"

#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "unit/weights/hostile.hpp"

namespace inkstone {
namespace {

constexpr char kTwoEntries[] = R"({"a":{"filename":"a.bin","shape":[1,2]},"b":{"filename":"b.bin","shape":[]}})";

TEST(RawManifest, ReadsEveryVariable) {
  Folder folder;
  folder.write("a.bin", std::string("\0\0\x80\x3f\0\0\0\xc0", 8));
  folder.write("b.bin", std::string("\0\0\0\x3f", 4));
  const StateDict read = read_raw_manifest(folder.write("manifest.json", kTwoEntries));
  EXPECT_EQ(read.tensors.size(), 2u);
  EXPECT_TRUE(read.at("a").equal(at::tensor({1.f, -2.f}).view({1, 2})));
  EXPECT_EQ(read.at("b").item<float>(), 0.5f);
}

TEST(RawManifest, RefusesEveryTruncation) {
  Folder folder;
  folder.write("b.bin", "1234");
  const auto manifest = folder.write("manifest.json", kTwoEntries);
  EXPECT_EQ(category_of([&] { read_raw_manifest(manifest); }), ErrorCategory::not_found);
  for (int size = 0; size < 8; ++size) {
    folder.write("a.bin", std::string(size, 'x'));
    EXPECT_EQ(category_of([&] { read_raw_manifest(manifest); }), ErrorCategory::corrupt_file) << size;
  }
  folder.write("a.bin", "12345678");
  const std::string whole = kTwoEntries;
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(category_of([&] { read_raw_manifest(folder.write("manifest.json", whole.substr(0, size))); }),
              ErrorCategory::corrupt_file);
}

TEST(RawManifest, RefusesHostileManifests) {
  Folder folder;
  folder.write("a", "1234");
  for (const std::string manifest :
       {R"({"t":{"filename":"../../etc/passwd","shape":[1]}})", R"({"t":{"filename":"/etc/passwd","shape":[1]}})",
        R"({"t":{"filename":"a","shape":[9223372036854775807]}})", R"({"t":{"filename":"a","shape":[-1]}})",
        R"({"t":{"filename":"a","shape":[4611686018427387904,4]}})", R"({"t":{"filename":"a"}})", R"({"t":7})",
        R"({"t":{"filename":7,"shape":[1]}})", R"({"t":{"filename":"a","shape":[1]},"t":{"filename":"a","shape":[1]}})",
        R"({"t":{"filename":"a","shape":[1]},"u":{"filename":"a","shape":[1]}})", "[]", "{}", ""})
    EXPECT_EQ(category_of([&] { read_raw_manifest(folder.write("manifest.json", manifest)); }), ErrorCategory::corrupt_file)
        << manifest;
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += R"({"a":)";
  EXPECT_EQ(category_of([&] { read_raw_manifest(folder.write("manifest.json", deep)); }), ErrorCategory::corrupt_file);
}

}  // namespace
}  // namespace inkstone
