#include "studio/unfinished_film.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "tensor/picture.hpp"
#include "unit/image/psnr.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Memory = transform::Steady::Memory;

constexpr int kWidth = 64, kHeight = 48, kPiece = 4;
const FilmInfo kInfo = {kWidth, kHeight, "2997/100", 0, false};

class Film : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("ffmpeg -version >/dev/null 2>&1") != 0) GTEST_SKIP() << "ffmpeg is not installed";
    folder_ = fs::temp_directory_path() / fmt::format("inkstone-film-test-{}", ::getpid());
    fs::create_directories(folder_);
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  // A slope of colours that wanders.
  static Image frame(int number) {
    Image picture(kWidth, kHeight, 3);
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x)
        for (int c = 0; c < 3; ++c)
          picture.at(x, y, c) = 0.5F + 0.4F * std::sin(0.1F * float(x + 2 * number) + 0.07F * float(y) + float(c));
    return picture;
  }
  static Memory memory_after(int number) {
    const auto last = to_tensor(frame(number));
    return {last, last * 0.5, last * 0.25, 1.0 + number, 2.0 + number, 3.0 + number};
  }
  static json recipe(double strength = 1) {
    return {{"request", {{"style-strength", strength}, {"seed", 7}}},
            {"parents", json::array()},
            {"version", "1"},
            {"model", "wave"}};
  }
  static std::vector<Image> frames_of(const fs::path& film) {
    FilmReader reader(film, kWidth, kHeight);
    std::vector<Image> frames;
    while (auto next = reader.next()) frames.push_back(std::move(*next));
    reader.finish();
    return frames;
  }
  // Frames from where it stands to before last.
  static void paint(UnfinishedFilm& film, int last) {
    for (int k = int(film.kept_frames()); k < last; ++k) film.add(frame(k), memory_after(k));
  }
  fs::path whole(const std::string& name, int frames) {
    UnfinishedFilm film(folder_ / name, recipe(), kInfo, kPiece, false);
    paint(film, frames);
    film.join({}, true);
    return folder_ / name;
  }

  fs::path folder_;
};

TEST_F(Film, PiecesJoinedAreTheWhole) {
  for (const char* name : {"a.mp4", "a.mkv", "a.mov", "a.avi", "a.webm"}) {
    const auto film = whole(name, 11);
    const auto info = probe_film(film);
    EXPECT_EQ(info.width, kWidth);
    const auto frames = frames_of(film);
    ASSERT_EQ(frames.size(), 11U) << name;
    for (int k = 0; k < 11; ++k) EXPECT_GT(test::psnr(frames[std::size_t(k)], frame(k)), 28) << name << " frame " << k;
    EXPECT_FALSE(fs::exists(UnfinishedFilm::folder_of(film)));
  }
}

TEST_F(Film, JoiningLeavesFramesAsTheyWereCoded) {
  std::vector<FilmPiece> pieces;
  std::vector<Image> one_by_one;
  for (int k = 0; k < 3; ++k) {
    pieces.push_back({folder_ / fmt::format("piece-{}.mp4", k), 5});
    FilmWriter writer(pieces.back().path, kWidth, kHeight, kInfo.rate);
    for (int n = 0; n < 5; ++n) writer.add(frame(5 * k + n));
    writer.finish();
    for (auto& coded : frames_of(pieces.back().path)) one_by_one.push_back(std::move(coded));
  }
  join_film(pieces, kInfo.rate, {}, folder_ / "list", folder_ / "whole.mp4");
  const auto joined = frames_of(folder_ / "whole.mp4");
  ASSERT_EQ(joined.size(), 15U);
  for (std::size_t k = 0; k < joined.size(); ++k) EXPECT_EQ(joined[k].pixels, one_by_one[k].pixels) << "frame " << k;
}

TEST_F(Film, KilledAndGoneOnWithEqualsUninterrupted) {
  const auto straight = frames_of(whole("straight.mp4", 14));
  const auto output = folder_ / "killed.mp4";
  {
    UnfinishedFilm film(output, recipe(), kInfo, kPiece, false);
    paint(film, 10);  // two pieces, and two frames that go with the process
  }
  EXPECT_EQ(UnfinishedFilm::seed_in(output), 7);
  UnfinishedFilm film(output, recipe(), kInfo, kPiece, false);
  ASSERT_EQ(film.kept_frames(), 8);
  const auto memory = memory_after(7);
  EXPECT_TRUE(at::equal(film.memory().held, memory.held));
  EXPECT_TRUE(at::equal(film.memory().photograph, memory.photograph));
  EXPECT_EQ(film.memory().after, memory.after);
  paint(film, 14);
  film.join({}, true);
  const auto gone_on = frames_of(output);
  ASSERT_EQ(gone_on.size(), straight.size());
  for (std::size_t k = 0; k < straight.size(); ++k) EXPECT_EQ(gone_on[k].pixels, straight[k].pixels) << "frame " << k;
}

TEST_F(Film, StoppedIsShortAndGoesOn) {
  const auto output = folder_ / "stopped.mp4";
  {
    UnfinishedFilm film(output, recipe(), kInfo, kPiece, false);
    paint(film, 6);
    film.join({}, false);
  }
  EXPECT_EQ(frames_of(output).size(), 6U);
  UnfinishedFilm film(output, recipe(), kInfo, kPiece, false);
  EXPECT_EQ(film.kept_frames(), 4);
  paint(film, 9);
  film.join({}, true);
  EXPECT_EQ(frames_of(output).size(), 9U);
}

std::string complaint_of(const std::function<void()>& task, ErrorCategory category) {
  try {
    task();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), category);
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

TEST_F(Film, OtherOptionsAreRefusedByName) {
  const auto output = folder_ / "other.mp4";
  paint(*std::make_unique<UnfinishedFilm>(output, recipe(), kInfo, kPiece, false), 5);
  const auto open = [&](const json& with, bool restart) { UnfinishedFilm(output, with, kInfo, kPiece, restart); };
  EXPECT_NE(complaint_of([&] { open(recipe(0.5), false); }, ErrorCategory::bad_argument).find("--style-strength 1"),
            std::string::npos);
  auto other_model = recipe();
  other_model["model"] = "candy";
  EXPECT_NE(complaint_of([&] { open(other_model, false); }, ErrorCategory::bad_argument).find("another model"),
            std::string::npos);
  EXPECT_TRUE(fs::exists(UnfinishedFilm::folder_of(output)));
  const UnfinishedFilm afresh(output, recipe(0.5), kInfo, kPiece, true);
  EXPECT_EQ(afresh.kept_frames(), 0);
}

TEST_F(Film, DamageAndCompanyAreToldApart) {
  const auto output = folder_ / "damaged.mp4";
  const auto open = [&] { UnfinishedFilm(output, recipe(), kInfo, kPiece, false); };
  {
    UnfinishedFilm film(output, recipe(), kInfo, kPiece, false);
    EXPECT_NE(complaint_of(open, ErrorCategory::bad_argument).find("another process"), std::string::npos);
    paint(film, 4);
  }
  const auto parts = UnfinishedFilm::folder_of(output);
  fs::remove(parts / "piece-000000.mp4");
  EXPECT_NE(complaint_of(open, ErrorCategory::corrupt_file).find("--restart"), std::string::npos);
  std::ofstream(parts / "film.json") << "{";
  EXPECT_NE(complaint_of(open, ErrorCategory::corrupt_file).find("damaged"), std::string::npos);
}

TEST_F(Film, NothingPaintedLeavesNothing) {
  const auto output = folder_ / "nothing.mp4";
  { UnfinishedFilm film(output, recipe(), kInfo, kPiece, false); }
  EXPECT_FALSE(fs::exists(UnfinishedFilm::folder_of(output)));
}

}  // namespace
}  // namespace inkstone::studio
