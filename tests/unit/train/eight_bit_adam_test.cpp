// Eight-bit AdamW beside AdamW, and its state through a file.
#include "train/eight_bit_adam.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "inkstone/error.hpp"
#include "tensor/noise.hpp"

namespace inkstone {
namespace {

constexpr int64_t kRows = 96, kColumns = 100, kFew = 40;

// sum of a (x - b)^2 / 2 with a from 0.01 to 10, in random order, under noise: of two parameters, one of which is small.
class NoisyBowl {
 public:
  explicit NoisyBowl(const std::string& name) {
    options_.optimizer = name;
    options_.weight_decay = 0.01;
    options_.learning_rate = 0.02;
    parameters_ = {{"large", at::zeros({kRows, kColumns}).requires_grad_()}, {"small", at::zeros({kFew}).requires_grad_()}};
    optimizer_ = make_optimizer(options_, parameters_);
  }

  void run(int first, int end) {
    for (int step = first; step < end; ++step) {
      auto noise = generator_of(uint64_t(1000 + step));
      optimizer_->clear_gradients();
      for (auto& [name, value] : parameters_) {
        const auto gradient = steepness(value) * (value.detach() - bottom(value)) + at::randn(value.sizes(), noise) * 0.01;
        value.mutable_grad() = gradient;
      }
      optimizer_->step(options_.learning_rate);
    }
  }

  double height() const {
    double sum = 0;
    for (const auto& [name, value] : parameters_)
      sum += (steepness(value) * (value.detach() - bottom(value)).square()).sum().item<double>();
    return sum;
  }

  std::vector<NamedParameter> parameters_;
  std::unique_ptr<Optimizer> optimizer_;

 private:
  static at::Tensor steepness(const at::Tensor& value) { return at::pow(10.0, at::rand(value.sizes(), generator_of(1)) * 3 - 2); }
  static at::Tensor bottom(const at::Tensor& value) { return at::randn(value.sizes(), generator_of(2)); }

  LoopOptions options_;
};

// Within 4% of the way that AdamW goes (2.5% here), and as low.
TEST(EightBitAdam, GoesTheWayOfAdamW) {
  NoisyBowl exact("adamw"), small("adamw8bit");
  const auto from = exact.height();
  exact.run(0, 200);
  small.run(0, 200);
  const auto &a = exact.parameters_[0].value, &b = small.parameters_[0].value;
  EXPECT_LT((a - b).norm().item<double>(), 0.04 * a.norm().item<double>());
  EXPECT_TRUE(at::equal(exact.parameters_[1].value, small.parameters_[1].value));  // float32 all the way
  EXPECT_LT(exact.height(), 0.01 * from);
  EXPECT_LT(small.height(), 1.1 * exact.height());
}

TEST(EightBitAdam, GoesOnFromAFileAsIfItHadNotStopped) {
  NoisyBowl whole("adamw8bit"), stopped("adamw8bit"), resumed("adamw8bit");
  whole.run(0, 30);
  stopped.run(0, 12);
  StateDict file;
  stopped.optimizer_->save(file, "o.");
  EXPECT_EQ(file.tensors.at("o.large.exp_avg_codes").scalar_type(), at::kByte);
  EXPECT_EQ(file.tensors.at("o.large.exp_avg_scales").sizes(), (std::vector<int64_t>{38}));  // of 9600 numbers in blocks of 256
  EXPECT_FALSE(file.tensors.contains("o.large.exp_avg"));
  EXPECT_TRUE(file.tensors.contains("o.small.exp_avg"));
  for (std::size_t k = 0; k < 2; ++k) {
    const at::NoGradGuard fixed;
    resumed.parameters_[k].value.copy_(stopped.parameters_[k].value);
  }
  resumed.optimizer_->load(file, "o.");
  resumed.run(12, 30);
  for (std::size_t k = 0; k < 2; ++k) EXPECT_TRUE(at::equal(resumed.parameters_[k].value, whole.parameters_[k].value)) << k;
}

TEST(EightBitAdam, KeepsAQuarterOfTheMemory) {
  NoisyBowl exact("adamw"), small("adamw8bit");
  const auto bytes = [](const NoisyBowl& bowl) {
    StateDict file;
    bowl.optimizer_->save(file, "");
    double sum = 0;
    for (const auto& [name, tensor] : file.tensors)
      if (name.starts_with("large")) sum += double(tensor.nbytes());
    return sum;
  };
  EXPECT_LT(bytes(small), 0.26 * bytes(exact));
}

// A transposed weight and its gradient in another order in memory.
TEST(EightBitAdam, KnowsItsOrderInMemory) {
  LoopOptions options;
  options.optimizer = "adamw8bit";
  const auto start = at::randn({80, 64}, generator_of(3)), gradient = at::randn({80, 64}, generator_of(4));
  auto plain = start.clone().requires_grad_(), turned = start.t().contiguous().t().requires_grad_();
  auto a = make_optimizer(options, {{"w", plain}}), b = make_optimizer(options, {{"w", turned}});
  plain.mutable_grad() = gradient;
  turned.mutable_grad() = gradient;
  a->step(0.1);
  b->step(0.1);
  EXPECT_LT((plain - turned).abs().max().item<double>(), 1e-6);
}

TEST(EightBitAdam, AnothersStateIsNoStateOfIts) {
  NoisyBowl exact("adamw"), small("adamw8bit");
  StateDict file;
  exact.optimizer_->save(file, "o.");
  EXPECT_THROW(small.optimizer_->load(file, "o."), Error);
}

}  // namespace
}  // namespace inkstone
