// Golden: tests/golden/make_tensorboard.py, by TensorBoard's own Python package.
#include "train/watch/tensorboard.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <torch/types.h>
#include <nlohmann/json.hpp>

#include "train/watch/checksum.hpp"
#include "unit/train/watch/run_folder.hpp"

namespace inkstone {
namespace {

using test::RunFolder;

constexpr double kSeconds = 1700000000.25;

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<uint8_t>(c));
  return text;
}

std::string golden(const std::string& name) {
  static const auto content = nlohmann::json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/tensorboard.json"));
  return content.at(name).get<std::string>();
}

std::vector<RunDescription::Module> modules() {
  return {{"generator", "main.0", "Linear", {1, 128}, 12928, 25600},
          {"generator", "main.1", "LeakyReLU", {1, 128}, 0, 0},
          {"generator", "attention", "Attention", {}, 0, 512},
          {"generator", "attention.qkv", "Linear", {1, 4}, 300, 1000},
          {"critic", "", "Critic", {1, 1}, 785, 1568}};
}

TEST(Events, have_the_bytes_of_tensorboards_own_writer) {
  const auto at = [](int64_t step) { return EventTime{kSeconds, step}; };
  EXPECT_EQ(hex(framed_record(version_event(kSeconds))), golden("version"));
  EXPECT_EQ(hex(framed_record(restart_event(at(101)))), golden("restart"));
  EXPECT_EQ(hex(framed_record(scalars_event(at(100), {{"loss/discriminator", 0.5}, {"loss/generator", 0}, {"rate", -2e-4}}))),
            golden("scalars"));
  EXPECT_EQ(hex(framed_record(picture_event(at(300), "samples", 3, 2, 3, "\x89PNG bytes"))), golden("picture"));
  const Histogram histogram{-1, 3, 6.5, 20.25, {0, 1.5, 3}, {2, 0, 5}};
  EXPECT_EQ(hex(framed_record(histograms_event(at(400), {{"generator.main.0.weight", histogram}}))), golden("histogram"));
  EXPECT_EQ(hex(framed_record(text_event(at(0), "config", "    steps = 300\n    # é"))), golden("text"));
  EXPECT_EQ(hex(framed_record(graph_event(at(0), modules()))), golden("graph"));
}

TEST(Histograms, count_finite_values_alone) {
  const auto histogram = histogram_of(at::tensor({-1.0f, 0.0f, 0.5f, 3.0f, INFINITY, std::nanf("")}));
  ASSERT_TRUE(histogram);
  EXPECT_EQ(histogram->minimum, -1);
  EXPECT_EQ(histogram->maximum, 3);
  EXPECT_EQ(histogram->sum, 2.5);
  EXPECT_EQ(histogram->sum_of_squares, 10.25);
  EXPECT_EQ(histogram->limits.back(), 3);
  EXPECT_EQ(at::tensor(histogram->counts).sum().item<double>(), 4);
  EXPECT_FALSE(histogram_of(at::full({3}, INFINITY)));
  EXPECT_FALSE(histogram_of(at::zeros({0})));
}

TEST(Histograms, of_one_value_have_one_bin) {
  const auto histogram = histogram_of(at::full({5}, 2.0));
  ASSERT_TRUE(histogram);
  EXPECT_EQ(histogram->limits, std::vector<double>{2});
  EXPECT_EQ(histogram->counts, std::vector<double>{5});
}

std::vector<std::filesystem::path> event_files(const std::filesystem::path& run) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(run / "tensorboard")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// The events of a file; stops at a damaged record as readers do.
std::vector<std::string> events_in(const std::filesystem::path& file) {
  const auto bytes = read_file(file);
  std::vector<std::string> events;
  for (std::size_t at = 0; at + 12 <= bytes.size();) {
    uint64_t length = 0;
    std::memcpy(&length, bytes.data() + at, 8);
    uint32_t checksum = 0;
    std::memcpy(&checksum, bytes.data() + at + 8, 4);
    if (checksum != masked_crc32c(as_bytes(bytes.substr(at, 8))) || at + 16 + length > bytes.size()) break;
    events.push_back(bytes.substr(at + 12, length));
    at += 16 + length;
  }
  return events;
}

TEST(TensorBoard, writes_every_event_at_once) {
  const RunFolder folder;
  TensorBoard board(folder.path(), [] { return kSeconds; });
  board.on_start({"run", "gan", "steps = 3", 3, modules()}, 0);
  board.on_scalars(1, {{"loss", 0.5}});
  board.on_scalars(1, {});
  board.on_histograms(1, {{"empty", at::zeros({0})}});
  const auto files = event_files(folder.path());
  ASSERT_EQ(files.size(), 1u);
  const std::vector<std::string> expected = {version_event(kSeconds), text_event({kSeconds, 0}, "config", "    steps = 3"),
                                             graph_event({kSeconds, 0}, modules()),
                                             scalars_event({kSeconds, 1}, {{"loss", 0.5}})};
  EXPECT_EQ(events_in(files[0]), expected);
}

TEST(TensorBoard, a_resumed_run_starts_a_later_file_that_drops_what_is_beyond) {
  const RunFolder folder;
  {
    TensorBoard board(folder.path(), [] { return kSeconds; });
    board.on_start({}, 0);
    board.on_scalars(200, {{"loss", 1}});
  }
  TensorBoard resumed(folder.path(), [] { return kSeconds - 5000; });  // the clock was set back
  resumed.on_start({}, 100);
  resumed.on_rollback(50);
  const auto files = event_files(folder.path());
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(events_in(files[1]),
            (std::vector<std::string>{version_event(kSeconds - 5000), restart_event({kSeconds - 5000, 101})}));
  EXPECT_EQ(events_in(files[2]),
            (std::vector<std::string>{version_event(kSeconds - 5000), restart_event({kSeconds - 5000, 51})}));
}

TEST(TensorBoard, a_fresh_run_removes_the_events_of_another) {
  const RunFolder folder;
  for (int k = 0; k < 2; ++k) TensorBoard(folder.path()).on_start({}, 0);
  EXPECT_EQ(event_files(folder.path()).size(), 1u);
}

}  // namespace
}  // namespace inkstone
