// The classic generative networks against plain PyTorch modules: names, shapes, outputs in both modes, gradients and running
// statistics, from make_families.py.
#include <cmath>

#include <gtest/gtest.h>
#include <torch/nn.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "models/autoencoder/autoencoder.hpp"
#include "models/dcgan/dcgan.hpp"
#include "models/gan/gan.hpp"

namespace inkstone {
namespace {

using Json = nlohmann::json;
using Call = std::function<at::Tensor(const at::Tensor& x, const at::Tensor& labels)>;

constexpr double kTolerance = 2e-4;  // relative to the norm, float32 against float64

struct Subject {
  std::shared_ptr<torch::nn::Module> module;
  Call call;
};

template <class Network, class Config>
Subject subject(const Config& config) {
  const auto network = std::make_shared<Network>(config);
  return {network, [network](const at::Tensor& x, const at::Tensor& labels) { return network->forward(x, labels); }};
}

Subject coder(const autoencoder::Config& config) {
  const auto network = std::make_shared<autoencoder::Autoencoder>(config);
  return {network, [network](const at::Tensor& x, const at::Tensor& labels) {
            const auto code = network->encode(x, labels);
            const auto z = code.log_variance.defined() ? code.mean + 0.1 * code.log_variance : code.mean;
            return network->decode(z, labels);
          }};
}

dcgan::Config critic_of_32x48() {
  dcgan::Config config{3, 32, 48, 6, 4, 4};
  config.discriminator_norm = nn::Norm::layer;
  return config;
}

dcgan::Config spectral_32x32() {
  dcgan::Config config{3, 32, 32, 6, 4, 4};
  config.discriminator_norm = nn::Norm::none;
  config.spectral = true;
  return config;
}

autoencoder::Config vae_of_classes() {
  autoencoder::Config config{3, 32, 48, 5, 4, 3};
  config.variational = true;
  return config;
}

std::map<std::string, Subject> subjects() {
  const gan::Config tutorial, classes{3, 4, 5, 10, 3};
  const dcgan::Config square{3, 64, 64, 20, 8, 8}, small{1, 28, 28, 6, 4, 4, 3}, wide{3, 32, 48, 6, 4, 4};
  return {{"gan generator", subject<gan::Generator>(tutorial)},
          {"gan discriminator", subject<gan::Discriminator>(tutorial)},
          {"gan generator of classes", subject<gan::Generator>(classes)},
          {"gan discriminator of classes", subject<gan::Discriminator>(classes)},
          {"dcgan generator 64x64", subject<dcgan::Generator>(square)},
          {"dcgan discriminator 64x64", subject<dcgan::Discriminator>(square)},
          {"dcgan generator 28x28 of classes", subject<dcgan::Generator>(small)},
          {"dcgan discriminator 28x28 of classes", subject<dcgan::Discriminator>(small)},
          {"dcgan generator 32x48", subject<dcgan::Generator>(wide)},
          {"dcgan critic 32x48 layer", subject<dcgan::Discriminator>(critic_of_32x48())},
          {"dcgan discriminator 32x32 spectral", subject<dcgan::Discriminator>(spectral_32x32())},
          {"autoencoder 28x28", coder(autoencoder::Config{1, 28, 28, 5, 4})},
          {"vae 32x48 of classes", coder(vae_of_classes())}};
}

// make_families.py's formula.
at::Tensor wave(at::IntArrayRef shape, int64_t p, double centre, double scale) {
  const auto k = at::arange(c10::multiply_integers(shape), at::kDouble);
  const auto hashed = 43758.5453 * at::sin(12.9898 * k + 78.233 * double(p));
  return (centre + scale * (2 * (hashed - hashed.floor()) - 1)).view(shape);
}

bool ends_with(const std::string& name, const std::string& end) {
  return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

std::map<std::string, at::Tensor> state_of(const torch::nn::Module& module) {
  std::map<std::string, at::Tensor> state;
  for (const auto& p : module.named_parameters()) state[p.key()] = p.value();
  for (const auto& b : module.named_buffers())
    if (b.key().rfind("code_", 0) != 0) state[b.key()] = b.value();  // ours alone: what a plain autoencoder paints from
  return state;
}

void fill_one(const std::string& name, at::Tensor t, int64_t p) {
  const bool vector = ends_with(name, "weight_u") || ends_with(name, "weight_v");
  double centre = 0, scale = t.dim() == 1 ? 0.1 : std::sqrt(2.0 / (double(t.numel()) / double(t.size(0))));
  if (vector || ends_with(name, "running_var") || (ends_with(name, "weight") && t.dim() == 1)) centre = 1, scale = 0.3;
  t.copy_(wave(t.sizes(), p, centre, scale));
  if (vector) t.div_(t.norm());
}

void fill(torch::nn::Module& module) {
  const at::NoGradGuard frozen;
  int64_t p = 0;
  for (auto& [name, tensor] : state_of(module))
    if (name.find("num_batches") == std::string::npos) fill_one(name, tensor, p++);
}

void expect_summary(const at::Tensor& got, const Json& expected) {
  const auto t = got.detach().flatten().to(at::kDouble);
  const double norm = expected["norm"].get<double>();
  EXPECT_NEAR(t.norm().item<double>(), norm, kTolerance * norm);
  EXPECT_NEAR(t.sum().item<double>(), expected["sum"].get<double>(), kTolerance * norm * std::sqrt(double(t.numel())));
  const int64_t step = std::max<int64_t>(1, t.numel() / 8);
  int64_t k = 0;
  for (const auto& value : expected["some"]) EXPECT_NEAR(t[step * k++].item<double>(), value.get<double>(), kTolerance * norm);
}

class Families : public testing::TestWithParam<std::string> {
 protected:
  static const Json& goldens() {
    static const Json json = Json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/families.json"));
    return json;
  }
  const Json& golden() const { return goldens().at(GetParam()); }
  at::Tensor input() const {
    const auto shape = golden()["input"].get<std::vector<int64_t>>();
    return wave(shape, 100, 0, shape.size() == 2 ? 1.0 : 0.9).to(at::kFloat);
  }
  at::Tensor labels() const { return at::tensor(golden()["labels"].get<std::vector<int64_t>>(), at::kLong); }
};

TEST_P(Families, EqualsPyTorch) {
  const auto [module, call] = subjects().at(GetParam());
  fill(*module);
  module->eval();
  {
    const at::NoGradGuard frozen;
    expect_summary(call(input(), labels()), golden()["evaluated"]);
  }
  module->train();
  const auto y = call(input(), labels());
  expect_summary(y, golden()["trained"]);
  y.square().mean().backward();
  for (const auto& p : module->named_parameters()) {
    const double norm = golden()["gradients"].at(p.key()).get<double>();
    EXPECT_NEAR(p.value().grad().norm().item<double>(), norm, 2 * kTolerance * norm + 1e-7) << p.key();
  }
  const auto state = state_of(*module);
  for (const auto& [name, norm] : golden()["means"].items())
    EXPECT_NEAR(state.at(name).norm().item<double>(), norm.get<double>(), kTolerance * norm.get<double>()) << name;
}

TEST_P(Families, NamesAndShapesArePyTorchs) {
  std::map<std::string, std::vector<int64_t>> got;
  for (const auto& [name, tensor] : state_of(*subjects().at(GetParam()).module)) got[name] = tensor.sizes().vec();
  EXPECT_EQ(got, golden()["shapes"].get<decltype(got)>());
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& [name, subject] : subjects()) all.push_back(name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, Families, testing::ValuesIn(names()), [](const auto& info) {
  auto name = info.param;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
});

}  // namespace
}  // namespace inkstone
