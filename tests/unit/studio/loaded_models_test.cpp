#include "studio/loaded_models.hpp"

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/scratch_folder.hpp"
#include "inkstone/error.hpp"
#include "inkstone/studio.hpp"

namespace inkstone::studio {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct Plain {
  int number = 0;
};

class Shelf {
 public:
  explicit Shelf(std::uint64_t budget) : models(budget) {}

  std::shared_ptr<Plain> get(const std::string& name, std::uint64_t bytes = 10, const std::string& mark = "") {
    return models.get<Plain>({.name = name, .mark = mark, .bytes = bytes}, [&] {
      return Loaded<Plain>{std::make_shared<Plain>(Plain{++loads}), bytes};
    });
  }

  LoadedModels models;
  int loads = 0;
};

TEST(LoadedModels, AreLoadedOnce) {
  Shelf shelf(100);
  EXPECT_EQ(shelf.get("a")->number, 1);
  EXPECT_EQ(shelf.get("a")->number, 1);
  EXPECT_EQ(shelf.get("b")->number, 2);
  const auto summary = shelf.models.summary();
  EXPECT_EQ(summary.hits, 1);
  EXPECT_EQ(summary.loads, 2);
  EXPECT_EQ(summary.models, 2);
  EXPECT_EQ(summary.bytes, 20U);
  EXPECT_EQ(summary.budget, 100U);
}

TEST(LoadedModels, OfAnotherKindAreOthers) {
  Shelf shelf(100);
  shelf.get("a");
  const auto text = shelf.models.get<std::string>({.name = "a", .mark = {}}, [] {
    return Loaded<std::string>{std::make_shared<std::string>("text"), 4};
  });
  EXPECT_EQ(*text, "text");
}

TEST(LoadedModels, GoByTheirLastUse) {
  Shelf shelf(30);
  for (const char* name : {"a", "b", "c", "a", "d"}) shelf.get(name);  // d comes in the place of b
  EXPECT_EQ(shelf.models.summary().evictions, 1);
  EXPECT_EQ(shelf.get("a")->number, 1);
  EXPECT_EQ(shelf.get("c")->number, 3);
  EXPECT_EQ(shelf.get("b")->number, 5) << "loaded again";
  EXPECT_LE(shelf.models.summary().bytes, 30U);
}

TEST(LoadedModels, InUseStay) {
  Shelf shelf(20);
  const auto held = shelf.get("a");
  shelf.get("b");
  shelf.get("c");  // in the place of b, though a is older
  EXPECT_EQ(shelf.get("a")->number, 1);
  const auto other = shelf.get("c");
  EXPECT_EQ(shelf.get("d")->number, 4) << "nothing may go, so it is not kept";
  EXPECT_EQ(shelf.get("d")->number, 5);
  EXPECT_EQ(shelf.models.summary().bytes, 20U);
  EXPECT_EQ(shelf.models.drop_idle(), 0);
}

TEST(LoadedModels, LargerThanTheBudgetPushNothingOut) {
  Shelf shelf(20);
  shelf.get("a");
  EXPECT_EQ(shelf.get("large", 50)->number, 2);
  EXPECT_EQ(shelf.get("a")->number, 1);
  EXPECT_EQ(shelf.get("large", 50)->number, 3);
}

TEST(LoadedModels, WithoutBudgetAreNotKept) {
  Shelf shelf(0);
  EXPECT_EQ(shelf.get("a")->number, 1);
  EXPECT_EQ(shelf.get("a")->number, 2);
  EXPECT_EQ(shelf.models.summary().models, 0);
}

TEST(LoadedModels, ThatFailedAreTriedAgain) {
  Shelf shelf(100);
  const auto broken = [&] {
    return shelf.models.get<Plain>({.name = "a", .mark = {}},
                                   []() -> Loaded<Plain> { throw Error(ErrorCategory::corrupt_file, "broken"); });
  };
  EXPECT_THROW(broken(), Error);
  EXPECT_THROW(broken(), Error);
  EXPECT_EQ(shelf.get("a")->number, 1);
}

TEST(LoadedModels, AskedForAtTheSameTimeAreLoadedOnce) {
  LoadedModels models(100);
  std::atomic<int> loads = 0, same = 0;
  std::vector<std::thread> askers;
  for (int k = 0; k < 8; ++k)
    askers.emplace_back([&] {
      const auto model = models.get<Plain>({.name = "a", .mark = {}}, [&] {
        std::this_thread::sleep_for(50ms);
        return Loaded<Plain>{std::make_shared<Plain>(Plain{++loads}), 10};
      });
      same += model->number == 1;
    });
  for (auto& asker : askers) asker.join();
  EXPECT_EQ(loads, 1);
  EXPECT_EQ(same, 8);
  EXPECT_EQ(models.summary().hits, 7);
}

TEST(LoadedModels, ThatFailFailForAllWhoWait) {
  LoadedModels models(100);
  std::atomic<int> failures = 0;
  std::vector<std::thread> askers;
  for (int k = 0; k < 4; ++k)
    askers.emplace_back([&] {
      try {
        models.get<Plain>({.name = "a", .mark = {}}, []() -> Loaded<Plain> {
          std::this_thread::sleep_for(20ms);
          throw Error(ErrorCategory::corrupt_file, "broken");
        });
      } catch (const Error& error) {
        failures += error.category() == ErrorCategory::corrupt_file;
      }
    });
  for (auto& asker : askers) asker.join();
  EXPECT_EQ(failures, 4);
  EXPECT_EQ(models.summary().models, 0);
}

TEST(LoadedModels, ChangeWithTheirFiles) {
  const ScratchFolder folder(fs::temp_directory_path(), "inkstone-models-");
  const auto file = folder.path() / "part/weights.bin";
  fs::create_directories(file.parent_path());
  const auto write = [&](const char* text) { std::ofstream(file) << text; };
  write("one");
  Shelf shelf(100);
  const auto number = [&] {
    const auto key = model_key({folder.path()});
    return shelf.get(key.name, key.bytes, key.mark)->number;
  };
  EXPECT_EQ(model_key({folder.path()}).bytes, 3U);
  EXPECT_EQ(number(), 1);
  EXPECT_EQ(number(), 1);
  write("other");
  EXPECT_EQ(number(), 2) << "another size";
  fs::last_write_time(file, fs::last_write_time(file) - 1h);
  EXPECT_EQ(number(), 3) << "another time";
  EXPECT_EQ(number(), 3);
  EXPECT_EQ(shelf.models.summary().models, 1);
}

TEST(LoadedModels, PaintTheSameAsNewOnes) {
  PaintRequest request;
  request.prompt = "a red circle";
  request.seed = 5;
  request.steps = 2;
  Observer nobody;
  Studio keeps(1), forgets(1, 0);
  const auto first = keeps.paint(request, nobody).front(), second = keeps.paint(request, nobody).front(),
             fresh = forgets.paint(request, nobody).front();
  EXPECT_EQ(first.picture.pixels, second.picture.pixels);
  EXPECT_EQ(first.picture.pixels, fresh.picture.pixels);
  EXPECT_EQ(first.recipe, second.recipe);
  EXPECT_EQ(keeps.model_memory().loads, 1);
  EXPECT_EQ(keeps.model_memory().hits, 1);
  EXPECT_GT(keeps.model_memory().bytes, 1'000'000U);
  EXPECT_EQ(forgets.model_memory().models, 0);
}

}  // namespace
}  // namespace inkstone::studio
