// The optimisers against torch::optim's, and their state through a file.
#include "train/optimizer.hpp"

#include <functional>

#include <gtest/gtest.h>
#include <torch/optim.h>

namespace inkstone {
namespace {

using Reference = std::function<std::unique_ptr<torch::optim::Optimizer>(std::vector<at::Tensor>)>;

std::vector<at::Tensor> start() {
  return {at::linspace(-1, 1, 12).reshape({3, 4}).requires_grad_(), at::linspace(0.5, 2, 5).requires_grad_(),
          at::ones({2}).requires_grad_()};
}

// A loss whose gradient depends on the values; the third parameter gets none in every other step.
at::Tensor loss_of(const std::vector<at::Tensor>& p, int step) {
  at::Tensor loss = (p[0] * (step + 1)).sin().sum() + p[1].pow(3).sum() * 0.1;
  return step % 2 == 0 ? loss + p[2].square().sum() : loss;
}

void expect_same_path(const LoopOptions& options, const Reference& reference) {
  auto ours = start(), theirs = start();
  std::vector<NamedParameter> named;
  for (std::size_t k = 0; k < ours.size(); ++k) named.push_back({"p" + std::to_string(k), ours[k]});
  auto optimizer = make_optimizer(options, named);
  auto expected = reference(theirs);
  for (int step = 0; step < 25; ++step) {
    optimizer->clear_gradients();
    loss_of(ours, step).backward();
    optimizer->step(options.learning_rate);
    for (auto& tensor : theirs) tensor.mutable_grad().reset();
    loss_of(theirs, step).backward();
    expected->step();
  }
  // torch counts steps per parameter, this project per network: the third parameter is left out for the comparison
  for (int k : {0, 1})
    EXPECT_TRUE(at::allclose(ours[k], theirs[k], 1e-5, 1e-6)) << options.optimizer << " " << (ours[k] - theirs[k]).abs().max();
}

LoopOptions base(const std::string& name) {
  LoopOptions options;
  options.optimizer = name;
  options.learning_rate = 0.01;
  options.beta1 = 0.8;
  options.beta2 = 0.95;
  options.weight_decay = 0.1;
  return options;
}

TEST(Optimizer, AdamIsTorchs) {
  expect_same_path(base("adam"), [](auto p) {
    return std::make_unique<torch::optim::Adam>(p, torch::optim::AdamOptions(0.01).betas({0.8, 0.95}).weight_decay(0.1));
  });
}

TEST(Optimizer, AdamWIsTorchs) {
  expect_same_path(base("adamw"), [](auto p) {
    return std::make_unique<torch::optim::AdamW>(p, torch::optim::AdamWOptions(0.01).betas({0.8, 0.95}).weight_decay(0.1));
  });
}

TEST(Optimizer, SgdIsTorchs) {
  auto options = base("sgd");
  options.momentum = 0.7;
  expect_same_path(options, [](auto p) {
    return std::make_unique<torch::optim::SGD>(p, torch::optim::SGDOptions(0.01).momentum(0.7).weight_decay(0.1));
  });
}

TEST(Optimizer, RmsPropIsTorchs) {
  auto options = base("rmsprop");
  options.momentum = 0.6;
  expect_same_path(options, [](auto p) {
    return std::make_unique<torch::optim::RMSprop>(
        p, torch::optim::RMSpropOptions(0.01).alpha(0.95).momentum(0.6).weight_decay(0.1));
  });
}

TEST(Optimizer, ParameterWithoutGradientIsLeftAlone) {
  auto values = start();
  auto optimizer = make_optimizer(base("adamw"), {{"a", values[0]}, {"b", values[1]}});
  const at::Tensor before = values[1].detach().clone();
  values[0].sum().backward();
  optimizer->step(0.1);
  EXPECT_TRUE(at::equal(values[1], before));
}

TEST(Optimizer, StateNamesAndShapes) {
  auto values = start();
  auto optimizer = make_optimizer(base("adam"), {{"layer.weight", values[0]}});
  values[0].sum().backward();
  optimizer->step(0.1);
  StateDict state;
  optimizer->save(state, "optimizer.net.");
  EXPECT_EQ(state.at("optimizer.net.steps").item<int64_t>(), 1);
  EXPECT_EQ(state.at("optimizer.net.layer.weight.exp_avg").sizes(), values[0].sizes());
  state.tensors["optimizer.net.layer.weight.exp_avg"] = at::zeros({2});
  EXPECT_ANY_THROW(optimizer->load(state, "optimizer.net."));
}

}  // namespace
}  // namespace inkstone
