#include "models/features/preprocessing.hpp"

namespace inkstone {

void set_caffe_preprocessing(FeatureNetwork& network, std::array<float, 3> mean) {
  network.order = {2, 1, 0};
  network.scale = {255, 255, 255};
  network.mean = mean;
}

void set_torchvision_preprocessing(FeatureNetwork& network) {
  constexpr std::array<float, 3> mean = {0.485f, 0.456f, 0.406f}, deviation = {0.229f, 0.224f, 0.225f};
  network.order = {0, 1, 2};
  for (int c = 0; c < 3; ++c) {
    network.scale[c] = 1 / deviation[c];
    network.mean[c] = mean[c] / deviation[c];
  }
}

void set_symmetric_preprocessing(FeatureNetwork& network) {
  network.order = {0, 1, 2};
  network.scale = {2, 2, 2};
  network.mean = {1, 1, 1};
}

}  // namespace inkstone
