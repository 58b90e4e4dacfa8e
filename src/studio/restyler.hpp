// A network that paints, with everything a request says about it, for one picture or for every frame of a film.
#pragma once

#include <memory>
#include <vector>

#include <ATen/core/Tensor.h>

#include "inkstone/observer.hpp"
#include "inkstone/stylize_request.hpp"
#include "studio/picture_networks.hpp"
#include "transform/arbitrary_style.hpp"

namespace inkstone::studio {

class Restyler {
 public:
  // width, height: of the pictures to come, for masks. Throws what opening a network does, bad_argument where --style and its
  // companions do not suit it.
  Restyler(const StylizeRequest& request, LoadedModels& models, int width, int height);

  // photograph [1,3,H,W] float32 in [0,1] -> the painting, dials and original colours included. Throws cancelled between tiles.
  at::Tensor paint(const at::Tensor& photograph, Observer& observer);

  const LoadedPictureNetwork& loaded() const { return *loaded_; }

 private:
  void look_at_styles(int width, int height);
  at::Tensor by_regions(const at::Tensor& photograph, Observer& observer);
  at::Tensor run(const at::Tensor& photograph, Observer& observer);

  const StylizeRequest request_;
  std::shared_ptr<LoadedPictureNetwork> loaded_;
  transform::ArbitraryStyle* arbitrary_ = nullptr;  // the network, where it takes styles
  std::vector<transform::StyleShare> styles_;
  std::vector<at::Tensor> masks_;  // [1,1,H,W], one per style; they sum to one
};

// The painting's luminance with the photograph's chroma, as tensors [1,3,H,W]; with_chroma_of for pictures.
at::Tensor chroma_kept(const at::Tensor& painting, const at::Tensor& photograph);

}  // namespace inkstone::studio
