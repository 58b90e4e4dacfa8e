#include "core/text.hpp"

#include <gtest/gtest.h>

namespace inkstone {
namespace {

TEST(Text, LowersAsciiAlone) {
  EXPECT_EQ(lower_ascii("PNG.Ärger Ж"), "png.Ärger Ж");
}

TEST(Text, TrimsBlanksAtBothEnds) {
  EXPECT_EQ(trimmed(" \t a b\r\n"), "a b");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(" \n "), "");
  EXPECT_EQ(trimmed(""), "");
}

}  // namespace
}  // namespace inkstone
