// ControlNets in the layout of their original release (`control_model.`): the U-Net's input_blocks, with input_hint_block before
// and zero_convs after them.
#pragma once

#include "models/stable_diffusion/control_net.hpp"
#include "models/stable_diffusion/layout/name_map.hpp"

namespace inkstone::sd {

// Names without `control_model.`.
NameMap original_control_names(const ControlNetConfig& config);

}  // namespace inkstone::sd
