// What neural style transfer minimises, as one function of the picture with its gradient:
//     content_weight * L_content + style_weight * sum_l w_l L_style,l + tv_weight * L_tv
// over one feature network, for one content picture and any number of styles, whole or tile by tile.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "dream/losses.hpp"
#include "dream/neural_style.hpp"
#include "dream/tiles.hpp"
#include "models/features/feature_pass.hpp"

namespace inkstone::dream {

struct ObjectiveSettings {
  Scale scale = Scale::relative;
  Variation variation = Variation::squares;
  std::string style_loss = "gram";
  std::vector<std::string> content_layers, style_layers;
  std::vector<double> content_layer_weights, style_layer_weights;  // one per layer
  double content_weight = 1, style_weight = 1, tv_weight = 0;
  std::vector<double> blend;  // one per style, sums to 1
  bool normalize_gradients = false;
  Pooling pooling = Pooling::max;
  Precision precision = Precision::float32;
  int64_t tile = 0;    // largest window side; 0: never tile
  int64_t margin = 0;  // pixels mirrored around every picture before the network sees it, so that its zero padding is out of
                       // sight: else the search paints a frame to match it. A multiple of the network's reduction
};

struct Losses {
  double content = 0, style = 0, tv = 0;  // before content_weight, style_weight, tv_weight
  double before = 0;                      // distance from the frame before, of films; with its weight
  double total = 0;
};

class StyleObjective {
 public:
  // pictures at the size of this level. Fixed targets are computed once, here.
  StyleObjective(const FeatureNetwork& network, const NeuralStylePictures& pictures, ObjectiveSettings settings);

  // x [1,3,H,W] float32 in units of 1/255; gradient gets d total / d x, same shape.
  Losses evaluate(const at::Tensor& x, at::Tensor& gradient);

 private:
  struct Layer {
    std::size_t tap = 0;
    double weight = 1;
    int64_t reduction = 1;
  };
  struct StyleLayer : Layer {
    std::vector<std::unique_ptr<StyleTerm>> regions;  // one, or one per mask
    std::vector<at::Tensor> masks;                    // per region: [h,w] at the layer's size
  };
  struct ContentLayer : Layer {
    std::vector<at::Tensor> targets;  // per tile
    ContentScale scale;
  };

  void find_layers(const FeatureNetwork& network);
  void set_style_targets(const NeuralStylePictures& pictures);
  void set_content_targets(const at::Tensor& content);
  void prepare_masks(const NeuralStylePictures& pictures);
  at::Tensor with_margin(const at::Tensor& picture) const;
  std::vector<Tile> tiles_of(const at::Tensor& picture) const;
  void gather(const Tile& tile, std::size_t index, const std::vector<at::Tensor>& outputs, Losses& losses);
  void sum_up_style(Losses& losses);
  void add_gradients(const Tile& tile, std::size_t index, std::size_t tap, const at::Tensor& output, at::Tensor& gradient);
  at::Tensor mask_of(const StyleLayer& layer, std::size_t region, const Tile& tile, const at::Tensor& output) const;
  void scale_to_unit(at::Tensor& gradient, double weight) const;
  double hold_to_before(const at::Tensor& x, at::Tensor& gradient) const;

  ObjectiveSettings settings_;
  std::vector<StyleLayer> style_;
  std::vector<ContentLayer> content_;
  Reach reach_;
  std::unique_ptr<FeaturePass> pass_;
  std::vector<Tile> tiles_;
  NeuralStylePictures::Before before_;  // its picture in units of 1/255, its weight over that picture's energy
};

}  // namespace inkstone::dream
