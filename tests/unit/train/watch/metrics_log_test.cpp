#include "train/watch/metrics_log.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "unit/train/watch/run_folder.hpp"

namespace inkstone {
namespace {

using test::RunFolder;

TEST(MetricsLog, writes_a_line_at_once) {
  const RunFolder folder;
  MetricsLog log(folder.path() / "run");
  log.on_start({}, 0);
  log.on_scalars(10, {{"loss", 0.5}, {"seconds", 1.25}});
  EXPECT_EQ(folder.text("run/metrics.jsonl"), "{\"step\":10,\"loss\":0.5,\"seconds\":1.25}\n");
  log.on_message(10, "both low:\nbalanced");
  log.on_finish(20, "finished");
  EXPECT_EQ(folder.text("run/metrics.jsonl"),
            "{\"step\":10,\"loss\":0.5,\"seconds\":1.25}\n{\"step\":10,\"message\":\"both "
            "low:\\nbalanced\"}\n{\"step\":20,\"outcome\":\"finished\"}\n");
}

TEST(MetricsLog, stays_json_whatever_is_reported) {
  const RunFolder folder;
  MetricsLog log(folder.path());
  log.on_start({}, 0);
  log.on_scalars(1, {{"loss", std::numeric_limits<double>::quiet_NaN()}, {"rate", std::numeric_limits<double>::infinity()}});
  log.on_message(1, "not UTF-8: \xff");
  const auto lines = read_metrics(folder.path(), 1);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0]["loss"].is_null() && lines[0]["rate"].is_null());
  EXPECT_EQ(lines[1]["message"], "not UTF-8: \xef\xbf\xbd");
}

TEST(MetricsLog, a_resumed_run_drops_what_is_beyond_and_what_is_torn) {
  const RunFolder folder;
  folder.put("metrics.jsonl", "{\"step\":10,\"loss\":1}\n{\"step\":20,\"loss\":2}\n{\"step\":30,\"loss\":3}\n{\"step\":40,\"lo");
  MetricsLog log(folder.path());
  log.on_start({}, 20);
  log.on_scalars(30, {{"loss", 3.5}});
  EXPECT_EQ(folder.text("metrics.jsonl"), "{\"step\":10,\"loss\":1}\n{\"step\":20,\"loss\":2}\n{\"step\":30,\"loss\":3.5}\n");
}

TEST(MetricsLog, a_torn_line_within_the_kept_steps_goes_too) {
  const RunFolder folder;
  folder.put("metrics.jsonl", "{\"step\":10,\"loss\":1}\n{\"step\":20,\"loss\":2");
  MetricsLog log(folder.path());
  log.on_start({}, 20);
  EXPECT_EQ(folder.text("metrics.jsonl"), "{\"step\":10,\"loss\":1}\n");
}

TEST(MetricsLog, a_fresh_run_starts_empty_and_a_rollback_keeps_the_past) {
  const RunFolder folder;
  folder.put("metrics.jsonl", "{\"step\":10,\"loss\":1}\n");
  MetricsLog log(folder.path());
  log.on_start({}, 0);
  EXPECT_EQ(folder.text("metrics.jsonl"), "");
  for (int64_t step : {10, 20, 30}) log.on_scalars(step, {});
  log.on_rollback(20);
  log.on_scalars(25, {});
  EXPECT_EQ(folder.text("metrics.jsonl"), "{\"step\":10}\n{\"step\":20}\n{\"step\":25}\n");
}

TEST(MetricsLog, a_folder_that_cannot_be_written_is_one_clear_error) {
  const RunFolder folder;
  folder.put("file", "");
  MetricsLog log(folder.path() / "file" / "run");
  EXPECT_EQ(test::category_of([&] { log.on_start({}, 0); }), ErrorCategory::io);
}

TEST(AppendFile, a_full_disk_is_an_io_error_with_the_reason) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  AppendFile file("/dev/full");
  try {
    file.append(as_bytes("line\n"));
    FAIL() << "wrote to a full device";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::io);
    EXPECT_EQ(std::string(error.what()), "cannot write /dev/full: No space left on device; put that right and resume the run");
  }
}

}  // namespace
}  // namespace inkstone
