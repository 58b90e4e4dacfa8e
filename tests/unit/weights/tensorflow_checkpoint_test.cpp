// Checkpoints that TensorFlow wrote (tests/golden/make_tensorflow_checkpoint.py), and hostile ones written by hand.
#include "weights/tensorflow_checkpoint.hpp"

#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "inkstone/error.hpp"
#include "unit/weights/hostile.hpp"
#include "unit/weights/table_writer.hpp"
#include "weights/load.hpp"
#include "weights/snappy.hpp"
#include "weights/sorted_table.hpp"

namespace inkstone {
namespace {

const std::filesystem::path kWritten = kData / "tensorflow";

at::Tensor ramp(at::IntArrayRef shape) {
  int64_t count = 1;
  for (const auto side : shape) count *= side;
  return (at::arange(count) / 2.0 - 1).view(shape);
}

// A whole checkpoint in a folder, of an index and one file of four zeros.
std::filesystem::path hand_made(const Folder& folder, const std::string& index) {
  folder.write("x.data-00000-of-00001", std::string(4, '\0'));
  return folder.write("x.index", index);
}

std::optional<ErrorCategory> verdict(const std::vector<std::pair<std::string, std::string>>& entries) {
  Folder folder;
  const auto index = hand_made(folder, table_of(entries));
  return category_of([&] { read_tensorflow_checkpoint(index); });
}

std::optional<ErrorCategory> verdict_on(const BundleFields& fields) {
  return verdict({{"", bundle_header()}, {"t", bundle_entry(fields)}});
}

TEST(TensorflowCheckpoint, ReadsEveryTypeThatTensorflowWrote) {
  const auto read = read_tensorflow_checkpoint(kWritten / "types.index");
  EXPECT_EQ(read.tensors.size(), 13u);
  EXPECT_TRUE(read.at("net/kernel").equal(ramp({2, 3, 4, 5})));
  EXPECT_TRUE(read.at("net/scalar").equal(ramp({})));
  EXPECT_EQ(read.at("net/empty").sizes().vec(), (std::vector<int64_t>{0, 3}));
  EXPECT_TRUE(read.at("net/vector").equal(ramp({7})));
  for (const auto& [name, type] : {std::pair{"float16", at::kHalf}, {"bfloat16", at::kBFloat16}, {"float64", at::kDouble}})
    EXPECT_TRUE(read.at(std::string("net/") + name).equal(ramp({2, 3}).to(type))) << name;
  for (const auto& [name, type] :
       {std::pair{"int8", at::kChar}, {"int16", at::kShort}, {"int32", at::kInt}, {"int64", at::kLong}, {"uint8", at::kByte}})
    EXPECT_TRUE(read.at(std::string("net/") + name).equal(at::arange(6, type).view({2, 3}))) << name;
  EXPECT_TRUE(read.at("net/bool").equal(at::arange(6).remainder(2).ne(0).view({2, 3})));
}

TEST(TensorflowCheckpoint, ReadsSeveralFilesOfData) {
  const auto read = read_tensorflow_checkpoint(kWritten / "shards.index");
  EXPECT_EQ(read.tensors.size(), 3u);
  EXPECT_TRUE(read.at("a/bias").equal(ramp({3, 4})));
  EXPECT_TRUE(read.at("b/kernel").equal(ramp({3, 5})));
}

TEST(TensorflowCheckpoint, LeavesOutTheObjectsOfTensorflow2) {
  const auto read = read_tensorflow_checkpoint(kWritten / "objects.index");
  EXPECT_TRUE(read.at("layer/kernel/.ATTRIBUTES/VARIABLE_VALUE").equal(ramp({2, 2})));
  EXPECT_EQ(read.metadata.at("tensors_left_out"), "1");
}

TEST(TensorflowCheckpoint, RefusesVariablesInSlices) {
  EXPECT_EQ(category_of([] { read_tensorflow_checkpoint(kWritten / "slices.index"); }), ErrorCategory::unsupported);
}

TEST(TensorflowCheckpoint, IsKnownByItsContentAndInAFolder) {
  EXPECT_EQ(load_weights(kWritten / "shards.index").tensors.size(), 3u);
  EXPECT_EQ(category_of([] { load_weights(kWritten); }), ErrorCategory::not_found);  // several: which one?
  Folder folder;
  folder.write("shards.index", content_of(kWritten / "shards.index"));
  EXPECT_EQ(category_of([&] { load_weights(folder.write("x", "").parent_path()); }), ErrorCategory::not_found);
  for (const char* part : {"shards.data-00000-of-00002", "shards.data-00001-of-00002"})
    folder.write(part, content_of(kWritten / part));
  const auto place = folder.write("y", "").parent_path();
  EXPECT_EQ(load_weights(place).tensors.size(), 3u);
  folder.write("other.index", "");
  folder.write("checkpoint", "model_checkpoint_path: \"/of/another/machine/shards\"\nall_model_checkpoint_paths: \"other\"\n");
  EXPECT_EQ(load_weights(place).tensors.size(), 3u);
}

TEST(TensorflowCheckpoint, RefusesFilesCutAtAnyByte) {
  Folder folder;
  const std::string names[] = {"shards.data-00000-of-00002", "shards.data-00001-of-00002", "shards.index"};
  for (const auto& name : names) folder.write(name, content_of(kWritten / name));
  const auto index = folder.write("shards.index", content_of(kWritten / "shards.index"));
  const auto folder_path = index.parent_path();
  EXPECT_NO_THROW(read_tensorflow_checkpoint(index));
  for (const auto& name : names) {
    for (auto size = std::filesystem::file_size(folder_path / name); size-- > 0;) {
      std::filesystem::resize_file(folder_path / name, size);
      EXPECT_EQ(category_of([&] { read_tensorflow_checkpoint(index); }), ErrorCategory::corrupt_file) << name << " " << size;
    }
    folder.write(name, content_of(kWritten / name));
  }
}

TEST(TensorflowCheckpoint, SeesEveryChangeOfTheData) {
  Folder folder;
  const auto index = folder.write("objects.index", content_of(kWritten / "objects.index"));
  const auto data = content_of(kWritten / "objects.data-00000-of-00001");
  constexpr std::size_t kKernel = 16;  // then comes a text, which is left out
  for (std::size_t at = 0; at < kKernel; ++at) {
    auto changed = data;
    changed[at] ^= 1;
    folder.write("objects.data-00000-of-00001", changed);
    EXPECT_EQ(category_of([&] { read_tensorflow_checkpoint(index); }), ErrorCategory::corrupt_file) << at;
  }
}

TEST(TensorflowCheckpoint, RefusesHostileEntries) {
  EXPECT_EQ(verdict_on({}), std::nullopt);
  const BundleFields hostile[] = {{.shard = 1},
                                  {.shard = ~0ull},
                                  {.offset = 1},
                                  {.offset = ~0ull},
                                  {.size = 3},
                                  {.size = ~0ull, .shape = {~0ull / 4}},
                                  {.shape = {2}},
                                  {.shape = {~0ull}},
                                  {.shape = {0, 1ull << 62, 1ull << 62}},
                                  {.shape = std::vector<std::uint64_t>(33, 1)},
                                  {.content = "wrong"}};
  int number = 0;
  for (const auto& fields : hostile) EXPECT_EQ(verdict_on(fields), ErrorCategory::corrupt_file) << number++;
  for (const std::uint64_t type : {0, 8, 11, 18, 99}) EXPECT_EQ(verdict_on({.type = type}), ErrorCategory::unsupported) << type;
  const auto good = bundle_entry({});
  EXPECT_EQ(verdict({{"", bundle_header()}, {"t", good}, {"u", good}}), ErrorCategory::corrupt_file);  // overlap
  EXPECT_EQ(verdict({{"t", good}}), ErrorCategory::corrupt_file);
  EXPECT_EQ(verdict({}), ErrorCategory::corrupt_file);
  for (const std::uint64_t shards : {std::uint64_t(0), std::uint64_t(100000), ~std::uint64_t(0)})
    EXPECT_EQ(verdict({{"", bundle_header(shards)}, {"t", good}}), ErrorCategory::corrupt_file) << shards;
  EXPECT_EQ(verdict({{"", bundle_header(2)}, {"t", good}}), ErrorCategory::not_found);  // 00000-of-00002
  EXPECT_EQ(verdict({{"", bundle_header() + number_field(2, 1)}, {"t", good}}), ErrorCategory::unsupported);
  EXPECT_EQ(verdict({{"", bundle_header()}, {"t", good.substr(0, good.size() - 1)}}), ErrorCategory::corrupt_file);
  EXPECT_EQ(verdict({{"", bundle_header()}, {"t", number_field(1, 1) + bytes_field(2, number_field(3, 1))}}),
            ErrorCategory::corrupt_file);
}

TEST(SortedTable, ReadsBlocksWhoseKeysShareTheirBeginnings) {
  const auto file = table_file({table_block(table_entry(0, "", "head") + table_entry(0, "abcd", "1") + table_entry(3, "e", "22")),
                                table_block(table_entry(0, "b", ""))});
  const auto entries = read_sorted_table(as_bytes(file));
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[0].value, "head");
  EXPECT_EQ(entries[2].key, "abce");
  EXPECT_EQ(entries[2].value, "22");
  EXPECT_EQ(entries[3].key, "b");
}

TEST(SortedTable, RefusesHostileBlocks) {
  const auto refusal = [](const std::string& file) { return category_of([&] { read_sorted_table(as_bytes(file)); }); };
  const std::string hostile[] = {table_block(table_entry(1, "a", "")),
                                 table_block(table_entry(0, "b", "") + table_entry(0, "a", "")),
                                 table_block(table_entry(0, "a", "") + table_entry(0, "a", "")),
                                 table_block(table_entry(0, "ab", "") + table_entry(1, "", "")),
                                 table_block(table_entry(0, std::string(5000, 'a'), "")),
                                 table_block(varint(0) + varint(~0ull) + varint(0)),
                                 table_block(varint(0) + varint(1) + varint(~0ull) + "a"),
                                 table_block(std::string(11, '\xff')),
                                 four_bytes(1),
                                 four_bytes(0xFFFFFFFF),
                                 four_bytes(0x3FFFFFFF),
                                 ""};
  int number = 0;
  for (const auto& block : hostile) EXPECT_EQ(refusal(table_file({block})), ErrorCategory::corrupt_file) << number++;
  EXPECT_EQ(refusal(table_file({table_block(table_entry(0, "a", ""))}, 2)), ErrorCategory::unsupported);
  const auto block = table_block(table_entry(0, "a", "")), sound = table_file({block});
  EXPECT_NO_THROW(read_sorted_table(as_bytes(sound)));
  for (std::size_t at = 0; at < block.size() + 5; ++at) {
    auto changed = sound;
    changed[at] ^= 1;
    EXPECT_EQ(refusal(changed), ErrorCategory::corrupt_file) << at;
  }
}

// Keys that grow by one byte each: a small file whose keys are together far larger.
TEST(SortedTable, BoundsWhatSharedKeysMayHold) {
  std::string entries;
  for (std::uint64_t length = 0; length < 4000; ++length) entries += table_entry(length, "a", "");
  EXPECT_EQ(category_of([&] { read_sorted_table(as_bytes(table_file({table_block(entries)}))); }), ErrorCategory::corrupt_file);
}

TEST(Snappy, UnpacksLiteralsAndCopies) {
  EXPECT_EQ(unpack_snappy(as_bytes(varint(5) + std::string(1, 4 << 2) + "hello")), "hello");
  EXPECT_EQ(
      unpack_snappy(as_bytes(varint(10) + std::string(1, 1 << 2) + "ab" + std::string(1, 7 << 2 | 2) + std::string("\2\0", 2))),
      "ababababab");
  EXPECT_EQ(unpack_snappy(as_bytes(varint(6) + std::string(1, 1 << 2) + "ab" + std::string(1, 1) + std::string("\2", 1))),
            "ababab");
  const std::string run(100, 'x');
  EXPECT_EQ(unpack_snappy(as_bytes(varint(100) + std::string("\xF0\x63", 2) + run)), run);
  const auto block = table_block(table_entry(0, "key", "value"));
  const auto packed = varint(block.size()) + std::string(1, static_cast<char>((block.size() - 1) << 2)) + block;
  EXPECT_EQ(read_sorted_table(as_bytes(table_file({packed}, 1))).front().value, "value");
}

TEST(Snappy, RefusesWhatIsDamaged) {
  using namespace std::string_literals;
  const std::string whole = varint(10) + std::string(1, 1 << 2) + "ab" + std::string(1, 7 << 2 | 2) + "\2\0"s;
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(category_of([&] { unpack_snappy(as_bytes(whole.substr(0, size))); }), ErrorCategory::corrupt_file) << size;
  for (const auto& damaged :
       {varint(2) + "\6\0"s, varint(8) + "\0a\x1e\5\0"s, varint(4) + "\0a\5\0"s, varint(1ull << 34) + "\0a"s, varint(1ull << 40),
        "\xff\xff\xff\xff\xff\xff"s, varint(3) + "\xfc\xff\xff\xff\xff"s, varint(1) + "\4ab"s})
    EXPECT_EQ(category_of([&] { unpack_snappy(as_bytes(damaged)); }), ErrorCategory::corrupt_file);
}

}  // namespace
}  // namespace inkstone
