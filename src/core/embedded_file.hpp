// Files of assets/ that travel inside the program. The assembler copies them: as C++ text they would take longer to compile than
// all else here. A source that says INKSTONE_EMBED is named to `inkstone_embed` in its layer's CMakeLists.txt.
#pragma once

#include "core/files.hpp"

// Outside of all namespaces, once a file: puts assets/`file` (a string literal) into the program. symbol: an identifier, unique
// in the program.
#define INKSTONE_EMBED(symbol, file)                                         \
  asm(".pushsection .rodata\n"                                               \
      ".balign 64\n"                                                         \
      "inkstone_" #symbol                                                    \
      "_begin:\n"                                                            \
      ".incbin \"" INKSTONE_ASSETS "/" file                                  \
      "\"\n"                                                                 \
      "inkstone_" #symbol                                                    \
      "_end:\n"                                                              \
      ".byte 0\n"                                                            \
      ".popsection\n");                                                      \
  extern const std::byte symbol##_begin[] asm("inkstone_" #symbol "_begin"); \
  extern const std::byte symbol##_end[] asm("inkstone_" #symbol "_end")

// Its bytes.
#define INKSTONE_EMBEDDED(symbol) ::inkstone::Bytes(symbol##_begin, symbol##_end)
