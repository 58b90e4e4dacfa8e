// What a picture is to be: everything that a network may be told beside the noisy picture and its time. Models read the fields
// they know; guidance joins two conditions in one batch without knowing what is in them.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

// What a network leaves out so that its answer is worse in a known way: the weak side of a guidance without a negative prompt.
enum class Perturbation {
  none,
  attention,    // self-attention is the identity: each place sees itself alone (Ahn et al. 2024, perturbed-attention guidance)
  skip_layers,  // the blocks of `layers` pass their input on (skip-layer guidance)
};

// A batch of N pictures has N rows in each tensor, or one row that all share. Undefined: the network is not told.
struct Condition {
  at::Tensor labels = {};   // int64 [N], -1: no class
  at::Tensor context = {};  // [N,L,D], one vector per token of the prompt
  at::Tensor pooled = {};   // [N,P], one vector per prompt
  at::Tensor time_ids =
      {};  // [N,6]: original height and width, top and left of the crop, target height and width (Podell et al. 2023)
  at::Tensor concat = {};  // [N,C,H,W], joined to the noisy picture's channels: a mask and a masked picture, or a picture to edit
  Perturbation perturbation = Perturbation::none;
  std::vector<int64_t> layers =
      {};  // which blocks are perturbed, where they are numbered by the network; empty: the network's own choice
};

// Applies f(tensor) to every tensor that is defined.
template <class Function>
Condition each_tensor(Condition condition, Function&& f) {
  for (auto* tensor : {&condition.labels, &condition.context, &condition.pooled, &condition.time_ids, &condition.concat})
    if (tensor->defined()) *tensor = f(*tensor);
  return condition;
}

// Every tensor with `rows` rows: one row is repeated. Throws bad_argument where a tensor has another number.
Condition with_rows(const Condition& condition, int64_t rows);

// The same with no class told (label -1): what class-conditional networks are guided away from.
Condition without_class(const Condition& condition);

// Whether the two can be rows of one batch: the same fields, of the same shape but for the rows, perturbed alike.
bool can_join(const Condition& a, const Condition& b);

// The rows of a, then those of b. They must be able to join.
Condition joined(const Condition& a, const Condition& b);

}  // namespace inkstone
