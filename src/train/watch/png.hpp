// Pictures to PNG (ISO/IEC 15948) without an image library: what the training ring writes into samples/, event files and reports.
#pragma once

#include <filesystem>
#include <string>

#include <ATen/core/Tensor.h>

namespace inkstone {

// A picture uint8 [C,H,W] with C = 1 (grey), 3 (sRGB) or 4 (with alpha). Throws bad_argument for another shape or type.
std::string encode_png(const at::Tensor& picture);

// The same in a file, whole or not at all. Throws io.
void write_png(const std::filesystem::path& path, const at::Tensor& picture);

// Binary PGM (C = 1) or PPM (C = 3). Throws bad_argument, io.
void write_pnm(const std::filesystem::path& path, const at::Tensor& picture);

}  // namespace inkstone
