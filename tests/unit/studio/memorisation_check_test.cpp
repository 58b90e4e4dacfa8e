// Two families that paint: one from memory, one not.
#include "studio/memorisation_check.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "data/tensor_dataset.hpp"
#include "inkstone/error.hpp"
#include "tensor/noise.hpp"

namespace inkstone::studio {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kPicturesKnown = 24;

// Squares of colours, each a picture of its own: uint8 [3,32,32].
at::Tensor patchwork(uint64_t seed) {
  return at::randint(0, 256, {3, 4, 4}, generator_of(seed), at::kByte).repeat_interleave(8, 1).repeat_interleave(8, 2);
}

std::shared_ptr<const Dataset> patchworks(uint64_t first, int64_t count) {
  std::vector<at::Tensor> pictures;
  for (int64_t k = 0; k < count; ++k) pictures.push_back(patchwork(first + uint64_t(k)));
  return std::make_shared<TensorDataset>(at::stack(pictures), at::Tensor(), std::vector<std::string>(),
                                         std::vector<std::string>());
}

class PatchworkFamily : public Family {
 public:
  explicit PatchworkFamily(bool copies) : copies_(copies) {}
  std::vector<Network> networks() override { return {}; }
  std::vector<int64_t> latent_shape() const override { return {3, 4, 4}; }
  void step(const Batch&, TrainingStep&) override {}
  at::Tensor paint(const PaintSpec& spec, Observer&) override {
    std::vector<at::Tensor> pictures;
    for (const auto seed : spec.seeds) {
      const auto squares = copies_ ? patchwork(seed % kPicturesKnown) : patchwork(5000 + seed);
      pictures.push_back(squares.to(at::kFloat) / 127.5 - 1 + at::randn({3, 32, 32}, generator_of(seed)) * 0.03);
    }
    return at::stack(pictures);
  }

 private:
  bool copies_;
};

fs::path report_of(const char* name) {
  const auto folder = fs::path(testing::TempDir()) / name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

TEST(MemorisationCheck, FindsAModelThatCopies) {
  PatchworkFamily family(true);
  Observer silent;
  const auto folder = report_of("copies");
  const auto verdict =
      check_memorisation(family, {patchworks(0, kPicturesKnown), nullptr, "some/patchwork", ""}, folder, {.samples = 12}, silent);
  EXPECT_EQ(verdict.samples, 12);
  EXPECT_EQ(verdict.copied, 12);
  EXPECT_NE(verdict.line.find("12 of 12 samples"), std::string::npos) << verdict.line;
  EXPECT_TRUE(fs::file_size(folder / "memorisation.png") > 1000);
  const auto json = nlohmann::json::parse(read_file(folder / "memorisation.json"));
  EXPECT_EQ(json["copied"], 12);
  EXPECT_EQ(json["training"]["of"], kPicturesKnown);
  EXPECT_EQ(json["training"]["name"], "patchwork");
  EXPECT_EQ(json["derived-from"], "training pictures");
  for (const auto& pair : json["pairs"]) EXPECT_EQ(pair["picture"], pair["seed"]);  // found again, each its own
}

TEST(MemorisationCheck, LeavesAModelAloneThatPaints) {
  PatchworkFamily family(false);
  Observer silent;
  const TrainingPictures pictures{patchworks(0, kPicturesKnown), patchworks(9000, 20), "patchwork", ""};
  const auto verdict = check_memorisation(family, pictures, report_of("paints"), {.samples = 12}, silent);
  EXPECT_LE(verdict.copied, 1);
  EXPECT_NE(verdict.line.find("held-out"), std::string::npos) << verdict.line;
}

TEST(MemorisationCheck, SaysWhatItCannotDo) {
  PatchworkFamily family(true);
  Observer silent;
  EXPECT_THROW(check_memorisation(family, {patchworks(0, 1), nullptr, "one", ""}, report_of("one"), {.samples = 2}, silent),
               Error);
  struct : Observer {
    bool stop_requested() override { return true; }
  } impatient;
  EXPECT_THROW(check_memorisation(family, {patchworks(0, 4), nullptr, "four", ""}, report_of("four"), {.samples = 2}, impatient),
               Error);
  const auto nowhere = training_pictures(report_of("no-run"), "", silent);
  EXPECT_EQ(nowhere.training, nullptr);
  EXPECT_NE(nowhere.missing.find("does not say what it was trained on"), std::string::npos);
  EXPECT_THROW(training_pictures(report_of("no-run"), "/nowhere/at/all", silent), Error);
  const auto gone = report_of("gone-run");
  write_file_atomic(gone / "config.toml", as_bytes("family = \"dcgan\"\ndata = \"/nowhere/at/all\"\n[train]\nsteps = 1\n"));
  EXPECT_NE(training_pictures(gone, "", silent).missing.find("not at hand"), std::string::npos);
}

}  // namespace
}  // namespace inkstone::studio
