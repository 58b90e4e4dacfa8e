// Pictures that other networks steer, that tile, or that are enlarged, against diffusers' pipelines (make_guided_pipelines.py).
#include <gtest/gtest.h>

#include "golden/pipeline_reference.hpp"
#include "models/stable_diffusion/adapters/adapter.hpp"
#include "nn/fill.hpp"

namespace inkstone::sd {
namespace {

const Json& guided() {
  static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/guided_pipelines.json"));
  return json;
}

const Json& steering_network(const std::string& name) {
  return guided()["networks"][name];
}

ControlNetModel reference_control(double factor) {
  const auto& golden = steering_network("control");
  auto weights = reference_weights(golden["parameters"]);
  for (auto& [name, tensor] : weights.tensors) tensor = tensor * factor;
  ControlNetModel network(control_net_config_of(golden["config"], "control"));
  nn::fill(*network, weights, {at::kFloat, "control"});
  return network;
}

T2IAdapter reference_adapter() {
  const auto& golden = steering_network("adapter");
  return filled(T2IAdapter(t2i_adapter_config_of(golden["config"], "adapter")), golden);
}

// As make_guided_pipelines.py makes it: the k-th matrix is 0.4 sin(0.7 i + k).
Adapter reference_lora() {
  StateDict weights;
  std::vector<std::string> matrices;  // in the order of their making: down before up, layer by layer
  for (const auto& [name, shape] : guided()["lora"]["parts"].items())
    if (shape.empty())
      weights.tensors[name] = at::scalar_tensor(guided()["lora"]["alpha"].get<double>());
    else
      matrices.push_back(name);
  for (std::size_t k = 0; k < matrices.size(); ++k) {
    const auto shape = guided()["lora"]["parts"][matrices[k]].get<std::vector<int64_t>>();
    weights.tensors[matrices[k]] = 0.4 * wave(shape, 0.7, double(k));
  }
  return to_adapter(weights, "reference");
}

TextualInversion reference_embedding() {
  const auto& golden = guided()["embedding"];
  const int64_t vectors = golden["vectors"], width = 24;
  return {{golden["word"].get<std::string>()}, {{width, 0.3 * wave({vectors, width}, 0.37)}}};
}

at::Tensor shown() {
  return (reference_picture(pipelines()["height"], pipelines()["width"]) + 1) / 2;
}

std::vector<Steering> steering_for(const std::string& name) {
  Steering one;
  one.picture = shown();
  if (name == "adapter") {
    one.adapter = reference_adapter();
    one.strength = 0.7;
    return {one};
  }
  if (name.find("control") == std::string::npos) return {};
  one.control = reference_control(1);
  one.strength = name == "control of some steps" ? 1 : 0.8;
  if (name == "control of some steps") one.start = 0.25, one.end = 0.75;
  if (name != "two controls") return {one};
  Steering two;
  two.control = reference_control(0.9);
  two.picture = shown().flip({3});
  two.strength = 0.5;
  return {one, two};
}

Brief guided_brief(const std::string& name) {
  const auto& all = pipelines();
  Brief brief;
  brief.prompt = all["prompt"];
  brief.negative_prompt = all["negative"];
  brief.extent = {all["width"], all["height"]};
  brief.seeds = {all["seed"].get<uint64_t>()};
  brief.steps = all["steps"];
  brief.guidance = all["guidance"];
  brief.steering = steering_for(name);
  if (name == "embedding") brief.prompt = "a " + guided()["embedding"]["word"].get<std::string>() + " in the snow";
  if (name == "seamless") brief.codec.wrapping = {true, true};
  if (name == "seamless in x") brief.codec.wrapping = {true, false};
  if (name == "high resolution") brief.high_resolution = HighResolution{.scale = 2, .strength = 0.6};
  return brief;
}

// Every 13th value is kept, of the enlarged picture every 52nd.
double decibels_of(const std::string& name, const at::Tensor& picture, const Json& values) {
  return name == "high resolution" ? psnr_of(picture, values, 52) : psnr_of(picture, values);
}

class GuidedPipelines : public testing::TestWithParam<std::string> {};

TEST_P(GuidedPipelines, PaintDiffusersPicture) {
  const auto& name = GetParam();
  Silence silence;
  auto checkpoint = checkpoint_for(pipelines()["cases"]["euler"]);
  const auto adapter = reference_lora();
  if (name == "lora")
    checkpoint = with_adapters(checkpoint, {{&adapter, guided()["lora"]["strength"], guided()["lora"]["strength"]}});
  Painter painter(checkpoint, at::kFloat);
  if (name == "embedding") painter.insert(reference_embedding());
  const double decibels = decibels_of(name, painter.paint(guided_brief(name), silence).pictures[0], guided()["cases"][name]);
  RecordProperty("decibels", std::to_string(decibels));
  EXPECT_GE(decibels, 45);
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& [name, values] : guided()["cases"].items()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, GuidedPipelines, testing::ValuesIn(case_names()), [](const auto& info) {
  std::string name;
  for (const char c : info.param) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
});

}  // namespace
}  // namespace inkstone::sd
