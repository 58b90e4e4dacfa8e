#include "inkstone/error.hpp"
#include "inkstone/models.hpp"

namespace inkstone {

void convert_model(const std::string&, const std::filesystem::path&) {
  throw Error(ErrorCategory::unsupported, "this build cannot write safetensors yet");
}

}  // namespace inkstone
