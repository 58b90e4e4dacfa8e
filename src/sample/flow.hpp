// Denoisers of flow-matching networks: x_t = (1 - t) x0 + t epsilon, and the network says the velocity v = epsilon - x0 (Lipman
// et al. 2022; Liu et al. 2022, rectified flow; Esser et al. 2024).
#pragma once

#include "sample/denoiser.hpp"

namespace inkstone {

// In its own frame, for flow_euler and flow_heun: sigma is t in (0,1]. The network is told 1000 t.
std::unique_ptr<Denoiser> flow_denoiser(NoiseNetwork network);

// In the frame x0 + sigma epsilon, for every other solver: sigma = t / (1 - t), x = x_t / (1 - t).
std::unique_ptr<Denoiser> flow_denoiser_unscaled(NoiseNetwork network);

// The same frame for a network that says x0 itself (Li and He 2025): trained on the loss of the velocity, sampled alike.
std::unique_ptr<Denoiser> flow_clean_denoiser(NoiseNetwork network);

// t of flow_sigmas -> sigma = t / (1 - t), t held below 0.9999.
std::vector<double> unscaled_sigmas(std::vector<double> times);

}  // namespace inkstone
