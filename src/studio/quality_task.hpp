// PSNR and SSIM of upscalers and restorers as their literature measures them: on the luma of BT.601 in studio range, at 8 bits,
// with as many pixels left off each edge as the network enlarges times.
#pragma once

#include "inkstone/quality_request.hpp"
#include "inkstone/studio.hpp"

namespace inkstone::studio {

// Plain: an upscaler sees the picture scaled down by antialiased bicubic interpolation and rounded to bytes, as MATLAB's imresize
// does; a restorer sees it with Gaussian noise, in grey where the picture is grey. jpeg compresses that small picture, or the
// picture itself, instead; real goes through families/enhancer/degradation.hpp. What the result is held against is the picture
// cut to a multiple of the scale. Throws not_found, bad_argument for a folder without pictures, cancelled before the first
// picture.
QualityReport run_quality(const QualityRequest& request, Observer& observer);

}  // namespace inkstone::studio
