#include "families/perceptual/canvases.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include "families/perceptual/losses.hpp"

namespace inkstone::perceptual {
namespace {

constexpr double kLearningRate = 0.02, kBeta1 = 0.9, kBeta2 = 0.99, kAdamEpsilon = 1e-8;
constexpr std::array<std::size_t, 3> kStyleBlocks = {0, 2, 4};  // relu1_1, relu2_1, relu3_1
constexpr std::size_t kContentBlock = 4;

struct Seen {
  std::vector<at::Tensor> grams;  // of the style layers, [N,C,C]
  at::Tensor content;             // relu3_1, training units
};

Seen look(const Student& student, const at::Tensor& rgb) {
  Seen seen;
  at::Tensor x = student.input(rgb);
  for (std::size_t b = 0; b <= kContentBlock; ++b) {
    const auto& block = student.blocks()[b];
    x = at::relu(student.before_rectifier(block, x));
    const bool style = std::find(kStyleBlocks.begin(), kStyleBlocks.end(), b) != kStyleBlocks.end();
    if (style) seen.grams.push_back(gram(x * student.scale(block.layer).view({1, -1, 1, 1})));
  }
  seen.content = x;
  return seen;
}

Seen look_once(const Student& student, const at::Tensor& rgb) {
  const at::NoGradGuard frozen;
  return look(student, rgb);
}

// Sum over pictures; hold [N] weighs the content.
at::Tensor painting_loss(const Student& student, const at::Tensor& x, const at::Tensor& photograph, const at::Tensor& painting,
                         const at::Tensor& hold) {
  const auto seen = look(student, x), style = look_once(student, painting);
  const auto content = look_once(student, photograph).content;
  at::Tensor loss = ((seen.content - content).square().mean({1, 2, 3}) / content.square().mean({1, 2, 3}) * hold).sum();
  for (std::size_t k = 0; k < style.grams.size(); ++k) {
    const auto& target = style.grams[k];
    loss = loss + ((seen.grams[k] - target).square().sum({1, 2}) / target.square().sum({1, 2})).sum();
  }
  return loss;
}

}  // namespace

Canvases::Canvases(int64_t count, int64_t side) {
  pictures_ = at::zeros({count, 3, side, side});
  photographs_ = at::zeros_like(pictures_);
  paintings_ = at::zeros_like(pictures_);
  m_ = at::zeros_like(pictures_);
  v_ = at::zeros_like(pictures_);
  ages_ = at::zeros({count});
  lifetimes_ = at::zeros({count});
  hold_ = at::zeros({count});
}

// Half of the canvases start as their photograph, half as noise; content weighs nothing in a third of the cases.
void Canvases::restart(int64_t k, const PictureStore& photographs, const PictureStore& paintings,
                       const at::Generator& generator) {
  const int64_t side = pictures_.size(2);
  photographs_[k] = photographs.cut(side, generator)[0];
  paintings_[k] = paintings.cut(side, generator)[0];
  pictures_[k] = draw(generator) < 0.5 ? photographs_[k] : at::rand({3, side, side}, generator);
  m_[k].zero_();
  v_[k].zero_();
  ages_[k] = 0;
  lifetimes_[k] = std::floor(20 + 180 * draw(generator));
  hold_[k] = draw(generator) < 0.33 ? 0.0 : std::pow(10.0, -2.5 + 2 * draw(generator));
}

at::Tensor Canvases::paint(const Student& student, const PictureStore& photographs, const PictureStore& paintings,
                           const at::Generator& generator) {
  for (int64_t k = 0; k < pictures_.size(0); ++k)
    if (ages_[k].item<float>() >= lifetimes_[k].item<float>()) restart(k, photographs, paintings, generator);
  const auto x = pictures_.detach().clone().requires_grad_();
  const auto gradient = torch::autograd::grad({painting_loss(student, x, photographs_, paintings_, hold_)}, {x})[0];
  const at::NoGradGuard frozen;
  ages_.add_(1);
  const auto age = ages_.view({-1, 1, 1, 1});
  m_.lerp_(gradient, 1 - kBeta1);
  v_.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
  const auto m = m_ / (1 - at::pow(kBeta1, age)), v = v_ / (1 - at::pow(kBeta2, age));
  pictures_.sub_(m / (v.sqrt() + kAdamEpsilon) * kLearningRate);
  return pictures_.clone();
}

void Canvases::save(StateDict& state) const {
  state.tensors["canvases.pictures"] = pictures_.clone();
  state.tensors["canvases.photographs"] = photographs_.clone();
  state.tensors["canvases.paintings"] = paintings_.clone();
  state.tensors["canvases.m"] = m_.clone();
  state.tensors["canvases.v"] = v_.clone();
  state.tensors["canvases.ages"] = ages_.clone();
  state.tensors["canvases.lifetimes"] = lifetimes_.clone();
  state.tensors["canvases.hold"] = hold_.clone();
}

void Canvases::load(const StateDict& state) {
  pictures_.copy_(state.at("canvases.pictures", pictures_.sizes()));
  photographs_.copy_(state.at("canvases.photographs", pictures_.sizes()));
  paintings_.copy_(state.at("canvases.paintings", pictures_.sizes()));
  m_.copy_(state.at("canvases.m", pictures_.sizes()));
  v_.copy_(state.at("canvases.v", pictures_.sizes()));
  ages_.copy_(state.at("canvases.ages", ages_.sizes()));
  lifetimes_.copy_(state.at("canvases.lifetimes", ages_.sizes()));
  hold_.copy_(state.at("canvases.hold", ages_.sizes()));
}

}  // namespace inkstone::perceptual
