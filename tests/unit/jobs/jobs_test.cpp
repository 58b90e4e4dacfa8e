#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>

#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "image/decode.hpp"
#include "image/encode.hpp"
#include "image/metadata.hpp"
#include "inkstone/painter.hpp"
#include "unit/image/psnr.hpp"
#include "unit/jobs/queue_fixture.hpp"

namespace inkstone::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::int64_t kLong = 60'000;

class JobsTest : public OnEachDatabase {
 protected:
  JobsSettings settings() const {
    JobsSettings settings;
    settings.folder = folder_.path();
    settings.database = address_;
    settings.threads = 1;
    settings.lease_seconds = 1;
    return settings;
  }

  static JobOrder rule(std::int64_t seed, int size = 48) {
    return {.task = "paint",
            .request = json{{"model", "procedural/julia"}, {"width", size}, {"seed", seed}}.dump(),
            .owner = "ann",
            .priority = 0,
            .client_key = ""};
  }

  static JobOrder words(std::int64_t seed, int steps, const std::string& owner) {
    return {.task = "paint",
            .request = json{{"prompt", "a red fox"}, {"steps", steps}, {"seed", seed}}.dump(),
            .owner = owner,
            .priority = 0,
            .client_key = ""};
  }

  static int begun_before_any_ended(const Jobs& jobs, const std::vector<std::string>& ids) {
    int begun = 0;
    for (const auto& event : jobs.events_since(0)) {
      if (event.kind != "state" || std::find(ids.begin(), ids.end(), event.job) == ids.end()) continue;
      const auto state = json::parse(event.data).at("state");
      if (state == "done") break;
      begun += state == "running";
    }
    return begun;
  }

  // Takes seconds, stops between its pictures.
  static JobOrder slow() {
    return {.task = "paint",
            .request = json{{"model", "procedural/mandelbrot"}, {"width", 512}, {"batch", 2000}}.dump(),
            .owner = "ann",
            .priority = 0,
            .client_key = ""};
  }

  static std::string photograph(int width = 40, int height = 30) {
    Image picture(width, height, 3);
    for (std::size_t k = 0; k < picture.pixels.size(); ++k) picture.pixels[k] = float(k % 97) / 96;
    return encode_image(picture, {});
  }

  static void until_running(Jobs& jobs, const std::string& id) {
    for (int k = 0; k < 500 && jobs.find(id).state == JobState::queued; ++k)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_EQ(jobs.find(id).state, JobState::running);
  }

  static std::string refusal(Jobs& jobs, const std::string& task, const std::string& request) {
    try {
      jobs.submit({.task = task, .request = request, .owner = "ann", .priority = 0, .client_key = ""});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
};

INSTANTIATE_TEST_SUITE_P(Databases, JobsTest, testing::Values("sqlite", "postgresql"), name_of_database);

TEST_P(JobsTest, PaintsKeepsAndTellsIt) {
  Jobs jobs(settings());
  const auto id = jobs.submit(rule(-1));
  const auto job = jobs.wait(id, kLong);
  ASSERT_EQ(job.state, JobState::done) << job.error;
  ASSERT_EQ(job.pictures.size(), 1u);
  EXPECT_EQ(job.pictures[0].width, 48);
  EXPECT_EQ(job.model, "procedural/julia");
  const auto file = jobs.picture_file(job.pictures[0].id, "ann");
  EXPECT_EQ(file.media_type, "image/png");
  EXPECT_EQ(probe_image(file.path).width, 48);
  EXPECT_THROW(jobs.picture_file(job.pictures[0].id, "bob"), Error);
  const auto recipe = json::parse(jobs.picture_text(job.pictures[0].id).recipe);
  EXPECT_GE(recipe["request"]["seed"].get<std::int64_t>(), 0) << "the seed that was drawn";
  const auto small = jobs.thumbnail(job.pictures[0].id, 20);
  EXPECT_EQ(probe_image(small.path).width, 32) << "sizes are rounded up";
  EXPECT_TRUE(read_metadata(as_bytes(jobs.bare_picture(job.pictures[0].id))).recipe.is_null());
  bool told = false;
  for (const auto& event : jobs.events_since(0, "ann", 1000)) told |= event.kind == "picture" && event.job == id;
  EXPECT_TRUE(told);
  jobs.erase(id);
  EXPECT_FALSE(fs::exists(file.path));
  EXPECT_FALSE(fs::exists(small.path));
}

// Four jobs of three people, painted one by one and as one batch: the same recipes, the same pictures to 60 dB.
TEST_P(JobsTest, SharesABatchOfWhatDiffersInItsSeeds) {
  if (!has_shipped_painter()) GTEST_SKIP() << "the painter of words is not here";
  const auto paint_all = [&](int share) {
    auto own = settings();
    own.folder /= std::to_string(share);
    if (!on_sqlite()) own.answer_from_store = false;
    fs::create_directories(own.folder);
    std::vector<std::string> ids;
    {
      auto waiting = own;
      waiting.work = false;
      Jobs jobs(waiting);
      for (const int seed : {3, 14, 15, 92}) ids.push_back(jobs.submit(words(seed, 3, "owner" + std::to_string(seed % 3))));
    }
    own.share_batch = share;
    Jobs jobs(own);
    std::vector<std::pair<Image, json>> painted;
    for (const auto& id : ids) {
      const auto job = jobs.wait(id, kLong);
      EXPECT_EQ(job.state, JobState::done) << job.error;
      if (job.pictures.size() != 1) return painted;
      const auto& picture = job.pictures[0].id;
      painted.emplace_back(decode_image(jobs.picture_file(picture, job.owner).path),
                           json::parse(jobs.picture_text(picture).recipe));
    }
    EXPECT_EQ(begun_before_any_ended(jobs, ids), share);
    return painted;
  };
  const auto alone = paint_all(1), together = paint_all(4);
  ASSERT_EQ(alone.size(), 4u);
  ASSERT_EQ(together.size(), 4u);
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_EQ(alone[k].second, together[k].second);
    EXPECT_GE(psnr(alone[k].first, together[k].first), 60);
    EXPECT_LT(psnr(alone[k].first, together[(k + 1) % 4].first), 40) << "another seed is another picture";
  }
}

// One of three is cancelled on the way: it ends before the others, which are painted as ever.
TEST_P(JobsTest, WhoIsCancelledLeavesTheBatch) {
  if (!has_shipped_painter()) GTEST_SKIP() << "the painter of words is not here";
  auto own = settings();
  own.share_batch = 3;
  std::vector<std::string> ids;
  {
    auto waiting = own;
    waiting.work = false;
    Jobs jobs(waiting);
    for (const int seed : {1, 2, 3}) ids.push_back(jobs.submit(words(seed, 60, "ann")));
  }
  Jobs jobs(own);
  until_running(jobs, ids[1]);
  jobs.cancel(ids[1]);
  EXPECT_EQ(jobs.wait(ids[1], kLong).state, JobState::cancelled);
  EXPECT_EQ(jobs.find(ids[0]).state, JobState::running) << "the batch goes on";
  for (const auto& id : {ids[0], ids[2]}) {
    const auto job = jobs.wait(id, kLong);
    EXPECT_EQ(job.state, JobState::done) << job.error;
    EXPECT_EQ(job.attempts, 1);
    EXPECT_EQ(job.pictures.size(), 1u);
  }
  EXPECT_TRUE(jobs.find(ids[1]).pictures.empty());
}

// A film that was sent is looked at before it is taken, and painted frame by frame.
TEST_P(JobsTest, PaintsAFilmThatWasSent) {
  if (std::system("ffmpeg -version >/dev/null 2>&1") != 0) GTEST_SKIP() << "ffmpeg is not installed";
  const auto made = [&](const std::string& name, const std::string& options) {
    const auto file = folder_.path() / name;
    EXPECT_EQ(
        std::system(
            ("ffmpeg -y -v error -f lavfi -i testsrc=size=64x48:rate=10:duration=0.4 " + options + " " + file.string()).c_str()),
        0);
    return read_file(file);
  };
  Jobs jobs(settings());
  const auto film = jobs.add_picture(made("clip.mp4", "-pix_fmt yuv420p"), "clip.mp4", "ann");
  EXPECT_EQ(film.media_type, "video/mp4");
  EXPECT_EQ(film.width, 64);
  EXPECT_EQ(probe_image(jobs.thumbnail(film.id, 32, "ann").path).width, 32);
  const auto style = jobs.add_picture(photograph(), "style.png", "ann");
  const json request = {
      {"content", film.id}, {"style", json::array({style.id})}, {"size", 48}, {"iterations", 2}, {"pyramid", 1}};
  const auto job = jobs.wait(
      jobs.submit({.task = "stylize", .request = request.dump(), .owner = "ann", .priority = 0, .client_key = ""}), kLong);
  ASSERT_EQ(job.state, JobState::done) << job.error;
  ASSERT_EQ(job.pictures.size(), 1u);
  EXPECT_EQ(job.pictures[0].media_type, "video/mp4");
  EXPECT_EQ(job.pictures[0].width, 48);
  EXPECT_FALSE(fs::exists(folder_.path() / "runs" / job.id));
  EXPECT_THROW(jobs.add_picture(made("motion.mov", "-c:v mjpeg -f mp4"), "motion.mp4", "ann"), Error) << "an uncommon codec";
  EXPECT_THROW(jobs.add_picture(std::string("\0\0\0\x18"
                                            "ftypisom",
                                            12) +
                                    std::string(200, 'x'),
                                "broken.mp4", "ann"),
               Error);
  EXPECT_THROW(jobs.add_picture("#EXTM3U\n#EXT-X-TARGETDURATION:1\n/etc/passwd\n", "list.mp4", "ann"), Error);
}

TEST_P(JobsTest, TheSameRequestIsAnsweredFromTheStore) {
  Jobs jobs(settings());
  const auto first = jobs.wait(jobs.submit(rule(3)), kLong), second = jobs.wait(jobs.submit(rule(3)), 0);
  EXPECT_EQ(second.state, JobState::done);
  EXPECT_TRUE(second.from_store);
  EXPECT_EQ(first.pictures.at(0).id, second.pictures.at(0).id);
  auto with_default = rule(3);
  with_default.request = json{{"model", "procedural/julia"}, {"width", 48}, {"seed", 3}, {"batch", 1}}.dump();
  EXPECT_TRUE(jobs.wait(jobs.submit(with_default), 0).from_store) << "a default that was written out is the same";
  EXPECT_FALSE(jobs.wait(jobs.submit(rule(4)), kLong).from_store);
  const auto drawn = jobs.wait(jobs.submit(rule(-1)), kLong), again = jobs.wait(jobs.submit(rule(-1)), kLong);
  EXPECT_NE(drawn.pictures.at(0).id, again.pictures.at(0).id);
}

TEST_P(JobsTest, ListsThatPromptsNameLieInTheModelsFolder) {
  auto own = settings();
  own.models = folder_.path() / "models";
  const auto list = own.models / "wildcards/colour.txt";
  fs::create_directories(list.parent_path());
  const auto write = [&](const char* text) { std::ofstream(list) << text; };
  write("red\n");
  Jobs jobs(own);
  auto order = rule(3);
  const auto painted = [&](const char* prompt) {
    order.request = json{{"prompt", prompt}, {"steps", 1}, {"seed", 3}}.dump();
    return jobs.wait(jobs.submit(order), kLong);
  };
  const auto first = painted("a __colour__ circle");
  ASSERT_EQ(first.state, JobState::done) << first.error;
  EXPECT_NE(jobs.picture_text(first.pictures.at(0).id).parameters.find("a red circle"), std::string::npos);
  EXPECT_TRUE(painted("a __colour__ circle").from_store);
  write("green\n");
  const auto other = painted("a __colour__ circle");
  EXPECT_FALSE(other.from_store) << "the list has changed";
  EXPECT_NE(jobs.picture_text(other.pictures.at(0).id).parameters.find("a green circle"), std::string::npos);
  EXPECT_EQ(painted("a __../../secret__ circle").state, JobState::failed);
  EXPECT_GE(jobs.summary().models.hits, 1) << "the painter was loaded once";
}

TEST_P(JobsTest, TheSameRequestIsPaintedAnewWhereThatIsWanted) {
  auto anew = settings();
  anew.answer_from_store = false;
  Jobs jobs(anew);
  const auto first = jobs.wait(jobs.submit(rule(3)), kLong), second = jobs.wait(jobs.submit(rule(3)), kLong);
  EXPECT_EQ(second.state, JobState::done);
  EXPECT_FALSE(second.from_store);
  EXPECT_EQ(second.attempts, 1);
  EXPECT_EQ(first.pictures.at(0).id, second.pictures.at(0).id) << "equal pixels";
}

TEST_P(JobsTest, CancelsMidStepAndKeepsWhatThereIs) {
  Jobs jobs(settings());
  const auto id = jobs.submit(slow());
  until_running(jobs, id);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  jobs.cancel(id);
  jobs.cancel(id);
  const auto job = jobs.wait(id, kLong);
  EXPECT_EQ(job.state, JobState::cancelled);
  EXPECT_GE(job.pictures.size(), 1u);
  EXPECT_LT(job.pictures.size(), 2000u);
}

TEST_P(JobsTest, PausesAndGoesOn) {
  Jobs jobs(settings());
  auto order = slow();
  order.request = json{{"model", "procedural/mandelbrot"}, {"width", 256}, {"batch", 40}}.dump();
  const auto id = jobs.submit(order);
  until_running(jobs, id);
  jobs.pause(id);
  EXPECT_EQ(jobs.wait(id, kLong).state, JobState::paused);
  jobs.resume(id);
  const auto job = jobs.wait(id, kLong);
  EXPECT_EQ(job.state, JobState::done) << job.error;
  EXPECT_EQ(job.pictures.size(), 40u);
}

TEST_P(JobsTest, WhatRunsWhenItEndsRunsAgainWhenItStarts) {
  std::string id;
  {
    Jobs jobs(settings());
    id = jobs.submit(slow());
    until_running(jobs, id);
  }
  auto idle = settings();
  idle.work = false;
  Jobs jobs(idle);
  EXPECT_EQ(jobs.find(id).state, JobState::queued);
  EXPECT_EQ(jobs.find(id).attempts, 0);
}

TEST_P(JobsTest, DrainsAndStillTakesOrders) {
  Jobs jobs(settings());
  const auto id = jobs.submit(slow());
  until_running(jobs, id);
  jobs.drain(100);
  EXPECT_EQ(jobs.find(id).state, JobState::queued);
  const auto later = jobs.submit(rule(1));
  EXPECT_EQ(jobs.wait(later, 300).state, JobState::queued);
  EXPECT_TRUE(jobs.summary().draining);
}

TEST_P(JobsTest, PicturesAreSentCheckedAndUsed) {
  Jobs jobs(settings());
  const auto picture = jobs.add_picture(photograph(), "../../etc/holi\nday.png", "ann");
  EXPECT_EQ(picture.name, "holiday.png");
  EXPECT_EQ(picture.width, 40);
  EXPECT_EQ(jobs.add_picture(photograph(), "again.png", "ann").id, picture.id);
  const auto id = jobs.submit({.task = "post",
                               .request = json{{"input", picture.id}, {"chain", "pencil"}}.dump(),
                               .owner = "ann",
                               .priority = 0,
                               .client_key = ""});
  const auto job = jobs.wait(id, kLong);
  ASSERT_EQ(job.state, JobState::done) << job.error;
  EXPECT_EQ(job.parents, std::vector<std::string>{picture.id});
  EXPECT_EQ(job.prompt, "pencil");
  const auto recipe = json::parse(jobs.picture_text(job.pictures.at(0).id).recipe);
  EXPECT_EQ(recipe["parents"][0]["sha256"], picture.id);

  const auto again = jobs.submit({.task = "replay",
                                  .request = json{{"picture", job.pictures.at(0).id}}.dump(),
                                  .owner = "ann",
                                  .priority = 0,
                                  .client_key = ""});
  const auto replayed = jobs.wait(again, kLong);
  ASSERT_EQ(replayed.state, JobState::done) << replayed.error;
  EXPECT_EQ(replayed.pictures.at(0).width, 40);

  EXPECT_THROW(jobs.add_picture("no picture at all", "x.png", "ann"), Error);
  EXPECT_THROW(jobs.add_picture(photograph().substr(0, 300), "cut.png", "ann"), Error);
  EXPECT_THROW(jobs.add_picture("", "empty.png", "ann"), Error);
  jobs.forget_picture(picture.id, "ann");
  EXPECT_THROW(jobs.picture(picture.id, "ann"), Error);
  EXPECT_NE(refusal(jobs, "post", json{{"input", picture.id}, {"chain", "pencil"}}.dump()), "");
}

TEST_P(JobsTest, LimitsOnWhatIsSent) {
  auto small = settings();
  small.limits.upload_bytes = 100'000;
  small.limits.upload_pixels = 2000;
  small.limits.request_bytes = 4096;
  small.limits.stored_bytes = 50;
  Jobs jobs(small);
  EXPECT_THROW(jobs.add_picture(photograph(60, 60), "", "ann"), LimitReached);
  EXPECT_THROW(jobs.add_picture(std::string(200'000, 'x'), "", "ann"), LimitReached);
  EXPECT_THROW(jobs.submit({.task = "paint",
                            .request = json{{"prompt", std::string(5000, 'x')}}.dump(),
                            .owner = "ann",
                            .priority = 0,
                            .client_key = ""}),
               LimitReached);
  jobs.add_picture(photograph(), "", "ann");
  EXPECT_THROW(jobs.add_picture(photograph(30, 20), "", "ann"), LimitReached) << "fifty bytes are full";
  EXPECT_NO_THROW(jobs.add_picture(photograph(30, 20), "", "bob"));
}

TEST_P(JobsTest, RefusesWhatIsNoRequestInOneSentence) {
  Jobs jobs(settings());
  EXPECT_NE(refusal(jobs, "paint", "{").find("no JSON"), std::string::npos);
  EXPECT_NE(refusal(jobs, "paint", "\"\xff\xfe\"").find("no JSON"), std::string::npos);
  EXPECT_NE(refusal(jobs, "paint", "[]").find("JSON object"), std::string::npos);
  EXPECT_NE(refusal(jobs, "paint", std::string(100'000, '[')).find("nested"), std::string::npos);
  EXPECT_NE(refusal(jobs, "paint", R"({"promt":"fox"})").find("'prompt'"), std::string::npos);
  EXPECT_NE(refusal(jobs, "paint", R"({"batch":"many"})").find("whole number"), std::string::npos);
  EXPECT_NE(refusal(jobs, "paint", R"({"batch":0})").find("1 to"), std::string::npos);
  EXPECT_NE(refusal(jobs, "paint", R"({"prompt":"a\u0000b"})").find("character"), std::string::npos);
  EXPECT_NE(refusal(jobs, "pant", "{}").find("'paint'"), std::string::npos);
  EXPECT_NE(refusal(jobs, "stylize", "{}").find("'content'"), std::string::npos);
  EXPECT_THROW(jobs.submit({.task = "paint", .request = "{}", .owner = "ann", .priority = 5000, .client_key = ""}), Error);
}

TEST_P(JobsTest, NothingAClientWritesIsTakenForAPath) {
  auto with_models = settings();
  with_models.models = folder_.path() / "models";
  fs::create_directories(with_models.models / "sub");
  std::ofstream(with_models.models / "sub/tiny.safetensors") << "x";
  std::ofstream(folder_.path() / "secret.safetensors") << "x";
  Jobs jobs(with_models);
  for (const char* name : {"output", "lora-model-dir", "embd-dir", "wildcards-dir", "prompt-file", "preview-path", "lora-dir"})
    EXPECT_NE(refusal(jobs, "paint", json{{name, "/etc"}}.dump()).find("unknown option"), std::string::npos) << name;
  for (const char* model : {"/etc/passwd", "file:../secret.safetensors", "file:/etc/passwd", "file:sub/../../secret.safetensors",
                            "../secret.safetensors", "run:../x", "procedural/../../etc/passwd", "file:sub"})
    EXPECT_NE(refusal(jobs, "paint", json{{"model", model}}.dump()), "") << model;
  EXPECT_EQ(refusal(jobs, "paint", json{{"model", "file:sub/tiny.safetensors"}}.dump()), "");
  const auto secret = (folder_.path() / "secret.safetensors").string();
  EXPECT_NE(refusal(jobs, "paint", json{{"init-img", secret}}.dump()), "");
  EXPECT_NE(refusal(jobs, "stylize", json{{"content", "/etc/passwd"}}.dump()), "");
  const auto picture = jobs.add_picture(photograph(), "a.png", "ann").id;
  EXPECT_NE(refusal(jobs, "stylize", json{{"content", picture}, {"style", {picture}}, {"init", "/etc/passwd"}}.dump()), "");
  EXPECT_NE(refusal(jobs, "post", json{{"input", picture}, {"chain", "match-color:lab=/etc/passwd"}}.dump()), "");
  EXPECT_EQ(refusal(jobs, "post", json{{"input", picture}, {"chain", fmt::format("match-color:lab={}", picture)}}.dump()), "");
  EXPECT_NE(refusal(jobs, "annotate", json{{"source", "/etc"}}.dump()), "");
  EXPECT_NE(refusal(jobs, "annotate", json{{"source", picture}, {"cascade", "/etc/passwd"}}.dump()), "");
  EXPECT_NE(refusal(jobs, "train", json{{"config", "/etc/passwd"}}.dump()), "");
  EXPECT_NE(refusal(jobs, "train", json{{"config", "fast-style"}, {"network", "/etc/passwd"}}.dump()), "");
  EXPECT_NE(refusal(jobs, "evaluate", json{{"pictures", "/etc"}}.dump()), "");
  const auto hidden =
      jobs.submit({.task = "paint",
                   .request = json{{"model", "procedural/julia"}, {"xyz", "post=\"match-color:lab=/etc/passwd\""}}.dump(),
                   .owner = "ann",
                   .priority = 0,
                   .client_key = ""});
  EXPECT_EQ(jobs.wait(hidden, kLong).state, JobState::failed);
  EXPECT_NE(jobs.find(hidden).error.find("--xyz"), std::string::npos);
}

TEST_P(JobsTest, ACorruptModelFailsItsJobAlone) {
  auto with_models = settings();
  with_models.models = folder_.path() / "models";
  fs::create_directories(with_models.models);
  std::ofstream(with_models.models / "bad.safetensors") << std::string("\x40\0\0\0\0\0\0\0{\"a\":", 13);
  Jobs jobs(with_models);
  auto order = rule(1);
  order.request = json{{"model", "file:bad.safetensors"}}.dump();
  const auto bad = jobs.submit(order), good = jobs.submit(rule(2));
  const auto failed = jobs.wait(bad, kLong);
  EXPECT_EQ(failed.state, JobState::failed);
  EXPECT_EQ(failed.error_category, "corrupt_file");
  EXPECT_EQ(failed.error.find(folder_.path().string()), std::string::npos) << "no place of this machine: " << failed.error;
  EXPECT_EQ(jobs.wait(good, kLong).state, JobState::done);
}

TEST_P(JobsTest, TrainingGoesOnFromItsCheckpoint) {
  Jobs jobs(settings());
  const json request = {{"config", "autoencoder-fashion"},
                        {"data", "procedural:julia"},
                        {"width", 28},
                        {"height", 28},
                        {"channels", 1},
                        {"convert-channels", true},
                        {"steps", 120},
                        {"batch", 2},
                        {"checkpoint-every", 5},
                        {"log-every", 5},
                        {"sample-every", 0},
                        {"workers", 0}};
  const auto id = jobs.submit({.task = "train", .request = request.dump(), .owner = "ann", .priority = 0, .client_key = ""});
  for (int k = 0; k < 600 && jobs.find(id).state != JobState::failed && jobs.find(id).step < 5; ++k)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  jobs.pause(id);
  const auto paused = jobs.wait(id, kLong);
  ASSERT_EQ(paused.state, JobState::paused) << paused.error;
  EXPECT_TRUE(fs::exists(jobs.run_folder(id) / "config.toml"));
  jobs.resume(id);
  const auto done = jobs.wait(id, kLong);
  ASSERT_EQ(done.state, JobState::done) << done.error;
  EXPECT_EQ(json::parse(done.report)["steps"], 120);
  std::ifstream metrics(jobs.run_folder(id) / "metrics.jsonl");
  std::set<std::int64_t> steps;
  for (std::string line; std::getline(metrics, line);) {
    const auto row = json::parse(line, nullptr, false);
    if (row.contains("step") && !row.contains("outcome")) {
      EXPECT_TRUE(steps.insert(row["step"].get<std::int64_t>()).second) << line;
    }
  }
  EXPECT_GE(steps.size(), 20u) << "one log over both parts";
  bool usable = false;
  for (const auto& model : jobs.models("ann"))
    if (model.id == "run:" + id) usable = model.title.starts_with("autoencoder-fashion, ");
  EXPECT_TRUE(usable);
  for (const auto& model : jobs.models("bob")) EXPECT_NE(model.id, "run:" + id);
  auto painting = rule(1);
  painting.request = json{{"model", "run:" + id}, {"batch", 2}}.dump();
  EXPECT_EQ(jobs.wait(jobs.submit(painting), kLong).pictures.size(), 2u);
}

TEST_P(JobsTest, AStylizingJobShowsItselfOnTheWay) {
  Jobs jobs(settings());
  const auto picture = jobs.add_picture(photograph(64, 48), "a.png", "ann").id;
  const json request = {{"content", picture}, {"style", {picture}}, {"size", 64}, {"iterations", 3000}};
  const auto id = jobs.submit({.task = "stylize", .request = request.dump(), .owner = "ann", .priority = 0, .client_key = ""});
  for (int k = 0; k < 500 && jobs.preview(id).empty(); ++k) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto preview = jobs.preview(id);
  ASSERT_FALSE(preview.empty());
  EXPECT_GT(decode_image(as_bytes(preview)).width, 0);
  std::int64_t step = 0;
  for (int k = 0; k < 100 && (step = jobs.find(id).preview_step) < 0; ++k)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_GE(step, 0);
  jobs.cancel(id);
  EXPECT_EQ(jobs.wait(id, kLong).pictures.size(), 1u) << "the picture as it was";
  EXPECT_TRUE(jobs.preview(id).empty());
}

TEST_P(JobsTest, ErasingAnOwnerTakesTheFilesToo) {
  Jobs jobs(settings());
  const auto job = jobs.wait(jobs.submit(rule(1)), kLong);
  const auto sent = jobs.add_picture(photograph(), "a.png", "ann");
  const auto painted_file = jobs.picture_file(job.pictures.at(0).id).path, sent_file = jobs.picture_file(sent.id).path;
  EXPECT_EQ(jobs.erase_owner("ann"), 1);
  EXPECT_FALSE(fs::exists(painted_file));
  EXPECT_FALSE(fs::exists(sent_file));
  EXPECT_EQ(jobs.summary().pictures, 0u);
}

TEST(JobsDatabase, AnAddressOfNoKnownKindIsRefused) {
  ScratchFolder folder;
  JobsSettings settings;
  settings.folder = folder.path();
  settings.database = "mysql://x";
  EXPECT_THROW(Jobs jobs(settings), Error);
  settings.database = "postgresql://user:verysecret@127.0.0.1:1/none";
  try {
    Jobs jobs(settings);
    FAIL() << "it answered";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::io);
    EXPECT_EQ(std::string(error.what()).find("verysecret"), std::string::npos);
  }
}

// Both are slow to notice, so once is enough.
TEST(JobsFaults, ADatabaseThatGoesAndComesBackLosesNothing) {
  auto& server = PostgresServer::instance();
  if (!server.absence().empty()) GTEST_SKIP() << server.absence();
  ScratchFolder folder;
  JobsSettings settings;
  settings.folder = folder.path();
  settings.database = server.make_database();
  settings.threads = 1;
  Jobs jobs(settings);
  std::vector<std::string> ids;
  for (int k = 0; k < 12; ++k)
    ids.push_back(jobs.submit({.task = "paint",
                               .request = json{{"model", "procedural/julia"}, {"width", 160}, {"seed", k}}.dump(),
                               .owner = "ann",
                               .priority = 0,
                               .client_key = ""}));
  jobs.wait(ids[1], kLong);
  server.stop();
  EXPECT_THROW(jobs.submit({.task = "paint", .request = "{}", .owner = "ann", .priority = 0, .client_key = ""}), Error);
  EXPECT_FALSE(jobs.summary().reachable);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  server.start();
  std::set<std::string> pictures;
  for (const auto& id : ids) {
    JobStatus job;
    for (int k = 0; k < 100 && job.state != JobState::done; ++k) try {
        job = jobs.wait(id, 1000);
      } catch (const Error&) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
      }
    EXPECT_EQ(job.state, JobState::done) << job.error;
    ASSERT_EQ(job.pictures.size(), 1u);
    EXPECT_TRUE(pictures.insert(job.pictures[0].id).second);
  }
}

}  // namespace
}  // namespace inkstone::test
