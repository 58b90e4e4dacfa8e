// Directions of a StyleGAN's styles, found without labels (models/stylegan/directions.hpp): computed where they are asked for, or
// once and for all into a file beside the model (`inkstone models directions`).
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "inkstone/observer.hpp"
#include "models/stylegan/directions.hpp"
#include "studio/style_words.hpp"
#include "studio/trained_painter.hpp"

namespace inkstone::studio {

// MODEL.directions.safetensors and MODEL.directions.toml, in the folder of a run model.directions.*.
std::filesystem::path directions_file(const std::filesystem::path& model, const char* ending = ".safetensors");

// Of a painter that is a StyleGAN. Throws unsupported for another, named by what cannot be done with it.
stylegan::Generator& generator_of_styles(TrainedPainter& painter, const ModelRef& model);

// The file's where there is one of this very network; else computed. Kept loaded.
std::shared_ptr<const stylegan::StyleSpread> spread_of(TrainedPainter& painter, const ModelRef& model, LoadedModels& models,
                                                       Observer& observer);

// Where a dial leads: for a strength, what is added to w [style] in which layers.
class Compass {
 public:
  Compass(const stylegan::Generator& generator, std::shared_ptr<const stylegan::StyleSpread> spread)
      : generator_(generator), spread_(std::move(spread)) {}

  // usual: of dials that say no layers; empty: all. Throws bad_argument: no such direction, no such layers.
  at::Tensor turned(const at::Tensor& ws, const std::vector<Dial>& dials, const std::string& usual);

 private:
  const stylegan::Directions& directions(const std::string& kind, stylegan::Layers layers);

  const stylegan::Generator& generator_;
  std::shared_ptr<const stylegan::StyleSpread> spread_;
  std::map<std::string, stylegan::Directions> known_;
};

}  // namespace inkstone::studio
