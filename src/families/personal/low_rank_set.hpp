// Low-rank changes (LoRA, Hu et al. 2021) of many layers at once, as one network that trains: its parameters are named as the
// tensors of kohya's adapter files are.
#pragma once

#include <string>
#include <vector>

#include "families/personal/base.hpp"
#include "nn/low_rank.hpp"

namespace inkstone {

enum class Reach {
  attention,  // queries, keys, values and outputs of attention
  all,        // the perceptrons behind it as well
};

class LowRankSetImpl : public torch::nn::Module {
 public:
  // Puts itself on the layers of these parts that it reaches. Throws bad_argument where there are none.
  LowRankSetImpl(const std::vector<PersonalBase::Part>& parts, int64_t rank, double alpha, Reach reach);

  // The layers without and with their changes.
  void take_off();
  void put_on();

 private:
  struct Place {
    nn::LowRank* slot;  // of the layer
    nn::LowRank change;
  };
  std::vector<Place> places_;
};
TORCH_MODULE(LowRankSet);

// Whether a layer of this path is reached.
bool is_reached(const std::string& path, Reach reach);

}  // namespace inkstone
