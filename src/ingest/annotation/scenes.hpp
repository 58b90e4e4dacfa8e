// Where a picture was taken, as far as classes tell: an alp stands among mountains, a stove in a kitchen. A network that was
// trained on scenes would know better; this one needs nothing beside the classifier.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace inkstone {

struct Scene {
  std::string name, chinese;
  double probability = 0;  // the sum over the classes that stand for it
};

// probabilities: of ImageNet's thousand classes. Those that reach `least`, the likeliest first, at most two. Throws unsupported
// for another number of classes.
std::vector<Scene> scenes_in(std::span<const float> probabilities, double least = 0.25);

}  // namespace inkstone
