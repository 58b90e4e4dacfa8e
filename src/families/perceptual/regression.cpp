#include "families/perceptual/regression.hpp"

#include <algorithm>

#include <ATen/ATen.h>

namespace inkstone::perceptual {
namespace {

using Kind = FeatureStage::Kind;

constexpr double kRidge = 1e-4;         // of the mean squared input; more where positions are few
constexpr int64_t kPositions = 12'000;  // of one sample that are looked at

// The convolutions of a block, which is linear but for pooling at its begin and the rectifier at its end.
struct LinearBlock {
  const FeatureStage *mix = nullptr, *see = nullptr, *expand = nullptr;
  bool pools = false;
};

LinearBlock as_linear(const Block& block) {
  LinearBlock linear;
  for (std::size_t i = 0; i + 1 < block.stages.size(); ++i) {
    const auto& stage = block.stages[i];
    if (stage.kind == Kind::pool) linear.pools = true;
    if (stage.kind != Kind::conv) continue;
    (stage.weight.size(2) == 3 ? linear.see : linear.see ? linear.expand : linear.mix) = &stage;
  }
  return linear;
}

// [N,C,h,w] -> [C,n].
at::Tensor columns(const at::Tensor& x) {
  return x.transpose(0, 1).flatten(1);
}

at::Tensor principal_directions(const at::Tensor& covariance, int64_t count) {
  const auto vectors = std::get<1>(at::linalg_eigh(covariance));  // rising eigenvalues
  return vectors.narrow(1, vectors.size(1) - count, count).contiguous();
}

struct Moments {
  at::Tensor yy, ty;  // float64: regressors with themselves, targets with regressors
  double positions = 0;

  void add(const at::Tensor& y, const at::Tensor& t) {
    const auto n = static_cast<double>(y.size(1));
    const auto yy_now = at::mm(y, y.t()).to(at::kDouble) / n, ty_now = at::mm(t, y.t()).to(at::kDouble) / n;
    positions += n;
    yy = yy.defined() ? yy + yy_now : yy_now;
    ty = ty.defined() ? ty + ty_now : ty_now;
  }
  // [T,Y]: t is about map * y.
  at::Tensor map() const {
    const double share = static_cast<double>(yy.size(0)) / positions;
    const auto ridge = (kRidge + share * share) * yy.diagonal().mean();
    return at::linalg_solve(yy + at::eye(yy.size(0), yy.options()) * ridge, ty.t()).t();
  }
};

// The 3x3 surroundings of every position, a constant 1 below: [9 C + 1, N h w].
at::Tensor surroundings(const at::Tensor& x) {
  const auto patches = columns(at::im2col(x.contiguous(), {3, 3}, {1, 1}, {1, 1}, {1, 1}));
  return at::cat({patches, at::ones({1, patches.size(1)})});
}

void assign(const FeatureStage& stage, const at::Tensor& weight) {
  at::Tensor(stage.weight).copy_(weight.reshape(stage.weight.sizes()));
}

class BlockSolver {
 public:
  BlockSolver(const LinearBlock& block, const at::Tensor& scale)
      : block_(block), importance_((scale / scale.mean()).sqrt().view({-1, 1})) {}

  void solve(const std::vector<std::pair<at::Tensor, at::Tensor>>& pairs) {
    if (block_.mix) solve_mix(pairs);
    Moments moments;
    for (const auto& [x, t] : pairs) {
      const auto y = surroundings(block_.mix ? at::conv2d(x, block_.mix->weight) : x);
      const auto picked = at::arange(0, y.size(1), std::max<int64_t>(1, y.size(1) / kPositions), at::kLong);
      moments.add(y.index_select(1, picked), columns(t).index_select(1, picked));
    }
    const auto map = moments.map();
    if (block_.expand) return split(map, moments.yy);
    assign_see(map);
  }

 private:
  void solve_mix(const std::vector<std::pair<at::Tensor, at::Tensor>>& pairs) {
    Moments moments;
    for (const auto& [x, t] : pairs) moments.add(columns(x), columns(x));
    assign(*block_.mix, principal_directions(moments.yy, block_.mix->weight.size(0)).t());
  }

  // map = expand * see with the rank of see, best for the importance-weighted fitted values.
  void split(const at::Tensor& map, const at::Tensor& yy) {
    const auto weighted = map * importance_.to(at::kDouble);
    const auto directions = principal_directions(at::mm(at::mm(weighted, yy), weighted.t()), block_.see->weight.size(0));
    assign(*block_.expand, directions / importance_.to(at::kDouble));
    assign_see(at::mm(directions.t(), weighted));
  }

  void assign_see(const at::Tensor& map) {
    const int64_t width = map.size(1) - 1;
    assign(*block_.see, map.narrow(1, 0, width));
    at::Tensor(block_.see->bias).copy_(map.select(1, width));
  }

  const LinearBlock block_;
  const at::Tensor importance_;
};

}  // namespace

void solve_blocks(Student& student, const std::vector<TeacherSample>& samples) {
  const at::NoGradGuard frozen;
  std::vector<at::Tensor> outputs;  // of the student so far, per sample
  for (const auto& sample : samples) outputs.push_back(sample.input);
  for (const auto& block : student.blocks()) {
    const auto linear = as_linear(block);
    std::vector<std::pair<at::Tensor, at::Tensor>> pairs;
    for (std::size_t i = 0; i < samples.size(); ++i)
      pairs.emplace_back(linear.pools ? at::max_pool2d(outputs[i], 2, 2) : outputs[i],
                         samples[i].before_rectifiers.at(block.layer) / student.scale(block.layer).view({1, -1, 1, 1}));
    BlockSolver(linear, student.scale(block.layer)).solve(pairs);
    for (auto& x : outputs) x = at::relu(student.before_rectifier(block, x));
  }
}

}  // namespace inkstone::perceptual
