// Pictures that are being painted on the student while it learns. They walk to where the student is wrong in its own
// favour, and there the teacher corrects it (the idea of DAgger: Ross, Gordon and Bagnell, AISTATS 2011).
#pragma once

#include <vector>

#include "families/perceptual/adam.hpp"
#include "families/perceptual/pictures.hpp"
#include "families/perceptual/student.hpp"

namespace inkstone::perceptual {

class Canvases {
 public:
  Canvases(int64_t count, int64_t side);

  // Moves each canvas one step of Adam towards the Gram matrices of its painting, held near its photograph by a random
  // weight; an old one starts anew. Returns them: [count,3,side,side].
  at::Tensor paint(const Student& student, const PictureStore& photographs, const PictureStore& paintings,
                   const at::Generator& generator);

  void save(StateDict& state) const;
  void load(const StateDict& state);

 private:
  void restart(int64_t k, const PictureStore& photographs, const PictureStore& paintings, const at::Generator& generator);

  at::Tensor pictures_, photographs_, paintings_;  // [count,3,side,side]
  at::Tensor m_, v_;                               // of Adam
  at::Tensor ages_, lifetimes_, hold_;             // [count] float
};

}  // namespace inkstone::perceptual
