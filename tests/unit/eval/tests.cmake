# On the data sets themselves, which may not be here.
if(TARGET inkstone_catalogue)
  inkstone_test(slow_eval eval LABEL slow SOURCES ${CMAKE_CURRENT_LIST_DIR}/classifier_accuracy_slow.cpp LIBRARIES inkstone_catalogue)
endif()
