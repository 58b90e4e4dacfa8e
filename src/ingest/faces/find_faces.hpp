// Where faces are in a picture, to cover them.
#pragma once

#include <vector>

#include "ingest/faces/cascade.hpp"
#include "inkstone/image.hpp"

namespace inkstone {

struct FaceBox {
  int x = 0, y = 0, width = 0, height = 0;  // pixels of the picture
  int votes = 0;                            // windows that agreed on it
};

// Faces looking towards the camera, held upright or tilted up to about 30 degrees, from about 1/20 of the picture's longer side;
// largest first. A detector of 2001: it misses turned and half-covered faces and now and then finds one in foliage.
std::vector<FaceBox> find_faces(const Cascade& cascade, const Image& picture);

// The picture with ellipses over the boxes blurred beyond recognition: in blocks of an eighth of the face, softened.
Image with_faces_blurred(const Image& picture, const std::vector<FaceBox>& faces);

}  // namespace inkstone
