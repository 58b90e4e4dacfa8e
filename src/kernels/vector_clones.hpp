// Loops that the compiler vectorises, compiled once per instruction set; the loader picks by the processor. Sanitizers start
// after the loader has chosen, so they get the plain version.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define INKSTONE_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define INKSTONE_VECTOR_CLONES
#endif
