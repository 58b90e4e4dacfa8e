// CLIP's picture encoder, a whole CLIP model and Stable Diffusion's safety checker against transformers and diffusers, by
// make_clip_vision.py.
#include <filesystem>

#include <gtest/gtest.h>
#include <torch/types.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "core/scratch_folder.hpp"
#include "golden/formula_weights.hpp"
#include "inkstone/error.hpp"
#include "models/clip/clip_model.hpp"
#include "models/clip/safety_checker.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;

const Json& goldens() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/clip_vision.json"));
  return json;
}

// formula() of make_clip_vision.py.
at::Tensor formula_pictures(int64_t count, int64_t side) {
  std::vector<at::Tensor> pictures;
  for (int64_t n = 0; n < count; ++n)
    pictures.push_back(at::sin(at::arange(3 * side * side, at::kDouble) * (0.9 + 0.53 * double(n))).view({3, side, side}));
  return at::stack(pictures).to(at::kFloat);
}

ClipVisionConfig small_config(const std::string& activation = "quick_gelu") {
  auto json = goldens()["vision"];
  json["hidden_act"] = activation;
  return clip_vision_config_of(json, "the golden");
}

at::Tensor numbers(const Json& list, std::vector<int64_t> shape) {
  return at::tensor(list.get<std::vector<double>>(), at::kFloat).view(shape);
}

TEST(ClipVision, SeesAsTransformersDoes) {
  for (const char* activation : {"quick_gelu", "gelu"}) {
    const auto config = small_config(activation);
    auto network = to_clip_vision(formula_weights(*ClipVision(config)), config, "the golden");
    EXPECT_LT(error_of(network(formula_pictures(2, 28)), goldens()["seen"][activation]), 1e-5) << activation;
  }
}

TEST(ClipVision, NamesWhatAFileLacks) {
  const auto config = small_config();
  auto weights = formula_weights(*ClipVision(config));
  weights.tensors.erase("vision_model.post_layernorm.bias");
  EXPECT_THROW(to_clip_vision(weights, config, "broken"), Error);
  EXPECT_THROW(clip_vision_config_of(Json{{"hidden_size", 30}, {"num_attention_heads", 4}}, "odd"), Error);
  EXPECT_THROW(clip_vision_config_of(Json{{"hidden_act", "relu"}}, "odd"), Error);
}

TEST(ClipPixels, CutTheMiddleOutAndNormalise) {
  auto picture = at::zeros({1, 3, 60, 100});
  picture.narrow(3, 20, 60).fill_(1);  // the middle square
  const auto pixels = clip_pixels(picture, 28);
  EXPECT_EQ(pixels.sizes().vec(), (std::vector<int64_t>{1, 3, 28, 28}));
  EXPECT_NEAR(pixels[0][0][14][14].item<float>(), (1 - 0.48145466) / 0.26862954, 1e-5);
  EXPECT_NEAR(clip_pixels(at::zeros({1, 3, 40, 28}), 28)[0][2][3][3].item<float>(), -0.40821073 / 0.27577711, 1e-5);
}

TEST(ClipModel, ThinksOfTextsAsTransformersDoes) {
  const auto& golden = goldens()["whole"];
  const ScratchFolder folder(std::filesystem::temp_directory_path(), "inkstone-clip-");
  auto text_json = golden["config"]["text_config"];
  text_json["architectures"] = {"CLIPTextModelWithProjection"};
  auto weights = formula_weights(*ClipVision(small_config()));
  weights.tensors.merge(formula_weights(*ClipText(parse_clip_text_config(text_json.dump()))).tensors);
  weights.tensors["logit_scale"] = at::full({}, golden["logit_scale"].get<double>(), at::kFloat);
  write_safetensors(folder.path() / "model.safetensors", weights);
  write_file_atomic(folder.path() / "config.json", as_bytes(golden["config"].dump()));

  ClipModel model(folder.path());
  const auto texts = model.read(golden["texts"].get<std::vector<std::string>>());
  auto vision = to_clip_vision(weights, small_config(), "the golden");
  for (int64_t i = 0; i < 2; ++i) {
    const auto view = vision(formula_pictures(2, 28))[i];
    const auto got = model.probabilities(view / view.norm(), texts);
    EXPECT_LT((got - numbers(golden["probabilities"][std::size_t(i)], {3})).abs().max().item<double>(), 1e-5);
  }
  EXPECT_NEAR(model.see(at::rand({1, 3, 40, 50})).norm().item<double>(), 1, 1e-5);
}

TEST(SafetyChecker, FindsWhatDiffusersFinds) {
  const auto& golden = goldens()["safety"];
  const auto config = small_config();
  auto tower = formula_weights(*ClipVision(config));
  StateDict weights;
  for (const auto& [name, tensor] : tower.tensors)
    weights.tensors[name.starts_with("vision_model.") ? "vision_model." + name : name] = tensor;  // as its files name them
  weights.tensors["concept_embeds"] = numbers(golden["concepts"], {17, 24});
  weights.tensors["concept_embeds_weights"] = numbers(golden["concept_thresholds"], {17});
  weights.tensors["special_care_embeds"] = numbers(golden["special"], {3, 24});
  weights.tensors["special_care_embeds_weights"] = numbers(golden["special_thresholds"], {3});
  SafetyChecker checker(weights, config, "the golden");
  EXPECT_EQ(checker.find(formula_pictures(golden["pictures"], 28)), golden["found"].get<std::vector<bool>>());

  weights.tensors.erase("special_care_embeds");
  EXPECT_THROW(SafetyChecker(weights, config, "broken"), Error);
}

}  // namespace
}  // namespace inkstone
