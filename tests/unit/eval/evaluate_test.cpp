#include "eval/evaluate.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "eval/fingerprint.hpp"
#include "eval/report.hpp"
#include "inkstone/error.hpp"
#include "unit/eval/pictures.hpp"

namespace inkstone {
namespace {

class Evaluate : public testing::Test {
 protected:
  Evaluate() { options_.resamples = 20; }

  std::vector<MetricValue> run(std::vector<std::string> metrics) {
    options_.metrics = std::move(metrics);
    return evaluate(generated_, reference_, extractor_, options_, observer_);
  }
  ErrorCategory category(std::vector<std::string> metrics) try {
    run(std::move(metrics));
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCategory::io;
  } catch (const Error& error) {
    message_ = error.what();
    return error.category();
  }

  ListedPictures generated_ = noise(60, 1), reference_ = noise(80, 2);
  QuarterMeans extractor_;
  EvaluateOptions options_;
  Observer observer_;
  std::string message_;
};

TEST_F(Evaluate, GivesEveryMetricInOrderWithItsInterval) {
  options_.splits = 1;
  const auto values = run({"classes", "fid", "kid", "prdc", "is", "accuracy"});
  std::vector<std::string> names;
  for (const auto& value : values) {
    names.push_back(value.name);
    EXPECT_LE(value.low, value.value) << value.name;
    EXPECT_GE(value.high, value.value) << value.name;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"smallest-class", "class-balance", "fid", "kid", "precision", "recall", "density",
                                             "coverage", "is", "accuracy"}));
  EXPECT_EQ(values[0].value, 0.5);
  EXPECT_NEAR(values[1].value, 1, 1e-4);
  EXPECT_NEAR(values[8].value, 1.9, 0.1);  // of two classes, not quite sure of them
  EXPECT_EQ(values[9].value, 1);
  EXPECT_EQ(extractor_.calls, 140);  // each picture once
}

TEST_F(Evaluate, MemorisationIsOneForTheReferenceItself) {
  EXPECT_LT(run({"memorisation"}).front().value, 0.2);
  generated_ = noise(60, 2);  // of the reference
  const auto found = run({"memorisation"}).front();
  EXPECT_EQ(found.name, "memorisation");
  EXPECT_EQ(found.value, 1);
  EXPECT_NE(found.note.find("nearer to the reference"), std::string::npos);
}

TEST_F(Evaluate, SameSettingsGiveSameFigures) {
  options_.samples = 40;
  const auto first = run({"fid", "kid"}), second = run({"fid", "kid"});
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].value, second[i].value);
    EXPECT_EQ(first[i].low, second[i].low);
  }
}

TEST_F(Evaluate, WithoutResamplesFeaturesAreNotKeptAndFidIsTheSame) {
  const double with = run({"fid"})[0].value;
  options_.resamples = 0;
  const auto without = run({"fid"})[0];
  EXPECT_NEAR(without.value, with, 1e-9);
  EXPECT_EQ(without.low, without.value);
}

TEST_F(Evaluate, RemembersTheReference) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "inkstone-statistics";
  std::filesystem::remove_all(folder);
  options_.cache = folder;
  options_.reference_name = "noise";
  const double first = run({"fid", "kid"})[0].value;
  extractor_.calls = 0;
  EXPECT_NEAR(run({"fid", "kid"})[0].value, first, 1e-12);
  EXPECT_EQ(extractor_.calls, 60);

  reference_ = noise(80, 3);  // changed under the same name
  extractor_.calls = 0;
  EXPECT_NE(run({"fid"})[0].value, first);
  EXPECT_EQ(extractor_.calls, 140);

  std::ofstream(std::filesystem::directory_iterator(folder)->path()) << "torn";
  extractor_.calls = 0;
  run({"fid"});
  EXPECT_EQ(extractor_.calls, 140);
  std::filesystem::remove_all(folder);
}

TEST_F(Evaluate, PairsNeedAsManyPictures) {
  EXPECT_EQ(category({"psnr"}), ErrorCategory::bad_argument);
  options_.samples = 10;
  const auto values = run({"psnr", "ssim"});
  EXPECT_GT(values[0].value, 5);
  EXPECT_LT(values[1].value, 0.5);
}

TEST_F(Evaluate, SaysWhatIsMissing) {
  EXPECT_EQ(category({"fidd"}), ErrorCategory::bad_argument);
  EXPECT_NE(message_.find("did you mean 'fid'"), std::string::npos);
  EXPECT_EQ(category({}), ErrorCategory::bad_argument);
  EXPECT_EQ(category({"ppl"}), ErrorCategory::bad_argument);
  options_.samples = 10;
  EXPECT_EQ(category({"lpips"}), ErrorCategory::unsupported);
  options_.samples = 61;
  EXPECT_EQ(category({"fid"}), ErrorCategory::bad_argument);
  options_.samples = 0;
  generated_ = ListedPictures(std::vector<Sample>());
  EXPECT_EQ(category({"fid"}), ErrorCategory::bad_argument);
  generated_ = noise(1, 1);
  EXPECT_EQ(category({"fid"}), ErrorCategory::bad_argument);
}

TEST_F(Evaluate, AccuracyNeedsLabelsAndAClassifier) {
  generated_ = ListedPictures(std::vector<Sample>{{at::zeros({1, 12, 12}, at::kByte), -1, ""}});
  EXPECT_EQ(category({"accuracy"}), ErrorCategory::bad_argument);
  const QuarterMeans plain(false);
  options_.metrics = {"is"};
  EXPECT_THROW(evaluate(generated_, reference_, plain, options_, observer_), Error);
}

TEST_F(Evaluate, StopsWhenAsked) {
  struct Stopper : Observer {
    bool stop_requested() override { return true; }
  } stopper;
  options_.metrics = {"fid"};
  try {
    evaluate(generated_, reference_, extractor_, options_, stopper);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::cancelled);
  }
}

TEST_F(Evaluate, SaysBeforehandThatPicturesAreTooFew) {
  struct Listener : Observer {
    bool stop_requested() override { return true; }
    void on_message(std::string_view message) override { said.emplace_back(message); }
    std::vector<std::string> said;
  } listener;
  options_.metrics = {"fid"};
  options_.samples = extractor_.dimension();
  EXPECT_THROW(evaluate(generated_, reference_, extractor_, options_, listener), Error);
  ASSERT_EQ(listener.said.size(), 1u);
  EXPECT_NE(listener.said[0].find("use at least"), std::string::npos);
  listener.said.clear();
  options_.samples = extractor_.dimension() + 1;
  EXPECT_THROW(evaluate(generated_, reference_, extractor_, options_, listener), Error);
  EXPECT_TRUE(listener.said.empty());
}

TEST_F(Evaluate, PathLengthOfAPainter) {
  options_.painter = [](const at::Tensor& z) { return z.view({-1, 1, 16, 16}).clamp(-1, 1); };
  options_.latent_shape = {256};
  options_.paths = 20;
  const auto value = run({"ppl"})[0];
  EXPECT_GT(value.value, 0);
  EXPECT_NE(value.note.find("not LPIPS"), std::string::npos);
}

TEST_F(Evaluate, PicturesOfSeveralSizesAndChannels) {
  std::vector<Sample> mixed;
  for (int64_t i = 0; i < 20; ++i) mixed.push_back({at::full({i % 2 ? 1 : 3, 8 + i % 5, 9}, 10 * i, at::kByte), 0, ""});
  generated_ = ListedPictures(std::move(mixed));
  EXPECT_GT(run({"fid"})[0].value, 0);
}

TEST_F(Evaluate, ReportIsJsonWithEverythingThatMatters) {
  const auto values = run({"fid"});
  const auto json = nlohmann::json::parse(to_json(values, generated_, reference_, extractor_, options_));
  EXPECT_EQ(json["features"], "quarters/1");
  EXPECT_EQ(json["generated"]["pictures"], 60);
  EXPECT_EQ(json["reference"]["fingerprint"], fingerprint(reference_));
  EXPECT_EQ(json["metrics"][0]["value"], values[0].value);
}

TEST(Fingerprint, ChangesWithPicturesLabelsAndCount) {
  const auto one = fingerprint(noise(80, 1));
  EXPECT_EQ(one.size(), 16u);
  EXPECT_EQ(one, fingerprint(noise(80, 1)));
  EXPECT_NE(one, fingerprint(noise(80, 2)));
  EXPECT_NE(one, fingerprint(noise(81, 1)));
  EXPECT_NE(one, fingerprint(noise(80, 1, 1)));
}

}  // namespace
}  // namespace inkstone
