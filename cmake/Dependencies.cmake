# Everything that is found outside the tree, by ring (DESIGN: Debian packages).
find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(Torch REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)

add_library(inkstone_torch INTERFACE)
# Archives of libtorch 2 hold headers of fmt and oneDNN, of other versions than the libraries that are linked here: those of the
# system come before them.
foreach(own ${TORCH_INCLUDE_DIRS})
  foreach(header fmt/format.h oneapi/dnnl/dnnl.hpp)
    find_path(place ${header} NO_CACHE)
    if(place AND EXISTS "${own}/${header}" AND NOT place MATCHES "^${own}/?$")
      string(REGEX REPLACE "/.*" "" folder ${header})
      file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/system_headers)
      file(CREATE_LINK ${place}/${folder} ${CMAKE_BINARY_DIR}/system_headers/${folder} SYMBOLIC)
      target_include_directories(inkstone_torch SYSTEM BEFORE INTERFACE ${CMAKE_BINARY_DIR}/system_headers)
    endif()
    unset(place)
  endforeach()
endforeach()
target_include_directories(inkstone_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_link_libraries(inkstone_torch INTERFACE ${TORCH_LIBRARIES})
# libtorch is built with it, and the layout of its classes depends on it (at::RecordFunction).
target_compile_definitions(inkstone_torch INTERFACE $<$<NOT:$<CONFIG:Release>>:NDEBUG>)
separate_arguments(INKSTONE_TORCH_FLAGS NATIVE_COMMAND "${TORCH_CXX_FLAGS}")
target_compile_options(inkstone_torch INTERFACE ${INKSTONE_TORCH_FLAGS} -Wno-deprecated-declarations -Wno-unknown-pragmas)
# clang 14 with C++20 cannot read libtorch 1.13's headers in another order
target_compile_options(inkstone_torch INTERFACE "$<$<CXX_COMPILER_ID:Clang>:SHELL:-include ATen/core/ivalue.h>")

# Debian's dnnl-config.cmake insists on OpenCL, which is not needed here.
find_path(DNNL_INCLUDE_DIR oneapi/dnnl/dnnl.hpp)
find_library(DNNL_LIBRARY dnnl)
if(DNNL_INCLUDE_DIR AND DNNL_LIBRARY)
  add_library(inkstone_dnnl INTERFACE)
  target_include_directories(inkstone_dnnl SYSTEM INTERFACE ${DNNL_INCLUDE_DIR})
  target_link_libraries(inkstone_dnnl INTERFACE ${DNNL_LIBRARY})
endif()

find_package(CLI11 REQUIRED)  # headers alone

if(NOT INKSTONE_ENGINE_ONLY)
  pkg_check_modules(VIPS REQUIRED IMPORTED_TARGET vips-cpp)
  find_package(CURL REQUIRED)
  find_package(OpenSSL REQUIRED)
  pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
  find_package(Boost 1.81 REQUIRED)  # Beast and Asio: headers alone
  pkg_check_modules(LIBARCHIVE REQUIRED IMPORTED_TARGET libarchive)
  find_package(SQLite3 REQUIRED)
  pkg_check_modules(LIBPQXX IMPORTED_TARGET libpqxx)  # jobs in PostgreSQL, where it is there
else()
  pkg_check_modules(ZLIB IMPORTED_TARGET zlib)  # compressed IDX files, where it is there
endif()
