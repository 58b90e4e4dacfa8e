#include "models/classifier/embedded.hpp"

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "inkstone/error.hpp"
#include "models/classifier/embedded_weights.hpp"
#include "weights/safetensors.hpp"

namespace inkstone {

std::vector<std::string> embedded_classifiers() {
  return {"fashion-mnist", "mnist"};
}

Classifier embedded_classifier(const std::string& name) {
  if (name == "mnist") return to_classifier(read_safetensors(embedded_mnist_weights()));
  if (name == "fashion-mnist") return to_classifier(read_safetensors(embedded_fashion_mnist_weights()));
  throw Error(ErrorCategory::not_found,
              fmt::format("no classifier '{}' is built in{}", name, did_you_mean(name, embedded_classifiers())));
}

}  // namespace inkstone
