// How much memory a picture takes, known before it is begun. Estimates from the sizes of the networks, a little above what was
// measured.
#pragma once

#include <cstdint>
#include <string>

#include "models/stable_diffusion/checkpoint.hpp"
#include "sample/stable_diffusion/brief.hpp"

namespace inkstone::sd {

// Bytes of all parts, packed in this dtype, the U-Net in eight bits where asked; text encoders in float32.
uint64_t weight_bytes(const Checkpoint& checkpoint, at::ScalarType compute, bool eight_bits = false);

// Bytes that an evaluation works in: rows, the pictures of a batch times the conditions asked together.
uint64_t network_bytes(const UNetConfig& unet, const PictureExtent& extent, int64_t downscale, int64_t rows,
                       at::ScalarType compute);

// Bytes that decoding so many pictures at once works in.
uint64_t decoder_bytes(const AutoencoderConfig& autoencoder, const PictureExtent& extent, int64_t pictures,
                       at::ScalarType compute);

// Turns on tiles, or makes them smaller, where the decoder would need more than `left` bytes, and says so. Throws out_of_memory
// where the network, or the smallest tile, would.
void fit_into_memory(uint64_t left, uint64_t network, const AutoencoderConfig& autoencoder, const PictureExtent& extent,
                     int64_t pictures, at::ScalarType compute, CodecOptions& options, Observer& observer);

std::string human_bytes(uint64_t bytes);  // "3.4 GB"

}  // namespace inkstone::sd
