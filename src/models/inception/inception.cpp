#include "models/inception/inception.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "inkstone/error.hpp"
#include "models/inception/layers.hpp"

namespace inkstone {
namespace {

constexpr double kEpsilon = 1e-3;  // of its batch normalisation

// FID's average does not count the zeros around the picture, where torchvision's does.
at::Tensor average_around(const at::Tensor& x) {
  return at::avg_pool2d(x, 3, 1, 1, false, /*count_include_pad=*/false);
}

}  // namespace

Inception::Inception(const StateDict& weights, at::Device device) : device_(device) {
  if (weights.contains("AuxLogits.fc.weight") || (weights.contains("fc.weight") && weights.at("fc.weight").size(0) == 1000))
    throw Error(ErrorCategory::unsupported,
                "these are torchvision's Inception weights, whose figures are not FID; get the catalogue's inception-fid");
  for (const auto& c : inception::convolutions()) {
    const auto weight = weights.at(c.name + ".conv.weight", {c.out, c.in, c.height, c.width}).to(at::kFloat);
    const auto bn = [&](const char* part) { return weights.at(c.name + ".bn." + part, {c.out}).to(at::kDouble); };
    const auto scale = bn("weight") / (bn("running_var") + kEpsilon).sqrt();
    auto folded = (weight * scale.view({-1, 1, 1, 1})).to(at::kFloat);
    auto bias = (bn("bias") - bn("running_mean") * scale).to(at::kFloat);
    convolutions_[c.name] = {folded.to(device).contiguous(at::MemoryFormat::ChannelsLast), bias.to(device)};
  }
  head_ = weights.at("fc.weight", {inception::kClasses, inception::kFeatures}).to(device, at::kFloat).contiguous();
}

at::Tensor Inception::run(const std::string& name, const at::Tensor& x, int64_t stride, bool padded) const {
  const auto& c = convolutions_.at(name);
  const bool same = padded && stride == 1;
  return at::conv2d(x, c.weight, c.bias, stride, {same ? c.weight.size(2) / 2 : 0, same ? c.weight.size(3) / 2 : 0}).relu_();
}

// Convolutions one after the other, the last with a stride.
at::Tensor Inception::chain(const std::string& block, std::initializer_list<const char*> names, at::Tensor x,
                            int64_t last_stride) const {
  for (auto name = names.begin(); name != names.end(); ++name)
    x = run(block + *name, x, name + 1 == names.end() ? last_stride : 1);
  return x;
}

at::Tensor Inception::block_a(const std::string& block, const at::Tensor& x) const {
  return at::cat(
      {chain(block, {"branch1x1"}, x), chain(block, {"branch5x5_1", "branch5x5_2"}, x),
       chain(block, {"branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"}, x), chain(block, {"branch_pool"}, average_around(x))},
      1);
}

at::Tensor Inception::block_b(const std::string& block, const at::Tensor& x) const {
  return at::cat({chain(block, {"branch3x3"}, x, 2), chain(block, {"branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"}, x, 2),
                  at::max_pool2d(x, 3, 2)},
                 1);
}

at::Tensor Inception::block_c(const std::string& block, const at::Tensor& x) const {
  return at::cat({chain(block, {"branch1x1"}, x), chain(block, {"branch7x7_1", "branch7x7_2", "branch7x7_3"}, x),
                  chain(block, {"branch7x7dbl_1", "branch7x7dbl_2", "branch7x7dbl_3", "branch7x7dbl_4", "branch7x7dbl_5"}, x),
                  chain(block, {"branch_pool"}, average_around(x))},
                 1);
}

at::Tensor Inception::block_d(const std::string& block, const at::Tensor& x) const {
  return at::cat(
      {chain(block, {"branch3x3_1", "branch3x3_2"}, x, 2),
       chain(block, {"branch7x7x3_1", "branch7x7x3_2", "branch7x7x3_3", "branch7x7x3_4"}, x, 2), at::max_pool2d(x, 3, 2)},
      1);
}

at::Tensor Inception::block_e(const std::string& block, const at::Tensor& x, Pool pool) const {
  const auto single = chain(block, {"branch3x3_1"}, x), twofold = chain(block, {"branch3x3dbl_1", "branch3x3dbl_2"}, x);
  const auto pooled = pool == Pool::average ? average_around(x) : at::max_pool2d(x, 3, 1, 1);
  return at::cat({chain(block, {"branch1x1"}, x), chain(block, {"branch3x3_2a"}, single), chain(block, {"branch3x3_2b"}, single),
                  chain(block, {"branch3x3dbl_3a"}, twofold), chain(block, {"branch3x3dbl_3b"}, twofold),
                  chain(block, {"branch_pool"}, pooled)},
                 1);
}

Inception::Output Inception::operator()(const at::Tensor& pictures) const {
  const at::NoGradGuard frozen;
  auto x = pictures.to(device_).contiguous(at::MemoryFormat::ChannelsLast);
  x = run("Conv2d_1a_3x3", x, 2);
  x = run("Conv2d_2a_3x3", x, 1, /*padded=*/false);
  x = at::max_pool2d(run("Conv2d_2b_3x3", x), 3, 2);
  x = run("Conv2d_4a_3x3", run("Conv2d_3b_1x1", x), 1, /*padded=*/false);
  x = at::max_pool2d(x, 3, 2);
  for (const char* block : {"Mixed_5b.", "Mixed_5c.", "Mixed_5d."}) x = block_a(block, x);
  x = block_b("Mixed_6a.", x);
  for (const char* block : {"Mixed_6b.", "Mixed_6c.", "Mixed_6d.", "Mixed_6e."}) x = block_c(block, x);
  x = block_d("Mixed_7a.", x);
  x = block_e("Mixed_7b.", x, Pool::average);
  // the original's last block takes the maximum; pytorch-fid reproduces it
  x = block_e("Mixed_7c.", x, Pool::maximum);
  const auto features = x.mean({2, 3});
  return {features, at::mm(features, head_.t())};
}

}  // namespace inkstone
