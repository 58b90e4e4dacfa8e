#include "core/crc32.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

namespace inkstone {
namespace {

TEST(Crc32, HasTheCheckValueOfItsDefinition) {
  EXPECT_EQ(crc32(as_bytes("123456789")), 0xCBF43926u);
  EXPECT_EQ(crc32({}), 0u);
  EXPECT_EQ(crc32(as_bytes("The quick brown fox jumps over the lazy dog")), 0x414FA339u);
}

// RFC 3720, appendix B.4
TEST(Crc32c, GivesTheValuesOfTheStandard) {
  std::string rising(32, '\0');
  std::iota(rising.begin(), rising.end(), '\0');
  const std::string falling(rising.rbegin(), rising.rend());
  EXPECT_EQ(crc32c(as_bytes(std::string(32, '\0'))), 0x8A9136AAu);
  EXPECT_EQ(crc32c(as_bytes(std::string(32, '\xff'))), 0x62A8AB43u);
  EXPECT_EQ(crc32c(as_bytes(rising)), 0x46DD794Eu);
  EXPECT_EQ(crc32c(as_bytes(falling)), 0x113FDB5Cu);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283u);
  EXPECT_EQ(crc32c({}), 0u);
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
