// unCLIP against diffusers: every network alone, then whole pictures from words and from a picture (make_unclip.py).
#include <cmath>

#include <gtest/gtest.h>

#include "golden/unclip_reference.hpp"
#include "sample/unclip/painter.hpp"

namespace inkstone::unclip {
namespace {

struct Silence : Observer {};

std::filesystem::path golden_folder() {
  return std::filesystem::path(testing::TempDir()) / "unclip-golden";
}

// Read from a folder once; it has the parts of both kinds.
Model& whole_model() {
  static Model model = [] {
    write_unclip_folder(golden_folder(), "UnCLIPPipeline", true);
    return load_unclip(golden_folder(), at::kFloat);
  }();
  return model;
}

at::Tensor sines(at::IntArrayRef shape, double step) {
  return sd::wave(shape, step);
}

struct Read {
  at::Tensor pooled, hidden;
};

Read words_of(Model& model) {
  const at::NoGradGuard inference;
  auto ids = model.tokenizer.encode(reference()["prompt"].get<std::string>());
  ids.insert(ids.begin(), model.tokenizer.start());
  ids.push_back(model.tokenizer.end());
  const auto answer = model.text->forward(model.text->embed(at::tensor(ids, at::kLong).unsqueeze(0)), {int64_t(ids.size()) - 1},
                                          {.pooled = true});
  return {answer.pooled, answer.hidden};
}

void expect_part(const char* name, const at::Tensor& got) {
  SCOPED_TRACE(name);
  const auto& golden = reference()["parts"][name];
  const double error = sd::error_of(got, golden);
  testing::Test::RecordProperty(name, std::to_string(error));
  sd::expect_close(got, golden, 1e-4);
}

TEST(UnclipGolden, ReadsWordsAsTransformersDoes) {
  const auto words = words_of(whole_model());
  EXPECT_EQ(words.hidden.size(1), reference()["tokens"].get<int64_t>());
  expect_part("pooled", words.pooled);
  expect_part("hidden", words.hidden);
}

TEST(UnclipGolden, SeesAPictureAsTransformersDoes) {
  expect_part("seen", Painter(whole_model(), at::kFloat).see(photograph()));
}

// As far as its eight bits go: of these networks diffusers itself gives 0.07 and 0.10 for the up-samplers.
TEST(UnclipGolden, NetworksSayAboutTheSameInReducedPrecision) {
  const at::NoGradGuard inference;
  const auto words = words_of(whole_model());
  auto model = load_unclip(golden_folder(), at::kBFloat16);
  const auto narrow = [](const at::Tensor& x) { return x.to(at::kBFloat16); };
  const auto expect_about = [](const char* name, const at::Tensor& got) {
    EXPECT_LT(sd::error_of(got, reference()["parts"][name]), 0.1) << name;
  };
  const auto embedding = sines({1, words.pooled.size(1)}, 0.31), time = at::full({1}, 37.0), small = sines({1, 3, 16, 16}, 0.37),
             large = sines({1, 6, 32, 32}, 0.41);
  expect_about("prior", (*model.prior)->forward(narrow(embedding), time, words.pooled, words.hidden));
  const auto told = model.projection->forward(embedding, narrow(words.pooled), narrow(words.hidden));
  expect_about("context", told.context);
  expect_about("decoder", model.decoder->forward(narrow(small), time, told.context, told.added));
  expect_about("super_res_last", model.last->forward(narrow(large), time));
}

TEST(UnclipGolden, NetworksSayWhatDiffusersSay) {
  const at::NoGradGuard inference;
  auto& model = whole_model();
  const auto words = words_of(model);
  const auto embedding = sines({1, words.pooled.size(1)}, 0.31), time = at::full({1}, 37.0), small = sines({1, 3, 16, 16}, 0.37),
             large = sines({1, 6, 32, 32}, 0.41);
  expect_part("prior", (*model.prior)->forward(embedding, time, words.pooled, words.hidden));
  const auto told = model.projection->forward(embedding, words.pooled, words.hidden);
  expect_part("context", told.context);
  expect_part("added", told.added);
  expect_part("decoder", model.decoder->forward(small, time, told.context, told.added));
  expect_part("super_res_first", model.first->forward(large, time));
  expect_part("super_res_last", model.last->forward(large, time));
}

// Decibels over the values that are kept.
double decibels_of(const at::Tensor& picture, const Json& values) {
  const auto got = ((picture[0] + 1) / 2).permute({1, 2, 0}).contiguous().flatten().to(at::kDouble);
  const auto wanted = at::tensor(values.get<std::vector<double>>(), at::kDouble);
  const auto kept = got.index_select(0, at::arange(0, got.numel(), 13, at::kLong));
  return -10 * std::log10((kept - wanted).square().mean().item<double>());
}

Brief golden_brief() {
  const auto& steps = reference()["steps"];
  Brief brief;
  brief.prompt = reference()["prompt"];
  brief.seed = reference()["seed"];
  brief.prior_steps = steps["prior_num_inference_steps"];
  brief.decoder_steps = steps["decoder_num_inference_steps"];
  brief.upsampler_steps = steps["super_res_num_inference_steps"];
  brief.decoder_guidance = 3;
  return brief;
}

// least: in dB; below 45 where random weights amplify the last bit of the sums of one OpenBLAS kernel or another.
void expect_picture(const char* name, const Brief& brief, double least = 45) {
  Silence silence;
  const auto picture = Painter(whole_model(), at::kFloat).paint(brief, silence).picture;
  ASSERT_EQ(picture.sizes(), at::IntArrayRef({1, 3, 32, 32}));
  const double got = decibels_of(picture, reference()["pictures"][name]);
  testing::Test::RecordProperty("decibels", std::to_string(got));
  EXPECT_GE(got, least);
}

TEST(UnclipGolden, PaintsDiffusersPictureFromWords) {
  expect_picture("words", golden_brief());
}

TEST(UnclipGolden, PaintsDiffusersPictureWithoutGuidance) {
  auto brief = golden_brief();
  brief.prior_guidance = brief.decoder_guidance = 1;
  expect_picture("no guidance", brief);
}

TEST(UnclipGolden, VariesAPictureAsDiffusersDoes) {
  auto brief = golden_brief();
  brief.prompt.clear();
  brief.embedding = Painter(whole_model(), at::kFloat).see(photograph());
  expect_picture("variation", brief, 40);  // 42 by SkylakeX's kernels, 83 by Haswell's
}

TEST(UnclipGolden, OtherSeedPaintsAnotherPicture) {
  Silence silence;
  Painter painter(whole_model(), at::kFloat);
  auto brief = golden_brief();
  ++brief.seed;
  EXPECT_LT(decibels_of(painter.paint(brief, silence).picture, reference()["pictures"]["words"]), 20);
}

}  // namespace
}  // namespace inkstone::unclip
