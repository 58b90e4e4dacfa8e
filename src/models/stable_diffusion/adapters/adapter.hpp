// Adapters over a checkpoint: LoRA, LoCon, LoHa, LoKr, DoRA and whole differences, in the names of kohya's scripts, LyCORIS,
// diffusers and peft. Merged weights are new tensors in a new checkpoint, which shares all others with the old one: to unmerge
// exactly is to go back to it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/stable_diffusion/adapters/adapter_delta.hpp"
#include "models/stable_diffusion/checkpoint.hpp"

namespace inkstone::sd {

// An adapter as its file has it: layers by their names in the file, without the part.
struct Adapter {
  std::string origin;  // for messages
  std::map<std::string, AdapterLayer> layers;
};

// Throws not_found, io, corrupt_file, unsupported: a tensor that is no part of a known kind of adapter.
Adapter read_adapter(const std::filesystem::path& path);
Adapter to_adapter(const StateDict& weights, const std::string& origin);

struct AdapterUse {
  const Adapter* adapter;
  double unet_strength = 1, text_strength = 1;
};

// One after the other, in float32, then in the dtype that each weight had. Throws bad_argument where an adapter is made for
// another base: it names a layer that the checkpoint lacks, or one of another shape.
Checkpoint with_adapters(const Checkpoint& base, const std::vector<AdapterUse>& uses);

}  // namespace inkstone::sd
