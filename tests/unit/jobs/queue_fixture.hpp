// The queue on each database: every test of it runs on both.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "inkstone/jobs.hpp"
#include "studio/jobs/job_store.hpp"
#include "studio/jobs/schema.hpp"
#include "unit/jobs/postgres_server.hpp"

namespace inkstone::test {

// A folder that goes with the test.
class ScratchFolder {
 public:
  ScratchFolder() : path_(std::filesystem::temp_directory_path() / fmt::format("inkstone-jobs-{}-{}", ::getpid(), ++count())) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  static int& count() {
    static int number = 0;
    return number;
  }
  std::filesystem::path path_;
};

class OnEachDatabase : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (GetParam() == std::string("sqlite")) return;
    auto& server = PostgresServer::instance();
    if (server.absence().empty()) address_ = server.make_database();
    if (!server.absence().empty()) GTEST_SKIP() << server.absence();
  }

  bool on_sqlite() const { return address_.empty(); }

  std::unique_ptr<studio::Database> open() const {
    return on_sqlite() ? studio::open_sqlite((folder_.path() / "jobs.sqlite").string()) : studio::open_postgres(address_);
  }

  ScratchFolder folder_;
  std::string address_;  // empty: SQLite in folder_
};

class QueueTest : public OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (IsSkipped()) return;
    store_ = another();
    studio::migrate(store_->database());
  }

  // A second door to the same queue, as another process has it.
  std::unique_ptr<studio::JobStore> another(JobLimits limits = {}) {
    return std::make_unique<studio::JobStore>(
        open(), [this] { return time_; }, limits);
  }

  std::string submit(const std::string& owner = "ann", int priority = 0, const std::string& recipe = "") {
    studio::NewJob job;
    job.order = {.task = "post", .request = "{}", .owner = owner, .priority = priority, .client_key = ""};
    job.recipe = recipe;
    job.prompt = "Fox in Snow";
    return store_->submit(job);
  }

  studio::ClaimedJob claim(const std::string& worker = "elsewhere 1 1") {
    auto job = store_->claim(worker);
    EXPECT_TRUE(job);
    return job.value_or(studio::ClaimedJob());
  }

  static StoredPicture picture(char digit) { return {std::string(64, digit), "image/png", "fox.png", 8, 6, 100}; }

  JobState state(const std::string& id) { return store_->find(id).state; }

  std::int64_t time_ = 1'700'000'000'000;
  std::unique_ptr<studio::JobStore> store_;
};

inline std::string name_of_database(const testing::TestParamInfo<const char*>& info) {
  return info.param;
}

}  // namespace inkstone::test
