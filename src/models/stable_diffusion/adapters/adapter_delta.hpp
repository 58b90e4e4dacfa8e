// What an adapter adds to one weight: LoRA (Hu et al. 2021), LoCon, LoHa (Hyeon-Woo et al. 2022), LoKr (Kronecker products; Yeh
// et al. 2023), whole differences, and DoRA's magnitudes (Liu et al. 2024).
#pragma once

#include <map>
#include <string>

#include <ATen/core/Tensor.h>

namespace inkstone::sd {

// The tensors of one adapted layer by their roles, as LyCORIS names them: lora_up, lora_down, lora_mid; hada_w1_a, hada_w1_b,
// hada_w2_a, hada_w2_b, hada_t1, hada_t2; lokr_w1, lokr_w1_a, lokr_w1_b, lokr_w2, lokr_w2_a, lokr_w2_b, lokr_t2; diff, diff_b;
// alpha; dora_scale.
using AdapterLayer = std::map<std::string, at::Tensor>;

// True where the layer changes the weight; it may also change the bias alone (diff_b).
bool has_weight_change(const AdapterLayer& layer);

// alpha / rank times the product, float32 in the shape of the weight. LoRA: up down; LoHa: (w1_a w1_b) * (w2_a w2_b), element by
// element; LoKr: w1 (x) w2; convolutions over their flattened kernels, or by a core tensor (lora_mid, hada_t1, lokr_t2). Throws
// bad_argument where parts are missing or do not fit one another or the weight.
at::Tensor adapter_delta(const AdapterLayer& layer, at::IntArrayRef shape);

// weight + strength delta; with magnitudes m: weight + strength (m V / |V| - weight), V = weight + delta. float32. Throws as
// adapter_delta.
at::Tensor adapted(const at::Tensor& weight, const AdapterLayer& layer, double strength);

}  // namespace inkstone::sd
