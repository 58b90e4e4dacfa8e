// Loss and gradients of what trains beside a small Stable Diffusion 1 network, against PyTorch on diffusers' modules
// (make_personal.py). The U-Net in float64 on both sides: through these weights a rounding of float32 grows a thousandfold.
#include "families/personal/stable_diffusion_family.hpp"

#include <gtest/gtest.h>

#include "families/personal/low_rank_set.hpp"
#include "golden/pipeline_reference.hpp"

namespace inkstone {
namespace {

using sd::Json;

const Json& golden() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/personal.json"));
  return json;
}

StableDiffusionFamily small_family(bool velocity, double min_snr) {
  auto checkpoint = sd::checkpoint_for(sd::pipelines()["cases"]["euler"]);
  if (velocity) checkpoint.scheduler.prediction = sd::Prediction::v;
  return {checkpoint, {.model = {}, .min_snr = min_snr}, {3, 64, 96, {}}};
}

// As make_personal.py draws them.
at::Tensor loss_of_golden(StableDiffusionFamily& family, const AsBefore& before = {}) {
  family.unet()->to(at::kDouble);
  const auto wave = [](double step) { return sd::wave({2, 4, 8, 12}, step).to(at::kFloat).to(at::kDouble); };
  const auto x0 = wave(0.31), epsilon = wave(12.9898);
  return family.loss_at(x0, at::tensor(golden()["times"].get<std::vector<int64_t>>(), at::kLong), epsilon,
                        golden()["captions"].get<std::vector<std::string>>(), before);
}

LowRankSet golden_set(StableDiffusionFamily& family) {
  auto text = family.conditioner().networks().front();
  family.forget_texts(true);
  const std::vector<PersonalBase::Part> parts = {{"lora_unet_", family.unet().get(), false}, {"lora_te_", text.get(), true}};
  LowRankSet set(parts, golden()["rank"].get<int64_t>(), golden()["alpha"].get<double>(), Reach::attention);
  const at::NoGradGuard fixed;
  std::map<std::string, at::Tensor> ordered;  // layer by layer, down before up
  for (const auto& item : set->named_parameters()) ordered[item.key()] = item.value();
  int64_t k = 0;
  for (auto& [name, matrix] : ordered) matrix.copy_(0.4 * sd::wave(matrix.sizes(), 0.7, double(k++)));
  set->to(at::kDouble);
  return set;
}

double worst(const at::Tensor& gradient, const Json& wanted, int64_t stride) {
  const auto all = gradient.flatten().to(at::kDouble);
  const auto got = all.index_select(0, at::arange(0, all.numel(), stride, at::kLong));
  const auto reference = at::tensor(wanted.get<std::vector<double>>(), at::kDouble);
  return ((got - reference).norm() / reference.norm().clamp_min(1e-12)).item<double>();
}

void expect_losses(const at::Tensor& losses, const std::string& name) {
  const auto wanted = golden()["cases"][name]["losses"].get<std::vector<double>>();
  for (std::size_t k = 0; k < wanted.size(); ++k)
    EXPECT_NEAR(losses[int64_t(k)].item<double>(), wanted[k], 1e-4 * wanted[k]) << name;
}

class PersonalGolden : public testing::TestWithParam<std::string> {};

TEST_P(PersonalGolden, LossAndGradientsOfLowRankMatrices) {
  const auto& name = GetParam();
  auto family = small_family(name.starts_with("v"), name.ends_with("min-snr") ? golden()["gamma"].get<double>() : 0);
  auto set = golden_set(family);
  const auto losses = loss_of_golden(family);
  expect_losses(losses, name);
  losses.mean().backward();
  const auto& gradients = golden()["cases"][name]["gradients"];
  const auto matrices = set->named_parameters();
  if (!gradients.empty()) {
    EXPECT_EQ(gradients.size(), matrices.size());
  }
  for (const auto& [key, wanted] : gradients.items()) {
    ASSERT_TRUE(matrices.contains(key)) << key;
    ASSERT_TRUE(matrices[key].grad().defined()) << key;
    EXPECT_LT(worst(matrices[key].grad(), wanted, 3), 1e-4) << key;
  }
}

INSTANTIATE_TEST_SUITE_P(All, PersonalGolden, testing::Values("epsilon", "v with min-snr", "epsilon with min-snr"),
                         [](const auto& info) {
                           std::string name;
                           for (const char c : info.param) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
                           return name;
                         });

// Answers are linear in a small change, so how far they have moved is quadratic in it.
TEST(PersonalGolden, DriftFromFormerAnswers) {
  auto family = small_family(false, 0);
  auto set = golden_set(family);
  const auto drift = [&](double factor) {
    const at::NoGradGuard fixed;
    for (auto& item : set->named_parameters())
      if (item.key().ends_with("lora_up.weight")) item.value().mul_(factor);
    return loss_of_golden(family, [&](const auto& ask) { set->take_off(), ask(), set->put_on(); });
  };
  const auto whole = drift(1e-4), half = drift(0.5), none = drift(0);
  EXPECT_TRUE(at::allclose(whole / half, at::full_like(whole, 4), 1e-3)) << whole / half;
  EXPECT_EQ(none.abs().max().item<double>(), 0);
  EXPECT_GT(loss_of_golden(family).min().item<double>(), 0.01);
}

TEST(PersonalGolden, LossAndGradientOfAWord) {
  auto family = small_family(false, 0);
  family.forget_texts(true);
  const auto vectors = (0.3 * sd::wave({golden()["vectors"].get<int64_t>(), 24}, 0.37)).to(at::kFloat).requires_grad_();
  family.conditioner().insert({{"<mine>"}, {{24, vectors}}});
  const auto losses = loss_of_golden(family);
  expect_losses(losses, "word");
  losses.mean().backward();
  EXPECT_LT(worst(vectors.grad(), golden()["cases"]["word"]["gradient"], 1), 1e-3);
}

}  // namespace
}  // namespace inkstone
