# inkstone_layer(NAME [TORCH] [DEPENDS layer...] [LIBRARIES target...])
# A folder of src/ becomes the static library inkstone_NAME; DEPENDS lists the layers it may include.
if(INKSTONE_PCH)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/torch_pch.cpp CONTENT "")  # touched only where it is new, so that configuring rebuilds nothing
  add_library(inkstone_pch OBJECT ${CMAKE_BINARY_DIR}/torch_pch.cpp)
  target_link_libraries(inkstone_pch PRIVATE inkstone_torch inkstone_flags nlohmann_json::nlohmann_json fmt::fmt)
  target_precompile_headers(inkstone_pch PRIVATE <torch/types.h> <torch/autograd.h> <torch/nn.h> <fmt/format.h> <nlohmann/json.hpp>
    <algorithm> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <optional> <span> <string> <string_view> <vector>)
endif()

# Gives a target torch and, where allowed, the shared precompiled header.
function(inkstone_use_torch target)
  target_link_libraries(${target} PUBLIC inkstone_torch)
  if(INKSTONE_PCH)
    target_link_libraries(${target} PRIVATE nlohmann_json::nlohmann_json fmt::fmt)
    target_precompile_headers(${target} REUSE_FROM inkstone_pch)
    target_compile_options(${target} PRIVATE -fPIC)  # as the header was compiled; executables would say -fPIE
  endif()
endfunction()

function(inkstone_layer name)
  cmake_parse_arguments(ARG "TORCH" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(target inkstone_${name})
  add_library(${target} STATIC ${sources})
  add_library(inkstone::${name} ALIAS ${target})
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/src>)
  list(TRANSFORM ARG_DEPENDS PREPEND inkstone_ OUTPUT_VARIABLE layers)
  target_link_libraries(${target} PUBLIC ${layers} PRIVATE ${ARG_LIBRARIES} $<BUILD_INTERFACE:inkstone_flags>)
  set_target_properties(${target} PROPERTIES INKSTONE_TORCH "${ARG_TORCH}")
  if(ARG_TORCH)
    inkstone_use_torch(${target})
  endif()
endfunction()

# inkstone_embed(SOURCE FOLDER): a source of this layer that puts files of assets/FOLDER into the program (core/embedded_file.hpp).
function(inkstone_embed source folder)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/assets/${folder}/*)
  set_source_files_properties(${source} PROPERTIES
    COMPILE_DEFINITIONS "INKSTONE_ASSETS=\"${CMAKE_SOURCE_DIR}/assets\"" OBJECT_DEPENDS "${files}" SKIP_PRECOMPILE_HEADERS ON)
endfunction()
