// Networks that travel with the program: pictures painted and enlarged with nothing fetched.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "transform/open.hpp"

namespace inkstone::transform {

struct EmbeddedNetwork {
  std::string name, purpose;
};
std::vector<EmbeddedNetwork> embedded_networks();

// The bytes of its file, float16 safetensors. Empty where there is none of this name.
Bytes embedded_network(const std::string& name);

// Of one that is there.
Purpose embedded_purpose(const std::string& name);

// Null where there is none of this name.
std::unique_ptr<PictureNetwork> make_embedded_network(const std::string& name, const Compute& compute);

}  // namespace inkstone::transform
