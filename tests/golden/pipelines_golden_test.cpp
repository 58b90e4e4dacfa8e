// Whole pictures against diffusers' pipelines: words and a seed in, pixels out (make_pipelines.py).
#include <cmath>
#include <map>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "golden/stable_diffusion_reference.hpp"
#include "models/stable_diffusion/diffusers_folder.hpp"
#include "sample/stable_diffusion/painter.hpp"

namespace inkstone::sd {
namespace {

const Json& pipelines() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/pipelines.json"));
  return json;
}

const Json& network(const std::string& name) {
  return pipelines()["networks"][name];
}

// Made once: the embeddings of CLIP's vocabulary are large.
const StateDict& weights_of(const std::string& name) {
  static std::map<std::string, StateDict> made;
  const auto found = made.find(name);
  return found != made.end() ? found->second : made[name] = reference_weights(network(name)["parameters"]);
}

TextEncoderPart text_part(const std::string& name) {
  return {parse_clip_text_config(network(name)["config"].dump()), weights_of(name)};
}

Checkpoint checkpoint_for(const Json& test) {
  const auto unet = test.value("unet", "unet");
  Checkpoint checkpoint;
  checkpoint.path = "reference";
  checkpoint.unet_config = unet_config_of(network(unet)["config"], unet);
  checkpoint.unet = weights_of(unet);
  checkpoint.autoencoder_config = autoencoder_config_of(network("vae")["config"], "vae");
  checkpoint.autoencoder = weights_of("vae");
  checkpoint.text.push_back(text_part("text"));
  if (unet == "xl") {
    checkpoint.version = Version::sdxl;
    checkpoint.text.push_back(text_part("text 2"));
    checkpoint.zeros_for_empty_prompt = true;
  }
  checkpoint.scheduler = scheduler_settings_of(test["scheduler"], "scheduler");
  return checkpoint;
}

// As make_pipelines.py draws them.
at::Tensor grid(int64_t along, int64_t height, int64_t width) {
  const auto x = at::arange(width, at::kDouble).view({1, width}).expand({height, width}),
             y = at::arange(height, at::kDouble).view({height, 1}).expand({height, width});
  return along == 0 ? x : y;
}

at::Tensor reference_picture(int64_t h, int64_t w) {
  const auto x = grid(0, h, w), y = grid(1, h, w);
  const auto rgb = at::stack({127 + 120 * (x * 0.07).sin(), 127 + 120 * (y * 0.09).cos(), 127 + 120 * ((x + y) * 0.05).sin()});
  return (rgb.floor().to(at::kFloat) / 255 * 2 - 1).unsqueeze(0);
}

at::Tensor reference_mask(int64_t h, int64_t w) {
  const auto x = grid(0, h, w), y = grid(1, h, w);
  return (x.ge(32) * x.lt(80) * y.ge(16)).to(at::kFloat).view({1, 1, h, w});
}

Brief brief_for(const std::string& name) {
  const auto& all = pipelines();
  Brief brief;
  brief.prompt = all["prompt"];
  brief.negative_prompt = name == "XL, no negative prompt" ? "" : all["negative"];
  brief.extent = {all["width"], all["height"]};
  brief.seeds = {all["seed"].get<uint64_t>()};
  brief.steps = all["steps"];
  brief.guidance = name == "no guidance" || name == "clip skip" ? 1.0 : all["guidance"].get<double>();
  if (name == "v prediction") brief.guidance_rescale = 0.7;
  if (name == "clip skip") brief.text.skip = 1;
  if (name == "tcd") brief.eta = 0;  // as the pipeline asks for, where its scheduler alone would draw noise
  if (name == "from a picture") brief.strength = 0.6;
  if (name == "from a picture" || name == "inpainting" || name == "instruct")
    brief.picture = reference_picture(brief.extent.height, brief.extent.width);
  if (name == "inpainting") brief.mask = reference_mask(brief.extent.height, brief.extent.width);
  brief.keep_outside = false;  // diffusers leaves what lies outside the mask as the decoder gives it
  return brief;
}

// Decibels, over the values that are kept.
double psnr_of(const at::Tensor& picture, const Json& values) {
  const auto got = ((picture + 1) / 2).permute({1, 2, 0}).contiguous().flatten().to(at::kDouble);
  const auto wanted = at::tensor(values.get<std::vector<double>>(), at::kDouble);
  const auto kept = got.index_select(0, at::arange(0, got.numel(), 13, at::kLong));
  return -10 * std::log10((kept - wanted).square().mean().item<double>());
}

struct Silence : Observer {};

class Pipelines : public testing::TestWithParam<std::string> {};

TEST_P(Pipelines, PaintDiffusersPicture) {
  const auto& test = pipelines()["cases"][GetParam()];
  Silence silence;
  Painter exact(checkpoint_for(test), at::kFloat);
  const auto result = exact.paint(brief_for(GetParam()), silence);
  const double decibels = psnr_of(result.pictures[0], test["values"]);
  RecordProperty("decibels", std::to_string(decibels));
  EXPECT_GE(decibels, 45) << result.solver << " on " << result.schedule;
}

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const auto& [name, test] : pipelines()["cases"].items()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, Pipelines, testing::ValuesIn(names()), [](const auto& info) {
  std::string name;
  for (const char c : info.param) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
});

TEST(PipelinesInReducedPrecision, StayWithinThirtyDecibels) {
  Silence silence;
  const auto& test = pipelines()["cases"]["euler"];
  Painter rough(checkpoint_for(test), at::kBFloat16);
  EXPECT_GE(psnr_of(rough.paint(brief_for("euler"), silence).pictures[0], test["values"]), 30);
}

TEST(PipelinesInBatches, PaintEachPictureAsAlone) {
  Silence silence;
  Painter painter(checkpoint_for(pipelines()["cases"]["euler_a"]), at::kFloat);
  auto brief = brief_for("euler_a");
  brief.seeds = {5, 6, 7};
  const auto together = painter.paint(brief, silence).pictures;
  brief.seeds = {6};
  const auto alone = painter.paint(brief, silence).pictures;
  EXPECT_LT((together[1] - alone[0]).square().mean().item<double>(), 1e-6);  // 60 dB
}

}  // namespace
}  // namespace inkstone::sd
