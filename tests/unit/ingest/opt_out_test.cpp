#include "ingest/opt_out.hpp"

#include <gtest/gtest.h>

#include "ingest/collect.hpp"
#include "ingest/robots.hpp"

namespace inkstone {
namespace {

TEST(OptOut, PatternsMatchNames) {
  EXPECT_TRUE(glob_matches("*.png", "a.png"));
  EXPECT_FALSE(glob_matches("*.png", "x/a.png"));
  EXPECT_TRUE(glob_matches("**.png", "x/y/a.png"));
  EXPECT_TRUE(glob_matches("x/*/a.???", "x/y/a.png"));
  EXPECT_FALSE(glob_matches("x/*/a.???", "x/y/z/a.png"));
  EXPECT_TRUE(glob_matches("**", ""));
  EXPECT_FALSE(glob_matches("", "a"));
  EXPECT_FALSE(glob_matches(std::string(2000, '*') + "b", std::string(2000, 'a')));  // and in no time
}

TEST(OptOut, ListsHaveFiveKindsOfEntries) {
  const std::string digest(64, 'a');
  const OptOutList list("# a comment\nprivate/**\n sha256:" + digest +
                        " # why\ndhash:00000000000000ff\nauthor:J* Doe\nlicence:*-NC*\r\n\n");
  EXPECT_EQ(list.by_name("private/a/b.png", "", ""), "private/**");
  EXPECT_EQ(list.by_name("public/a.png", "jane doe", ""), "author:jane doe");
  EXPECT_EQ(list.by_name("public/a.png", "", "CC-BY-NC-4.0"), "licence:CC-BY-NC-4.0");
  EXPECT_EQ(list.by_name("public/a.png", "Ann", "CC0"), "");
  EXPECT_EQ(list.by_sha256(digest), "sha256:" + digest);
  EXPECT_EQ(list.by_sha256(std::string(64, 'b')), "");
  EXPECT_NE(list.by_hash(0xfe), "");
  EXPECT_EQ(list.by_hash(0xff00), "");
  EXPECT_TRUE(OptOutList("# nothing\n").empty());
}

TEST(OptOut, PatternsOfFileNamesMatchInAnyFolder) {
  EXPECT_NE(OptOutList("img_7.*").by_name("deep/down/img_7.jpg", "", ""), "");
}

TEST(Robots, LongestRuleWins) {
  const Robots robots(
      "User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /private/ # all of it\nAllow: /private/open\nDisallow: "
      "/*.gif$\n",
      "inkstone");
  EXPECT_TRUE(robots.allows("/a.png"));
  EXPECT_FALSE(robots.allows("/private/a.png"));
  EXPECT_TRUE(robots.allows("/private/open/a.png"));
  EXPECT_FALSE(robots.allows("/x/a.gif"));
  EXPECT_TRUE(robots.allows("/x/a.gif?y"));
}

TEST(Robots, OurNameCountsBeforeEveryones) {
  const Robots robots("User-agent: a\nUser-agent: Inkstone\nDisallow: /ours\n\nUser-agent: *\nDisallow: /\n", "inkstone");
  EXPECT_TRUE(robots.allows("/a"));
  EXPECT_FALSE(robots.allows("/ours"));
  EXPECT_TRUE(Robots("", "inkstone").allows("/"));
  EXPECT_TRUE(Robots("User-agent: *\nDisallow:\n", "inkstone").allows("/x"));
}

TEST(Collect, NamesStayInTheFolder) {
  EXPECT_EQ(collected_name("cats/a.png", "https://e.org/x.png", 1), "cats/a.png");
  EXPECT_EQ(collected_name("../a.png", "https://e.org/x.png?size=2#y", 1), "x.png");
  EXPECT_EQ(collected_name("/etc/passwd", "https://e.org/a%2fb.png", 1), "a_2fb.png");
  EXPECT_EQ(collected_name("", "https://e.org/", 7), "000007");
  EXPECT_EQ(collected_name(".hidden/x", "https://e.org/.htaccess", 8), "000008");
}

}  // namespace
}  // namespace inkstone
