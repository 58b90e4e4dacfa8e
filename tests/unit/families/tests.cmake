# The embedded network's own training reads photographs, so the engine has none of it.
if(TARGET inkstone_distillation)
  target_link_libraries(unit_families PRIVATE inkstone_distillation)
else()
  get_target_property(sources unit_families SOURCES)
  list(FILTER sources EXCLUDE REGEX "/perceptual_test.cpp$")
  set_target_properties(unit_families PROPERTIES SOURCES "${sources}")
endif()
