// How a good picture becomes a bad one, so that a network can learn the way back: bicubic scaling alone, as super-resolution is
// measured, or the second-order pipeline of Real-ESRGAN (Wang, Xie, Dong and Shan, ICCVW 2021, section 3): blur, resize, noise
// and JPEG, twice over, and ringing (sinc) at the end; every step behind a gate if wanted, so that pictures with noise alone or
// JPEG alone come too (Zhang, Shi, Liu, Dong and Wu, "A closer look at blind super-resolution", CVPR workshops 2022).
#pragma once

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>

#include "train/noise.hpp"

namespace inkstone {

struct Degradation {
  std::string kind = "bicubic";  // bicubic, real, or grey: the light alone in all three channels, at the same size
  int64_t scale = 2;             // the result is so many times smaller along a side
  // real: every picture draws its strength between these; 1 has the ranges of the paper, 0 does next to nothing.
  double least = 0, most = 1;
  double blur_chance = 1;     // that each step that takes detail away comes: blur, resize, ringing
  double noise_chance = 1;    // that each step that adds what was not there comes: noise, JPEG
  double worst_quality = 30;  // of JPEG at full strength, 1 to 100
};

// pictures float32 [N,3,H,W] in [0,1], sides multiples of the scale -> [N,3,H/scale,W/scale] in [0,1], at the 256 values of a
// file. A function of the pictures and the noise alone.
at::Tensor degraded(const at::Tensor& pictures, const Degradation& degradation, StepNoise& noise);

// What JPEG leaves of a picture [1,3,H,W] in [0,1] at a quality of 1 to 100: the tables of ITU-T T.81 annex K as libjpeg scales
// them, chroma at half the resolution.
at::Tensor jpeg_compressed(const at::Tensor& picture, double quality);

}  // namespace inkstone
