#include "train/watch/summary.hpp"

#include <gtest/gtest.h>

#include <ATen/record_function.h>

namespace inkstone {
namespace {

using Module = RunDescription::Module;

const Module& row(const std::vector<Module>& rows, const std::string& path) {
  for (const auto& candidate : rows)
    if (candidate.path == path) return candidate;
  throw std::out_of_range(path);
}

TEST(Summary, lists_modules_in_order_with_shapes_parameters_and_flops) {
  torch::nn::Sequential network(
      torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 8, 3).padding(1)), torch::nn::BatchNorm2d(8), torch::nn::LeakyReLU(),
      torch::nn::ConvTranspose2d(torch::nn::ConvTranspose2dOptions(8, 4, 4).stride(2).padding(1)), torch::nn::ReLU(),
      torch::nn::Flatten(), torch::nn::Linear(4 * 16 * 16, 10), torch::nn::Softmax(1));
  network->eval();
  const auto rows = describe_modules(
      {{"net", network.get()}},
      [&] {
        network->forward(at::zeros({2, 3, 8, 8}));
      },
      2);
  std::string order;
  for (const auto& module : rows) order += module.path + ":" + module.kind + " ";
  EXPECT_EQ(order, "0:Conv2d 1:BatchNorm2d 2:LeakyReLU 3:ConvTranspose2d 4:ReLU 5:Flatten 6:Linear 7:Softmax ");
  EXPECT_EQ(row(rows, "0").output, (std::vector<int64_t>{2, 8, 8, 8}));
  EXPECT_EQ(row(rows, "0").parameters, 3 * 8 * 9 + 8);
  EXPECT_EQ(row(rows, "0").flops, 2.0 * 8 * 64 * 27);
  EXPECT_EQ(row(rows, "1").parameters, 16);
  EXPECT_EQ(row(rows, "1").flops, 4.0 * 8 * 64);
  EXPECT_EQ(row(rows, "2").flops, 0);
  EXPECT_EQ(row(rows, "3").output, (std::vector<int64_t>{2, 4, 16, 16}));
  EXPECT_EQ(row(rows, "3").flops, 2.0 * 8 * 64 * 4 * 16);
  EXPECT_EQ(row(rows, "5").output, (std::vector<int64_t>{2, 1024}));
  EXPECT_EQ(row(rows, "6").flops, 2.0 * 1024 * 10);
}

// Weights used through what is made of them: reshaped, scaled, joined.
struct Derived : torch::nn::Module {
  Derived()
      : q(register_module("q", torch::nn::Linear(4, 4))),
        k(register_module("k", torch::nn::Linear(4, 4))),
        out(register_module("out", torch::nn::Linear(4, 4))) {
    scale = register_buffer("scale", at::ones({1}));
    unused = register_parameter("unused", at::zeros({7}));
  }
  at::Tensor forward(const at::Tensor& x) {
    const auto joint = at::linear(x, at::cat({q->weight, k->weight}), at::cat({q->bias, k->bias}));
    const auto parts = joint.chunk(2, -1);
    const auto seen = at::matmul(at::softmax(at::matmul(parts[0], parts[1].transpose(-1, -2)), -1), parts[1]);
    return at::linear(seen, out->weight / out->weight.norm(), out->bias);
  }
  torch::nn::Linear q, k, out;
  at::Tensor scale, unused;
};

TEST(Summary, follows_weights_through_what_is_made_of_them) {
  auto network = std::make_shared<Derived>();
  const auto rows = describe_modules({{"net", network.get()}}, [&] { network->forward(at::zeros({1, 6, 4})); });
  double flops = 0;
  for (const auto& module : rows) flops += module.flops;
  // one joint product, two of attention, one of the output
  EXPECT_EQ(flops, 2.0 * 6 * 8 * 4 + 2 * (2.0 * 6 * 6 * 4) + 2.0 * 6 * 4 * 4);
  EXPECT_EQ(row(rows, "").parameters, 7);
  EXPECT_EQ(row(rows, "").flops, 2.0 * 6 * 8 * 4 + 2 * (2.0 * 6 * 6 * 4));
  EXPECT_EQ(row(rows, "out").flops, 2.0 * 6 * 4 * 4);
  EXPECT_EQ(row(rows, "out").output, (std::vector<int64_t>{1, 6, 4}));
  EXPECT_EQ(row(rows, "q").parameters, 20);
  EXPECT_TRUE(row(rows, "q").output.empty());
}

TEST(Summary, counts_a_module_once_per_call_and_shows_its_first_shape) {
  torch::nn::Linear layer(4, 4);
  const auto rows = describe_modules({{"net", layer.get()}}, [&] {
    const auto once = at::relu(layer->forward(at::zeros({1, 4})));
    layer->forward(at::cat({once, once}));
  });
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].output, (std::vector<int64_t>{1, 4}));
  EXPECT_EQ(rows[0].flops, 3 * 2.0 * 16);
}

// A kernel of the project's own, which libtorch knows only by what it records.
struct Normalised : torch::nn::Module {
  Normalised() : before(register_module("before", torch::nn::Linear(4, 4))) {
    weight = register_parameter("weight", at::ones({4}));
  }
  at::Tensor forward(const at::Tensor& x) {
    const auto y = before(x);
    RECORD_FUNCTION("inkstone::group_norm", std::vector<c10::IValue>({y, weight}));
    return y;
  }
  torch::nn::Linear before;
  at::Tensor weight;
};

TEST(Summary, knows_kernels_by_what_they_record) {
  auto network = std::make_shared<Normalised>();
  const auto rows = describe_modules(
      {{"net", network.get()}},
      [&] {
        network->forward(at::zeros({3, 4}));
      },
      3);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].path, "before");
  EXPECT_EQ(rows[1].kind, "Normalised");
  EXPECT_EQ(rows[1].output, (std::vector<int64_t>{3, 4}));
  EXPECT_EQ(rows[1].flops, 4.0 * 4);
}

TEST(Summary, modules_that_are_not_called_stand_among_their_sisters) {
  struct Branches : torch::nn::Module {
    Branches()
        : first(register_module("first", torch::nn::Linear(2, 2))),
          second(register_module("second", torch::nn::Linear(2, 2))),
          third(register_module("third", torch::nn::Linear(2, 2))) {}
    torch::nn::Linear first, second, third;
  };
  auto network = std::make_shared<Branches>();
  const auto rows = describe_modules({{"net", network.get()}}, [&] { network->first(network->third(at::zeros({1, 2}))); });
  std::string order;
  for (const auto& module : rows) order += module.path + " ";
  EXPECT_EQ(order, "second third first ");
}

TEST(Summary, the_table_totals_networks) {
  const std::string table =
      summary_table({{"generator", "0", "Linear", {1, 128}, 12928, 25600}, {"critic", "", "Critic", {}, 785, 0}});
  EXPECT_NE(table.find("generator.0  Linear  [1, 128]             12928       25.6k"), std::string::npos) << table;
  EXPECT_NE(table.find("13713"), std::string::npos);
}

TEST(ShortNumber, has_three_digits) {
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(785), "785");
  EXPECT_EQ(short_number(12928), "12.9k");
  EXPECT_EQ(short_number(999999), "1M");
  EXPECT_EQ(short_number(-3.5e9), "-3.5G");
}

}  // namespace
}  // namespace inkstone
