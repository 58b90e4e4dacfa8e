#include "weights/zip_directory.hpp"

#include <gtest/gtest.h>

#include "unit/weights/hostile.hpp"
#include "unit/weights/zip_writer.hpp"

namespace inkstone {
namespace {

std::optional<ErrorCategory> zip_refusal(const std::string& archive) {
  return category_of([&] {
    for (const auto& [name, entry] : zip_entries(as_bytes(archive))) intact_content(entry, name);
  });
}

const std::string kTwoFiles = zip_of({{"a", "first"}, {"b", "second"}});
const std::size_t kDirectory = kTwoFiles.find("PK\1\2"), kSecond = kTwoFiles.find("PK\3\4", 1), kEnd = kTwoFiles.find("PK\5\6");

// The archive with these bytes at a place.
std::string with(std::size_t at, const std::string& bytes) {
  return std::string(kTwoFiles).replace(at, bytes.size(), bytes);
}

TEST(ZipDirectory, FindsEveryEntry) {
  const auto entries = zip_entries(as_bytes(kTwoFiles));
  ASSERT_EQ(entries.size(), 2u);
  const Bytes second = intact_content(entries.at("b"), "b");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(second.data()), second.size()), "second");
}

TEST(ZipDirectory, ChecksTheContent) {
  EXPECT_EQ(zip_refusal(with(kTwoFiles.find("first"), "F")), ErrorCategory::corrupt_file);
  EXPECT_EQ(zip_refusal(with(kDirectory + 16, "\1\2\3\4")), ErrorCategory::corrupt_file);
  EXPECT_EQ(zip_refusal(with(kDirectory + 16, std::string(4, '\0'))), std::nullopt);  // left out by the writer
}

TEST(ZipDirectory, RefusesEveryTruncation) {
  for (std::size_t size = 0; size < kTwoFiles.size(); ++size)
    EXPECT_EQ(zip_refusal(kTwoFiles.substr(0, size)), ErrorCategory::corrupt_file) << size;
}

TEST(ZipDirectory, RefusesDuplicatesAndOverlaps) {
  EXPECT_EQ(zip_refusal(zip_of({{"a", "1"}, {"a", "2"}})), ErrorCategory::corrupt_file);
  const std::size_t second_record = kTwoFiles.find("PK\1\2", kDirectory + 1);
  EXPECT_EQ(zip_refusal(with(second_record + 42, little_endian(0, 4))), ErrorCategory::corrupt_file);  // both on the first
  EXPECT_EQ(zip_refusal(with(kDirectory + 20, little_endian(40, 4) + little_endian(40, 4))),
            ErrorCategory::corrupt_file);  // reaches into the second
  EXPECT_EQ(zip_refusal(with(second_record + 20, little_endian(60, 4) + little_endian(60, 4))),
            ErrorCategory::corrupt_file);  // into the directory
  EXPECT_EQ(zip_refusal(with(second_record + 42, little_endian(kDirectory, 4))), ErrorCategory::corrupt_file);
}

TEST(ZipDirectory, RefusesHeadersThatDisagree) {
  EXPECT_EQ(zip_refusal(with(30, "x")), ErrorCategory::corrupt_file);                               // two names
  EXPECT_EQ(zip_refusal(with(kDirectory + 20, little_endian(4, 4))), ErrorCategory::corrupt_file);  // stored and unpacked sizes
  EXPECT_EQ(zip_refusal(with(kDirectory + 42, little_endian(kSecond + 1, 4))), ErrorCategory::corrupt_file);
  EXPECT_EQ(zip_refusal(with(kDirectory + 42, little_endian(0xFFFFFFFE, 4))), ErrorCategory::corrupt_file);
  EXPECT_EQ(zip_refusal(with(kEnd + 16, little_endian(0, 4))), ErrorCategory::corrupt_file);  // no directory there
  EXPECT_EQ(zip_refusal(with(kEnd + 10, little_endian(9, 2))), ErrorCategory::corrupt_file);  // more entries than there are
}

TEST(ZipDirectory, RefusesHostileZip64) {
  EXPECT_EQ(zip_refusal(with(kEnd + 10, "\xff\xff")), ErrorCategory::corrupt_file);                    // no locator
  EXPECT_EQ(zip_refusal(with(kDirectory + 24, std::string(4, '\xff'))), ErrorCategory::corrupt_file);  // no extra field
  const std::string record = "PK\6\6" + little_endian(44, 8) + little_endian(0, 12) + little_endian(~0ull, 8) +
                             little_endian(~0ull, 8) + little_endian(std::uint64_t(1) << 63, 8) +
                             little_endian(std::uint64_t(1) << 63, 8);
  const auto zip64 = [&](std::uint64_t at) {
    return kTwoFiles.substr(0, kEnd) + record + "PK\6\7" + little_endian(0, 4) + little_endian(at, 8) + little_endian(1, 4) +
           "PK\5\6" + std::string(4, '\0') + std::string(12, '\xff') + std::string(2, '\0');
  };
  for (const std::uint64_t at : {std::uint64_t(kEnd), std::uint64_t(0), std::uint64_t(1) << 63, ~std::uint64_t(0)})
    EXPECT_EQ(zip_refusal(zip64(at)), ErrorCategory::corrupt_file) << at;
}

TEST(ZipDirectory, RefusesCompressionAndEncryption) {
  EXPECT_EQ(zip_refusal(with(kDirectory + 10, "\x08")), ErrorCategory::unsupported);
  EXPECT_EQ(zip_refusal(with(kDirectory + 8, "\x01")), ErrorCategory::unsupported);
}

const std::string kSaid = "over and over and over and over and over";
const std::string kPacked("\xcb\x2f\x4b\x2d\x52\x48\xcc\x4b\x51\xc8\xc7\xcf\x00\x00", 14);  // zlib level 9, no header

std::optional<ErrorCategory> unpack_refusal(const std::string& archive) {
  return category_of([&] {
    for (const auto& [name, entry] : zip_entries(as_bytes(archive), ZipMethods::deflated_too)) unpacked_content(entry, name);
  });
}

TEST(ZipDirectory, UnpacksWhatIsDeflatedWhereThatIsAllowed) {
  const auto archive = zip_of({{"a", kSaid, kPacked}});
  EXPECT_EQ(zip_refusal(archive), ErrorCategory::unsupported);
  const auto entries = zip_entries(as_bytes(archive), ZipMethods::deflated_too);
  EXPECT_TRUE(entries.at("a").deflated);
  EXPECT_EQ(unpacked_content(entries.at("a"), "a"), kSaid);
}

TEST(ZipDirectory, RefusesDeflatedContentThatIsNotWhatItSays) {
  EXPECT_EQ(unpack_refusal(zip_of({{"a", kSaid + "!", kPacked}})), ErrorCategory::corrupt_file);            // longer than it is
  EXPECT_EQ(unpack_refusal(zip_of({{"a", kSaid.substr(1), kPacked}})), ErrorCategory::corrupt_file);        // shorter
  EXPECT_EQ(unpack_refusal(zip_of({{"a", "O" + kSaid.substr(1), kPacked}})), ErrorCategory::corrupt_file);  // another checksum
  EXPECT_EQ(unpack_refusal(zip_of({{"a", kSaid, kPacked.substr(0, 9)}})), ErrorCategory::corrupt_file);     // cut off
  EXPECT_EQ(unpack_refusal(zip_of({{"a", kSaid, "\xff\xff\xff"}})), ErrorCategory::corrupt_file);           // no deflate at all
  EXPECT_EQ(unpack_refusal(zip_of({{"a", std::string(200000, 'x'), kPacked}})),
            ErrorCategory::corrupt_file);  // more than deflate can hold
}

}  // namespace
}  // namespace inkstone
