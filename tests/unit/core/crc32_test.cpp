#include "core/crc32.hpp"

#include <gtest/gtest.h>

namespace inkstone {
namespace {

TEST(Crc32, HasTheCheckValueOfItsDefinition) {
  EXPECT_EQ(crc32(as_bytes("123456789")), 0xCBF43926u);
  EXPECT_EQ(crc32({}), 0u);
  EXPECT_EQ(crc32(as_bytes("The quick brown fox jumps over the lazy dog")), 0x414FA339u);
}

TEST(Crc32, ContinuesAtAnyByte) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += static_cast<char>(i * 37);
  const std::string_view whole = text;
  for (std::size_t cut = 0; cut <= text.size(); ++cut)
    EXPECT_EQ(crc32(as_bytes(whole.substr(cut)), crc32(as_bytes(whole.substr(0, cut)))), crc32(as_bytes(whole))) << cut;
}

}  // namespace
}  // namespace inkstone
