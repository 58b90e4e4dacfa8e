# Compiler launcher, warnings and sanitizers, the same for every target.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # time macros and the precompiled header's timestamp do not change what is compiled
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

# Many sources to one compilation: reading torch's precompiled header costs more than most sources do. Names in anonymous
# namespaces are therefore unique within a layer.
if(INKSTONE_UNITY)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 16)
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
