#include "models/stable_diffusion/condition_embedding.hpp"

#include <cmath>

#include <fmt/format.h>

#include "inkstone/error.hpp"

namespace inkstone::sd {
namespace {

[[noreturn]] void lacking(const std::string& what) {
  throw Error(ErrorCategory::bad_argument, fmt::format("this network needs {}", what));
}

class EmbeddingTable : public torch::nn::Module {
 public:
  EmbeddingTable(int64_t rows, int64_t width) { weight = register_parameter("weight", nn::placeholder({rows, width}), false); }
  at::Tensor weight;
};

}  // namespace

at::Tensor time_projection(const at::Tensor& time, int64_t width, bool cosine_first, double shift) {
  const int64_t half = width / 2;
  const auto exponents =
      at::arange(half, time.options().dtype(at::kFloat)) * -std::log(10000.0) / (static_cast<double>(half) - shift);
  const auto angles =
      time.to(at::kFloat).unsqueeze(1) * exponents.exp().unsqueeze(0);  // in float32, as the networks were trained
  return cosine_first ? at::cat({angles.cos(), angles.sin()}, 1) : at::cat({angles.sin(), angles.cos()}, 1);
}

at::Tensor guidance_embedding(const at::Tensor& scale, int64_t width) {
  return time_projection((scale.to(at::kFloat) - 1) * 1000, width, false, 1);
}

VectorEmbeddingImpl::VectorEmbeddingImpl(int64_t in, int64_t out, int64_t guidance_width)
    : linear_1(in, out), linear_2(out, out) {
  register_module("linear_1", linear_1);
  register_module("linear_2", linear_2);
  if (guidance_width > 0) cond_proj = register_module("cond_proj", nn::FrozenLinear(guidance_width, in, false));
}

at::Tensor VectorEmbeddingImpl::forward(at::Tensor x, const at::Tensor& guidance) {
  if (cond_proj && guidance.defined()) x = x + cond_proj(guidance.to(x.scalar_type()));
  return linear_2(at::silu(linear_1(x)));
}

ConditionEmbedding::ConditionEmbedding(torch::nn::Module& network, const UNetConfig& config)
    : config_(config), time_embedding(config.channels.front(), config.time_width(), config.guidance_width) {
  network.register_module("time_embedding", time_embedding);
  const int64_t width = config.time_width();
  if (config.class_embedding == ClassEmbedding::lookup)
    class_table_ =
        network.register_module("class_embedding", std::make_shared<EmbeddingTable>(config.num_classes, width))->weight;
  else if (config.class_embedding == ClassEmbedding::timestep)
    class_embedding = network.register_module("class_embedding", VectorEmbedding(config.channels.front(), width));
  else if (config.class_embedding == ClassEmbedding::projection)
    class_embedding = network.register_module("class_embedding", VectorEmbedding(config.projection_width, width));
  if (config.added_time_width > 0)
    add_embedding = network.register_module("add_embedding", VectorEmbedding(config.projection_width, width));
}

at::Tensor ConditionEmbedding::projection(const at::Tensor& time, int64_t width) const {
  return time_projection(time, width, config_.cosine_first, config_.frequency_shift);
}

at::Tensor ConditionEmbedding::classes(const at::Tensor& labels, at::ScalarType dtype) {
  if (!labels.defined()) lacking("a class, a noise level or an image embedding");
  if (class_table_.defined()) return class_table_.index_select(0, labels.to(at::kLong)).to(dtype);
  const bool time = config_.class_embedding == ClassEmbedding::timestep;
  return class_embedding((time ? projection(labels, config_.channels.front()) : labels).to(dtype));
}

at::Tensor ConditionEmbedding::added(const Conditioning& condition, at::ScalarType dtype) {
  if (!condition.pooled.defined() || !condition.time_ids.defined()) lacking("the pooled prompt and the sizes of the picture");
  const int64_t n = condition.time_ids.size(0);
  const auto sizes = projection(condition.time_ids.flatten(), config_.added_time_width).reshape({n, -1});
  const int64_t given = condition.pooled.size(1) + sizes.size(1);
  if (given != config_.projection_width)
    lacking(fmt::format("a pooled prompt and sizes of {} numbers in all, not {}", config_.projection_width, given));
  return add_embedding(at::cat({condition.pooled.to(dtype), sizes.to(dtype)}, 1));
}

at::Tensor ConditionEmbedding::operator()(const at::Tensor& time, const Conditioning& condition, at::ScalarType dtype) {
  auto embedding = time_embedding(projection(time, config_.channels.front()).to(dtype), condition.guidance);
  if (config_.class_embedding != ClassEmbedding::none) embedding = embedding + classes(condition.labels, dtype);
  if (add_embedding) embedding = embedding + added(condition, dtype);
  return at::silu(embedding);
}

}  // namespace inkstone::sd
