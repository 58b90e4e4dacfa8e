# What of studio/ runs without the outer ring: the tasks of the engine, and sources of the outer ring that need no library of theirs.
# engine/*.cpp stands in for the rest of what the tasks ask. cmake/check_layers.cmake reads these lists too.
set(ENGINE_TASKS diffusion/axis_grid.cpp diffusion/briefs.cpp diffusion/canvas.cpp diffusion/guides.cpp diffusion/known_files.cpp diffusion/orders.cpp
  diffusion/parameters.cpp diffusion/session.cpp diffusion_task.cpp engine_tasks.cpp evaluate_task.cpp model_record.cpp packed_output.cpp paint_task.cpp recipe.cpp train_task.cpp
  training_options.cpp translate.cpp)
foreach(task source_picture.cpp)
  if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/${task})
    list(APPEND ENGINE_TASKS ${task})
  endif()
endforeach()
file(GLOB diffusion RELATIVE ${CMAKE_CURRENT_LIST_DIR} ${CMAKE_CURRENT_LIST_DIR}/diffusion/*.cpp)
list(APPEND ENGINE_TASKS ${diffusion})

set(ENGINE_BORROWED catalogue/places.cpp image/colour.cpp image/format.cpp image/pnm.cpp image/resize.cpp image/row_resampler.cpp post/chain_syntax.cpp)
