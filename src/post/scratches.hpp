// Scratches, dust and spots of an old photograph, found by what they are: thinner than anything that a photograph shows large,
// lighter or darker than its surroundings, at the ends of its range of tones (where the emulsion is gone, paper shows), and alone
// where texture is everywhere. Candidates by morphological top-hats (Meyer 1979; Soille, "Morphological Image Analysis", 2003),
// told from texture by their shape and their company.
#pragma once

#include "post/plane.hpp"

namespace inkstone::post {

struct Scratches {
  Plane mask;  // 1 where there is damage, 0 elsewhere
  int lines = 0, spots = 0;
  double share = 0;  // of the pixels
};

// sensitivity 0 to 1: 0 takes only what stands out, 1 also what may be the photograph's own. Sizes go by the picture's longer
// side.
Scratches find_scratches(const Image& picture, double sensitivity);

}  // namespace inkstone::post
