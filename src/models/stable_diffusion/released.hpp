// The sizes of the published models, as their config.json files say them.
#pragma once

#include "models/stable_diffusion/checkpoint.hpp"

namespace inkstone::sd {

UNetConfig released_unet(Version version);
AutoencoderConfig released_autoencoder(Version version);
// In the order of Checkpoint::text.
std::vector<ClipTextConfig> released_text_encoders(Version version);

}  // namespace inkstone::sd
