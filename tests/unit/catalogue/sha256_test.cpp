#include "catalogue/sha256.hpp"

#include <gtest/gtest.h>

#include "unit/catalogue/scratch.hpp"

namespace inkstone {
namespace {

// FIPS 180-4 example vectors.
TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(sha256_hex(as_bytes("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex(as_bytes("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(as_bytes(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheSameAsTheWhole) {
  Sha256 hash;
  hash.update(as_bytes("a"));
  hash.update(as_bytes(""));
  hash.update(as_bytes("bc"));
  EXPECT_EQ(hash.hex(), sha256_hex(as_bytes("abc")));
}

TEST(Sha256, FileLongerThanOneBlock) {
  const test::Scratch scratch;
  const std::string content((std::size_t(8) << 20) + 13, 'x');
  write_file_atomic(scratch / "f", as_bytes(content));
  EXPECT_EQ(sha256_file(scratch / "f"), sha256_hex(as_bytes(content)));
}

TEST(Sha256, MissingFile) {
  const test::Scratch scratch;
  const auto error = test::caught([&] { sha256_file(scratch / "none"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::not_found);
}

}  // namespace
}  // namespace inkstone
