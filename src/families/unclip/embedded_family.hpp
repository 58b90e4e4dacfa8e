// What the two trained halves of unCLIP share: they learn from the embeddings that a finished `contrastive` run gives of pictures
// and captions, and that run stays as it is.
#pragma once

#include <memory>
#include <string>

#include "families/contrastive/paired_space.hpp"
#include "train/family.hpp"

namespace inkstone {

class EmbeddedFamily : public Family {
 public:
  // What the embeddings must be like: width of the space, and tokens of its texts (0: any).
  struct Fit {
    int64_t embedding = 0, text_length = 0;
  };
  // clip: the run, opened when training begins; what has been trained paints without it.
  EmbeddedFamily(std::string clip, const PictureShape& shape, Fit fit) : shape_(shape), clip_(std::move(clip)), fit_(fit) {}

  void prepare(const RunOutline& run) override;

  // Throws bad_argument where the space has another width, other texts or other channels, naming the option to change.
  void take_space(std::shared_ptr<PairedSpace> space);

 protected:
  PairedSpace& space() const;  // throws bad_argument where there is none
  const PictureShape shape_;

 private:
  std::string clip_;
  Fit fit_;
  std::shared_ptr<PairedSpace> space_;
};

}  // namespace inkstone
