// A loss over the steps, drawn with block characters: enough to see whether it still falls.
#pragma once

#include <string>
#include <vector>

namespace inkstone {

class LossCurve {
 public:
  void add(double loss);
  // One character per column, from the first step to the last; height by the logarithm, for losses fall by magnitudes.
  // Empty for fewer than two values.
  std::string draw(int width) const;

 private:
  std::vector<double> losses_;
};

}  // namespace inkstone
