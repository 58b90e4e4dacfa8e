// Painting a request in parts of bounded memory, with progress between them.
#pragma once

#include <functional>

#include "train/family.hpp"

namespace inkstone {

// Calls paint_part(latents of the part on the network's device, first, count) and joins the pictures on the CPU as float32. A
// stopped request gives the parts that are done; stopped before the first, it throws cancelled.
at::Tensor paint_in_parts(const PaintSpec& spec, Observer& observer, const torch::nn::Module& network,
                          const std::function<at::Tensor(const at::Tensor& latents, int64_t first, int64_t count)>& paint_part);

// Passes a request to stop on to a solver, and keeps its steps from the caller, who is told of pictures.
struct StopsAlone : Observer {
  explicit StopsAlone(Observer& outer) : outer(outer) {}
  bool stop_requested() override { return outer.stop_requested(); }
  Observer& outer;
};

// int64 [N] on the CPU; where the label is -1, and for a family of classes, the class that the picture's seed chooses. Throws
// bad_argument for a class that there is not.
at::Tensor labels_to_paint(const PaintSpec& spec, int64_t classes);

// The number of classes that the networks are made for: those of the data where `conditional`, else 0. Throws bad_argument where
// the data has none.
int64_t classes_for(bool conditional, const PictureShape& shape);

// Throws bad_argument, naming the family, unless the data has captions.
void check_captions(const Batch& batch, const char* family);

at::Device device_of(const torch::nn::Module& network);

}  // namespace inkstone
