#include "train/watch/checksum.hpp"

#include <gtest/gtest.h>

#include "train/watch/base64.hpp"

namespace inkstone {
namespace {

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
