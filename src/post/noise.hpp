// Randomness as a function of place: the same seed and coordinates give the same value on every machine, whatever
// thread asks. Integer hash after Jarzynski and Olano, "Hash Functions for GPU Rendering", JCGT 2020 (PCG family);
// smooth lattice noise and its octaves after Perlin, SIGGRAPH 1985.
#pragma once

#include <cstdint>

#include "post/plane.hpp"

namespace inkstone::post {

std::uint32_t hash(std::uint64_t seed, int x, int y);

// In [0,1).
inline float uniform(std::uint64_t seed, int x, int y) {
  return static_cast<float>(hash(seed, x, y) >> 8) * 0x1p-24f;
}

// Standard normal.
float normal(std::uint64_t seed, int x, int y);

// In [0,1], smooth, feature size one unit.
float smooth_noise(std::uint64_t seed, float x, float y);

// Octaves of smooth_noise, each half the size and weight of the one before; about [0,1], mean 0.5.
float fractal_noise(std::uint64_t seed, float x, float y, int octaves);

// Height of cold-pressed paper, mean about 0.5, in [0,1]; grain: size of its bumps in pixels.
Plane paper_relief(int width, int height, float grain, std::uint64_t seed);

}  // namespace inkstone::post
