#include "train/eight_bit_adam.hpp"

#include <cmath>

#include <ATen/ATen.h>

#include "kernels/adam_eight_bit.hpp"

namespace inkstone {
namespace {

bool is_small(const at::Tensor& value) {
  return value.numel() < kSmallestInEightBits;
}

bool is_dense_float(const at::Tensor& tensor) {
  return tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_non_overlapping_and_dense();
}

class EightBitAdamW : public Optimizer {
 public:
  EightBitAdamW(std::vector<NamedParameter> parameters, const LoopOptions& options)
      : Optimizer(std::move(parameters)), options_(options) {
    const auto whole = [](const at::Tensor& value) { return is_small(value) ? at::zeros_like(value, at::kFloat) : at::Tensor(); };
    const auto codes = [](const at::Tensor& value) {
      return is_small(value) ? at::Tensor() : at::zeros({value.numel()}, value.options().dtype(at::kByte));
    };
    const auto scales = [](const at::Tensor& value) {
      return is_small(value) ? at::Tensor() : at::zeros({eight_bit_blocks(value.numel())}, value.options().dtype(at::kFloat));
    };
    for (const char* moment : {"exp_avg", "exp_avg_sq"}) {
      state(moment, whole);
      state(std::string(moment) + "_codes", codes);
      state(std::string(moment) + "_scales", scales);
    }
  }

 private:
  void apply(const std::vector<std::size_t>& which, at::TensorList values, at::TensorList gradients, double rate) override {
    const double first = 1 - std::pow(options_.beta1, double(steps_)), second = 1 - std::pow(options_.beta2, double(steps_));
    const AdamStep step{float(options_.beta1),
                        float(options_.beta2),
                        float(rate / first),
                        float(1 / std::sqrt(second)),
                        float(options_.eps),
                        0,
                        float(1 - rate * options_.weight_decay)};
    for (std::size_t k = 0; k < which.size(); ++k) {
      const auto& value = values[k];
      if (is_dense_float(value)) {
        change(which[k], value.data_ptr<float>(), in_order_of(gradients[k], value), value.numel(), step);
        continue;
      }
      auto copy = value.to(at::kCPU, at::kFloat).contiguous();  // where no kernel reaches, on its way to the CPU and back
      change(which[k], copy.data_ptr<float>(), gradients[k].to(at::kCPU, at::kFloat).contiguous(), value.numel(), step);
      value.copy_(copy);
    }
  }

  static at::Tensor in_order_of(const at::Tensor& gradient, const at::Tensor& value) {
    if (is_dense_float(gradient) && gradient.strides() == value.strides()) return gradient;
    return at::empty_like(value).copy_(gradient);
  }

  void change(std::size_t k, float* weight, const at::Tensor& gradient, int64_t n, const AdamStep& step) {
    if (n < kSmallestInEightBits) {
      Kept m(state("exp_avg")[k]), v(state("exp_avg_sq")[k]);
      return adam(weight, gradient.data_ptr<float>(), m.data<float>(), v.data<float>(), n, step);
    }
    Kept m(state("exp_avg_codes")[k]), v(state("exp_avg_sq_codes")[k]), ms(state("exp_avg_scales")[k]),
        vs(state("exp_avg_sq_scales")[k]);
    adam_eight_bit(weight, gradient.data_ptr<float>(), {m.data<uint8_t>(), v.data<uint8_t>(), ms.data<float>(), vs.data<float>()},
                   n, step);
  }

  // A state on the CPU while in scope, wherever it is kept.
  class Kept {
   public:
    explicit Kept(at::Tensor& kept) : kept_(kept), here_(kept.to(at::kCPU)) {}
    ~Kept() {
      if (!kept_.is_cpu()) kept_.copy_(here_);
    }
    Kept(const Kept&) = delete;
    Kept& operator=(const Kept&) = delete;
    template <class T>
    T* data() {
      return here_.data_ptr<T>();
    }

   private:
    at::Tensor& kept_;
    at::Tensor here_;
  };

  LoopOptions options_;
};

}  // namespace

std::unique_ptr<Optimizer> make_eight_bit_adamw(std::vector<NamedParameter> parameters, const LoopOptions& options) {
  return std::make_unique<EightBitAdamW>(std::move(parameters), options);
}

}  // namespace inkstone
