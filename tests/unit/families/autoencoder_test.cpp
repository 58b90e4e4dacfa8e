#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "core/options.hpp"
#include "families/autoencoder/autoencoder.hpp"
#include "families/autoencoder/code_family.hpp"
#include "families/vae/vae.hpp"
#include "inkstone/error.hpp"
#include "plain_step.hpp"

namespace inkstone {
namespace {

AutoencoderOptions small_coder() {
  AutoencoderOptions options;
  options.latent = 4;
  options.features = 8;
  return options;
}

VaeOptions small_vae() {
  VaeOptions options;
  options.latent = 4;
  options.features = 8;
  return options;
}

struct CoderCase {
  std::string name;
  std::function<std::unique_ptr<Family>(const PictureShape&, bool conditional)> make;
};

std::vector<CoderCase> coder_cases() {
  return {{"plain",
           [](const PictureShape& shape, bool conditional) {
             auto options = small_coder();
             options.conditional = conditional;
             return make_autoencoder(options, shape);
           }},
          {"denoising",
           [](const PictureShape& shape, bool conditional) {
             auto options = small_coder();
             options.conditional = conditional;
             options.corruption = 0.2;
             options.masking = 0.1;
             options.reconstruction = "l1";
             return make_autoencoder(options, shape);
           }},
          {"vae_learned",
           [](const PictureShape& shape, bool conditional) {
             auto options = small_vae();
             options.conditional = conditional;
             return make_vae(options, shape);
           }},
          {"vae_fixed", [](const PictureShape& shape, bool conditional) {
             auto options = small_vae();
             options.conditional = conditional;
             options.variance = "fixed";
             options.beta = 0.5;
             return make_vae(options, shape);
           }}};
}

class Coder : public testing::TestWithParam<CoderCase> {
 protected:
  void SetUp() override { at::manual_seed(4); }
};

TEST_P(Coder, LearnsOneBatch) {
  const auto family = GetParam().make({1, 16, 16, {}}, false);
  const auto batch = blobs(6, 1, 16, 16);
  PlainTrainer trainer(*family, 5e-3, 0.9);
  trainer.run(batch, 150);
  trainer.evaluate();
  const auto shown = family->preview(batch, 4, 6);
  EXPECT_EQ(shown.sizes(), (std::vector<int64_t>{24, 1, 16, 16}));
  const auto originals = shown.narrow(0, 0, 6), reconstructions = shown.narrow(0, 6, 6);
  EXPECT_TRUE(at::allclose(originals, batch.pictures));
  const double power = (originals - originals.mean(0)).square().mean().item<double>();
  EXPECT_LT((reconstructions - originals).square().mean().item<double>(), 0.25 * power);
}

TEST_P(Coder, WalkStartsAndEndsAtTheReconstructions) {
  const auto family = GetParam().make({1, 16, 16, {}}, false);
  const auto batch = blobs(6, 1, 16, 16);
  PlainTrainer trainer(*family);
  trainer.run(batch, 20);
  trainer.evaluate();
  const auto shown = family->preview(batch, 3, 6);
  EXPECT_GT(psnr(shown[12], shown[6]), 60);
  EXPECT_GT(psnr(shown[17], shown[7]), 60);
}

TEST_P(Coder, PictureDoesNotDependOnItsBatch) {
  const auto family = GetParam().make({3, 16, 24, {"a", "b"}}, true);
  PlainTrainer trainer(*family);
  trainer.run(blobs(4, 3, 16, 24, 2), 3);
  trainer.evaluate();
  Observer silent;
  const auto all = family->paint(paint_spec(*family, 40), silent), few = family->paint(paint_spec(*family, 3, 35), silent);
  ASSERT_EQ(all.sizes(), (std::vector<int64_t>{40, 3, 16, 24}));
  EXPECT_GT(psnr(all.narrow(0, 35, 3), few), 60);
}

TEST_P(Coder, Validates) {
  const auto family = GetParam().make({1, 16, 16, {}}, false);
  const auto batch = blobs(6, 1, 16, 16);
  PlainTrainer trainer(*family, 5e-3, 0.9);
  trainer.run(batch, 2);
  const auto loss = [&] {
    trainer.evaluate();
    StepNoise noise(0, 0, {0, 6, 6}, at::kCPU);
    const double value = family->validate(batch, noise).at("loss");
    for (auto& network : family->networks()) network.module->train();
    return value;
  };
  const double before = loss();
  trainer.run(batch, 100);
  EXPECT_LT(loss(), before);
}

INSTANTIATE_TEST_SUITE_P(All, Coder, testing::ValuesIn(coder_cases()), [](const auto& info) { return info.param.name; });

// Codes that are painted from have the mean and the spread of codes seen.
TEST(Autoencoder, PaintsFromTheDistributionOfItsCodes) {
  autoencoder::Config config{1, 16, 16, 3, 4};
  auto tracked = std::make_shared<autoencoder::Autoencoder>(config);
  at::manual_seed(8);
  const auto mix = at::tensor({2.0f, 0.5f, 0.0f, 0.0f, 1.0f, -0.7f, 0.3f, 0.0f, 0.2f}).view({3, 3});
  const auto codes = at::randn({512, 3}).mm(mix) + at::tensor({1.0f, -2.0f, 3.0f});
  for (int k = 0; k < 1500; ++k) tracked->track(codes);
  const auto drawn = tracked->codes_from(at::randn({20000, 3}));
  const auto covariance = [](const at::Tensor& x) { return (x - x.mean(0)).t().mm(x - x.mean(0)) / x.size(0); };
  EXPECT_TRUE(at::allclose(drawn.mean(0), codes.mean(0), 0.05, 0.05));
  EXPECT_TRUE(at::allclose(covariance(drawn), covariance(codes), 0.1, 0.1));
}

TEST(Vae, LearnsItsDeviation) {
  const auto family = make_vae(small_vae(), {1, 16, 16, {}});
  PlainTrainer trainer(*family, 5e-3, 0.9);
  trainer.run(blobs(6, 1, 16, 16), 200);
  EXPECT_LT(trainer.reported.at("sigma"), 0.5);
}

TEST(Vae, SaysWhenTheCodeIsUnused) {
  const auto family = make_vae(small_vae(), {1, 16, 16, {}});
  EXPECT_NE(family->advice({{"kl", 0.01}}).find("posterior collapse"), std::string::npos);
  EXPECT_EQ(family->advice({{"kl", 12.0}}), "");
}

TEST(Vae, OptionsAreChecked) {
  EXPECT_THROW(from_json<VaeOptions>({{"variance", "free"}}), Error);
  EXPECT_THROW(from_json<AutoencoderOptions>({{"masking", 1.5}}), Error);
  EXPECT_THROW(make_vae({}, {1, 10, 10, {}}), Error);
  EXPECT_THROW(make_autoencoder({}, {1, 10, 10, {}}), Error);
}

}  // namespace
}  // namespace inkstone
