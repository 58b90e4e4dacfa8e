// Words and pictures in one space, whoever trained it: what tags pictures with words that are given (Radford et al. 2021,
// section 3.1).
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace inkstone {

class JointSpace {
 public:
  virtual ~JointSpace() = default;

  // Directions of length 1: [P] of a picture [1,3,H,W] in [0,1], [N,P] of texts. What is behind the last token that the encoder
  // reads is left out.
  virtual at::Tensor see(const at::Tensor& picture) = 0;
  virtual at::Tensor read(const std::vector<std::string>& texts) = 0;

  // A label as the captions say it that the space was trained on.
  virtual std::string captioned(const std::string& label) const = 0;
  // On the cosines, before the softmax over texts.
  virtual double scale() const = 0;

  // softmax over the texts of the scaled cosines: float32 [N].
  at::Tensor probabilities(const at::Tensor& seen, const at::Tensor& texts) const;
};

}  // namespace inkstone
