// Where the student starts: block after block solved in closed form, by reduced-rank regression (Izenman 1975) of the teacher's
// features on what the student makes of the layer before, so that each block makes up for those below it. It sees outputs of
// the teacher, never weights, and spares the thousands of steps in which gradient descent would find the same subspaces.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "families/perceptual/student.hpp"

namespace inkstone::perceptual {

// The teacher's features before the rectifier for a few pictures: input is the student's input for them, the rest by layer
// in VGG19's units.
struct TeacherSample {
  at::Tensor input;
  std::map<std::string, at::Tensor> before_rectifiers;
};

// mix becomes the principal directions of its input, see and the 1x1 after it the best map of their rank.
void solve_blocks(Student& student, const std::vector<TeacherSample>& samples);

}  // namespace inkstone::perceptual
