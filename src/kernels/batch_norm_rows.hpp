// The loops of batch normalisation over rows of channels, compiled for several processors; batch_norm.hpp has the meaning. Free
// of torch, because the file is compiled with its own floating-point options, which the precompiled header does not share.
#pragma once

#include <cstdint>

namespace inkstone::kernels::rows {

using Half = uint16_t;  // the bits of a bfloat16

// Adds the sums of (x - origin) and of its square to sum and square [channels].
void moments(const float* x, const float* origin, float* sum, float* square, int64_t rows, int64_t channels);
void moments(const Half* x, const float* origin, float* sum, float* square, int64_t rows, int64_t channels);

// y = rectify(x scale + shift).
void rectify(const float* x, float* y, const float* scale, const float* shift, float slope, int64_t rows, int64_t channels);
void rectify(const Half* x, Half* y, const float* scale, const float* shift, float slope, int64_t rows, int64_t channels);

// Adds the sums of g = d loss / d (normalised output) and of g (x - mean) to sum and product.
void gradient_sums(const float* dy, const float* x, const float* scale, const float* shift, const float* mean, float slope,
                   float* sum, float* product, int64_t rows, int64_t channels);
void gradient_sums(const Half* dy, const Half* x, const float* scale, const float* shift, const float* mean, float slope,
                   float* sum, float* product, int64_t rows, int64_t channels);

// dx = scale g + slant x + offset: what the chain rule through mean and deviation comes to, per channel.
void gradient(const float* dy, const float* x, float* dx, const float* scale, const float* shift, const float* slant,
              const float* offset, float slope, int64_t rows, int64_t channels);
void gradient(const Half* dy, const Half* x, Half* dx, const float* scale, const float* shift, const float* slant,
              const float* offset, float slope, int64_t rows, int64_t channels);

}  // namespace inkstone::kernels::rows
