# Contact sheets of the procedural pictures, for looking at and for docs/gallery/procedural.sh.
add_executable(procedural_sheet EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/procedural_sheet.cpp)
target_link_libraries(procedural_sheet PRIVATE inkstone_data inkstone_flags)
