#include "transform/embedded.hpp"

#include "models/fast_style/embedded_weights.hpp"
#include "models/srvgg/embedded_weights.hpp"
#include "transform/enhancers.hpp"
#include "transform/fast_style.hpp"

namespace inkstone::transform {

std::vector<EmbeddedNetwork> embedded_networks() {
  std::vector<EmbeddedNetwork> networks;
  for (const auto& name : embedded_style_names())
    networks.push_back({name, "stylise: paints in one pass, travels with the program"});
  networks.push_back({"super-resolution-x2", "upscale: travels with the program"});
  networks.push_back({"restorer", "restore noise, JPEG and blur: travels with the program"});
  return networks;
}

Bytes embedded_network(const std::string& name) {
  const auto style = embedded_style(name);
  return style.empty() ? embedded_enhancer(name) : style;
}

Purpose embedded_purpose(const std::string& name) {
  return embedded_style(name).empty() ? Purpose::mend : Purpose::paint;
}

std::unique_ptr<PictureNetwork> make_embedded_network(const std::string& name, const Compute& compute) {
  const auto style = embedded_style(name);
  return style.empty() ? make_embedded_enhancer(name, compute) : make_embedded_style(style, compute);
}

}  // namespace inkstone::transform
