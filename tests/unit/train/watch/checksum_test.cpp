#include "train/watch/checksum.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "train/watch/base64.hpp"

namespace inkstone {
namespace {

// RFC 3720, B.4
TEST(Crc32c, gives_the_values_of_the_standard) {
  std::string rising(32, '\0');
  std::iota(rising.begin(), rising.end(), '\0');
  const std::string falling(rising.rbegin(), rising.rend());
  EXPECT_EQ(crc32c(as_bytes(std::string(32, '\0'))), 0x8a9136aau);
  EXPECT_EQ(crc32c(as_bytes(std::string(32, '\xff'))), 0x62a8ab43u);
  EXPECT_EQ(crc32c(as_bytes(rising)), 0x46dd794eu);
  EXPECT_EQ(crc32c(as_bytes(falling)), 0x113fdb5cu);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283u);
  EXPECT_EQ(crc32c({}), 0u);
}

TEST(Adler32, gives_the_known_value) {
  EXPECT_EQ(adler32(as_bytes("Wikipedia")), 0x11e60398u);
  EXPECT_EQ(adler32({}), 1u);
}

// RFC 4648, 10
TEST(Base64, gives_the_values_of_the_standard) {
  EXPECT_EQ(to_base64(as_bytes("")), "");
  EXPECT_EQ(to_base64(as_bytes("f")), "Zg==");
  EXPECT_EQ(to_base64(as_bytes("fo")), "Zm8=");
  EXPECT_EQ(to_base64(as_bytes("foo")), "Zm9v");
  EXPECT_EQ(to_base64(as_bytes("foob")), "Zm9vYg==");
  EXPECT_EQ(to_base64(as_bytes("foobar")), "Zm9vYmFy");
}

}  // namespace
}  // namespace inkstone
