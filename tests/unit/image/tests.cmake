# The tests make their own inputs: with libvips where the library itself must not be able to.
target_link_libraries(unit_image PRIVATE PkgConfig::VIPS)
