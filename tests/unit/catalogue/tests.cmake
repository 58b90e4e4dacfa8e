target_link_libraries(unit_catalogue PRIVATE PkgConfig::LIBARCHIVE)
inkstone_test(slow_catalogue catalogue LABEL slow SOURCES ${CMAKE_CURRENT_LIST_DIR}/npm_slow.cpp)
