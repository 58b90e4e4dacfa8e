#include "catalogue/cache.hpp"

#include <gtest/gtest.h>

#include "catalogue/sha256.hpp"
#include "core/files.hpp"
#include "unit/catalogue/fake_server.hpp"
#include "unit/catalogue/scratch.hpp"

namespace inkstone {
namespace {

class Cache : public ::testing::Test {
 protected:
  const test::Scratch scratch;
  const std::filesystem::path home = scratch / "home", mirror = scratch / "mirror";
  test::Recorder observer;

  static ModelFile file(const std::string& path, const std::string& content,
                        const std::string& source = "file:///nowhere/at/all") {
    return {path, {source}, content.size(), sha256_hex(as_bytes(content))};
  }
  static ModelEntry toy(const std::string& source = "file:///nowhere/at/all") {
    return {.name = "styles/toy",
            .purpose = "p",
            .licence = "MIT",
            .format = "tfjs",
            .loader = "x",
            .main = "model.json",
            .files = {file("model.json", "{}", source), file("sub/shard", "weights", source)}};
  }
  static void put(const std::filesystem::path& path, const std::string& content) {
    std::filesystem::create_directories(path.parent_path());
    write_file_atomic(path, as_bytes(content));
  }
};

TEST_F(Cache, MirrorFolderServesOffline) {
  put(mirror / "styles/toy/model.json", "{}");
  put(mirror / "styles/toy/sub/shard", "weights");
  const ModelCache cache({home, mirror.string()});
  EXPECT_FALSE(cache.is_present(toy()));
  cache.pull(toy(), observer);
  EXPECT_TRUE(cache.is_present(toy()));
  EXPECT_EQ(cache.path(toy()), home / "models/styles/toy/model.json");
  EXPECT_EQ(observer.last_step, 9);
  EXPECT_EQ(observer.total, 9);
}

TEST_F(Cache, MirrorMayBeFlat) {
  put(mirror / "model.json", "{}");
  put(mirror / "styles/sub/shard", "weights");
  const ModelCache cache({home, mirror.string()});
  cache.pull(toy(), observer);
  EXPECT_TRUE(cache.is_present(toy()));
}

TEST_F(Cache, WrongFileInTheMirrorFallsThroughToTheSource) {
  put(mirror / "styles/toy/model.json", "[]");
  put(scratch / "upstream", "{}");
  auto entry = toy();
  entry.files = {file("model.json", "{}", "file://" + (scratch / "upstream").string())};
  const ModelCache cache({home, mirror.string()});
  cache.pull(entry, observer);
  EXPECT_EQ(read_file(home / "models/styles/toy/model.json"), "{}");
  ASSERT_EQ(observer.messages.size(), 1u);
  EXPECT_TRUE(test::has(observer.messages[0], "mirror: ")) << observer.messages[0];
}

TEST_F(Cache, MirrorUrl) {
  const test::FakeServer server([](const test::FakeRequest& request) {
    if (request.path == "/m/styles/toy/model.json") return test::ok("{}");
    if (request.path == "/m/sub/shard") return test::ok("weights");
    return test::status(404);
  });
  const ModelCache cache({home, server.url("/m")});
  cache.pull(toy(), observer);
  EXPECT_TRUE(cache.is_present(toy()));
}

TEST_F(Cache, DeadMirrorIsAskedOnce) {
  put(scratch / "a", "{}");
  put(scratch / "b", "weights");
  auto entry = toy();
  entry.files[0].sources = {"file://" + (scratch / "a").string()};
  entry.files[1].sources = {"file://" + (scratch / "b").string()};
  std::string dead;
  {
    dead = test::FakeServer([](const test::FakeRequest&) { return std::string(); }).url("/m");
  }
  ModelCache({home, dead}).pull(entry, observer);
  EXPECT_TRUE(ModelCache({home, ""}).is_present(entry));
  EXPECT_EQ(observer.messages.size(), 1u);
}

TEST_F(Cache, SecondSourceIsTried) {
  put(scratch / "upstream", "{}");
  auto entry = toy();
  entry.files = {file("model.json", "{}")};
  entry.files[0].sources.push_back("file://" + (scratch / "upstream").string());
  ModelCache({home, ""}).pull(entry, observer);
  EXPECT_TRUE(ModelCache({home, ""}).is_present(entry));
}

TEST_F(Cache, AbsentEverywhere) {
  const ModelCache cache({home, ""});
  const auto path = test::caught([&] { cache.path(toy()); });
  ASSERT_TRUE(path);
  EXPECT_TRUE(test::has(path->message, "inkstone models pull styles/toy")) << path->message;
  const auto pull = test::caught([&] { cache.pull(toy(), observer); });
  ASSERT_TRUE(pull);
  EXPECT_TRUE(test::has(pull->message, "INKSTONE_MIRROR")) << pull->message;
}

TEST_F(Cache, PullFetchesOnlyWhatIsMissing) {
  put(home / "models/styles/toy/model.json", "{}");
  put(mirror / "styles/toy/sub/shard", "weights");
  ModelCache({home, mirror.string()}).pull(toy(), observer);
  EXPECT_TRUE(ModelCache({home, ""}).is_present(toy()));
}

TEST_F(Cache, PullReplacesADamagedFile) {
  put(home / "models/styles/toy/model.json", "[]");
  put(home / "models/styles/toy/sub/shard", "weights");
  put(mirror / "model.json", "{}");
  ModelCache({home, mirror.string()}).pull(toy(), observer);
  EXPECT_EQ(read_file(home / "models/styles/toy/model.json"), "{}");
}

TEST_F(Cache, StopBeforeTheFirstFile) {
  observer.stop = true;
  const auto error = test::caught([&] { ModelCache({home, ""}).pull(toy(), observer); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->category, ErrorCategory::cancelled);
}

TEST_F(Cache, VerifyTellsWhatIsWrong) {
  const ModelCache cache({home, ""});
  put(home / "models/styles/toy/model.json", "[]");
  auto checks = cache.verify(toy());
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_EQ(checks[0].state, FileState::wrong_digest);
  EXPECT_EQ(checks[1].state, FileState::missing);
  put(home / "models/styles/toy/model.json", "{}");
  put(home / "models/styles/toy/sub/shard", "weight");
  checks = cache.verify(toy());
  EXPECT_EQ(checks[0].state, FileState::intact);
  EXPECT_EQ(checks[1].state, FileState::wrong_size);
}

TEST_F(Cache, IdentifyKnowsAFileByItsContent) {
  put(scratch / "renamed.bin", "weights");
  put(scratch / "other.bin", "something else");
  const Catalogue catalogue({toy()});
  EXPECT_EQ(identify(scratch / "renamed.bin", catalogue).model, "styles/toy");
  EXPECT_EQ(identify(scratch / "other.bin", catalogue).state, FileState::unknown);
}

// The files upstream, as far as a copy of them lies beside the checkout, against the digests of the catalogue.
TEST_F(Cache, BuiltInEntriesMatchRealFiles) {
  const std::filesystem::path real = INKSTONE_SOURCE_DIR "/../shared/models";
  if (!std::filesystem::exists(real)) GTEST_SKIP() << "no folder of real models beside the checkout";
  std::size_t checked = 0;
  for (const auto& entry : parse_catalogue(built_in_catalogue(), "built in"))
    for (const auto& file : entry.files) {
      auto path = real / entry.name / file.path;
      if (!std::filesystem::exists(path)) path = (real / entry.name).parent_path() / file.path;
      if (!std::filesystem::exists(path)) continue;
      EXPECT_EQ(std::filesystem::file_size(path), file.size) << path;
      EXPECT_EQ(sha256_file(path), file.sha256) << path;
      ++checked;
    }
  EXPECT_EQ(checked, 232u);
}

TEST(Places, FollowTheEnvironment) {
  const auto set = [](const char* name, const char* value) { value ? setenv(name, value, 1) : unsetenv(name); };
  const auto keep = [](const char* name) { return getenv(name) ? std::string(getenv(name)) : std::string(); };
  const auto home = keep("HOME"), own = keep("INKSTONE_HOME"), data = keep("XDG_DATA_HOME");
  set("HOME", "/h"), set("INKSTONE_HOME", nullptr), set("XDG_DATA_HOME", nullptr);
  EXPECT_EQ(Places::from_environment().models(), "/h/.local/share/inkstone/models");
  set("XDG_DATA_HOME", "relative");
  EXPECT_EQ(Places::from_environment().home, "/h/.local/share/inkstone");
  set("XDG_DATA_HOME", "/data");
  EXPECT_EQ(Places::from_environment().home, "/data/inkstone");
  set("INKSTONE_HOME", "/ink");
  EXPECT_EQ(Places::from_environment().user_catalogue(), "/ink/catalogue.toml");
  set("HOME", home.empty() ? nullptr : home.c_str());
  set("INKSTONE_HOME", own.empty() ? nullptr : own.c_str());
  set("XDG_DATA_HOME", data.empty() ? nullptr : data.c_str());
}

}  // namespace
}  // namespace inkstone
