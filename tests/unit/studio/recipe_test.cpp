#include "studio/recipe.hpp"

#include <unistd.h>

#include <gtest/gtest.h>

#include "catalogue/sha256.hpp"
#include "core/files.hpp"
#include "inkstone/error.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

class RecipeTest : public testing::Test {
 protected:
  RecipeTest() : folder_(fs::temp_directory_path() / ("inkstone-recipe-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_ / "deep");
  }
  ~RecipeTest() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& content) const {
    write_file_atomic(folder_ / name, as_bytes(content));
    return (folder_ / name).string();
  }

  fs::path folder_;
};

TEST_F(RecipeTest, NamesParentsByDigestAndKeepsNoPath) {
  StylizeRequest request;
  request.content.value = file("photo.jpg", "photo");
  request.style = {{file("deep/painting.jpg", "painting")}};
  request.output = "/somewhere/out.png";
  request.post = "match-color:cholesky=\"" + file("a, b.jpg", "reference") + "\"";
  const auto recipe = make_recipe(request);
  EXPECT_EQ(recipe.dump().find(folder_.string()), std::string::npos);
  EXPECT_FALSE(recipe["request"].contains("output"));
  const auto parents = parents_of(recipe);
  ASSERT_EQ(parents.size(), 3u);
  EXPECT_EQ(parents[1].name, "painting.jpg");
  EXPECT_EQ(parents[1].sha256, sha256_hex(as_bytes("painting")));
  EXPECT_EQ(parents[2].name, "a, b.jpg");
}

TEST_F(RecipeTest, ChainTakesItsPicturesBack) {
  const auto reference = file("a, b.jpg", "reference");
  const auto portable = portable_chain("vignette,match-color:cholesky=\"" + reference + "\"");
  EXPECT_EQ(portable.references, std::vector<std::string>{reference});
  const auto restored = with_references(portable.text, [&] { return reference; });
  EXPECT_EQ(portable_chain(restored).references, std::vector<std::string>{reference});
  EXPECT_EQ(portable_chain(restored).text, portable.text);
}

TEST_F(RecipeTest, MissingParentIsNamedBeforeAnythingElse) {
  StylizeRequest request;
  request.content.value = (folder_ / "gone.jpg").string();
  EXPECT_THROW(make_recipe(request), Error);
}

TEST_F(RecipeTest, SearchFindsByContentNotByName) {
  file("photo.jpg", "another photo");
  const auto moved = file("deep/renamed.jpg", "photo");
  ParentSearch search({folder_});
  EXPECT_EQ(search.find({"photo.jpg", sha256_hex(as_bytes("photo"))}), moved);
  try {
    search.find({"lost.jpg", std::string(64, '0')});
    FAIL() << "found what is not there";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::not_found);
    EXPECT_NE(std::string(error.what()).find("lost.jpg"), std::string::npos);
  }
}

TEST_F(RecipeTest, ParentsWithoutDigestAreRefused) {
  EXPECT_THROW(parents_of({{"parents", {{{"name", "a"}, {"sha256", "12"}}}}}), Error);
}

}  // namespace
}  // namespace inkstone::studio
