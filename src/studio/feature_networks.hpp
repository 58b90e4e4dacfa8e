// The feature networks of this process, loaded once each.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "inkstone/observer.hpp"
#include "inkstone/option.hpp"
#include "models/features/feature_network.hpp"

namespace inkstone::studio {

struct LoadedNetwork {
  FeatureNetwork network;
  std::string file;     // its name without folders; empty: embedded
  std::string sha256;   // of the file, or of the embedded weights; empty for a model of several files
  std::string licence;  // where it is known
};

class FeatureNetworks {
 public:
  // Empty: the embedded network; else a catalogue name or a file. Throws not_found, corrupt_file, unsupported.
  std::shared_ptr<const LoadedNetwork> get(const ModelRef& model);

 private:
  std::map<std::string, std::shared_ptr<const LoadedNetwork>> loaded_;
};

}  // namespace inkstone::studio
