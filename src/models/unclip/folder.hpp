// An unCLIP model as diffusers saves it: a folder with a model_index.json that names UnCLIPPipeline (words to pictures) or
// UnCLIPImageVariationPipeline (pictures to pictures), and a folder to each part. Both kinds share the decoder and the
// up-samplers, and a folder that has the parts of both does what both do.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "models/clip/clip_vision.hpp"
#include "models/unclip/pixel_unet.hpp"
#include "models/unclip/prior.hpp"
#include "models/unclip/projection.hpp"
#include "text/clip_text.hpp"
#include "text/clip_tokenizer.hpp"

namespace inkstone::unclip {

// Whether a folder, or its model_index.json, is of this kind; false for everything else, also for what cannot be read.
bool is_unclip(const std::filesystem::path& path);

// The folder itself, also of its model_index.json.
std::filesystem::path unclip_folder(const std::filesystem::path& path);

// The file that stands for the model in a recipe: the decoder's weights. Throws not_found.
std::filesystem::path decoder_file(const std::filesystem::path& path);

struct Schedules {
  ScheduleConfig prior, decoder, upsampler;
};

// The networks, filled.
struct Model {
  std::string name;  // of the folder
  ClipTokenizer tokenizer;
  ClipText text;
  Projection projection;
  PixelUNet decoder, first, last;         // the up-sampler of all steps but the last one, and that of the last
  std::optional<PriorTransformer> prior;  // none: paints from pictures alone
  std::optional<ClipVision> vision;       // none: paints from words alone
  Schedules schedules;
  uint64_t bytes = 0;  // of the weights in memory
};

// dtype: of matrices and kernels. Throws not_found naming a part that is missing, io, corrupt_file (a tensor missing, misshapen
// or with NaN; parts that do not fit each other), unsupported (a part of a kind not built here).
Model load_unclip(const std::filesystem::path& path, at::ScalarType dtype);

}  // namespace inkstone::unclip
