// What gan, dcgan, wgan and wgan-gp have in common, and how they differ.
#include <gtest/gtest.h>

#include <ATen/ATen.h>

#include "core/options.hpp"
#include "families/adversarial/balance.hpp"
#include "families/dcgan/dcgan.hpp"
#include "families/gan/gan.hpp"
#include "families/wgan/wgan.hpp"
#include "inkstone/error.hpp"
#include "models/dcgan/dcgan.hpp"
#include "nn/initialise.hpp"
#include "objectives/adversarial.hpp"
#include "plain_step.hpp"

namespace inkstone {
namespace {

struct AdversarialCase {
  std::string name;
  std::function<std::unique_ptr<Family>(const PictureShape&, bool conditional)> make;
  double beta1 = 0.5, rate = 1e-3;
  int64_t critic_steps = 1;
};

template <class Options>
Options small_networks() {
  Options options;
  options.latent = 8;
  options.generator_features = options.discriminator_features = 8;
  return options;
}

std::vector<AdversarialCase> adversarial_cases() {
  return {{"gan",
           [](const PictureShape& shape, bool conditional) {
             GanOptions options;
             options.conditional = conditional;
             return make_gan(options, shape);
           },
           0.5, 1e-3},
          {"dcgan",
           [](const PictureShape& shape, bool conditional) {
             auto options = small_networks<DcganOptions>();
             options.conditional = conditional;
             return make_dcgan(options, shape);
           },
           0.5, 2e-3},
          {"dcgan_spectral_hinge",
           [](const PictureShape& shape, bool conditional) {
             auto options = small_networks<DcganOptions>();
             options.conditional = conditional;
             options.spectral_norm = true;
             options.loss = "hinge";
             return make_dcgan(options, shape);
           },
           0.5, 2e-3},
          {"wgan",
           [](const PictureShape& shape, bool conditional) {
             auto options = small_networks<WganOptions>();
             options.conditional = conditional;
             options.weight_limit = 0.1;
             options.critic_steps = 2;
             return make_wgan(options, shape);
           },
           0.5, 2e-3, 2},
          {"wgan_gp",
           [](const PictureShape& shape, bool conditional) {
             auto options = small_networks<WganGpOptions>();
             options.conditional = conditional;
             options.critic_steps = 2;
             return make_wgan_gp(options, shape);
           },
           0.5, 2e-3, 2}};
}

class Adversarial : public testing::TestWithParam<AdversarialCase> {
 protected:
  void SetUp() override { at::manual_seed(3); }
};

// Two pictures: what is painted must come to look like one of them.
TEST_P(Adversarial, LearnsOneBatch) {
  const auto family = GetParam().make({1, 16, 16, {}}, false);
  const auto batch = blobs(2, 1, 16, 16);
  const Batch repeated{batch.pictures.repeat({8, 1, 1, 1}), batch.labels.repeat({8}), {}, 0};
  PlainTrainer trainer(*family, GetParam().rate, GetParam().beta1);
  const auto distance = [&] {
    trainer.evaluate();
    Observer silent;
    const auto painted = family->paint(paint_spec(*family, 12), silent);
    const auto nearest = (painted.unsqueeze(1) - batch.pictures.unsqueeze(0)).square().mean({2, 3, 4}).amin(1);
    for (auto& network : family->networks()) network.module->train();
    return nearest.mean().item<double>();
  };
  trainer.run(repeated, 2);
  const double before = distance();
  trainer.run(repeated, 150);
  EXPECT_LT(distance(), 0.35 * before);
}

TEST_P(Adversarial, PictureDoesNotDependOnItsBatch) {
  const auto family = GetParam().make({3, 16, 24, {"a", "b", "c"}}, true);
  PlainTrainer trainer(*family);
  trainer.run(blobs(4, 3, 16, 24, 3), 2);
  trainer.evaluate();
  Observer silent;
  const auto all = family->paint(paint_spec(*family, 40), silent), few = family->paint(paint_spec(*family, 3, 35), silent);
  ASSERT_EQ(all.sizes(), (std::vector<int64_t>{40, 3, 16, 24}));
  EXPECT_GT(psnr(all.narrow(0, 35, 3), few), 60);
  EXPECT_LE(all.abs().max().item<double>(), 1);
}

TEST_P(Adversarial, ClassesChangeThePicture) {
  const auto family = GetParam().make({1, 16, 16, {"a", "b"}}, true);
  PlainTrainer trainer(*family);
  trainer.run(blobs(4, 1, 16, 16, 2), 2);
  trainer.evaluate();
  EXPECT_EQ(family->classes(), 2);
  Observer silent;
  auto spec = paint_spec(*family, 2);
  spec.latents[1].copy_(spec.latents[0]);
  spec.labels = at::tensor({0, 1}, at::kLong);
  const auto pictures = family->paint(spec, silent);
  EXPECT_FALSE(at::allclose(pictures[0], pictures[1]));
  spec.labels = at::tensor({0, 2}, at::kLong);
  EXPECT_THROW(family->paint(spec, silent), Error);
}

TEST_P(Adversarial, CriticGoesFirst) {
  const auto family = GetParam().make({1, 16, 16, {}}, false);
  PlainTrainer trainer(*family);
  trainer.run(blobs(4, 1, 16, 16), 4);
  EXPECT_EQ(trainer.minimised["discriminator"], 4);
  EXPECT_EQ(trainer.minimised["generator"], 4 / GetParam().critic_steps);
  EXPECT_GT(trainer.reported.at("pairwise_distance_real"), 0);
  EXPECT_EQ(trainer.reported.count("pairwise_distance"), 1);
}

TEST_P(Adversarial, GeneratorsTurnLeavesTheDiscriminatorAlone) {
  const auto family = GetParam().make({1, 16, 16, {}}, false);
  PlainTrainer trainer(*family);
  trainer.run(blobs(4, 1, 16, 16), GetParam().critic_steps);
  for (const auto& network : family->networks())
    for (const auto& p : network.module->named_parameters()) EXPECT_TRUE(p.value().requires_grad()) << p.key();
}

TEST_P(Adversarial, NeedsLabelsToBeConditional) {
  EXPECT_THROW(GetParam().make({1, 16, 16, {}}, true), Error);
}

INSTANTIATE_TEST_SUITE_P(All, Adversarial, testing::ValuesIn(adversarial_cases()),
                         [](const auto& info) { return info.param.name; });

// One pass of the generator serves both turns: its batch norm has seen one batch per step, and with the critic's rate at zero G's
// gradient is that of the very fakes that D saw.
TEST(Gan, OnePassOfTheGeneratorServesBothTurns) {
  const auto family = make_gan({}, {1, 6, 5, {}});
  PlainTrainer trainer(*family);
  trainer.run(blobs(4, 1, 6, 5), 3);
  EXPECT_EQ(family->networks()[0].module->named_buffers()["model.3.num_batches_tracked"].item<int64_t>(), 3);
}

// Without batch norm between them the parts of a batch add up to the batch: here the discriminator.
TEST(Gan, WorksInParts) {
  const auto family = make_gan({}, {1, 6, 5, {}});
  PlainTrainer trainer(*family, 1e-3, 0.5, 2);
  trainer.run(blobs(8, 1, 6, 5), 2);
  EXPECT_TRUE(std::isfinite(trainer.reported.at("g_loss")));
}

TEST(Wgan, ClipsEveryWeightOfTheCritic) {
  auto options = small_networks<WganOptions>();
  const auto family = make_wgan(options, {1, 16, 16, {}});
  PlainTrainer trainer(*family);
  trainer.run(blobs(4, 1, 16, 16), 1);
  for (const auto& p : family->networks()[1].module->parameters()) EXPECT_LE(p.abs().max().item<double>(), 0.01);
}

// Pictures [N,1,16,16] of two classes, a bright blob on black or a dark one on white, each anywhere in the picture.
Batch blobs_of_two_classes(int64_t count) {
  auto batch = blobs(count, 1, 16, 16, 2);
  batch.pictures = at::where(batch.labels.view({-1, 1, 1, 1}) == 0, batch.pictures, -batch.pictures);
  return batch;
}

double variety_within_a_class(const at::Tensor& pictures, const at::Tensor& labels) {
  return objectives::pairwise_distance(pictures.index({labels == 0})).item<double>();
}

// Two classes, each of blobs anywhere: the generator finds many places for them, not one for each class.
TEST(Dcgan, PaintsAClassInManyShapes) {
  at::manual_seed(3);
  DcganOptions options;
  options.generator_features = options.discriminator_features = 8;
  options.conditional = true;
  const auto family = make_dcgan(options, {1, 16, 16, {"bright", "dark"}});
  const auto batch = blobs_of_two_classes(64);
  PlainTrainer trainer(*family, 1e-3);
  trainer.run(batch, 500);
  trainer.evaluate();
  Observer silent;
  auto spec = paint_spec(*family, 64);
  spec.labels = batch.labels;
  const auto painted = family->paint(spec, silent);
  EXPECT_GT(variety_within_a_class(painted, batch.labels), 0.5 * variety_within_a_class(batch.pictures, batch.labels));
  EXPECT_LT(painted.index({batch.labels == 0}).mean().item<double>(), -0.4);
  EXPECT_GT(painted.index({batch.labels == 1}).mean().item<double>(), 0.4);
}

double deviation(const at::Tensor& pictures) {
  return pictures.flatten(1).var(0).mean().sqrt().item<double>();
}

// The label is learned within a few steps, the latent's meaning slowly: a label that starts as heavy as the latent drowns
// it, and each class is painted in one shape (on Fashion-MNIST after 300 steps: an eighth of the data's distance within a class).
TEST(Dcgan, LatentOutweighsTheLabelAtTheStart) {
  at::manual_seed(3);
  dcgan::Config config{1, 28, 28};
  config.classes = 10;
  const auto generator = std::make_shared<dcgan::Generator>(config);
  nn::initialise_dcgan(*generator);
  const int64_t n = 32;
  const auto z = at::randn({n, config.latent}), same_z = at::randn({1, config.latent}).expand({n, -1});
  const auto labels = at::arange(n).remainder(10), same_label = at::zeros({n}, at::kLong);
  const auto painted = generator->forward(at::cat({z, same_z}), at::cat({same_label, labels}));  // one batch, one normalisation
  EXPECT_LT(deviation(painted.narrow(0, n, n)), 0.2 * deviation(painted.narrow(0, 0, n)));
}

// Nor may the label learn faster in the discriminator than shapes do: what a logit asks of its weights is less than what it
// asks of the last convolution.
TEST(Dcgan, DiscriminatorLearnsShapesBeforeLabels) {
  at::manual_seed(3);
  dcgan::Config config{1, 28, 28};
  config.classes = 10;
  const auto discriminator = std::make_shared<dcgan::Discriminator>(config);
  nn::initialise_dcgan(*discriminator);
  const auto pictures = at::randn({20, 1, 28, 28}).clamp(-1, 1);
  discriminator->forward(pictures, at::arange(20).remainder(10)).sum().backward();
  double label = 0, shape = 0;
  for (const auto& p : discriminator->named_parameters()) {
    if (p.key() == "label_emb.weight") label = p.value().grad().norm().item<double>();
    if (p.value().dim() == 4 && p.value().size(0) == 1) shape = p.value().grad().norm().item<double>();
  }
  EXPECT_GT(label, 0);
  EXPECT_LT(label, 0.5 * shape);
}

TEST(Dcgan, RefusesSizesThatDoNotHalve) {
  for (const auto& [height, width] : {std::pair{30, 30}, {8, 8}, {300, 300}})
    EXPECT_THROW(make_dcgan({}, {3, height, width, {}}), Error);
}

TEST(Dcgan, OptionsAreChecked) {
  EXPECT_THROW(from_json<DcganOptions>({{"loss", "wasserstein"}}), Error);
  EXPECT_THROW(from_json<DcganOptions>({{"latent", 0}}), Error);
  EXPECT_THROW(from_json<WganGpOptions>({{"critic-norm", "batch"}}), Error);
  EXPECT_THROW(from_json<GanOptions>({{"generator-features", 8}}), Error);
}

TEST(Balance, HoldsItsTongueWhileTrainingIsYoung) {
  const auto family = make_gan({}, {1, 4, 4, {}});
  PlainTrainer trainer(*family);
  const std::map<std::string, double> collapsed = {{"pairwise_distance", 0.1}, {"pairwise_distance_real", 0.6}};
  trainer.run(blobs(2, 1, 4, 4), 2);
  EXPECT_EQ(family->advice(collapsed), "");
  trainer.skip(300);
  trainer.run(blobs(2, 1, 4, 4), 1);
  EXPECT_NE(family->advice(collapsed), "");
}

// Projection: without a small start its sum over all pixels would drown the other logits.
TEST(WganGp, ConditionalCriticStartsGently) {
  auto options = small_networks<WganGpOptions>();
  options.conditional = true;
  const auto family = make_wgan_gp(options, {1, 28, 28, {"a", "b"}});
  PlainTrainer trainer(*family);
  trainer.run(blobs(4, 1, 28, 28, 2), 1);
  EXPECT_LT(trainer.reported.at("gradient_penalty"), 50);
}

TEST(Balance, SaysWhatIsWrongInPlainWords) {
  const auto says = [](std::map<std::string, double> means, const std::string& start) {
    const auto text = balance_advice(means);
    EXPECT_EQ(text.substr(0, start.size()), start) << text;
  };
  says({{"D(x)", 0.99}, {"D(G(z))", 0.01}, {"d_loss", 0.02}, {"g_loss", 5}}, "D low and G high:");
  says({{"D(x)", 0.3}, {"D(G(z))", 0.7}, {"d_loss", 2.4}, {"g_loss", 0.3}}, "D high and G low:");
  says({{"D(x)", 0.9}, {"D(G(z))", 0.2}, {"d_loss", 0.1}, {"g_loss", 0.1}}, "both low:");
  says({{"pairwise_distance", 0.1}, {"pairwise_distance_real", 0.6}, {"D(x)", 0.6}}, "the painted pictures differ");
  says({{"wasserstein", -0.5}}, "the Wasserstein estimate is negative");
  EXPECT_EQ(balance_advice({{"D(x)", 0.6},
                            {"D(G(z))", 0.4},
                            {"d_loss", 1.2},
                            {"g_loss", 0.9},
                            {"pairwise_distance", 0.6},
                            {"pairwise_distance_real", 0.6}}),
            "");
}

}  // namespace
}  // namespace inkstone
