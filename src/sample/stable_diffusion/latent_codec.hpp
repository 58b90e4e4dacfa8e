// Between pictures and latents: the large autoencoder whole or in tiles, once more in float32 where it overflows; the tiny one
// for previews and quick decoding.
#pragma once

#include <cstdint>

#include "inkstone/observer.hpp"
#include "models/stable_diffusion/checkpoint.hpp"
#include "models/stable_diffusion/tiny_autoencoder.hpp"
#include "sample/stable_diffusion/brief.hpp"

namespace inkstone::sd {

class LatentCodec {
 public:
  // compute: dtype of the arithmetic. Throws corrupt_file, not_found (the checkpoint has no autoencoder).
  LatentCodec(const Checkpoint& checkpoint, at::ScalarType compute);

  // Throws unsupported where its latents are others than the model's.
  void use_tiny(TinyAutoencoder tiny);
  bool has_tiny() const { return bool(tiny_); }
  const AutoencoderConfig& config() const { return autoencoder_->config(); }

  // Pictures [N,3,H,W] in [-1,1] -> latents float32, unscaled: the distribution's mean, moved by noise [N,C,h,w] where given.
  at::Tensor encode(const at::Tensor& pictures, const at::Tensor& noise, const CodecOptions& options);
  // Between these and what the U-Net works on.
  at::Tensor scaled(const at::Tensor& latents) const { return autoencoder_->scaled(latents); }

  // Latents as the U-Net has them -> pictures float32 in [-1,1].
  at::Tensor decode(const at::Tensor& latents, const CodecOptions& options, Observer& observer);
  // The same by the tiny autoencoder. Throws bad_argument where there is none.
  at::Tensor quick(const at::Tensor& latents);

 private:
  at::Tensor decode_in(at::ScalarType type, const at::Tensor& z, const CodecOptions& options);

  AutoencoderKL autoencoder_;
  TinyAutoencoder tiny_{nullptr};
  at::ScalarType compute_;
  bool said_overflow_ = false;
};

}  // namespace inkstone::sd
