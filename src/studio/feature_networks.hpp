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
  std::string sha256;   // of the file; empty: embedded, and fixed by the program's version
  std::string licence;  // where the catalogue knows it
};

class FeatureNetworks {
 public:
  // Empty: the embedded network; else a catalogue name or a file. Throws not_found, corrupt_file, unsupported.
  std::shared_ptr<const LoadedNetwork> get(const ModelRef& model);

 private:
  std::map<std::string, std::shared_ptr<const LoadedNetwork>> loaded_;
};

}  // namespace inkstone::studio
