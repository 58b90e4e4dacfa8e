# The streams that the library compresses itself are read back by zlib, where it is.
if(TARGET PkgConfig::ZLIB)
  target_link_libraries(unit_train PRIVATE PkgConfig::ZLIB)
  target_compile_definitions(unit_train PRIVATE INKSTONE_HAVE_ZLIB)
endif()
