#include "models/classifier/embedded_weights.hpp"

#include "core/embedded_file.hpp"

INKSTONE_EMBED(mnist, "classifiers/mnist.safetensors");
INKSTONE_EMBED(fashion_mnist, "classifiers/fashion-mnist.safetensors");

namespace inkstone {

Bytes embedded_mnist_weights() {
  return INKSTONE_EMBEDDED(mnist);
}

Bytes embedded_fashion_mnist_weights() {
  return INKSTONE_EMBEDDED(fashion_mnist);
}

}  // namespace inkstone
