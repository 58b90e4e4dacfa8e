# Jobs under faults, and what keeping them costs. Programs of the test's own: they use the library as a program of somebody else would.
function(jobs_program name source)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE inkstone_studio nlohmann_json::nlohmann_json fmt::fmt inkstone_flags)
endfunction()
jobs_program(jobs_faults ${CMAKE_CURRENT_LIST_DIR}/faults.cpp)
jobs_program(jobs_disk_full ${CMAKE_CURRENT_LIST_DIR}/disk_full.cpp)
jobs_program(jobs_queue ${CMAKE_SOURCE_DIR}/bench/jobs_queue.cpp)

foreach(fault sqlite postgresql shared_batches full_disk)
  add_test(NAME e2e_jobs_${fault} COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/../jobs.sh ${fault})
  set_tests_properties(e2e_jobs_${fault} PROPERTIES LABELS slow TIMEOUT 1200 SKIP_RETURN_CODE 77 ENVIRONMENT
    "SOURCE=${CMAKE_SOURCE_DIR};JOBS_FAULTS=$<TARGET_FILE:jobs_faults>;JOBS_DISK_FULL=$<TARGET_FILE:jobs_disk_full>;${INKSTONE_TEST_ENVIRONMENT}")
endforeach()
