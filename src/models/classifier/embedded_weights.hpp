// The bytes of assets/classifiers/*.safetensors, in the program's read-only data.
#pragma once

#include "core/files.hpp"

namespace inkstone {

Bytes embedded_mnist_weights();
Bytes embedded_fashion_mnist_weights();

}  // namespace inkstone
