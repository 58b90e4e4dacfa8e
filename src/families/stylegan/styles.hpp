// The styles of a family that is a StyleGAN, laid open: what stands between its latents and its pictures and can be mixed, moved
// and walked through.
#pragma once

#include "models/stylegan/generator.hpp"
#include "train/family.hpp"

namespace inkstone {

// Of a family that is a StyleGAN; null for others. Lives as long as the family.
stylegan::Generator* style_generator(Family& family);

// [N,styles,style], truncated, of the latents and classes of a request. Throws bad_argument for a class that there is not.
at::Tensor styles_of(stylegan::Generator& generator, const PaintSpec& spec);

// Straight lines between styles, from each to the next in `frames` steps, the last included: [(N-1)*frames + 1, styles, style]. W
// is a space where straight lines are even in what they show (Karras et al. 2019, section 4.1).
at::Tensor style_walk(const at::Tensor& stops, int64_t frames);

// ws [N,styles,style] -> [N,C,H,W] in [-1,1] on the CPU, as paint_in_parts gives them.
at::Tensor paint_styles(stylegan::Generator& generator, const at::Tensor& ws, Observer& observer);

}  // namespace inkstone
