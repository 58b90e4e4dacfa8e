# Installation: the program, its manual and completions, and the library with find_package(inkstone).
if(INKSTONE_ENGINE_ONLY)
  install(TARGETS inkstone-engine RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
  install(DIRECTORY assets/words DESTINATION ${CMAKE_INSTALL_DATADIR}/inkstone COMPONENT program OPTIONAL)
  return()
endif()
include(CMakePackageConfigHelpers)

# One shared library with all layers inside, so that a client needs none of our dependencies to configure.
file(WRITE ${CMAKE_BINARY_DIR}/library.cpp "")
add_library(inkstone_library SHARED ${CMAKE_BINARY_DIR}/library.cpp)
target_link_libraries(inkstone_library PRIVATE $<LINK_LIBRARY:WHOLE_ARCHIVE,inkstone_studio,inkstone_server>)
target_include_directories(inkstone_library INTERFACE
  $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(inkstone_library INTERFACE cxx_std_20)
set_target_properties(inkstone_library PROPERTIES OUTPUT_NAME inkstone EXPORT_NAME inkstone
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
add_library(inkstone::inkstone ALIAS inkstone_library)

# Written by the program from its own declarations.
set(described ${CMAKE_BINARY_DIR}/described)
file(MAKE_DIRECTORY ${described})
add_custom_command(OUTPUT ${described}/inkstone.1 ${described}/inkstone.bash ${described}/_inkstone ${described}/inkstone.fish
  COMMAND inkstone docs man > ${described}/inkstone.1
  COMMAND inkstone completion bash > ${described}/inkstone.bash
  COMMAND inkstone completion zsh > ${described}/_inkstone
  COMMAND inkstone completion fish > ${described}/inkstone.fish
  DEPENDS inkstone COMMENT "Manual page and shell completion")
add_custom_target(inkstone_described ALL DEPENDS ${described}/inkstone.1)

install(TARGETS inkstone RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(DIRECTORY assets/words DESTINATION ${CMAKE_INSTALL_DATADIR}/inkstone COMPONENT program OPTIONAL)
install(FILES ${described}/inkstone.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${described}/inkstone.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME inkstone COMPONENT program)
install(FILES ${described}/_inkstone DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT program)
install(FILES ${described}/inkstone.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)

# `cmake --install build/release --component library` installs this part alone.
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/inkstone)
install(TARGETS inkstone_library EXPORT inkstoneTargets COMPONENT library LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/inkstone DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)
install(EXPORT inkstoneTargets NAMESPACE inkstone:: DESTINATION ${package} COMPONENT library)
file(WRITE ${CMAKE_BINARY_DIR}/inkstoneConfig.cmake "include(\${CMAKE_CURRENT_LIST_DIR}/inkstoneTargets.cmake)\n")
write_basic_package_version_file(${CMAKE_BINARY_DIR}/inkstoneConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/inkstoneConfig.cmake ${CMAKE_BINARY_DIR}/inkstoneConfigVersion.cmake DESTINATION ${package} COMPONENT library)
