#include "families/personal/personal_family.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "families/personal/latent_memory.hpp"
#include "families/personal/lora.hpp"
#include "families/personal/low_rank_set.hpp"
#include "families/personal/textual_inversion.hpp"
#include "families/registry.hpp"
#include "families/words/adapters.hpp"
#include "families/words/folder.hpp"
#include "families/words/words.hpp"
#include "inkstone/error.hpp"
#include "plain_step.hpp"
#include "small_words.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;

const PictureShape kPersonalShape = {3, 16, 16, {}};

// A painter of words that has learned nothing much, as a folder.
fs::path painter_folder() {
  static const fs::path folder = [] {
    at::manual_seed(0);
    auto options = small_words();
    options.sampling_steps = 6;
    const auto family = make_words(options, kPersonalShape);
    PlainTrainer trainer(*family, 1e-3, 0.9);
    auto batch = blobs(4, 3, 16, 16);
    batch.captions = {"a red fox", "一只蓝色的猫", "two eggs", "a fox"};
    trainer.run(batch, 20);
    StateDict model;
    collect_weights(model, family->networks());
    describe(model, {"words", to_json(options).dump(), kPersonalShape});
    const auto made = fs::path(testing::TempDir()) / "personal_painter";
    fs::remove_all(made);
    write_words_folder(model, made, at::kFloat);
    return made;
  }();
  return folder;
}

LoraOptions small_lora() {
  LoraOptions options;
  options.model = painter_folder().string();
  options.token = "<mine>";
  options.kind = "fox";
  options.rank = 2;
  options.reach = "all";
  options.train_text = true;
  return options;
}

TextualInversionOptions small_inversion() {
  TextualInversionOptions options;
  options.model = painter_folder().string();
  options.token = "<mine>";
  options.kind = "fox";
  return options;
}

Batch subject_blobs() {
  return blobs(4, 3, 16, 16);
}

at::Tensor shown_of(Family& family, const std::string& prompt) {
  Observer silent;
  auto spec = paint_spec(family, 2);
  spec.prompts = {prompt, prompt};
  return family.paint(spec, silent);
}

struct HeardLines : Observer {
  void on_message(std::string_view message) override { said.emplace_back(message); }
  bool heard(const std::string& part) const {
    return std::any_of(said.begin(), said.end(), [&](const auto& line) { return line.find(part) != std::string::npos; });
  }
  std::vector<std::string> said;
};

class CaptionedPictures : public Dataset {
 public:
  explicit CaptionedPictures(std::vector<std::string> captions) : captions_(std::move(captions)) {}
  int64_t size() const override { return int64_t(captions_.size()); }
  Sample get(int64_t k) const override { return {at::zeros({3, 16, 16}, at::kByte), -1, captions_[std::size_t(k)]}; }

 private:
  std::vector<std::string> captions_;
};

std::string told_before(Family& family, const std::vector<std::string>& captions, LoopOptions loop = {}) {
  HeardLines observer;
  const CaptionedPictures pictures(captions);
  family.prepare({pictures, loop, at::kCPU, observer});
  std::string all;
  for (const auto& line : observer.said) all += line + "\n";
  return all;
}

std::string words_of_refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing";
}

template <class Options>
std::string what_refuses(Options options, std::unique_ptr<Family> (*make)(const Options&, const PictureShape&),
                         const PictureShape& shape = kPersonalShape) {
  return words_of_refusal([&] { make(options, shape); });
}

StateDict trained_model(Family& family, const std::string& name, const nlohmann::json& options) {
  StateDict model;
  collect_weights(model, family.networks());
  describe(model, {name, options.dump(), kPersonalShape});
  return model;
}

// What loading a finished run and merging its file into the base give: the same picture.
TEST(Lora, PaintsAlikeBesideAndMerged) {
  at::manual_seed(0);
  const auto family = make_lora(small_lora(), kPersonalShape);
  const auto before = shown_of(*family, "a <mine> fox");
  EXPECT_GT(psnr(before, shown_of(*load_family(read_words_folder(painter_folder())), "a <mine> fox")), 100);
  PlainTrainer trainer(*family, 1e-2, 0.9);
  trainer.run(subject_blobs(), 10);
  trainer.evaluate();
  const auto after = shown_of(*family, "a <mine> fox");
  EXPECT_LT(psnr(before, after), 40);

  const auto model = trained_model(*family, "lora", to_json(small_lora()));
  const auto again = load_family(model);
  EXPECT_TRUE(at::equal(after, shown_of(*again, "a <mine> fox")));

  const auto folder = fs::path(testing::TempDir()) / "personal_run";
  fs::create_directories(folder);
  const auto files = again->publish(model, folder);
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].filename(), "personal_run.safetensors");
  const auto adapter = sd::read_adapter(files[0]);
  const auto base = read_words_folder(painter_folder());
  EXPECT_GT(psnr(after, shown_of(*load_family(with_adapter(base, adapter)), "a <mine> fox")), 60);
  EXPECT_GT(psnr(before, shown_of(*load_family(with_adapter(base, adapter, 0, 0)), "a <mine> fox")), 100);
  const auto half = shown_of(*load_family(with_adapter(base, adapter, 0.5, 0.5)), "a <mine> fox");
  EXPECT_LT((half - before).norm().item<double>(), (after - before).norm().item<double>());
}

TEST(Lora, TrainsItsMatricesAlone) {
  at::manual_seed(0);
  const auto family = make_lora(small_lora(), kPersonalShape);
  ASSERT_EQ(family->networks().size(), 1u);
  PlainTrainer trainer(*family, 1e-2, 0.9);
  trainer.run(subject_blobs(), 2);
  int64_t numbers = 0;
  for (const auto& item : family->networks().front().module->named_parameters()) {
    EXPECT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_TRUE(item.key().starts_with("lora_unet_blocks_") || item.key().starts_with("lora_te_layers_")) << item.key();
    numbers += item.value().numel();
  }
  EXPECT_GT(numbers, 1000);
  EXPECT_EQ(trainer.minimised["adapter"], 2);

  auto quiet = small_lora();
  quiet.train_text = false;
  quiet.reach = "attention";
  for (const auto& item : make_lora(quiet, kPersonalShape)->networks().front().module->named_parameters())
    EXPECT_TRUE(item.key().starts_with("lora_unet_blocks_") && item.key().find("proj") == std::string::npos) << item.key();
}

TEST(Lora, LearnsItsPictures) {
  at::manual_seed(0);
  auto options = small_lora();
  options.rank = 8;
  const auto family = make_lora(options, kPersonalShape);
  PlainTrainer trainer(*family, 1e-2, 0.9);
  auto batch = subject_blobs();
  batch.pictures = at::tensor({0.9f, -0.9f, 0.9f}).view({1, 3, 1, 1}).expand({4, 3, 16, 16}).contiguous();
  trainer.evaluate();
  const auto distance = [&] {
    return (shown_of(*family, "a <mine> fox") - batch.pictures.narrow(0, 0, 2)).square().mean().item<double>();
  };
  const auto before = distance();
  trainer.run(batch, 100);
  trainer.evaluate();
  EXPECT_LT(distance(), 0.6 * before);
}

TEST(Lora, KeepsThePriorBeside) {
  at::manual_seed(0);
  auto options = small_lora();
  options.prior_weight = 0.5;
  options.prior_pictures = 3;
  const auto family = make_lora(options, kPersonalShape);
  EXPECT_NE(told_before(*family, {"", "", ""}).find("painting 3 pictures"), std::string::npos);
  PlainTrainer trainer(*family, 1e-3, 0.9);
  trainer.run(subject_blobs(), 1);
  EXPECT_LT(trainer.reported.at("prior"), 1e-9);  // nothing had changed yet
  trainer.run(subject_blobs(), 1);
  EXPECT_GT(trainer.reported.at("prior"), 1e-9);
  options.kind.clear();
  EXPECT_NE(what_refuses(options, make_lora).find("--class"), std::string::npos);
}

// How far answers have moved is a square: for small changes half the change moves them a quarter.
TEST(Lora, DriftIsQuadraticInASmallChange) {
  at::manual_seed(0);
  auto options = small_lora();
  options.prior_weight = 1;
  options.prior_pictures = 4;
  const auto family = make_lora(options, kPersonalShape);
  told_before(*family, {"", "", ""});
  const auto scale_change = [&](double factor) {
    const at::NoGradGuard fixed;
    for (auto& item : family->networks().front().module->named_parameters())
      if (item.key().ends_with("lora_up.weight")) item.value().mul_(factor);
  };
  const auto drift = [&] {
    PlainTrainer trainer(*family, 0, 0.9);
    trainer.run(subject_blobs(), 1);
    return trainer.reported.at("prior");
  };
  PlainTrainer(*family, 1e-4, 0.9).run(subject_blobs(), 5);
  const auto whole = drift();
  scale_change(0.5);
  EXPECT_NEAR(whole / drift(), 4, 0.1);
}

TEST(Lora, ThePriorHoldsBackWhatItDoesNotName) {
  const auto changed_by = [](double weight) {
    at::manual_seed(0);
    auto options = small_lora();
    options.prior_weight = weight;
    options.prior_pictures = 8;
    const auto family = make_lora(options, kPersonalShape);
    told_before(*family, {"", "", ""});
    const auto before = shown_of(*family, "two eggs");
    PlainTrainer(*family, 1e-2, 0.9).run(subject_blobs(), 30);
    return (shown_of(*family, "two eggs") - before).square().mean().item<double>();
  };
  EXPECT_LT(changed_by(20), 0.5 * changed_by(0));
}

TEST(Lora, SaysWhatItCannotLearnFrom) {
  auto options = small_lora();
  options.token = "fox";
  EXPECT_NE(what_refuses(options, make_lora).find("knows this word already"), std::string::npos);
  options.token = std::string(1000, 'x');
  EXPECT_NE(what_refuses(options, make_lora).find("one short word"), std::string::npos);
  options = small_lora();
  options.min_snr = 5;
  EXPECT_NE(what_refuses(options, make_lora).find("flow matching"), std::string::npos);
  EXPECT_NE(what_refuses(small_lora(), make_lora, {3, 32, 32, {}}).find("paints 16x16"), std::string::npos);
  options = small_lora();
  options.model = "/nowhere/at/all";
  EXPECT_NE(what_refuses(options, make_lora).find("there is no model"), std::string::npos);

  const auto run = fs::path(testing::TempDir()) / "personal_of_another";
  fs::create_directories(run);
  StateDict other;
  other.tensors["generator.weight"] = at::zeros({1});
  describe(other, {"dcgan", "{}", kPersonalShape});
  write_safetensors(run / "model.safetensors", other);
  options.model = run.string();
  EXPECT_NE(what_refuses(options, make_lora).find("family dcgan"), std::string::npos);
}

TEST(Lora, LooksThePicturesOver) {
  auto options = small_lora();
  const auto family = make_lora(options, kPersonalShape);
  EXPECT_NE(told_before(*family, {"", ""}).find("only 2 pictures"), std::string::npos);
  EXPECT_NE(told_before(*family, {"", "", ""}).find("\"a <mine> fox\""), std::string::npos);
  EXPECT_EQ(told_before(*family, {"", "", ""}).find("only"), std::string::npos);
  const auto long_caption = std::string(10000, 'a');
  EXPECT_NE(told_before(*family, {long_caption, "a <mine>", ""}).find("10000 letters"), std::string::npos);
  EXPECT_NE(told_before(*family, {"a fox", "a fox", "a fox"}).find("no caption says <mine>"), std::string::npos);
  options.token.clear();
  options.kind.clear();
  const auto nameless = make_lora(options, kPersonalShape);
  EXPECT_NE(words_of_refusal([&] { told_before(*nameless, {"a fox", "", ""}); }).find("without a caption"), std::string::npos);
  EXPECT_EQ(told_before(*nameless, {"a fox", "a fox", "a fox"}), "");
  PlainTrainer trainer(*nameless, 1e-3, 0.9);
  EXPECT_NE(words_of_refusal([&] { trainer.run(subject_blobs(), 1); }).find("without a caption"), std::string::npos);
}

// A caption of 10,000 letters trains like another.
TEST(Lora, ReadsTheBeginningOfALongCaption) {
  const auto family = make_lora(small_lora(), kPersonalShape);
  PlainTrainer trainer(*family, 1e-3, 0.9);
  auto batch = subject_blobs();
  batch.captions.assign(4, std::string(10000, 'a'));
  trainer.run(batch, 1);
  EXPECT_TRUE(std::isfinite(trainer.reported.at("loss")));
}

TEST(Lora, SaysWhenMemoryWillNotSuffice) {
  EXPECT_EQ(words_of_refusal([] { check_training_memory(100, 100); }), "nothing");
  EXPECT_NE(words_of_refusal([] {
              check_training_memory(9'000'000'000, 2'000'000'000);
            }).find("needs about 9.0 GB of memory and 2.0 GB are free"),
            std::string::npos);
  const auto base = open_base({.model = small_lora().model}, kPersonalShape);
  EXPECT_EQ(base->training_bytes(2, false), 2 * base->training_bytes(1, false));
  EXPECT_LT(base->training_bytes(2, true), base->training_bytes(2, false));
}

TEST(Lora, RefusesAnAdapterOfAnotherModel) {
  const auto base = read_words_folder(painter_folder());
  StateDict weights;
  weights.tensors["lora_unet_mid_block_attentions_0.lora_down.weight"] = at::zeros({2, 32});
  weights.tensors["lora_unet_mid_block_attentions_0.lora_up.weight"] = at::zeros({32, 2});
  EXPECT_NE(words_of_refusal([&] { with_adapter(base, sd::to_adapter(weights, "fox")); }).find("made for another base"),
            std::string::npos);
  StateDict wide;
  wide.tensors["lora_unet_blocks_0_to_q.lora_down.weight"] = at::ones({2, 64});
  wide.tensors["lora_unet_blocks_0_to_q.lora_up.weight"] = at::ones({64, 2});
  EXPECT_NE(words_of_refusal([&] { with_adapter(base, sd::to_adapter(wide, "fox")); }).find("does not fit"), std::string::npos);
}

TEST(Lora, ReachesTheLayersThatOthersReach) {
  EXPECT_TRUE(is_reached("down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_out.0", Reach::attention));
  EXPECT_TRUE(is_reached("text_model.encoder.layers.0.self_attn.q_proj", Reach::attention));
  EXPECT_FALSE(is_reached("text_model.encoder.layers.0.mlp.fc1", Reach::attention));
  EXPECT_TRUE(is_reached("text_model.encoder.layers.0.mlp.fc1", Reach::all));
  EXPECT_FALSE(is_reached("down_blocks.0.attentions.0.proj_in", Reach::all));
}

TEST(TextualInversion, LearnsAWordAndNothingElse) {
  at::manual_seed(0);
  const auto family = make_textual_inversion(small_inversion(), kPersonalShape);
  const auto base = read_words_folder(painter_folder());
  EXPECT_GT(psnr(shown_of(*family, "a <mine>"), shown_of(*load_family(base), "a fox")), 60);  // it starts from the class
  PlainTrainer trainer(*family, 5e-2, 0.9);
  trainer.run(subject_blobs(), 20);
  trainer.evaluate();
  const auto after = shown_of(*family, "a <mine>");
  EXPECT_LT(psnr(after, shown_of(*load_family(base), "a fox")), 60);
  EXPECT_GT(psnr(shown_of(*family, "a red fox"), shown_of(*load_family(base), "a red fox")), 60);
  ASSERT_EQ(family->networks().front().module->parameters().size(), 1u);

  const auto model = trained_model(*family, "textual-inversion", to_json(small_inversion()));
  EXPECT_GT(psnr(after, shown_of(*load_family(model), "a <mine>")), 100);
  const auto files = family->publish(model, testing::TempDir());
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].filename(), "mine.safetensors");
  const auto inversion = read_textual_inversion(files[0]);
  EXPECT_EQ(inversion.names.back(), "<mine>");
  const StateDict xl{{{"clip_l", at::zeros({1, 4})}, {"clip_g", at::zeros({1, 6})}}, {{"inkstone.token", "<mine>"}}};
  EXPECT_EQ(to_textual_inversion(xl, "mine").names, (std::vector<std::string>{"mine", "<mine>"}));
  EXPECT_GT(psnr(after, shown_of(*load_family(with_inversion(base, inversion)), "a <mine>")), 60);
}

TEST(TextualInversion, SaysWhatIsNoWord) {
  auto options = small_inversion();
  options.token.clear();
  EXPECT_NE(what_refuses(options, make_textual_inversion).find("--token"), std::string::npos);
  options.token = "<my fox>";
  EXPECT_NE(what_refuses(options, make_textual_inversion).find("not one word"), std::string::npos);
  options.token = "<fox>";
  EXPECT_NE(what_refuses(options, make_textual_inversion).find("knows this word already"), std::string::npos);
  options = small_inversion();
  options.vectors = 4;
  EXPECT_NE(what_refuses(options, make_textual_inversion).find("--vectors"), std::string::npos);
  const auto base = read_words_folder(painter_folder());
  EXPECT_NE(words_of_refusal([&] { with_word(base, "<mine>", at::zeros({1, 7})); }).find("another model"), std::string::npos);
}

TEST(LatentMemory, AsksOnceForAPicture) {
  LatentMemory memory(2);
  int asked = 0;
  const auto encode = [&] { return at::full({1}, double(++asked)); };
  const auto one = at::rand({1, 3, 4, 4}), two = at::rand({1, 3, 4, 4}), three = at::rand({1, 3, 4, 4});
  EXPECT_EQ(memory.of(one, encode).item<double>(), 1);
  EXPECT_EQ(memory.of(two, encode).item<double>(), 2);
  EXPECT_EQ(memory.of(one.clone(), encode).item<double>(), 1);
  EXPECT_EQ(memory.of(three, encode).item<double>(), 3);
  EXPECT_EQ(memory.of(three, encode).item<double>(), 4);  // there is no room for it
  EXPECT_EQ(memory.size(), 2u);
}

}  // namespace
}  // namespace inkstone
