// The feature networks of a Studio, loaded once each.
#pragma once

#include <memory>
#include <string>

#include "inkstone/option.hpp"
#include "models/features/feature_network.hpp"
#include "studio/loaded_models.hpp"

namespace inkstone::studio {

struct LoadedNetwork {
  FeatureNetwork network;
  std::string file;     // its name without folders; empty: embedded
  std::string sha256;   // of the file, or of the embedded weights; empty for a model of several files
  std::string licence;  // where it is known
};

// Throws bad_argument for a name that stands for a network that paints, and so names nothing and sees nothing for others.
void refuse_painter(const ModelRef& model);

class FeatureNetworks {
 public:
  explicit FeatureNetworks(LoadedModels& models) : models_(models) {}

  // Empty: the embedded network; else a catalogue name or a file. Throws not_found, corrupt_file, unsupported.
  std::shared_ptr<const LoadedNetwork> get(const ModelRef& model) const;

 private:
  LoadedModels& models_;
};

}  // namespace inkstone::studio
