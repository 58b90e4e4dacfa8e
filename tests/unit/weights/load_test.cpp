// load_weights() goes by content, whatever the name; and says one clear thing about what is no weight file.
#include "weights/load.hpp"

#include <unistd.h>

#include <gtest/gtest.h>

#include "core/files.hpp"
#include "unit/weights/hostile.hpp"
#include "unit/weights/protobuf_fields.hpp"

namespace inkstone {
namespace {

using namespace std::string_literals;

TEST(LoadWeights, KnowsEveryFormatUnderAnyName) {
  Folder folder;
  const std::string header = R"({"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})";
  const std::string onnx =
      bytes_field(7, bytes_field(5, number_field(2, 2) + bytes_field(8, "t") + bytes_field(9, "1"))) + bytes_field(8, "");
  folder.write("s", "1");
  const std::pair<const char*, std::string> files[] = {
      {"safetensors", std::string(1, static_cast<char>(header.size())) + std::string(7, '\0') + header + "1"},
      {"zip", content_of(kData / "small_zip.pth")},
      {"legacy", content_of(kData / "small_legacy.pth")},
      {"onnx", number_field(1, 8) + onnx},
      {"caffe", content_of(kData / "v2.caffemodel")},
      {"caffe v1", content_of(kData / "v1.caffemodel")},
      {"keras", content_of(kData / "keras.h5")},
      {"tfjs", R"({"weightsManifest":[{"paths":["s"],"weights":[{"name":"t","shape":[1],"dtype":"uint8"}]}]})"},
      {"raw", R"({"t":{"filename":"f","shape":[1]}})"}};
  folder.write("f", "1234");
  for (const auto& [format, content] : files)
    EXPECT_FALSE(load_weights(folder.write("picture.png", content)).tensors.empty()) << format;
}

TEST(LoadWeights, FindsTheModelOfARun) {
  Folder folder;
  const std::string header = R"({"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})";
  const auto run =
      folder.write("model.safetensors", std::string(1, static_cast<char>(header.size())) + std::string(7, '\0') + header + "1")
          .parent_path();
  folder.write("metrics.jsonl", "{}");
  EXPECT_TRUE(load_weights(run).contains("t"));
}

TEST(LoadWeights, RefusesWhatIsNoWeightFile) {
  Folder folder;
  const std::string rubbish[] = {""s,
                                 "\n"s,
                                 "x"s,
                                 "\0"s,
                                 "hello, world\n"s,
                                 "\nhello\n"s,
                                 "# a list\n- one\n"s,
                                 "<!DOCTYPE html><html></html>"s,
                                 "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"s,
                                 "{}"s,
                                 "[]"s,
                                 "{"s,
                                 "[toml]\nkey = 1\n"s,
                                 "null"s,
                                 "\"text\""s,
                                 "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s,
                                 "\xff\xd8\xff\xe0\0\x10JFIF"s,
                                 "GIF89a"s,
                                 "RIFF\0\0\0\0WEBP"s,
                                 "%PDF-1.7"s,
                                 "\x7f"
                                 "ELF"s,
                                 "PK"s,
                                 "PK\3\4"s,
                                 "\x1f\x8b\x08\0"s,
                                 "GGUF\3\0\0\0"s,
                                 "\x80\x02."s,
                                 "\x80\x04N."s,
                                 "\x89HDF\r\n\x1a\n"s,
                                 "\x08"s,
                                 "\x0a"s,
                                 "\x0a\x00"s,
                                 std::string(4096, '\0'),
                                 std::string(4096, '\xff'),
                                 std::string(100000, '['),
                                 std::string(8, '\xff') + "{}"};
  for (const std::string& content : rubbish) {
    const auto category = category_of([&] { load_weights(folder.write("weights.safetensors", content)); });
    EXPECT_TRUE(category == ErrorCategory::corrupt_file || category == ErrorCategory::unsupported) << content.substr(0, 40);
  }
}

TEST(LoadWeights, NamesTheFileThatItRefuses) {
  Folder folder;
  for (const std::string& content :
       {"hello"s, "\x0a\x05"s, "\x08\x07\x3a"s, "PK\3\4"s, "\x80\x02."s, "\x89HDF\r\n\x1a\n"s, "{"s}) {
    const auto path = folder.write("my weights.bin", content);
    try {
      load_weights(path);
      ADD_FAILURE() << content;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos) << error.what();
    }
  }
}

TEST(LoadWeights, RefusesFoldersAndWhatIsNotThere) {
  Folder folder;
  const auto inside = folder.write("a", "").parent_path();
  EXPECT_EQ(category_of([&] { load_weights(inside); }), ErrorCategory::not_found);
  EXPECT_EQ(category_of([&] { load_weights(inside / "none"); }), ErrorCategory::not_found);
  EXPECT_EQ(category_of([&] { load_weights(inside / "a" / "none"); }), ErrorCategory::not_found);
  EXPECT_EQ(category_of([&] { load_weights(""); }), ErrorCategory::not_found);
  EXPECT_EQ(category_of([&] { load_weights(inside / std::string(300, 'x')); }), ErrorCategory::io);
  EXPECT_EQ(category_of([&] { load_weights("/dev/null"); }), ErrorCategory::io);
  std::filesystem::create_symlink("loop", inside / "loop");
  EXPECT_EQ(category_of([&] { load_weights(inside / "loop"); }), ErrorCategory::io);
}

TEST(LoadWeights, RefusesEveryTruncation) {
  Folder folder;
  for (const char* name : {"small_zip.pth", "small_legacy.pth", "v1.caffemodel", "keras_latest.h5"}) {
    const std::string whole = content_of(kData / name);
    for (std::size_t size = 0; size < whole.size() * 3 / 4; size += 5) {
      const auto category = category_of([&] { load_weights(folder.write(name, whole.substr(0, size))); });
      EXPECT_TRUE(category == ErrorCategory::corrupt_file || category == ErrorCategory::unsupported) << name << " at " << size;
    }
  }
}

}  // namespace
}  // namespace inkstone
