# What of studio/ runs without the outer ring: the tasks of the engine, and sources of the outer ring that need no library of theirs.
# engine/*.cpp stands in for the rest of what the tasks ask. cmake/check_layers.cmake reads these lists too.
set(ENGINE_TASKS diffusion_task.cpp engine_tasks.cpp evaluate_task.cpp listening.cpp loaded_models.cpp memorisation_check.cpp model_record.cpp packed_output.cpp paint_task.cpp plan_data.cpp recipe.cpp source_picture.cpp style_directions.cpp style_latents.cpp style_painting.cpp style_words.cpp train_task.cpp
  trained_painter.cpp training_options.cpp training_pictures.cpp translate.cpp word_extras.cpp word_painting.cpp)
file(GLOB diffusion RELATIVE ${CMAKE_CURRENT_LIST_DIR} ${CMAKE_CURRENT_LIST_DIR}/diffusion/*.cpp)
list(APPEND ENGINE_TASKS ${diffusion})

set(ENGINE_BORROWED catalogue/places.cpp image/colour.cpp image/format.cpp image/pnm.cpp image/resize.cpp image/row_resampler.cpp post/chain_syntax.cpp)
