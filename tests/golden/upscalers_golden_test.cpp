// Networks that upscale and restore against PyTorch (make_upscalers.py): weights by formula, and the published ones where they
// are on this machine.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <regex>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "catalogue/places.hpp"
#include "core/files.hpp"
#include "models/dncnn/dncnn.hpp"
#include "models/esrgan/rrdb.hpp"
#include "models/srvgg/srvgg_file.hpp"
#include "transform/open.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double kParity = 1e-4;

const StateDict& expected() {
  static const StateDict tensors = read_safetensors(fs::path(INKSTONE_SOURCE_DIR "/tests/golden/data/upscalers.safetensors"));
  return tensors;
}

std::vector<json> cases_of(const std::string& kind) {
  std::vector<json> found;
  const auto goldens = json::parse(read_file(INKSTONE_SOURCE_DIR "/tests/golden/upscalers.json"));
  for (const auto& one : goldens.at("cases"))
    if (one["kind"] == kind) found.push_back(one);
  EXPECT_FALSE(found.empty());
  return found;
}

// The formulas of make_upscalers.py.
at::Tensor formula_weight(const std::string& name, at::IntArrayRef shape, bool slope) {
  int64_t phase = 0, count = 1;
  for (const unsigned char byte : name) phase += byte;
  for (const auto side : shape) count *= side;
  const auto wave = at::sin(0.37 * at::arange(double(count), at::kDouble).square() + double(phase % 97));
  const double amount = shape.size() == 4 ? 1.5 / std::sqrt(double(shape[1] * shape[2] * shape[3])) : 0.05;
  return (amount * wave + (slope ? 0.2 : 0)).to(at::kFloat).view(shape);
}

StateDict formula_weights_of(const torch::nn::Module& network) {
  StateDict weights;
  for (const auto& item : network.named_parameters()) {
    const bool slope = item.value().dim() == 1 && item.key().ends_with("weight");
    weights.tensors[item.key()] = formula_weight(item.key(), item.value().sizes(), slope);
  }
  return weights;
}

at::Tensor formula_picture(int64_t height, int64_t width) {
  const auto y = at::arange(double(height), at::kDouble).view({-1, 1}), x = at::arange(double(width), at::kDouble);
  std::vector<at::Tensor> channels;
  for (int c = 0; c < 3; ++c) channels.push_back(0.5 + 0.5 * at::sin((0.3 + 0.1 * c) * x + 0.21 * y * (c + 1)));
  return at::stack(channels).to(at::kFloat).unsqueeze(0);
}

at::Tensor picture_of(const json& one) {
  return formula_picture(one["height"], one["width"]);
}

// Over the largest value, where that is above 1.
double largest_error(const at::Tensor& got, const std::string& name) {
  const auto& want = expected().at(name);
  if (got[0].sizes() != want.sizes()) return INFINITY;
  return (got[0] - want).abs().max().item<double>() / std::max(1.0, want.abs().max().item<double>());
}

RrdbConfig rrdb_config(const json& one) {
  RrdbConfig config;
  config.features = one["features"];
  config.growth = one["growth"];
  config.blocks = one["blocks"];
  config.unshuffle = one["unshuffle"];
  config.enlargements = one["enlargements"];
  return config;
}

StateDict renamed(const StateDict& weights, const std::vector<std::pair<std::string, std::string>>& rules) {
  StateDict result;
  for (const auto& [name, tensor] : weights.tensors) {
    auto text = name;
    for (const auto& [pattern, by] : rules) text = std::regex_replace(text, std::regex(pattern), by);
    result.tensors[text] = tensor;
  }
  return result;
}

TEST(Upscalers, RrdbEqualsPyTorchUnderAllItsNames) {
  const at::NoGradGuard frozen;
  for (const auto& one : cases_of("rrdb")) {
    const auto weights = formula_weights_of(*RrdbNet(rrdb_config(one)));
    const std::string name = one["name"];
    auto network = make_rrdb(weights);
    EXPECT_EQ(network->config.unshuffle, one["unshuffle"]);
    EXPECT_LT(largest_error(network->forward(picture_of(one)), name), kParity) << name;
    const auto esrgan = renamed(weights, {{"^body\\.", "RRDB_trunk."},
                                          {"rdb", "RDB"},
                                          {"^conv_body", "trunk_conv"},
                                          {"^conv_up", "upconv"},
                                          {"^conv_hr", "HRconv"}});
    EXPECT_LT(largest_error(make_rrdb(esrgan)->forward(picture_of(one)), name), kParity) << name;
    const auto first = renamed(weights, {{"^body\\.(\\d+)\\.rdb(\\d)\\.conv(\\d)", "model.1.sub.$1.RDB$2.conv$3.0"},
                                         {"^conv_body", "model.1.sub.23"},
                                         {"^conv_first", "model.0"},
                                         {"^conv_up1", "model.3"},
                                         {"^conv_up2", "model.6"},
                                         {"^conv_hr", "model.8"},
                                         {"^conv_last", "model.10"}});
    EXPECT_LT(largest_error(make_rrdb(first)->forward(picture_of(one)), name), kParity) << name;
  }
}

TEST(Upscalers, CompactNetworkEqualsPyTorch) {
  const at::NoGradGuard frozen;
  for (const auto& one : cases_of("srvgg")) {
    const SrvggConfig config{.features = one["features"], .convolutions = one["convolutions"], .scale = one["scale"]};
    auto network = make_srvgg(formula_weights_of(*SrvggNet(config)));
    EXPECT_EQ(network->config.scale, config.scale);
    EXPECT_EQ(network->config.activation, "prelu");
    EXPECT_LT(largest_error(network->forward(picture_of(one)), one["name"]), kParity);
  }
}

TEST(Upscalers, TrainingAndPackedPathsOfTheCompactNetworkAgree) {
  torch::manual_seed(3);
  for (const char* activation : {"prelu", "leaky-relu", "relu"}) {
    SrvggNet network(
        SrvggConfig{.features = 8, .convolutions = 2, .scale = 2, .unshuffle = 2, .activation = activation, .base = "bicubic"});
    const auto picture = formula_picture(12, 16);
    const auto trains = network->forward(picture).detach();
    const at::NoGradGuard frozen;
    EXPECT_LT((network->forward(picture) - trains).abs().max().item<double>(), 1e-5) << activation;
    EXPECT_LT((network->forward(picture, at::kBFloat16) - trains).abs().max().item<double>(), 0.02) << activation;
    for (auto& parameter : network->parameters()) parameter.mul_(0.5);  // packed anew
    const at::AutoGradMode gradients(true);
    const auto changed = network->forward(picture).detach();
    const at::NoGradGuard again;
    EXPECT_LT((network->forward(picture) - changed).abs().max().item<double>(), 1e-5) << activation;
  }
}

TEST(Upscalers, DncnnCleansEveryChannelAsPyTorch) {
  const at::NoGradGuard frozen;
  for (const auto& one : cases_of("dncnn")) {
    auto network = make_dncnn(formula_weights_of(*Dncnn(DncnnConfig{1, one["features"], one["convolutions"]})));
    EXPECT_LT(largest_error(network->forward(picture_of(one)), one["name"]), kParity);
  }
}

TEST(Upscalers, PublishedModelsEqualPyTorch) {
  const auto models = Places::from_environment().models();
  int compared = 0;
  for (const auto& one : cases_of("published")) {
    const std::string name = one["name"];
    const auto model = models / name;
    if (!fs::exists(model)) continue;
    const auto picture = picture_of(one);
    EXPECT_LT(largest_error(transform::open({model})->forward(picture), name), kParity) << name;
    const auto narrow = transform::open({model}, {at::kBFloat16})->forward(picture);
    EXPECT_LT((narrow[0] - expected().at(name)).abs().mean().item<double>(), 0.01) << name;
    ++compared;
  }
  if (compared == 0) GTEST_SKIP() << "no published model on this machine; inkstone models pull esrgan-medium/x2";
}

}  // namespace
}  // namespace inkstone
