# Compiler launcher, warnings and sanitizers, the same for every target.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # time macros and the precompiled header's timestamp do not change what is compiled
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

add_library(inkstone_flags INTERFACE)
target_compile_options(inkstone_flags INTERFACE -Wall -Wextra -Wno-unused-parameter)
if(CMAKE_CXX_COMPILER_LAUNCHER)
  target_compile_options(inkstone_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
if(INKSTONE_SANITIZE)
  target_compile_options(inkstone_flags INTERFACE -fsanitize=${INKSTONE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(inkstone_flags INTERFACE -fsanitize=${INKSTONE_SANITIZE})
endif()
if(INKSTONE_FUZZ)
  target_compile_options(inkstone_flags INTERFACE -fsanitize=fuzzer-no-link,address -fno-omit-frame-pointer)
  target_link_options(inkstone_flags INTERFACE -fsanitize=address)
endif()
