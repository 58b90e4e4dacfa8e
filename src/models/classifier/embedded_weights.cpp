#include "models/classifier/embedded_weights.hpp"

// The assembler copies the files, as in perceptual/embedded_weights.cpp.
asm(".pushsection .rodata\n"
    ".balign 64\n"
    "inkstone_mnist_begin:\n"
    ".incbin \"" INKSTONE_MNIST_WEIGHTS
    "\"\n"
    "inkstone_mnist_end:\n"
    ".balign 64\n"
    "inkstone_fashion_mnist_begin:\n"
    ".incbin \"" INKSTONE_FASHION_MNIST_WEIGHTS
    "\"\n"
    "inkstone_fashion_mnist_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern const std::byte mnist_begin[] asm("inkstone_mnist_begin");
extern const std::byte mnist_end[] asm("inkstone_mnist_end");
extern const std::byte fashion_mnist_begin[] asm("inkstone_fashion_mnist_begin");
extern const std::byte fashion_mnist_end[] asm("inkstone_fashion_mnist_end");

namespace inkstone {

Bytes embedded_mnist_weights() {
  return {mnist_begin, mnist_end};
}

Bytes embedded_fashion_mnist_weights() {
  return {fashion_mnist_begin, fashion_mnist_end};
}

}  // namespace inkstone
