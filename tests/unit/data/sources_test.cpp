#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <fstream>

#include "data/cifar.hpp"
#include "data/idx.hpp"
#include "data/open.hpp"
#include "unit/catalogue/scratch.hpp"

namespace inkstone {
namespace {

using test::caught;
using test::has;
using test::Scratch;

void write(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string big_endian(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

std::string idx(const std::vector<uint32_t>& shape, const std::string& data, char type = 8) {
  std::string file = {0, 0, type, static_cast<char>(shape.size())};
  for (const auto length : shape) file += big_endian(length);
  return file + data;
}

std::string counted(std::size_t count, int modulus = 256) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(i % static_cast<std::size_t>(modulus));
  return bytes;
}

// The message of what opening the file ends in, with the category it must have.
std::string refusal(const Scratch& folder, const std::string& content, ErrorCategory category = ErrorCategory::corrupt_file) {
  write(folder / "x-images-idx3-ubyte", content);
  const auto error = caught([&] { open_idx(folder / "x-images-idx3-ubyte", "train"); });
  if (!error) return "accepted";
  EXPECT_EQ(error->category, category) << error->message;
  EXPECT_TRUE(has(error->message, "x-images-idx3-ubyte"));
  EXPECT_EQ(error->message.find('\n'), std::string::npos);
  return error->message;
}

TEST(Idx, ReadsPicturesThatAreNotSquare) {
  const Scratch folder;
  write(folder / "train-images-idx3-ubyte", idx({5, 3, 7}, counted(105)));
  write(folder / "train-labels-idx1-ubyte", idx({5}, counted(5)));
  const auto data = open_dataset("idx:" + folder.path().string(), "train");
  EXPECT_EQ(data->size(), 5);
  EXPECT_EQ(data->classes().size(), 5u);
  const auto sample = data->get(4);
  EXPECT_EQ(sample.picture.sizes(), at::IntArrayRef({1, 3, 7}));
  EXPECT_EQ(sample.picture[0][2][6].item<int>(), 104);
  EXPECT_EQ(sample.label, 4);
  EXPECT_TRUE(
      has(caught([&] { open_dataset("idx:" + folder.path().string(), "test"); })->message, "has no t10k-images-idx3-ubyte"));
}

TEST(Idx, LabelsMayBeMissingButNotWrong) {
  const Scratch folder;
  write(folder / "train-images-idx3-ubyte", idx({2, 2, 2}, counted(8)));
  EXPECT_EQ(open_idx(folder.path(), "train")->get(0).label, -1);
  write(folder / "train-labels-idx1-ubyte", idx({3}, counted(3)));
  const auto error = caught([&] { open_idx(folder.path(), "train"); });
  EXPECT_EQ(error->category, ErrorCategory::corrupt_file);
  EXPECT_TRUE(has(error->message, "3 labels for 2 pictures"));
}

TEST(Idx, RefusesHostileFiles) {
  const Scratch folder;
  EXPECT_TRUE(has(refusal(folder, ""), "is no IDX file"));
  EXPECT_TRUE(has(refusal(folder, "GIF89a and so on"), "is no IDX file"));
  EXPECT_TRUE(has(refusal(folder, idx({5, 3, 7}, counted(104))), "should have 105 bytes of data and has 104"));
  EXPECT_TRUE(has(refusal(folder, idx({5, 3, 7}, counted(106))), "should have 105"));
  EXPECT_TRUE(has(refusal(folder, idx({~0u, ~0u, ~0u}, "x")), "more than 4 GiB"));
  EXPECT_TRUE(has(refusal(folder, idx({65536, 65536, 65536, 65536}, "x")), "more than 4 GiB"));
  EXPECT_TRUE(has(refusal(folder, idx({0, ~0u, ~0u}, "")), "more than 4 GiB"));
  EXPECT_TRUE(has(refusal(folder, idx({0, 28, 28}, "")), "holds no pictures"));
  EXPECT_TRUE(has(refusal(folder, idx({4}, "abcd")), "holds no pictures"));
  EXPECT_TRUE(has(refusal(folder, idx({1, 1, 1}, "abcd", 0x0d), ErrorCategory::unsupported), "0x0d"));
  EXPECT_TRUE(has(refusal(folder, idx({5, 3, 7}, "").substr(0, 10)), "ends within its IDX header"));
  EXPECT_TRUE(has(refusal(folder, std::string("\x1f\x8b\x08\0\0\0\0\0\0\3rubbish", 17)), "compressed data is"));
}

TEST(Idx, UnpacksGzipAndNoticesDamage) {
  const Scratch folder;
  const auto plain = folder / "train-images-idx3-ubyte";
  write(plain, idx({100, 6, 10}, counted(6000)));
  if (std::system(("gzip -n " + plain.string()).c_str()) != 0) GTEST_SKIP() << "gzip is not installed";
  const auto packed = plain.string() + ".gz";
  EXPECT_EQ(open_idx(folder.path(), "train")->get(99).picture[0][5][9].item<int>(), 5999 % 256);
  std::ifstream in(packed, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(in)), {});
  write(packed, content.substr(0, content.size() - 9));
  EXPECT_TRUE(has(caught([&] { open_idx(folder.path(), "train"); })->message, "cut off"));
  write(packed, content.substr(0, content.size() / 2) + "!" + content.substr(content.size() / 2 + 1));
  EXPECT_EQ(caught([&] { open_idx(folder.path(), "train"); })->category, ErrorCategory::corrupt_file);
}

TEST(Cifar, ReadsRecordsAndRefusesOthers) {
  const Scratch folder;
  const std::string record = std::string(1, '\7') + counted(3072, 251);
  write(folder / "test_batch.bin", record + record);
  const auto data = open_dataset("cifar:" + folder.path().string(), "test");
  EXPECT_EQ(data->size(), 2);
  EXPECT_EQ(data->classes()[static_cast<std::size_t>(data->get(1).label)], "horse");
  EXPECT_EQ(data->get(1).picture[2][31][31].item<int>(), 3071 % 251);
  const auto refused = [&](const std::string& content) {
    write(folder / "test_batch.bin", content);
    const auto error = caught([&] { open_cifar(folder.path(), "test"); });
    EXPECT_EQ(error->category, ErrorCategory::corrupt_file);
    return error->message;
  };
  EXPECT_TRUE(has(refused(record + "x"), "3074 bytes"));
  EXPECT_TRUE(has(refused(""), "0 bytes"));
  EXPECT_TRUE(has(refused('\x0a' + record.substr(1)), "label 10"));
  EXPECT_EQ(caught([&] { open_cifar(folder.path(), "train"); })->category, ErrorCategory::not_found);
}

TEST(OpenDataset, NamesTheFormsItKnows) {
  EXPECT_EQ(caught([] { open_dataset("idxx:/tmp", "train"); })->message,
            "unknown data set 'idxx:/tmp'; the forms are idx:, cifar:, packed: and procedural:; did you mean 'idx'?");
  EXPECT_EQ(caught([] { open_dataset("idx:", "train"); })->message, "'idx:' names no path");
  EXPECT_EQ(caught([] { open_dataset("/nowhere/at/all", "train"); })->category, ErrorCategory::not_found);
  EXPECT_EQ(caught([] { open_dataset("idx:/nowhere/at/all", "train"); })->category, ErrorCategory::not_found);
  EXPECT_EQ(caught([] { open_dataset("cifar:/nowhere/at/all", "train"); })->category, ErrorCategory::not_found);
  EXPECT_EQ(caught([] { open_dataset("procedural:nonsense", "train"); })->category, ErrorCategory::bad_argument);
  EXPECT_EQ(caught([] { open_dataset("idx:/tmp", "valid"); })->category, ErrorCategory::bad_argument);
  const Scratch folder;
  EXPECT_TRUE(has(caught([&] { open_dataset(folder.path().string(), "train"); })->message, "pack it first"));
}

TEST(OpenDataset, PaintsProceduralPictures) {
  const auto data = open_dataset("procedural:julia,mandelbrot:size=24x16,count=10,seed=3", "train");
  EXPECT_EQ(data->size(), 10);
  EXPECT_EQ(data->classes(), (std::vector<std::string>{"julia", "mandelbrot"}));
  EXPECT_EQ(data->get(3).picture.sizes(), at::IntArrayRef({3, 16, 24}));
  EXPECT_EQ(data->get(3).label, 1);
  EXPECT_FALSE(data->get(3).caption.empty());
  EXPECT_TRUE(at::equal(data->get(3).picture, data->get(3).picture));
  const auto test = open_dataset("procedural:julia,mandelbrot:size=24x16,count=10,seed=3", "test");
  EXPECT_FALSE(at::equal(data->get(2).picture, test->get(2).picture));
  EXPECT_TRUE(has(caught([] { open_dataset("procedural:julia:sizes=24", "train"); })->message, "did you mean 'size'?"));
}

}  // namespace
}  // namespace inkstone
