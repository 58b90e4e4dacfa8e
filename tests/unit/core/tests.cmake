find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
target_link_libraries(unit_core PRIVATE ${RAPIDCHECK_LIBRARY})
